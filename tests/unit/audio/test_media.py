"""The sound of any file, and `dajia audio scan` on it."""

import json
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from click.testing import CliRunner

from pipelines.cli.main import dajia
from pipelines.errors import SourceError
from pipelines.media import audio_chunks, read_audio
from pipelines.models import folder_of
from pipelines.settings import Settings

SPEECH = Path(__file__).with_name("speech.ogg")


def tone_wav(path: Path, *, rate: int, channels: int, seconds: float = 1.3) -> Path:
    t = np.arange(int(rate * seconds)) / rate
    samples = np.repeat((8_000 * np.sin(2 * np.pi * 440 * t)).astype("<i2"), channels)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (16_000, 1), (44_100, 2), (48_000, 2)])
def test_any_rate_and_channels_become_16_khz_mono(tmp_path: Path, rate: int, channels: int) -> None:
    pcm = b"".join(read_audio(tone_wav(tmp_path / "tone.wav", rate=rate, channels=channels)))
    assert len(pcm) / 2 / 16_000 == pytest.approx(1.3, abs=0.02)
    spectrum = np.abs(np.fft.rfft(np.frombuffer(pcm, "<i2")[:16_000].astype(float)))
    assert int(spectrum.argmax()) == pytest.approx(440, abs=1)


def test_chunks_follow_each_other_without_a_gap(tmp_path: Path) -> None:
    path = tone_wav(tmp_path / "tone.wav", rate=16_000, channels=1)
    chunks = list(audio_chunks(path, room="r", session="s"))
    assert [(one.time_ms, one.sequence) for one in chunks] == [(0, 0), (500, 1), (1_000, 2)]
    assert b"".join(one.pcm for one in chunks) == b"".join(read_audio(path))


def silent_picture(path: Path) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height = 64, 64
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))))
        container.mux(stream.encode(None))
    return path


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "junk.mp4").write_bytes(b"junk" * 100)
    (tmp_path / "empty.wav").write_bytes(b"")
    for path, why in (
        (tmp_path / "junk.mp4", "cannot be decoded"),
        (tmp_path / "empty.wav", "cannot be decoded"),
        (tmp_path / "none.wav", "is no file"),
        (tmp_path, "is no file"),
        (silent_picture(tmp_path / "mute.mp4"), "has no sound"),
    ):
        with pytest.raises(SourceError, match=why):
            list(read_audio(path))


def test_a_file_that_is_cut_off_gives_what_it_has(tmp_path: Path) -> None:
    whole = SPEECH.read_bytes()
    (tmp_path / "half.ogg").write_bytes(whole[: len(whole) // 2])
    assert 3 < len(b"".join(read_audio(tmp_path / "half.ogg"))) / 32_000 < 12


@pytest.mark.model
def test_scan_writes_a_line_a_file_and_goes_on_after_a_bad_one(tmp_path: Path) -> None:
    quiet = tone_wav(tmp_path / "quiet.wav", rate=16_000, channels=1)
    (tmp_path / "junk.mp3").write_bytes(b"junk")
    result = CliRunner().invoke(
        dajia, ["audio", "scan", "--transcript", str(tmp_path / "junk.mp3"), str(SPEECH), str(quiet)]
    )
    assert result.exit_code == 1
    assert "junk.mp3" in result.stderr
    speech, tone = (json.loads(line) for line in result.stdout.splitlines())
    assert speech["file"] == str(SPEECH)
    assert speech["flag"] is True
    assert any("原单" in one["facts"]["surface"] and one["start_ms"] < 3_500 for one in speech["suspicions"])
    assert "原单" in speech["utterances"][0]["text"]
    assert tone == {"file": str(quiet), "suspicions": [], "flag": False, "utterances": []}


@pytest.mark.model
def test_scan_with_vosk_takes_a_model_folder(vosk: object, tmp_path: Path) -> None:

    folder = folder_of("vosk-ko", Settings())
    result = CliRunner().invoke(
        dajia, ["audio", "scan", "--transcript", "--engine", "vosk", "--model", str(folder), str(SPEECH)]
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["utterances"][0]["model_version"] == "vosk/vosk-ko"

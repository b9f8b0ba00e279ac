"""The real engines on real speech."""

from pathlib import Path

import pytest

from detectors.audio.segment import PcmUtterance, SegmenterState, flush, push
from detectors.audio.transcript import NOTHING_SAID
from detectors.engines.speech import EngineKind, SpeechEngine, SpeechEngineError, load_speech_engine
from schemas import AudioChunk

START_MS = 1_700_000_000_000


def utterances(pcm: bytes) -> list[PcmUtterance]:
    state, found = push(SegmenterState(), AudioChunk(room="r", session="s", time_ms=START_MS, sequence=0, pcm=pcm))
    return found + flush(state)


@pytest.mark.model
def test_whisper_writes_mandarin_in_simplified_characters_with_word_times(
    whisper: SpeechEngine, mandarin: bytes
) -> None:
    first, second = utterances(mandarin)
    said = whisper.transcribe(first.pcm, start_ms=first.start_ms)
    assert "原单货" in said.text
    assert "一模一样" in said.text
    assert "這" not in said.text
    assert "".join(word.text for word in said.words) == said.text
    assert 0.5 < said.confidence <= 1
    times = [(word.start_ms, word.end_ms) for word in said.words]
    assert times == sorted(times)
    assert first.start_ms <= times[0][0] <= times[-1][1] <= first.end_ms
    assert "衣服" in whisper.transcribe(second.pcm, start_ms=second.start_ms).text


@pytest.mark.model
def test_whisper_gives_the_same_text_for_the_same_sound(whisper: SpeechEngine, mandarin: bytes) -> None:
    [first, _] = utterances(mandarin)
    assert whisper.transcribe(first.pcm, start_ms=0) == whisper.transcribe(first.pcm, start_ms=0)


@pytest.mark.model
@pytest.mark.parametrize("seconds", [1, 5, 12])
def test_whisper_hears_no_code_word_in_silence(whisper: SpeechEngine, seconds: int) -> None:
    said = whisper.transcribe(bytes(seconds * 32_000), start_ms=0)
    assert said.text == ""
    assert said.words == ()


@pytest.mark.model
def test_whisper_takes_a_fragment(whisper: SpeechEngine, mandarin: bytes) -> None:
    assert whisper.transcribe(b"", start_ms=0) == NOTHING_SAID
    whisper.transcribe(mandarin[:320], start_ms=0)


@pytest.mark.model
def test_vosk_gives_words_with_times(vosk: SpeechEngine, korean: bytes) -> None:
    said = vosk.transcribe(korean, start_ms=START_MS)
    assert len(said.words) >= 5
    assert said.text.split() == [word.text for word in said.words]
    times = [(word.start_ms, word.end_ms) for word in said.words]
    assert times == sorted(times)
    assert times[0][0] >= START_MS
    assert times[-1][1] <= START_MS + len(korean) // 32
    assert 0 < said.confidence <= 1
    assert vosk.version == "vosk/vosk-ko"


@pytest.mark.model
def test_vosk_hears_nothing_in_silence(vosk: SpeechEngine) -> None:
    assert vosk.transcribe(bytes(64_000), start_ms=0) == NOTHING_SAID


@pytest.mark.parametrize("kind", ["whisper", "vosk"])
def test_a_folder_that_is_no_model_is_refused_with_what_to_do(kind: EngineKind, tmp_path: Path) -> None:
    with pytest.raises(SpeechEngineError, match="DAJIA_ASR_MODEL"):
        load_speech_engine(kind, tmp_path, threads=1)


def test_a_damaged_whisper_model_is_refused(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(SpeechEngineError, match="cannot load"):
        load_speech_engine("whisper", tmp_path, threads=1)


def test_a_damaged_vosk_model_is_refused(tmp_path: Path) -> None:
    for name in ("am/final.mdl", "conf/model.conf"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(SpeechEngineError, match="cannot load"):
        load_speech_engine("vosk", tmp_path, threads=1)

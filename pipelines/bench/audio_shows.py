"""Made-up shows for the ears: spoken lines under the conditions of real rooms, with music and silence between them."""

import csv
import io
from pathlib import Path
from typing import Literal

import av
import msgspec
import numpy as np
from numpy.typing import NDArray

from pipelines.media import read_audio
from schemas.media import SAMPLE_RATE_HZ

DATA = Path(__file__).parents[2] / "tests" / "benchmarks" / "data" / "speech"
"""Only a checkout has it. `tools/voices` makes it; none of its voices was used to learn confusions."""
VOICES = ("evaluation-low", "evaluation-high")

Sound = NDArray[np.float64]
"""Mono samples at 16 kHz, full scale 1, shape (samples,)."""
Condition = Literal["clean", "music 10 dB", "music 5 dB", "echo", "AAC 32 kbit/s"]
CONDITIONS: tuple[Condition, ...] = ("clean", "music 10 dB", "music 5 dB", "echo", "AAC 32 kbit/s")

BETWEEN_S = 2.5
"""After each line: music and silence by turns, so that speech is about half of a show."""
AAC_BIT_RATE = 32_000
ECHO_MS, ECHO_DECAY_S = 40, 0.35
"""First reflection and time to a thousandth of a tiled room."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A spoken line and its place in the show."""

    text: str
    ordinary: bool
    voice: str
    speed: float
    condition: Condition
    start_ms: int
    end_ms: int


class Show(msgspec.Struct, frozen=True, kw_only=True):
    """The sound of one room."""

    room: str
    pcm: bytes
    lines: tuple[Line, ...]

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.pcm) / 2 / SAMPLE_RATE_HZ


def shows(every: int = 1, rooms: int = 8) -> list[Show]:
    """Rooms of one voice each, with one of every `every` lines; the same each time."""
    found = []
    for v, voice in enumerate(VOICES):
        sound = _samples(b"".join(read_audio(DATA / f"{voice}.opus")))
        with (DATA / f"{voice}.tsv").open(encoding="utf-8", newline="") as source:
            rows = list(csv.DictReader(source, delimiter="\t"))[v % every :: every]
        share = rooms // len(VOICES)
        found += [_show(f"{voice}-{k}", voice, sound, rows[k::share], k) for k in range(share)]
    return found


def _show(room: str, voice: str, sound: Sound, rows: list[dict[str, str]], offset: int) -> Show:
    pieces, lines, at = [np.zeros(SAMPLE_RATE_HZ)], [], SAMPLE_RATE_HZ
    for number, row in enumerate(rows):
        condition = CONDITIONS[(number + offset) % len(CONDITIONS)]
        spoken = sound[int(row["start_ms"]) * 16 : int(row["end_ms"]) * 16]
        heard = under(spoken, condition)
        lines.append(
            Line(
                text=row["text"],
                ordinary=row["kind"] == "ordinary",
                voice=voice,
                speed=float(row["speed"]),
                condition=condition,
                start_ms=at // 16,
                end_ms=(at + len(heard)) // 16,
            )
        )
        rest = int(BETWEEN_S * SAMPLE_RATE_HZ)
        pieces += [heard, _music(rest, 0.03) if number % 2 else np.zeros(rest)]
        at += len(heard) + rest
    pcm = (np.clip(np.concatenate(pieces), -1, 1) * 32767).astype("<i2").tobytes()
    return Show(room=room, pcm=pcm, lines=tuple(lines))


def under(sound: Sound, condition: Condition) -> Sound:
    """The same words under a condition."""
    match condition:
        case "clean":
            return sound
        case "music 10 dB":
            return sound + _music(len(sound), _rms(sound) * 10 ** (-10 / 20))
        case "music 5 dB":
            return sound + _music(len(sound), _rms(sound) * 10 ** (-5 / 20))
        case "echo":
            return _echo(sound)
        case "AAC 32 kbit/s":
            return _through_aac(sound)


def _rms(sound: Sound) -> float:
    return float(np.sqrt(np.mean(sound**2)))


def _music(samples: int, rms: float) -> Sound:
    """Chords that change each second under plucked notes and a beat."""
    t = np.arange(samples) / SAMPLE_RATE_HZ
    root = np.choose((t.astype(int)) % 4, (220.0, 174.6, 261.6, 196.0))
    chord = sum(np.sin(2 * np.pi * root * ratio * t) for ratio in (1.0, 1.25, 1.5))
    pluck = np.sin(2 * np.pi * root * 3 * t) * np.exp(-(t % 0.4) * 8)
    drum = np.sin(2 * np.pi * 70 * t) * np.exp(-(t % 0.5) * 20) * 2
    music: Sound = chord + pluck + drum
    return music * (rms / max(_rms(music), 1e-9))


def _echo(sound: Sound) -> Sound:
    taps = np.arange(ECHO_MS * 16, int(ECHO_DECAY_S * SAMPLE_RATE_HZ), 23 * 16)
    room = np.zeros(int(ECHO_DECAY_S * SAMPLE_RATE_HZ))
    room[0] = 1.0
    room[taps] = 0.4 * np.exp(-6.9 * taps / len(room)) * np.where(np.arange(len(taps)) % 2, -1, 1)
    return np.convolve(sound, room)[: len(sound)]


def _through_aac(sound: Sound) -> Sound:
    file = io.BytesIO()
    with av.open(file, "w", format="adts") as out:
        stream = out.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="mono")
        stream.bit_rate = AAC_BIT_RATE
        frame = av.AudioFrame.from_ndarray((sound * 32767).astype("<i2")[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    file.seek(0)
    with av.open(file, "r") as source:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
        parts = [piece.to_ndarray()[0] for frame in source.decode(audio=0) for piece in resampler.resample(frame)]
    return np.concatenate(parts).astype(np.float64)[: len(sound)] / 32768


def _samples(pcm: bytes) -> Sound:
    return np.frombuffer(pcm, dtype="<i2").astype(np.float64) / 32768

"""Speaks lines of text into one Opus file a voice, with the place of each line: to measure and to teach the ears.

Usage: speak_lines.py LINES.tsv OUT_FOLDER VOICE…

LINES.tsv has a column `text`; other columns are copied. Each VOICE gives OUT_FOLDER/VOICE.opus and VOICE.tsv with the
columns of LINES.tsv, `speed`, `start_ms` and `end_ms`. Speeds go round from line to line.
"""

import csv
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "clips"))
from scipy.signal import resample_poly  # type: ignore[import-untyped]
from speak import RATE_HZ, Sound, Speaker, VoiceStyle

SPEEDS = (0.8, 1.0, 1.2, 1.4)
REST_S = 0.4
LEVEL_RMS = 0.1
ESPEAK_WORDS_A_MINUTE = 160
"""espeak-ng's own pace for Mandarin; speed 1."""

VOICES = {
    "tuning-woman": 1.0,
    "tuning-robot": None,  # whisper-base hears nothing of espeak-ng that could be learned: nothing was
    "evaluation-low": 0.8,
    "evaluation-high": 1.15,
}
"""Pitch and timbre of the FastSpeech2 voice, 1 as recorded; None: espeak-ng. Tuning and evaluation share none."""


def main(lines_file: Path, folder: Path, voices: list[str]) -> None:
    """Speak every line with every voice."""
    folder.mkdir(parents=True, exist_ok=True)
    with lines_file.open(encoding="utf-8", newline="") as source:
        lines = list(csv.DictReader(source, delimiter="\t"))
    for offset, voice in enumerate(voices):
        pitch = VOICES[voice]
        say = _robot if pitch is None else _model(pitch)
        track, rows, at = [], [], 0
        for number, line in enumerate(lines):
            speed = SPEEDS[(number + offset) % len(SPEEDS)]
            sound = say(line["text"], speed)
            sound = np.clip(sound * (LEVEL_RMS / max(float(np.sqrt(np.mean(sound**2))), 1e-6)), -0.99, 0.99)
            start, end = at * 1000 // RATE_HZ, (at + sound.size) * 1000 // RATE_HZ
            rows.append({**line, "speed": speed, "start_ms": start, "end_ms": end})
            track += [sound, np.zeros(int(REST_S * RATE_HZ), np.float32)]
            at += track[-2].size + track[-1].size
        _write(folder / f"{voice}.opus", np.concatenate(track))
        with (folder / f"{voice}.tsv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]), delimiter="\t", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        print(f"{voice}: {len(rows)} lines, {at / RATE_HZ:.0f} s")


def _model(pitch: float) -> Callable[[str, float], Sound]:
    speaker = Speaker(VoiceStyle(speed=1.0, pitch=pitch))

    def say(text: str, speed: float) -> Sound:
        speaker.speak_at(speed)
        return speaker.say(text)

    return say


def _robot(text: str, speed: float) -> Sound:
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        pace = str(round(ESPEAK_WORDS_A_MINUTE * speed))
        subprocess.run(["espeak-ng", "-v", "cmn", "-s", pace, "-w", file.name, text], check=True)
        with wave.open(file.name) as sound:
            rate = sound.getframerate()
            samples = np.frombuffer(sound.readframes(sound.getnframes()), "<i2").astype(np.float32) / 32768
    return np.asarray(resample_poly(samples, RATE_HZ, rate), np.float32)


def _write(path: Path, sound: Sound) -> None:
    raw = (sound * 32767).astype("<i2").tobytes()
    source = ["-f", "s16le", "-ar", str(RATE_HZ), "-ac", "1", "-i", "-"]
    opus = ["-c:a", "libopus", "-b:a", "20k", "-application", "voip", str(path)]
    subprocess.run(["ffmpeg", "-y", "-loglevel", "error", *source, *opus], input=raw, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])

"""The sound track: the script's lines at their times over quiet music."""

import numpy as np

from music import compose
from script import Script
from speak import RATE_HZ, Sound, Speaker

SPEECH_RMS = 0.11
"""About -19 dB full scale, the level of a close microphone after a phone's gain control."""

MUSIC_BELOW_SPEECH_DB = 30.0
"""Heard in the rests; louder, and a small speech model no longer hears the same words as a person."""

REST_S = 0.3
"""The shortest rest between two lines; a host who never breathes is not a host."""


def soundtrack(script: Script) -> Sound:
    """The whole clip's sound, mono, shape (duration_s * RATE_HZ,).

    Raises:
        ValueError: a line still sounds when the next one starts, or at the clip's end. Says by how much.
    """
    speaker = Speaker(script.voice)
    track = np.zeros(int(script.duration_s * RATE_HZ), np.float32)
    ends = [line.at_s for line in script.speech[1:]] + [script.duration_s]
    for line, next_s in zip(script.speech, ends, strict=True):
        sound = _levelled(speaker.say(line.text))
        end_s = line.at_s + sound.size / RATE_HZ
        print(f"  {line.at_s:5.1f} to {end_s:5.1f} s  {line.text}")
        if end_s + REST_S > next_s:
            raise ValueError(f"{line.text!r} ends at {end_s:.2f} s, {REST_S} s of rest before {next_s} s are needed")
        start = int(line.at_s * RATE_HZ)
        track[start : start + sound.size] += sound
    music = compose(script.look, script.duration_s)
    music *= SPEECH_RMS * 10 ** (-MUSIC_BELOW_SPEECH_DB / 20) / np.sqrt(np.mean(music**2))
    return np.asarray(np.clip(track + music * _fades(music.size), -0.99, 0.99), np.float32)


def _levelled(sound: Sound) -> Sound:
    return np.asarray(sound * (SPEECH_RMS / np.sqrt(np.mean(sound**2))), np.float32)


def _fades(samples: int, fade_s: float = 1.5) -> Sound:
    """1 in the middle, rising from 0 at the start and falling to 0 at the end."""
    from_edge = np.minimum(np.arange(samples), np.arange(samples)[::-1])
    return np.asarray(np.minimum(1, from_edge / (fade_s * RATE_HZ)), np.float32)

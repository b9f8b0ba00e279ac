"""Quiet background music, synthesised: a slow pad under a plucked arpeggio. Shapes: mono, (samples,), float32."""

import numpy as np
import numpy.typing as npt

from speak import RATE_HZ, Sound

Curve = npt.NDArray[np.float64]

_CHORDS = {
    "night": ((45, 52, 57, 60), (41, 48, 57, 60), (48, 55, 60, 64), (43, 50, 59, 62)),
    "day": ((48, 55, 60, 64), (43, 50, 59, 62), (45, 52, 60, 64), (41, 48, 57, 60)),
}
"""Four chords a mood, as MIDI notes."""

_CHORD_S = 3.2
_STEP_S = 0.4


def compose(mood: str, duration_s: float) -> Sound:
    """`duration_s` seconds of music with its peak at 1; the mixer sets the level."""
    samples = int(duration_s * RATE_HZ)
    track = np.zeros(samples + 4 * RATE_HZ, np.float32)
    for step in range(int(duration_s / _STEP_S)):
        chord = _CHORDS[mood][int(step * _STEP_S / _CHORD_S) % 4]
        if step % round(_CHORD_S / _STEP_S) == 0:
            for note in chord[:3]:
                _add(track, step * _STEP_S, _pad(note))
        _add(track, step * _STEP_S, _pluck(chord[(step * 3) % 4] + 12))
    return np.asarray(track[:samples] / np.abs(track).max(), np.float32)


def _add(track: Sound, at_s: float, sound: Sound) -> None:
    start = int(at_s * RATE_HZ)
    track[start : start + sound.size] += sound[: track.size - start]


def _pad(note: int) -> Sound:
    """A held tone that swells and fades over one chord."""
    t = np.arange(int(_CHORD_S * RATE_HZ)) / RATE_HZ
    swell = np.sin(np.pi * t / _CHORD_S) ** 0.7
    return np.asarray(0.35 * swell * _tone(note, t, (1.0, 0.3, 0.1)), np.float32)


def _pluck(note: int) -> Sound:
    """A short decaying tone."""
    t = np.arange(RATE_HZ) / RATE_HZ
    return np.asarray(0.3 * np.exp(-5 * t) * np.minimum(1, t * 200) * _tone(note, t, (1.0, 0.4, 0.2)), np.float32)


def _tone(note: int, t: Curve, partials: tuple[float, ...]) -> Curve:
    frequency_hz = 440 * 2 ** ((note - 69) / 12)
    waves = [level * np.sin(2 * np.pi * frequency_hz * (n + 1) * t) for n, level in enumerate(partials)]
    return np.asarray(np.sum(waves, axis=0), np.float64)

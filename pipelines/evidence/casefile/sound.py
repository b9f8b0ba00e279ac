"""Loudness of the sealed sound."""

from collections.abc import Iterable

import numpy as np

from pipelines.evidence.casefile.case import Sound
from schemas import AudioChunk

STEPS = 600
"""Peaks drawn; a phone has fewer pixels, a printed page not many more."""
_FULL = 32_768.0


def sound_of(chunks: Iterable[AudioChunk]) -> Sound | None:
    """Peaks over the span of the chunks; None without sound."""
    ordered = sorted((one for one in chunks if one.pcm), key=lambda one: (one.time_ms, one.sequence))
    if not ordered:
        return None
    start_ms, end_ms = ordered[0].time_ms, max(one.time_ms + one.duration_ms for one in ordered)
    peaks = np.zeros(STEPS)
    for chunk in ordered:
        samples = np.abs(np.frombuffer(chunk.pcm[: len(chunk.pcm) // 2 * 2], dtype="<i2").astype(np.float32)) / _FULL
        times = chunk.time_ms - start_ms + np.arange(samples.size) * chunk.duration_ms / max(1, samples.size)
        places = np.minimum((times / max(1, end_ms - start_ms) * STEPS).astype(np.int64), STEPS - 1)
        np.maximum.at(peaks, places, samples)
    return Sound(start_ms=start_ms, end_ms=end_ms, peaks=tuple(round(float(peak), 3) for peak in peaks))

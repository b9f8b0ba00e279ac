"""PDQ: the perceptual hash of 256 bits that platforms exchange, after Facebook's published description (2019).

Luminance, two passes of box filters in both directions, 64 x 64 samples, the 16 x 16 lowest waves of a cosine
transform, each bit whether its wave is above the median. Copies that were scaled, coded again or slightly retouched
differ in a few bits. The bits were not compared with those of the reference implementation: distances hold among
hashes made here.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.contract import Image

SAME_DISTANCE = 31
"""Bits, of 256, within which two pictures are taken as the same: the value that PDQ's authors recommend."""
MIN_QUALITY = 50
"""Of 100: pictures with less texture (blank, plain) have hashes that say nothing. The authors' value."""
SIDE, WAVES = 64, 16


def pdq_hash(image: Image) -> tuple[str, int]:
    """Hash (64 hexadecimal digits) and quality (0 to 100) of a picture."""
    luma = image.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    rows, columns = luma.shape
    if max(rows, columns) > 512:  # noqa: PLR2004  the reference scales large pictures down to 512 first
        luma = np.asarray(cv2.resize(luma, (512, 512), interpolation=cv2.INTER_AREA), dtype=np.float32)
        rows, columns = luma.shape
    window = _window(columns), _window(rows)
    for _ in range(2):
        luma = np.asarray(cv2.blur(luma, window, borderType=cv2.BORDER_REPLICATE), dtype=np.float32)
    y = np.minimum(((np.arange(SIDE) + 0.5) * rows / SIDE).astype(int), rows - 1)
    x = np.minimum(((np.arange(SIDE) + 0.5) * columns / SIDE).astype(int), columns - 1)
    cells = luma[y][:, x]
    waves = _TRANSFORM @ cells @ _TRANSFORM.T
    bits = (waves > np.median(waves)).ravel()
    return np.packbits(bits).tobytes().hex(), _quality(cells)


def distance(one: str, other: str) -> int:
    """Bits in which two hashes differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _window(size: int) -> int:
    return max(1, (size + 2 * SIDE - 1) // (2 * SIDE))


def _quality(cells: NDArray[np.float32]) -> int:
    slopes = np.abs(np.diff(cells, axis=0)).astype(int).sum() + np.abs(np.diff(cells, axis=1)).astype(int).sum()
    return min(100, int(slopes * 100 / 255 / 90))


def _transform() -> NDArray[np.float32]:
    wave, sample = np.arange(1, WAVES + 1)[:, None], np.arange(SIDE)[None, :]
    return np.asarray(np.sqrt(2 / SIDE) * np.cos(np.pi / (2 * SIDE) * wave * (2 * sample + 1)), dtype=np.float32)


_TRANSFORM = _transform()

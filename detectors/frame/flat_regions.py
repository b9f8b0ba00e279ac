"""Flat regions of a picture: connected areas without an edge inside. Tape, paper and plain cloth are such areas."""

from collections.abc import Iterator

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.contract import Image
from detectors.frame.picture import scaled_down

WORK_SIDE = 640
"""Longest side, pixels, of the picture that is searched: labels shown on purpose are large, the cost is the area."""
EDGE_LEVELS = (9, 16, 28)
"""Lab steps (0 to 255) within 3 x 3 pixels that count as an edge. The low one parts beige tape from a white label, the
high ones see through the weave of a label, the creases of tape and the noise of a dark room."""
COLOUR_BINS = (7, 12)
"""Bin sizes, Lab units, of the histograms whose peaks are the dominant colours."""
MIN_PEAK_SHARE = 0.004
"""Smallest share of the picture for a dominant colour."""
MAX_PEAKS = 40
MIN_REGION_SHARE = 0.0012
"""Smallest region, share of the picture: about 17 x 17 of 360 x 640 pixels."""
MAX_REGION_SHARE = 0.4
"""Larger regions are the room."""
MAX_REGIONS = 80
"""Regions looked at in one picture and level, largest first."""
BORDER = 2
"""A region ends about this many pixels before its edge: the median and the gradient take one each."""

Pixels = NDArray[np.uint8]
Contour = NDArray[np.int32]


class FlatRegion(msgspec.Struct, frozen=True, kw_only=True):
    """One region; coordinates in pixels of the searched picture."""

    number: int
    """Its number in the label map."""
    contour: Contour
    """Outer outline, N x 1 x 2, x and y."""
    area: int
    """Pixels of the region."""
    filled_area: float
    """Pixels inside the outline, holes included."""
    colour: NDArray[np.float32]
    """Mean Lab colour, each channel 0 to 255."""
    borders: int
    """Number of picture borders that it touches."""


class Regions(msgspec.Struct, frozen=True, kw_only=True):
    """All regions of a picture at one edge level."""

    numbers: NDArray[np.int32]
    """Rows x columns: number of the region that a pixel belongs to; 0 for edges and small regions."""
    by_number: dict[int, FlatRegion]


def work_picture(image: Image) -> tuple[Pixels, float]:
    """Lab picture, rows x columns x 3, with its longest side at most `WORK_SIDE`, and the factor to the original."""
    small, factor = scaled_down(image, WORK_SIDE)
    smooth = cv2.medianBlur(small, 3)
    return np.asarray(cv2.cvtColor(smooth, cv2.COLOR_RGB2LAB), dtype=np.uint8), factor


def flat_regions(lab: Pixels) -> Iterator[Regions]:
    """The regions of a Lab picture, once for each edge level, from fine to coarse."""
    kernel = np.ones((3, 3), dtype=np.uint8)
    steps = cv2.subtract(cv2.dilate(lab, kernel), cv2.erode(lab, kernel)).max(axis=2)
    for level in EDGE_LEVELS:
        yield _regions_at(lab, np.asarray(steps < level, dtype=np.uint8))
    smooth = np.asarray(cv2.medianBlur(lab, 5), dtype=np.uint8)
    for size in COLOUR_BINS:
        colours = _dominant_colours(smooth, size)
        yield _regions_at(lab, np.asarray(cv2.dilate(colours, kernel) == cv2.erode(colours, kernel), dtype=np.uint8))


def _dominant_colours(lab: Pixels, size: int) -> Pixels:
    """Number of the dominant colour nearest to each pixel, rows x columns.

    A dominant colour is a peak of the smoothed Lab histogram with bins of `size`: what is flat and large makes one.
    """
    per_side = 256 // size + 1
    bins = (lab // size).astype(np.int32)
    index = (bins[..., 0] * per_side + bins[..., 1]) * per_side + bins[..., 2]
    counts = np.bincount(index.ravel(), minlength=per_side**3).reshape((per_side,) * 3).astype(np.float32)
    dense = counts
    for axis in range(3):
        dense = 2 * dense + np.roll(dense, 1, axis) + np.roll(dense, -1, axis)
    highest = dense
    for axis in range(3):
        highest = np.maximum(np.maximum(highest, np.roll(highest, 1, axis)), np.roll(highest, -1, axis))
    peaks = np.argwhere((dense == highest) & (dense >= MIN_PEAK_SHARE * 8 * index.size))
    peaks = peaks[np.argsort(-dense[tuple(peaks.T)], kind="stable")][:MAX_PEAKS]
    if not len(peaks):
        return np.zeros(index.shape, dtype=np.uint8)
    used = np.flatnonzero(counts)
    at = np.stack(np.unravel_index(used, counts.shape), axis=1)
    nearest = np.zeros(counts.size, dtype=np.uint8)
    nearest[used] = ((at[:, None, :] - peaks[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
    return np.asarray(nearest[index], dtype=np.uint8)


def _regions_at(lab: Pixels, flat: Pixels) -> Regions:
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(flat, connectivity=4)
    places = np.asarray(numbers, dtype=np.int32)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0  # the edges
    wanted = (areas >= MIN_REGION_SHARE * flat.size) & (areas <= MAX_REGION_SHARE * flat.size)
    largest = sorted(np.flatnonzero(wanted), key=lambda number: (-areas[number], number))[:MAX_REGIONS]
    by_number = {int(number): _region(lab, places, stats[number], int(number)) for number in largest}
    return Regions(numbers=places, by_number=by_number)


def _region(lab: Pixels, numbers: NDArray[np.int32], stats: NDArray[np.int32], number: int) -> FlatRegion:
    left, top, width, height, area = (int(value) for value in stats)
    window = slice(top, top + height), slice(left, left + width)
    mask = np.asarray(numbers[window] == number, dtype=np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE, offset=(left, top))
    contour = np.asarray(max(contours, key=cv2.contourArea), dtype=np.int32)
    rows, columns = numbers.shape
    borders = (left == 0) + (top == 0) + (left + width == columns) + (top + height == rows)
    return FlatRegion(
        number=number, contour=contour, area=area, filled_area=max(float(cv2.contourArea(contour)), float(area)),
        colour=np.asarray(cv2.mean(lab[window], mask)[:3], dtype=np.float32), borders=borders,
    )  # fmt: skip

"""Silhouettes in a picture: connected shapes that are lighter or darker than what surrounds them.

A mark on goods is one colour on another. Where the light lies unevenly, the difference from the local mean still parts
the two, so the picture is cut at several differences, and parts that lie close together are also taken as one shape.
"""

from collections.abc import Iterator

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.contract import Image
from detectors.frame.picture import scaled_down

Mask = NDArray[np.uint8]
"""Rows x columns, 0 or 1."""

WORK_SIDE = 720
"""Longest side, pixels, of the picture that is searched: that of the frames ingest sends; the cost is the area."""
REACHES = (31, 101)
"""Sides, pixels, of the neighbourhoods whose mean is the ground: small marks on busy cloth, large ones in any light."""
STEPS = (14.0, 32.0)
"""Grey levels from the ground at which the picture is cut: faint prints, and strong ones on textured cloth."""
JOINS = (0, 7, 15)
"""Pixels across which parts are taken as one shape: a mark of one piece, of close parts, of parts far apart."""
MIN_SIDE, MAX_SIDE = 22, 420
"""Sides, pixels, of a shape: below, marks cannot be told apart (measured: 0.3 of the recall at 40 pixels)."""
MIN_PIXELS = 70
MAX_FILL = 0.97
"""Share of its bounding box that a shape fills; a filled box is a button or a card."""
MAX_ASPECT = 6.0
MAX_SHAPES = 700
"""Shapes judged of one picture, the largest first: frames of rooms have 100 to 400."""


class Silhouette(msgspec.Struct, frozen=True, kw_only=True):
    """A shape in a picture, in pixels of the searched picture."""

    left: int
    top: int
    mask: Mask
    lighter: bool
    """Than what surrounds it."""


class SearchPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture made ready for the search."""

    grey: NDArray[np.uint8]
    factor: float
    """Pixels of the original for one pixel of `grey`."""


def search_picture(image: Image) -> SearchPicture:
    """Scale a picture down to `WORK_SIDE` and drop its colours."""
    small, factor = scaled_down(image, WORK_SIDE)
    return SearchPicture(grey=np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8), factor=factor)


def silhouettes(picture: SearchPicture) -> list[Silhouette]:
    """All shapes of a picture that could be a mark, the largest first; one shape may be there in several versions."""
    found: dict[tuple[int, int, int, int, int], Silhouette] = {}
    smooth = cv2.GaussianBlur(picture.grey, (3, 3), 0).astype(np.float32)
    for reach in REACHES:
        difference = smooth - cv2.blur(smooth, (reach, reach))
        for step in STEPS:
            for lighter in (False, True):
                cut = (difference >= step) if lighter else (difference <= -step)
                for shape in _shapes(np.asarray(cut, dtype=np.uint8), lighter=lighter):
                    rows, columns = shape.mask.shape
                    place = shape.left // 3, shape.top // 3, rows // 3, columns // 3, int(shape.mask.sum()) // 64
                    found.setdefault(place, shape)
    return sorted(found.values(), key=lambda one: -one.mask.size)[:MAX_SHAPES]


def _shapes(cut: Mask, *, lighter: bool) -> Iterator[Silhouette]:
    for join in JOINS:
        joined = cv2.dilate(cut, np.ones((join, join), np.uint8)) if join else cut
        _, numbers, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8, ltype=cv2.CV_32S)
        for number in _candidates(np.asarray(stats, dtype=np.int32), cut.shape[:2]):
            left, top, width, height, _ = (int(value) for value in stats[number])
            part = numbers[top : top + height, left : left + width] == number
            mask = np.asarray(part & (cut[top : top + height, left : left + width] > 0), dtype=np.uint8)
            pixels = int(np.count_nonzero(mask))
            if MIN_PIXELS <= pixels <= MAX_FILL * mask.size:
                yield Silhouette(left=left, top=top, mask=mask, lighter=lighter)


def _candidates(stats: NDArray[np.int32], shape: tuple[int, ...]) -> list[int]:
    """Numbers of the components of a fitting size that lie inside the picture."""
    rows, columns = shape
    left, top, width, height, area = stats.T
    longer, shorter = np.maximum(width, height), np.minimum(width, height)
    fits = (longer >= MIN_SIDE) & (longer <= MAX_SIDE) & (longer <= MAX_ASPECT * shorter) & (area >= MIN_PIXELS)
    inside = (left > 0) & (top > 0) & (left + width < columns) & (top + height < rows)
    fits[0] = False
    return [int(number) for number in np.flatnonzero(fits & inside)]

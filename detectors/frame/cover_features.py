"""What the pixels of a strip and a label say about each other."""

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.frame.flat_regions import BORDER, Contour, FlatRegion, Pixels
from detectors.frame.turned_rectangle import Points, TurnedRectangle

INK_DISTANCE = 24.0
"""Lab distance from the label's ground from which a pixel is ink."""
MIN_MARK_AREA = 6
MIN_MARK_SIDE = 4
MAX_MARK_SHARE = 0.6
"""A mark the size of a letter: at least so many pixels, at most this share of the window's longer side."""
MIN_STUMP_AREA = 12
"""Pixels of a mark that counts as a letter, cut off or whole."""
STUMP_REACH = 7
"""Pixels from the strip within which a mark is one that the strip cuts off."""
EDGE_REACH = 6.0
"""Pixels from the label's edge within which a corner of the strip lies on it."""


class Masks(msgspec.Struct, frozen=True, kw_only=True):
    """The window around a candidate, 0 or 1 for each pixel; rows x columns."""

    label: Pixels
    strip: Pixels
    ground: Pixels
    ink: Pixels
    """Pixels far from the label's own colour, wherever they are."""
    inner: Pixels
    """The label without its rim."""
    lab: Pixels
    """Lab colours, rows x columns x 3."""

    @property
    def open_ink(self) -> Pixels:
        """Ink on the label that the strip leaves open."""
        covered = np.asarray(cv2.dilate(self.strip, _square(5)), dtype=np.uint8)
        return self.ink & self.inner & (1 - covered)


def make_masks(
    hull: Contour, rectangle: TurnedRectangle, label: tuple[FlatRegion, ...], lab: Pixels, origin: NDArray[np.int32]
) -> Masks:
    """Draw the masks of a candidate.

    Args:
        hull: outline of the label, pixels of the picture.
        rectangle: the strip.
        label: the flat regions that the label's ground is made of.
        lab: the window of the Lab picture.
        origin: left and top of the window.
    """
    strip = np.rint(rectangle.grown(BORDER).corners()).astype(np.int32)[:, None]
    ground = np.median(np.stack([part.colour for part in label]), axis=0)
    filled = _filled([hull - origin], lab)
    return Masks(
        label=filled,
        strip=_filled([strip - origin], lab),
        ground=_filled([part.contour - origin for part in label], lab),
        ink=np.asarray(np.linalg.norm(lab.astype(np.float32) - ground, axis=2) >= INK_DISTANCE, dtype=np.uint8),
        inner=np.asarray(cv2.erode(filled, _square(2 * BORDER + 3)), dtype=np.uint8),
        lab=lab,
    )


def letters_in(ink: Pixels) -> tuple[int, float]:
    """Number of marks the size of letters, and the median of their longer side, pixels."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    longer = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1, initial=0)
    legible = (stats[1:, cv2.CC_STAT_AREA] >= MIN_MARK_AREA) & (longer >= MIN_MARK_SIDE)
    sides = longer[legible & (longer <= MAX_MARK_SHARE * max(ink.shape))]
    return len(sides), float(np.median(sides)) if len(sides) else 0.0


def corner_places(hull: Contour, rectangle: TurnedRectangle) -> dict[str, float]:
    """How many corners of the strip lie inside the label and on its edge: a printed header has all four on it."""
    corners = rectangle.grown(BORDER).corners()
    inside = [cv2.pointPolygonTest(hull, (float(x), float(y)), measureDist=True) for x, y in corners]
    return {
        "inside": float(sum(depth > EDGE_REACH for depth in inside)),
        "flush": float(sum(abs(depth) <= EDGE_REACH for depth in inside)),
    }


def cuts(ring: Points, masks: Masks) -> dict[str, float]:
    """How the strip's outline meets the label: share in ink, number of such places, sides that lie on the label."""
    rows, columns = masks.ink.shape
    x, y = np.rint(ring[..., 0]).astype(int), np.rint(ring[..., 1]).astype(int)
    valid = (x >= 0) & (y >= 0) & (x < columns) & (y < rows)
    x, y = x.clip(0, columns - 1), y.clip(0, rows - 1)
    on_label = valid & (masks.inner[y, x] > 0)
    cut = on_label & (masks.ink[y, x] > 0)
    return {
        "cut": float(cut.sum() / max(on_label.sum(), 1)),
        "cut_runs": float(np.count_nonzero(cut[:, 1:] & ~cut[:, :-1])),
        "sides": float(on_label.mean(axis=1).sum()),
    }


def stumps(masks: Masks) -> dict[str, float]:
    """Letters that begin at the strip, as if cut off, and letters that stand free of it."""
    _, marks = cv2.connectedComponents(masks.open_ink, connectivity=8)
    sizes = np.bincount(marks.ravel())
    near = np.unique(marks[cv2.dilate(masks.strip, _square(2 * STUMP_REACH + 1)) > 0])
    large = sizes >= MIN_STUMP_AREA
    large[0] = False  # the ground
    stumps = float(np.count_nonzero(large[near]))
    return {"stumps": stumps, "free": float(np.count_nonzero(large)) - stumps}


def count(mask: Pixels) -> int:
    """Pixels of a mask."""
    return int(np.count_nonzero(mask))


def _filled(outlines: list[NDArray[np.int32]], lab: Pixels) -> Pixels:
    mask = np.zeros(lab.shape[:2], dtype=np.uint8)
    cv2.drawContours(mask, outlines, -1, (1,), cv2.FILLED)
    return mask


def _square(side: int) -> Pixels:
    return np.ones((side, side), dtype=np.uint8)

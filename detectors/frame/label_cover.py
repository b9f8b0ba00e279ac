"""Find strips over labels in one picture.

A cover is a strip and a label: a flat, empty, straight-edged region (the strip) that lies on, or juts out over, a flat
convex patch of another colour (the label) which bears marks the size of letters. What tells tape from a printed bar or
a picture on a card is how the strip treats the label: it cuts letters off, juts out, lies askew.
"""

from collections.abc import Iterator

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.contract import Image
from detectors.frame.flat_regions import BORDER, Contour, FlatRegion, Pixels, Regions, flat_regions, work_picture

Points = NDArray[np.float32]

MIN_STRIP_FILL = 0.8
"""Share of its own turned rectangle that a strip fills; a torn end costs a few percent, an ellipse has 0.785."""
MAX_STRIP_HOLES = 0.1
"""Share of the strip that is not flat: letters on a banner make holes, creases few."""
MAX_STRIP_ASPECT = 10.0
MIN_STRIP_SIDE = 8.0
"""Pixels of the searched picture; thinner ones are rules and seams."""
MIN_CONTRAST = 14.0
"""Lab distance of strip and label; below, the edge between them is a fold."""
SAME_COLOUR = 14.0
"""Lab distance within which two regions are parts of one label."""
MIN_LABEL_SHARE, MAX_LABEL_SHARE = 0.006, 0.45
"""Label size, share of the picture."""
MIN_LABEL_FILL = 0.7
"""Share of its own rectangle that a label fills: an oval has 0.785."""
MIN_OWN_GROUND = 0.6
"""Share of the label that is its ground colour or strip; the rest is letters, or it is no label."""
COVERAGE = (0.07, 0.8)
"""Share of the label under the strip. Less hides no name; of more, nothing remains to know the label by."""
MIN_STRIP_ON_LABEL = 0.35
"""Share of the strip that lies on the label."""
INK_DISTANCE = 24.0
"""Lab distance from the label's ground from which a pixel is ink."""
RING = BORDER + 3
"""Pixels outside the strip's region at which its surroundings are sampled: past the blurred edge."""
SAMPLES = 48
"""Points sampled along each side of a strip."""
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


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """A strip over a label; boxes in pixels of the original picture."""

    box_xyxy: tuple[int, int, int, int]
    """Bounds of the label and the strip together."""
    features: dict[str, float]


class _Rectangle(msgspec.Struct, frozen=True, kw_only=True):
    """A turned rectangle: centre, sides, direction of the first side in degrees."""

    centre: tuple[float, float]
    width: float
    height: float
    angle: float

    def grown(self, by: float) -> "_Rectangle":
        return msgspec.structs.replace(self, width=self.width + 2 * by, height=self.height + 2 * by)

    def corners(self) -> Points:
        """4 x 2, x and y."""
        return np.asarray(cv2.boxPoints((self.centre, (self.width, self.height), self.angle)), dtype=np.float32)


def find_covers(image: Image) -> tuple[Cover, ...]:
    """All strips over labels in a picture, in the order of search; the same label may appear several times."""
    if min(image.shape[:2]) < 2 * MIN_STRIP_SIDE:
        return ()
    lab, factor = work_picture(image)
    return tuple(
        cover
        for regions in flat_regions(lab)
        for strip in regions.by_number.values()
        for cover in _covers_by(strip, regions, lab, factor)
    )


def _covers_by(strip: FlatRegion, regions: Regions, lab: Pixels, factor: float) -> Iterator[Cover]:
    rectangle = _strip_rectangle(strip)
    if rectangle is None:
        return
    around = _numbers_at(_ring(rectangle.grown(RING)), regions.numbers)
    for label in _labels_around(strip, around, regions):
        cover = _cover(strip, rectangle, label, lab, factor=factor)
        if cover is not None:
            yield cover


def _strip_rectangle(strip: FlatRegion) -> _Rectangle | None:
    rectangle = _around(strip.contour)
    short, long = min(rectangle.width, rectangle.height), max(rectangle.width, rectangle.height)
    if strip.borders > 1 or short < MIN_STRIP_SIDE or long > MAX_STRIP_ASPECT * short:
        return None
    fill = strip.filled_area / max(rectangle.width * rectangle.height, 1.0)
    holes = 1 - strip.area / strip.filled_area
    return None if fill < MIN_STRIP_FILL or holes > MAX_STRIP_HOLES else rectangle


def _around(contour: NDArray[np.int32]) -> _Rectangle:
    centre, (width, height), angle = cv2.minAreaRect(contour)
    return _Rectangle(centre=(centre[0], centre[1]), width=width, height=height, angle=angle)


def _ring(rectangle: _Rectangle) -> Points:
    """Points along the four sides, 4 x SAMPLES x 2."""
    corners = rectangle.corners()
    share = np.linspace(0, 1, SAMPLES, dtype=np.float32)[:, None]
    sides = [corners[i] + share * (corners[(i + 1) % 4] - corners[i]) for i in range(4)]
    return np.stack(sides)


def _numbers_at(points: Points, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Region numbers at the points, 4 x SAMPLES; 0 outside the picture."""
    rows, columns = numbers.shape
    x, y = np.rint(points[..., 0]).astype(int), np.rint(points[..., 1]).astype(int)
    inside = (x >= 0) & (y >= 0) & (x < columns) & (y < rows)
    return np.where(inside, numbers[y.clip(0, rows - 1), x.clip(0, columns - 1)], 0)


def _labels_around(strip: FlatRegion, around: NDArray[np.int32], regions: Regions) -> Iterator[tuple[FlatRegion, ...]]:
    """Groups of equally coloured regions that touch the strip."""
    numbers, counts = np.unique(around, return_counts=True)
    touching = [
        regions.by_number[int(number)]
        for number, count in zip(numbers, counts, strict=True)
        if int(number) in regions.by_number and number != strip.number and count >= SAMPLES // 8
    ]
    done: set[int] = set()
    for region in touching:
        if region.number in done or _apart(region, strip) < MIN_CONTRAST:
            continue
        group = tuple(other for other in touching if _apart(region, other) < SAME_COLOUR)
        done |= {other.number for other in group}
        if sum(other.borders for other in group) <= 1:
            yield group


def _apart(one: FlatRegion, other: FlatRegion) -> float:
    return float(np.linalg.norm(one.colour - other.colour))


class _Masks(msgspec.Struct, frozen=True, kw_only=True):
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


def _cover(
    strip: FlatRegion, rectangle: _Rectangle, label: tuple[FlatRegion, ...], lab: Pixels, *, factor: float
) -> Cover | None:
    hull = np.asarray(cv2.convexHull(np.concatenate([part.contour for part in label])), dtype=np.int32)
    hull_area, bounds = float(cv2.contourArea(hull)), _around(hull)
    label_share = hull_area / (lab.shape[0] * lab.shape[1])
    label_fill = hull_area / max(bounds.width * bounds.height, 1.0)
    if not MIN_LABEL_SHARE <= label_share <= MAX_LABEL_SHARE or label_fill < MIN_LABEL_FILL:
        return None
    left, top, right, bottom = _window(hull, rectangle, lab)
    origin = np.asarray((left, top), dtype=np.int32)
    masks = _masks(hull, rectangle, label, lab[top:bottom, left:right], origin)
    label_size, shared = _count(masks.label), _count(masks.label & masks.strip)
    coverage, on_label = shared / max(label_size, 1), shared / max(_count(masks.strip), 1)
    own = _count(masks.label & (masks.ground | masks.strip)) / max(label_size, 1)
    if not COVERAGE[0] <= coverage <= COVERAGE[1] or on_label < MIN_STRIP_ON_LABEL or own < MIN_OWN_GROUND:
        return None
    letters, letter_side = _letters(masks.open_ink)
    if not letters:
        return None
    short, long = min(rectangle.width, rectangle.height), max(rectangle.width, rectangle.height)
    features = {
        "letters": float(letters),
        "letter_rel": letter_side / max(min(bounds.width, bounds.height), 1.0),
        "tall": (short + 2 * BORDER) / letter_side,
        "jut": 1 - on_label,
        "askew": abs((rectangle.angle - bounds.angle + 45) % 90 - 45),
        "coverage": coverage,
        "contrast": _apart(strip, label[0]),
        "strip_fill": strip.filled_area / max(rectangle.width * rectangle.height, 1.0),
        "aspect": long / max(short, 1.0),
        "label_fill": label_fill,
        "label_share": label_share,
        "own": own,
        "ink_share": _count(masks.open_ink) / max(label_size - shared, 1),
        "texture": float(np.max(cv2.meanStdDev(masks.lab, mask=masks.strip)[1])),
        **_corners(hull, rectangle),
        **_cuts(_ring(rectangle.grown(RING)) - origin, masks),
        **_stumps(masks),
    }
    return Cover(box_xyxy=_box((left, top, right, bottom), factor), features=features)


def _window(hull: Contour, rectangle: _Rectangle, lab: Pixels) -> tuple[int, int, int, int]:
    """Bounds of label and strip with a rim, inside the picture: left, top, right, bottom."""
    corners = np.rint(rectangle.grown(RING).corners()).astype(np.int32)[:, None]
    left, top, width, height = cv2.boundingRect(np.concatenate([hull, corners]))
    return max(left, 0), max(top, 0), min(left + width, lab.shape[1]), min(top + height, lab.shape[0])


def _box(window: tuple[int, int, int, int], factor: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (int(value * factor) for value in window)
    return left, top, right, bottom


def _masks(
    hull: Contour, rectangle: _Rectangle, label: tuple[FlatRegion, ...], lab: Pixels, origin: NDArray[np.int32]
) -> _Masks:
    strip = np.rint(rectangle.grown(BORDER).corners()).astype(np.int32)[:, None]
    ground = np.median(np.stack([part.colour for part in label]), axis=0)
    filled = _filled([hull - origin], lab)
    return _Masks(
        label=filled,
        strip=_filled([strip - origin], lab),
        ground=_filled([part.contour - origin for part in label], lab),
        ink=np.asarray(np.linalg.norm(lab.astype(np.float32) - ground, axis=2) >= INK_DISTANCE, dtype=np.uint8),
        inner=np.asarray(cv2.erode(filled, _square(2 * BORDER + 3)), dtype=np.uint8),
        lab=lab,
    )


def _filled(outlines: list[NDArray[np.int32]], lab: Pixels) -> Pixels:
    mask = np.zeros(lab.shape[:2], dtype=np.uint8)
    cv2.drawContours(mask, outlines, -1, (1,), cv2.FILLED)
    return mask


def _count(mask: Pixels) -> int:
    return int(np.count_nonzero(mask))


def _square(side: int) -> Pixels:
    return np.ones((side, side), dtype=np.uint8)


def _letters(ink: Pixels) -> tuple[int, float]:
    """Number of marks the size of letters, and the median of their longer side, pixels."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    longer = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1, initial=0)
    legible = (stats[1:, cv2.CC_STAT_AREA] >= MIN_MARK_AREA) & (longer >= MIN_MARK_SIDE)
    sides = longer[legible & (longer <= MAX_MARK_SHARE * max(ink.shape))]
    return len(sides), float(np.median(sides)) if len(sides) else 0.0


def _corners(hull: Contour, rectangle: _Rectangle) -> dict[str, float]:
    """How many corners of the strip lie inside the label and on its edge: a printed header has all four on it."""
    corners = rectangle.grown(BORDER).corners()
    inside = [cv2.pointPolygonTest(hull, (float(x), float(y)), measureDist=True) for x, y in corners]
    return {
        "inside": float(sum(depth > EDGE_REACH for depth in inside)),
        "flush": float(sum(abs(depth) <= EDGE_REACH for depth in inside)),
    }


def _cuts(ring: Points, masks: _Masks) -> dict[str, float]:
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


def _stumps(masks: _Masks) -> dict[str, float]:
    """Letters that begin at the strip, as if cut off, and letters that stand free of it."""
    _, marks = cv2.connectedComponents(masks.open_ink, connectivity=8)
    sizes = np.bincount(marks.ravel())
    near = np.unique(marks[cv2.dilate(masks.strip, _square(2 * STUMP_REACH + 1)) > 0])
    large = sizes >= MIN_STUMP_AREA
    large[0] = False  # the ground
    stumps = float(np.count_nonzero(large[near]))
    return {"stumps": stumps, "free": float(np.count_nonzero(large)) - stumps}

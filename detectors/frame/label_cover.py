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
from detectors.frame.flat_regions import BORDER, FlatRegion, Pixels, Regions, flat_regions, work_picture

Points = NDArray[np.float32]

MIN_STRIP_FILL = 0.8
"""Share of its own upright-turned rectangle that a strip fills; a torn end costs a few percent, an ellipse has 0.785."""
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
"""Pixels outside the strip's region at which its surroundings are sampled: past the blurred edge, before the next line."""
SAMPLES = 48
"""Points sampled along each side of a strip."""
FEATURES = (
    "cut",
    "cut_runs",
    "jut",
    "askew",
    "sides",
    "letters",
    "coverage",
    "strip_fill",
    "label_fill",
    "contrast",
    "smooth",
    "tall",
)


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
    ring = _ring(rectangle.grown(RING))
    around = _numbers_at(ring, regions.numbers)
    for label in _labels_around(strip, around, regions):
        cover = _cover(strip, rectangle, label, ring, lab, factor)
        if cover is not None:
            yield cover


def _strip_rectangle(strip: FlatRegion) -> _Rectangle | None:
    rectangle = _around(strip.contour)
    short, long = sorted((rectangle.width, rectangle.height))
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


def _cover(
    strip: FlatRegion, rectangle: _Rectangle, label: tuple[FlatRegion, ...], ring: Points, lab: Pixels, factor: float
) -> Cover | None:
    hull = np.asarray(cv2.convexHull(np.concatenate([part.contour for part in label])), dtype=np.int32)
    hull_area = float(cv2.contourArea(hull))
    bounds = _around(hull)
    picture_area = lab.shape[0] * lab.shape[1]
    label_fill = hull_area / max(bounds.width * bounds.height, 1.0)
    if not MIN_LABEL_SHARE <= hull_area / picture_area <= MAX_LABEL_SHARE or label_fill < MIN_LABEL_FILL:
        return None
    left, top, width, height = cv2.boundingRect(
        np.concatenate([hull, np.rint(rectangle.grown(RING).corners()).astype(np.int32)[:, None]])
    )
    origin = np.asarray((left, top), dtype=np.int32)
    label_mask, strip_mask, ground_mask = (
        _filled([np.asarray(outline, dtype=np.int32) - origin for outline in outlines], width, height)
        for outlines in ([hull], [np.rint(rectangle.grown(BORDER).corners())], [part.contour for part in label])
    )
    shared = float(np.count_nonzero(label_mask & strip_mask))
    label_size = float(max(np.count_nonzero(label_mask), 1))
    strip_size = float(max(np.count_nonzero(strip_mask), 1))
    own = np.count_nonzero(label_mask & (ground_mask | strip_mask)) / label_size
    coverage, on_label = shared / label_size, shared / strip_size
    if not COVERAGE[0] <= coverage <= COVERAGE[1] or on_label < MIN_STRIP_ON_LABEL or own < MIN_OWN_GROUND:
        return None
    ground = np.median(np.stack([part.colour for part in label]), axis=0)
    ink = _ink(lab, ground, (left, top, width, height))
    inner = cv2.erode(label_mask, np.ones((2 * BORDER + 3,) * 2, dtype=np.uint8))
    open_ink = ink & inner & ~cv2.dilate(strip_mask, np.ones((5, 5), dtype=np.uint8))
    letters, letter_height = _letters(open_ink)
    cut, runs, sides = _cuts(ring - origin, ink, inner)
    askew = abs((rectangle.angle - bounds.angle + 45) % 90 - 45)
    short = min(rectangle.width, rectangle.height) + 2 * BORDER
    features = {
        "cut": cut, "cut_runs": float(runs), "jut": 1 - on_label, "askew": askew, "sides": sides, "letters": float(letters),
        "coverage": coverage, "strip_fill": strip.filled_area / max(rectangle.width * rectangle.height, 1.0),
        "label_fill": label_fill, "contrast": _apart(strip, label[0]), "smooth": 1 - strip.area / strip.filled_area,
        "tall": short / letter_height if letter_height else 0.0,
    }  # fmt: skip
    box = tuple(round(value * factor) for value in (left + RING, top + RING, left + width - RING, top + height - RING))
    return Cover(box_xyxy=(max(box[0], 0), max(box[1], 0), box[2], box[3]), features=features)


def _filled(outlines: list[NDArray[np.int32]], width: int, height: int) -> Pixels:
    mask = np.zeros((height, width), dtype=np.uint8)
    cv2.drawContours(mask, [outline.reshape(-1, 1, 2) for outline in outlines], -1, 1, cv2.FILLED)
    return mask


def _ink(lab: Pixels, ground: NDArray[np.float32], window: tuple[int, int, int, int]) -> Pixels:
    """1 where a pixel is far from the label's ground; the window may reach beyond the picture, there it is 0."""
    left, top, width, height = window
    rows, columns = lab.shape[:2]
    ink = np.zeros((height, width), dtype=np.uint8)
    top_in, left_in = max(top, 0), max(left, 0)
    part = lab[top_in : min(top + height, rows), left_in : min(left + width, columns)].astype(np.float32)
    far = np.linalg.norm(part - ground, axis=2) >= INK_DISTANCE
    ink[top_in - top : top_in - top + far.shape[0], left_in - left : left_in - left + far.shape[1]] = far
    return ink


def _letters(ink: Pixels) -> tuple[int, float]:
    """Number of marks the size of letters, and the median of their larger side, pixels."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    sides = [
        max(int(width), int(height))
        for _, _, width, height, area in stats[1:count]
        if area >= 6 and max(width, height) <= 0.6 * max(ink.shape) and max(width, height) >= 4
    ]
    return len(sides), float(np.median(sides)) if sides else 0.0


def _cuts(ring: Points, ink: Pixels, inner: Pixels) -> tuple[float, int, float]:
    """How the strip meets the label: share of its outline on the label that runs through ink, the number of such places, and the
    number of sides that lie on the label.
    """
    rows, columns = ink.shape
    x, y = np.rint(ring[..., 0]).astype(int), np.rint(ring[..., 1]).astype(int)
    valid = (x >= 0) & (y >= 0) & (x < columns) & (y < rows)
    x, y = x.clip(0, columns - 1), y.clip(0, rows - 1)
    on_label = valid & (inner[y, x] > 0)
    cut = on_label & (ink[y, x] > 0)
    runs = int(np.count_nonzero(cut[:, 1:] & ~cut[:, :-1]))
    share = float(cut.sum() / on_label.sum()) if on_label.any() else 0.0
    return share, runs, float(on_label.mean(axis=1).sum())

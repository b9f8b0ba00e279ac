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
from detectors.frame.cover_features import corner_places, count, cuts, letters_in, make_masks, stumps
from detectors.frame.flat_regions import BORDER, Contour, FlatRegion, Pixels, Regions, flat_regions, work_picture
from detectors.frame.turned_rectangle import SAMPLES, Points, TurnedRectangle, outline_points, rectangle_around

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
RING = BORDER + 3
"""Pixels outside the strip's region at which its surroundings are sampled: past the blurred edge."""


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """A strip over a label; boxes in pixels of the original picture."""

    box_xyxy: tuple[int, int, int, int]
    """Bounds of the label and the strip together."""
    features: dict[str, float]


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
    around = _numbers_at(outline_points(rectangle.grown(RING)), regions.numbers)
    for label in _labels_around(strip, around, regions):
        cover = _cover(strip, rectangle, label, lab, factor=factor)
        if cover is not None:
            yield cover


def _strip_rectangle(strip: FlatRegion) -> TurnedRectangle | None:
    rectangle = rectangle_around(strip.contour)
    short, long = min(rectangle.width, rectangle.height), max(rectangle.width, rectangle.height)
    if strip.borders > 1 or short < MIN_STRIP_SIDE or long > MAX_STRIP_ASPECT * short:
        return None
    fill = strip.filled_area / max(rectangle.width * rectangle.height, 1.0)
    holes = 1 - strip.area / strip.filled_area
    return None if fill < MIN_STRIP_FILL or holes > MAX_STRIP_HOLES else rectangle


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


def _numbers_at(points: Points, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Region numbers at the points, 4 x SAMPLES; 0 outside the picture."""
    rows, columns = numbers.shape
    x, y = np.rint(points[..., 0]).astype(int), np.rint(points[..., 1]).astype(int)
    inside = (x >= 0) & (y >= 0) & (x < columns) & (y < rows)
    return np.where(inside, numbers[y.clip(0, rows - 1), x.clip(0, columns - 1)], 0)


def _apart(one: FlatRegion, other: FlatRegion) -> float:
    return float(np.linalg.norm(one.colour - other.colour))


def _cover(
    strip: FlatRegion, rectangle: TurnedRectangle, label: tuple[FlatRegion, ...], lab: Pixels, *, factor: float
) -> Cover | None:
    hull = np.asarray(cv2.convexHull(np.concatenate([part.contour for part in label])), dtype=np.int32)
    hull_area, bounds = float(cv2.contourArea(hull)), rectangle_around(hull)
    label_share = hull_area / (lab.shape[0] * lab.shape[1])
    label_fill = hull_area / max(bounds.width * bounds.height, 1.0)
    if not MIN_LABEL_SHARE <= label_share <= MAX_LABEL_SHARE or label_fill < MIN_LABEL_FILL:
        return None
    left, top, right, bottom = _window(hull, rectangle, lab)
    origin = np.asarray((left, top), dtype=np.int32)
    masks = make_masks(hull, rectangle, label, lab[top:bottom, left:right], origin)
    label_size, shared = count(masks.label), count(masks.label & masks.strip)
    coverage, on_label = shared / max(label_size, 1), shared / max(count(masks.strip), 1)
    own = count(masks.label & (masks.ground | masks.strip)) / max(label_size, 1)
    if not COVERAGE[0] <= coverage <= COVERAGE[1] or on_label < MIN_STRIP_ON_LABEL or own < MIN_OWN_GROUND:
        return None
    letters, letter_side = letters_in(masks.open_ink)
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
        "ink_share": count(masks.open_ink) / max(label_size - shared, 1),
        "texture": float(np.max(cv2.meanStdDev(masks.lab, mask=masks.strip)[1])),
        **corner_places(hull, rectangle),
        **cuts(outline_points(rectangle.grown(RING)) - origin, masks),
        **stumps(masks),
    }
    return Cover(box_xyxy=_box((left, top, right, bottom), factor), features=features)


def _window(hull: Contour, rectangle: TurnedRectangle, lab: Pixels) -> tuple[int, int, int, int]:
    """Bounds of label and strip with a rim, inside the picture: left, top, right, bottom."""
    corners = np.rint(rectangle.grown(RING).corners()).astype(np.int32)[:, None]
    left, top, width, height = cv2.boundingRect(np.concatenate([hull, corners]))
    return max(left, 0), max(top, 0), min(left + width, lab.shape[1]), min(top + height, lab.shape[0])


def _box(window: tuple[int, int, int, int], factor: float) -> tuple[int, int, int, int]:
    left, top, right, bottom = (int(value * factor) for value in window)
    return left, top, right, bottom

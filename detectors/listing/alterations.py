"""Places of a picture that were made unrecognisable: blurred, pixelated, covered by a patch or by a copy.

What was done to one place shows against the rest of the same picture: the rest has the sharpness, the grain and the
variety that the place lacks. So a picture that is blurred or coarse as a whole shows nothing.
"""

from collections.abc import Iterator
from enum import StrEnum

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.contract import Image
from detectors.frame.picture import scaled_down

WORK_SIDE = 640
"""Longest side, pixels, of the picture that is searched. Mosaics are searched in the picture as it is."""
CELL = 8
MIN_CELLS, MIN_SIDE_CELLS, MAX_SHARE = 12, 3, 0.35
"""Size of a place: at least so many cells of 8 x 8 pixels, at most this share of the picture."""

COARSE_LEVELS = 2.2
"""Mean grey levels of coarse detail in a cell that has some."""
SHARP_RATIO, BLURRED_RATIO = 0.28, 0.085
"""Fine over coarse detail: of the picture's sharp cells (their median), and below which a cell is blurred."""
BLUR_CONTRAST = 0.75
"""How much less sharp than its surroundings a blurred place is: folds and shadows reach 0.81, blurred marks begin at
0.77 and mostly have 0.83 to 0.9 (ten drawn pictures of each)."""
MIN_FILL = 0.5
"""Share of its bounding box that a place fills: brushes and selections are round or square."""

STEP_GREY = 5.0
"""Mean step between the blocks of a mosaic, grey levels."""
MIN_STEPS_GREY = 0.6
"""Mean step in a window, grey levels, below which it is plain."""
BLOCKS = tuple(range(6, 25))
GRID_SHARE = 0.6
"""Share of all steps that lie on the grid; pictures have up to 0.45, mosaics after JPEG 0.6 to 0.95 (drawn ones)."""
WINDOW = 72

PATCH_GREY = 1.1
"""Standard deviation of a patch that was drawn, grey levels; photographed cloth has 2 and more."""
AROUND_GREY = 2.4
"""Standard deviation of the goods around it."""

CLONE_BLOCK = 16
CLONE_TEXTURE = 9.0
CLONE_GREY = 2.6
"""Mean difference of a copy, grey levels: JPEG leaves 1 to 2; two folds of the same cloth differ by 5 and more."""
CLONE_BLOCKS = 9
CLONE_APART = 24


class Alteration(StrEnum):
    """What was done."""

    BLUR = "blur"
    MOSAIC = "mosaic"
    PATCH = "patch"
    CLONE = "clone"


class AlteredPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place that was altered."""

    kind: Alteration
    box_xyxy: tuple[int, int, int, int]
    """Pixels of the original picture."""
    score: float


def altered_places(image: Image) -> list[AlteredPlace]:
    """Every altered place that shows, the surest first."""
    if min(image.shape[:2]) < WINDOW:
        return []
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.float32)
    small, factor = scaled_down(grey, WORK_SIDE)
    found = [*_mosaics(grey)]
    found += [_scaled(place, factor) for place in (*_blurs(small), *_patches(small), *_clones(small))]
    return sorted(found, key=lambda one: -one.score)


def _blurs(grey: NDArray[np.float32]) -> Iterator[AlteredPlace]:
    # Over 3 x 3 cells: inside a thick letter there is no edge, beside it there is.
    fine = _over_neighbours(_cells(np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 1.0))))
    wide = np.abs(cv2.GaussianBlur(grey, (0, 0), 2.0) - cv2.GaussianBlur(grey, (0, 0), 8.0))
    coarse = _over_neighbours(_cells(wide))
    detailed = coarse >= COARSE_LEVELS
    ratio = fine / np.maximum(coarse, 1e-3)
    if np.count_nonzero(detailed) < 4 * MIN_CELLS:
        return
    sharp = float(np.percentile(ratio[detailed], 75))
    if sharp < SHARP_RATIO:
        return  # the whole picture is soft
    blurred = detailed & (ratio < BLURRED_RATIO)
    for box, mask in _places(blurred, closing=3):
        ring = _ring(mask, box, ratio.shape)
        around = ring & detailed
        if np.count_nonzero(around) < 4:  # noqa: PLR2004  nothing to compare with
            continue
        contrast = 1 - float(np.median(ratio[mask & detailed])) / max(float(np.percentile(ratio[around], 60)), 1e-3)
        if contrast >= BLUR_CONTRAST:
            yield AlteredPlace(kind=Alteration.BLUR, box_xyxy=_pixels(box), score=round(min(contrast, 1.0), 4))


def _mosaics(grey: NDArray[np.float32]) -> Iterator[AlteredPlace]:
    """Windows whose steps lie on a grid; windows that touch are one place."""
    across, down = np.abs(np.diff(grey, axis=1)), np.abs(np.diff(grey, axis=0))
    rows, columns = grey.shape
    hits: list[tuple[int, int, float]] = []
    for top in range(0, rows - WINDOW + 1, WINDOW // 3):
        for left in range(0, columns - WINDOW + 1, WINDOW // 3):
            if float(down[top : top + WINDOW, left : left + WINDOW].mean()) < MIN_STEPS_GREY:
                continue
            sums = (
                across[top : top + WINDOW, left : left + WINDOW - 1].mean(axis=0),
                down[top : top + WINDOW - 1, left : left + WINDOW].mean(axis=1),
            )
            share = _grid_share(*sums)
            if share >= GRID_SHARE:
                hits.append((top, left, share))
    if hits:
        tops, lefts, shares = zip(*hits, strict=True)
        box = min(lefts), min(tops), max(lefts) + WINDOW, max(tops) + WINDOW
        yield AlteredPlace(kind=Alteration.MOSAIC, box_xyxy=box, score=round(max(shares), 4))


def _grid_share(across: NDArray[np.float32], down: NDArray[np.float32]) -> float:
    """Share of the steps on the best square grid; the lesser of both directions."""
    best = 0.0
    for block in BLOCKS:
        shares = []
        for steps in (across, down):
            phases = np.array([steps[phase::block].sum() for phase in range(block)])
            number = len(steps[int(phases.argmax()) :: block])
            total = float(steps.sum())
            on_grid = float(phases.max())
            shares.append(on_grid / total if on_grid / max(number, 1) >= STEP_GREY else 0.0)
        best = max(best, min(shares))
    return best


def _patches(grey: NDArray[np.float32]) -> Iterator[AlteredPlace]:
    deviation = np.sqrt(np.maximum(_cells(grey**2) - _cells(grey) ** 2, 0))
    flat = deviation <= PATCH_GREY
    for box, mask in _places(flat, closing=0):
        ring = _ring(mask, box, flat.shape)
        around = deviation[ring]
        if around.size < MIN_CELLS // 2:
            continue
        grainy = float((around >= AROUND_GREY).mean())
        filled = float(np.count_nonzero(mask)) / max((box[2] - box[0]) * (box[3] - box[1]), 1)
        if grainy >= 0.9 and filled >= 0.75:  # noqa: PLR2004  goods on all sides, and a drawn shape
            yield AlteredPlace(kind=Alteration.PATCH, box_xyxy=_pixels(box), score=round(grainy * filled, 4))


def _clones(grey: NDArray[np.float32]) -> Iterator[AlteredPlace]:
    """Blocks that are there twice, moved by the same way."""
    finder = cv2.ORB.create(nfeatures=1200, fastThreshold=8)
    points, descriptors = finder.detectAndCompute(np.asarray(grey, dtype=np.uint8), None)
    if descriptors is None or len(points) < 2 * CLONE_BLOCKS:
        return
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(descriptors, descriptors, k=2)
    moves: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for pair in pairs:
        other = next((one for one in pair if one.trainIdx != one.queryIdx), None)
        if other is None or other.distance > 24:  # noqa: PLR2004  of 256 bits: copies after JPEG
            continue
        (x, y), (x2, y2) = points[other.queryIdx].pt, points[other.trainIdx].pt
        if max(abs(x2 - x), abs(y2 - y)) >= CLONE_APART:
            moves.setdefault((round((x2 - x) / 2), round((y2 - y) / 2)), []).append((x, y))
    for (half_x, half_y), places in moves.items():
        if len(places) < CLONE_BLOCKS:
            continue
        same = [(x, y) for x, y in places if _is_copy(grey, x, y, 2 * half_x, 2 * half_y)]
        if len(same) >= CLONE_BLOCKS:
            xs, ys = zip(*same, strict=True)
            box = int(min(xs)), int(min(ys)), int(max(xs)) + 1, int(max(ys)) + 1
            score = round(min(1.0, len(same) / (3 * CLONE_BLOCKS)), 4)
            yield AlteredPlace(kind=Alteration.CLONE, box_xyxy=box, score=max(score, 0.5))


def _is_copy(grey: NDArray[np.float32], x: float, y: float, dx: int, dy: int) -> bool:
    half, rows, columns = CLONE_BLOCK // 2, *grey.shape
    column, row = round(x), round(y)
    best = 255.0
    if not (half <= column < columns - half and half <= row < rows - half):
        return False
    block = grey[row - half : row + half, column - half : column + half]
    if float(block.std()) < CLONE_TEXTURE:
        return False
    for shift_y in (-1, 0, 1):
        for shift_x in (-1, 0, 1):
            r, c = row + dy + shift_y, column + dx + shift_x
            if half <= c < columns - half and half <= r < rows - half:
                best = min(best, float(np.abs(block - grey[r - half : r + half, c - half : c + half]).mean()))
    return best <= CLONE_GREY


def _cells(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of every cell, rows x columns."""
    rows, columns = values.shape[0] // CELL, values.shape[1] // CELL
    whole = values[: rows * CELL, : columns * CELL]
    return np.asarray(whole.reshape(rows, CELL, columns, CELL).mean(axis=(1, 3)), dtype=np.float32)


def _over_neighbours(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(cv2.blur(cells, (3, 3)), dtype=np.float32)


def _places(cells: NDArray[np.bool_], *, closing: int) -> Iterator[tuple[tuple[int, int, int, int], NDArray[np.bool_]]]:
    """Connected places of a fitting size that lie inside the picture: box (cells) and mask (whole picture)."""
    mask = cells.astype(np.uint8)
    if closing:
        mask = np.asarray(
            cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((closing, closing), np.uint8)), dtype=np.uint8
        )
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    for number in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[number])
        inside = left > 0 and top > 0 and left + width < mask.shape[1] and top + height < mask.shape[0]
        if (
            inside
            and MIN_CELLS <= area <= MAX_SHARE * mask.size
            and area >= MIN_FILL * width * height
            and min(width, height) >= MIN_SIDE_CELLS
        ):
            yield (left, top, left + width, top + height), numbers == number


def _ring(mask: NDArray[np.bool_], box: tuple[int, int, int, int], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Cells around a place, a cell away from its soft edge."""
    inner = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8))
    outer = cv2.dilate(inner, np.ones((5, 5), np.uint8))
    assert box[2] <= shape[1]
    return np.asarray((outer > 0) & (inner == 0))


def _pixels(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (value * CELL for value in box)
    return left, top, right, bottom


def _scaled(place: AlteredPlace, factor: float) -> AlteredPlace:
    left, top, right, bottom = (int(value * factor) for value in place.box_xyxy)
    return msgspec.structs.replace(place, box_xyxy=(left, top, right, bottom))

"""What is looked for: a mark's picture made into templates, and the refusal of pictures that cannot serve."""

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.contract import Image
from detectors.frame.gallery.shape import Shape, describe

Soft = NDArray[np.float32]
"""Rows x columns, 0 (ground) to 1 (mark)."""

TEMPLATE_SIDE = 72
"""Longest side, pixels, at which mark and picture are compared: marks on air have 40 to 200."""
RIM = 8
"""Pixels of ground around the mark: its outline is half of what is known about it."""
WEIGHTS = (0.25, 0.5, 0.75)
"""Levels at which the soft mark is cut: as prints come out bold, regular and thin."""
SMALLEST_SIDE = 48
"""Pixels of a gallery picture's shorter side."""
MIN_SHARE, MAX_SHARE = 0.03, 0.92
"""Share of the picture's bounding box that is mark. Less is a line, more a plain area: both are everywhere."""
MIN_CONTRAST = 40.0
"""Grey levels between mark and ground; a picture below is blank."""
MIN_DETAIL = 1.35
"""Length of the mark's outline over that of a disc of the same area: a disc has 1, a square 1.13. Below, buttons,
pockets and windows would match."""


class MarkError(ValueError):
    """A picture cannot serve as a mark; the message says why and what to give instead."""


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """One weight of a mark."""

    shape: Shape
    soft: Soft
    """The mark with its rim."""


def mark_in(image: Image) -> Soft:
    """The mark of a gallery picture, cut to its bounds: what is unlike the ground, which is the colour of the corners.

    Raises:
        MarkError: the picture is too small or blank.
    """
    rows, columns = image.shape[:2]
    if min(rows, columns) < SMALLEST_SIDE:
        raise MarkError(f"{columns} x {rows} pixels are too few; give a picture of at least {SMALLEST_SIDE} a side")
    pixels = image.astype(np.float32)
    corners = np.stack([pixels[0, 0], pixels[0, -1], pixels[-1, 0], pixels[-1, -1]])
    away = np.linalg.norm(pixels - np.median(corners, axis=0), axis=2) / np.sqrt(3.0)
    strongest = float(np.percentile(away, 99.5))
    if strongest < MIN_CONTRAST:
        raise MarkError("the picture is blank: nothing in it differs from its ground; give one with the mark on it")
    soft = np.asarray(np.clip(away / strongest, 0, 1), dtype=np.float32)
    inside = np.argwhere(soft > WEIGHTS[1])
    (top, left), (bottom, right) = inside.min(axis=0), inside.max(axis=0) + 1
    return np.asarray(soft[top:bottom, left:right], dtype=np.float32)


def templates_of(mark: Soft) -> tuple[Template, ...]:
    """Templates of a mark.

    Raises:
        MarkError: the shape is so plain that it is found everywhere.
    """
    scale = TEMPLATE_SIDE / max(mark.shape)
    size = max(1, round(mark.shape[1] * scale)), max(1, round(mark.shape[0] * scale))
    small = np.asarray(cv2.resize(mark, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    _refuse_plain(small)
    soft = np.asarray(cv2.copyMakeBorder(small, RIM, RIM, RIM, RIM, cv2.BORDER_CONSTANT, value=(0.0,)), np.float32)
    blurred = cv2.GaussianBlur(soft, (0, 0), 1.0)
    shapes = [describe(np.asarray(blurred > level, dtype=np.uint8)) for level in WEIGHTS]
    found = tuple(Template(shape=shape, soft=soft) for shape in shapes if shape is not None)
    if not found:
        raise MarkError("the shape is a line; lines are everywhere, so give the whole mark")
    return found


def _refuse_plain(small: Soft) -> None:
    mask = np.asarray(small > WEIGHTS[1], dtype=np.uint8)
    share = float(mask.mean())
    if not MIN_SHARE <= share <= MAX_SHARE:
        raise MarkError(
            f"{share:.0%} is mark: a {'line' if share < MIN_SHARE else 'plain area'} is found everywhere; "
            "give a mark with a shape of its own"
        )
    outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    length = sum(cv2.arcLength(outline, closed=True) for outline in outlines)
    detail = length / (2 * np.sqrt(np.pi * float(mask.sum())))
    if detail < MIN_DETAIL:
        raise MarkError(
            f"the shape is too common (outline {detail:.2f} times that of a disc, at least {MIN_DETAIL} needed): "
            "buttons and pockets would match; give a mark with a shape of its own"
        )

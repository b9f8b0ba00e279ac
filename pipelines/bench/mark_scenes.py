"""Composites for measuring: marks of the gallery on woven cloth and grained leather, warped, lit, moved and compressed.

Other textures, other clutter, another camera than `detectors/frame/gallery/harmless.py`, which sets thresholds.
They are drawn, so they say how detectors compare, not how real rooms will be.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.contract import Image

ROWS, COLUMNS = 720, 405
Canvas = NDArray[np.float32]


def scene(seed: int, mark: NDArray[np.float32] | None) -> Image:
    """A room with goods, and on them the mark (rows x columns, 0 to 1), 48 to 170 pixels wide, or none."""
    dice = np.random.default_rng(1_000_000 + seed)
    image = _wall(dice)
    goods, colour = _goods(dice, image)
    if mark is not None:
        _print(dice, image, goods, mark, colour)
    _fingers(dice, image)
    return _filmed(dice, image)


def _wall(dice: np.random.Generator) -> Canvas:
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    slope = dice.uniform(-60, 60) * x / COLUMNS + dice.uniform(-60, 60) * y / ROWS
    image = np.asarray(slope[..., None] + dice.uniform(60, 190, 3), dtype=np.float32)
    for _ in range(int(dice.integers(2, 7))):  # shelves, lamps, people behind
        left, top = int(dice.integers(-40, COLUMNS)), int(dice.integers(-40, ROWS))
        width, height = int(dice.integers(20, 220)), int(dice.integers(20, 260))
        tone = [float(value) for value in dice.uniform(20, 235, 3)]
        if dice.random() < 0.5:  # noqa: PLR2004  as often round as square
            cv2.ellipse(image, (left, top), (width // 2, height // 2), float(dice.uniform(0, 180)), 0, 360, tone, -1)
        else:
            cv2.rectangle(image, (left, top), (left + width, top + height), tone, -1)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), float(dice.uniform(0.5, 4))), dtype=np.float32)


def _goods(dice: np.random.Generator, image: Canvas) -> tuple[NDArray[np.float32], Canvas]:
    """Draw goods over the middle; gives their four corners and their colour."""
    corners = np.array([(70, 170), (335, 170), (355, 600), (50, 600)]) + dice.normal(0, 18, (4, 2))
    mask = np.zeros((ROWS, COLUMNS), dtype=np.float32)
    cv2.fillConvexPoly(mask, corners.astype(np.int32), (1.0,), cv2.LINE_AA)
    colour = dice.uniform(20, 235, 3).astype(np.float32)
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    turn, thread = dice.uniform(0, np.pi), dice.uniform(1.2, 3.5)
    along, across = x * np.cos(turn) + y * np.sin(turn), -x * np.sin(turn) + y * np.cos(turn)
    woven = np.sin(2 * np.pi * along / thread) * np.sin(2 * np.pi * across / thread) * dice.uniform(2, 9)
    grain = cv2.medianBlur(dice.integers(0, 255, (ROWS, COLUMNS)).astype(np.uint8), 5).astype(np.float32) - 127
    folds = np.sin(along / dice.uniform(20, 70)) * dice.uniform(0, 14)
    texture = (woven if dice.random() < 0.5 else grain * dice.uniform(0.05, 0.18)) + folds  # noqa: PLR2004  cloth or leather
    image += (colour + texture[..., None] - image) * mask[..., None]
    return corners.astype(np.float32), colour


def _print(
    dice: np.random.Generator, image: Canvas, goods: NDArray[np.float32], mark: NDArray[np.float32], colour: Canvas
) -> None:
    rows, columns = mark.shape
    scale = dice.uniform(48, 170) / max(rows, columns)
    turn = dice.uniform(-0.5, 0.5)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    flat = (np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)]) - (columns / 2, rows / 2)) * scale
    flat *= (dice.uniform(0.75, 1), 1) if dice.random() < 0.5 else (1, dice.uniform(0.75, 1))  # noqa: PLR2004
    middle = goods.mean(axis=0) + dice.uniform(-45, 45, 2)
    corners = flat @ rotation.T + middle + dice.normal(0, 0.02, (4, 2)) * scale * columns
    source = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    alpha = cv2.warpPerspective(mark, matrix, (COLUMNS, ROWS), flags=cv2.INTER_AREA)
    y, x = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    wave, height = dice.uniform(40, 120), dice.uniform(0, 3)
    alpha = cv2.remap(
        alpha, x + np.float32(height) * np.sin(y / wave).astype(np.float32), y, cv2.INTER_LINEAR
    )  # lies on a fold
    strength = dice.uniform(50, 150) * (1 if colour.mean() < 128 else -1)  # noqa: PLR2004  light on dark, dark on light
    image += (alpha * strength)[..., None] * dice.uniform(0.75, 1.0, 3).astype(np.float32)


def _fingers(dice: np.random.Generator, image: Canvas) -> None:
    skin = (np.array([232, 190, 160]) + dice.normal(0, 14, 3)).clip(0, 255)
    for finger in range(int(dice.integers(0, 4))):
        x, y = int(dice.integers(30, 80)), 380 + 26 * finger
        cv2.ellipse(
            image, (x, y), (46, 12), float(dice.uniform(-15, 15)), 0, 360, [float(v) for v in skin], -1, cv2.LINE_AA
        )


def _filmed(dice: np.random.Generator, image: Canvas) -> Image:
    shaken = image
    if dice.random() < 0.4:  # noqa: PLR2004  hands move in two of five frames
        length = int(dice.integers(3, 8))
        shaken = np.asarray(cv2.blur(image, (length, 1) if dice.random() < 0.5 else (1, length)), dtype=np.float32)  # noqa: PLR2004
    soft = cv2.GaussianBlur(shaken, (0, 0), float(dice.uniform(0.4, 1.4)))
    bright = np.clip(soft * dice.uniform(0.7, 1.15) + dice.normal(0, dice.uniform(0.5, 4), soft.shape), 0, 255)
    coded = cv2.imencode(".jpg", bright.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, int(dice.integers(50, 90))])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)

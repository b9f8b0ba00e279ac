"""Drawn pictures without any mark: what thresholds are measured on.

Boards, words, boxes, discs and many-cornered shapes on cloth, as they stand around in live rooms. They are drawn, not
filmed: whoever has frames of honest rooms should measure on those (`dajia gallery add --harmless FOLDER`).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.contract import Image

ROWS, COLUMNS = 720, 405
LETTERS = "ABCDEFGHKMNOPRSTUVXYZ0123456789"
Canvas = NDArray[np.float32]


def harmless_picture(seed: int) -> Image:
    """Draw a picture; the same seed always gives the same one."""
    dice = np.random.default_rng(seed)
    ground = dice.integers(40, 215, 3).astype(np.float32)
    image = np.asarray(np.clip(ground + _cloth(dice) * dice.uniform(3, 10), 0, 255), dtype=np.uint8)
    for _ in range(int(dice.integers(4, 14))):
        _thing(dice, image)
    return _camera(dice, image.astype(np.float32))


def _cloth(dice: np.random.Generator, grains: tuple[int, ...] = (4, 16, 64)) -> Canvas:
    layers = [
        cv2.resize(
            dice.normal(0, 1, (ROWS // grain, COLUMNS // grain)).astype(np.float32), (COLUMNS, ROWS),
            interpolation=cv2.INTER_CUBIC,
        )
        for grain in grains
    ]  # fmt: skip
    return np.asarray(np.mean(layers, axis=0), dtype=np.float32)[..., None]


def _thing(dice: np.random.Generator, image: Image) -> None:
    colour = [int(value) for value in dice.integers(0, 255, 3)]
    x, y, size = int(dice.integers(0, COLUMNS)), int(dice.integers(0, ROWS)), int(dice.integers(15, 160))
    match int(dice.integers(0, 5)):
        case 0:
            cv2.rectangle(image, (x, y), (x + size, y + int(dice.integers(10, 160))), colour, -1)
        case 1:
            cv2.circle(image, (x, y), size // 2, colour, -1)
        case 2:
            end = int(dice.integers(0, COLUMNS)), int(dice.integers(0, ROWS))
            cv2.line(image, (x, y), end, colour, int(dice.integers(1, 14)))
        case 3:
            word = "".join(LETTERS[int(dice.integers(0, len(LETTERS)))] for _ in range(int(dice.integers(2, 9))))
            face, scale, thick = int(dice.integers(0, 8)), float(dice.uniform(0.6, 2.5)), int(dice.integers(1, 6))
            cv2.putText(image, word, (x, y), face, scale, colour, thick, cv2.LINE_AA)
        case _:
            corners = np.stack([x + dice.integers(-size, size, 5), y + dice.integers(-size, size, 5)], axis=1)
            cv2.fillPoly(image, [corners.astype(np.int32)], colour, cv2.LINE_AA)


def _camera(dice: np.random.Generator, image: Canvas) -> Image:
    """Light from one side, a lens, a sensor and a JPEG."""
    lit = image * np.clip(1 + _cloth(dice, (200,)) * dice.uniform(0, 0.2), 0.5, 1.5)
    soft = cv2.GaussianBlur(lit.astype(np.float32), (0, 0), max(0.3, float(dice.uniform(0, 1.6))))
    noisy = np.clip(soft + dice.normal(0, dice.uniform(1, 5), soft.shape), 0, 255).astype(np.uint8)
    coded = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, int(dice.integers(45, 92))])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), dtype=np.uint8)

"""Turned rectangles: what a strip of tape is."""

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]

SAMPLES = 48
"""Points sampled along each side of a strip."""


class TurnedRectangle(msgspec.Struct, frozen=True, kw_only=True):
    """A turned rectangle: centre, sides, direction of the first side in degrees."""

    centre: tuple[float, float]
    width: float
    height: float
    angle: float

    def grown(self, by: float) -> "TurnedRectangle":
        """Grow by so many pixels on every side."""
        return msgspec.structs.replace(self, width=self.width + 2 * by, height=self.height + 2 * by)

    def corners(self) -> Points:
        """4 x 2, x and y."""
        return np.asarray(cv2.boxPoints((self.centre, (self.width, self.height), self.angle)), dtype=np.float32)


def rectangle_around(contour: NDArray[np.int32]) -> TurnedRectangle:
    """Find the smallest turned rectangle around an outline."""
    centre, (width, height), angle = cv2.minAreaRect(contour)
    return TurnedRectangle(centre=(centre[0], centre[1]), width=width, height=height, angle=angle)


def outline_points(rectangle: TurnedRectangle) -> Points:
    """Points along the four sides, 4 x SAMPLES x 2."""
    corners = rectangle.corners()
    share = np.linspace(0, 1, SAMPLES, dtype=np.float32)[:, None]
    sides = [corners[i] + share * (corners[(i + 1) % 4] - corners[i]) for i in range(4)]
    return np.stack(sides)

"""A shape without its place, size, slant and turn, so that it can be compared with others.

The shape is moved and stretched until its spread is the same in all directions (whitening): what is left of any affine
view is a turn, perhaps mirrored. Sampled along circles, a turn is a shift: the sizes of the Fourier coefficients are
the same for all views (the embedding), and one product of coefficients gives the agreement at every turn.
"""

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.frame.gallery.silhouettes import Mask

Matrix = NDArray[np.float64]
Waves = NDArray[np.complex64]

RADII, ANGLES = 10, 64
ORDERS = 17
"""Fourier orders kept of each circle: finer detail is lost in a mark of 40 pixels."""
REACH_SIGMAS = 2.7
"""Radius of the largest circle, standard deviations of the shape: beyond, even stars have nothing."""
SOFTNESS = 0.12
"""Blur before sampling, standard deviations of the shape: small masks are coarse, their grid must not count."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """A shape with the way it was made neutral."""

    waves: Waves
    """Fourier coefficients of the circles, RADII x ORDERS, of unit length, without the mean."""
    spread: Matrix
    """2 x 2: from neutral coordinates to pixels of the mask."""
    centre: NDArray[np.float64]
    """Of the mask: x and y, pixels."""

    @property
    def embedding(self) -> NDArray[np.float32]:
        """Unit vector, RADII * ORDERS, the same for every affine view of the shape, mirrored ones included."""
        return np.asarray(np.abs(self.waves).ravel(), dtype=np.float32)


def _circles() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    radius = (np.arange(RADII) + 0.5) / RADII * REACH_SIGMAS
    angle = np.arange(ANGLES) * (2 * np.pi / ANGLES)
    x, y = radius[:, None] * np.cos(angle), radius[:, None] * np.sin(angle)
    return np.asarray(x, dtype=np.float32), np.asarray(y, dtype=np.float32)


_X, _Y = _circles()
_LENGTHS = np.sqrt((np.arange(RADII) + 0.5) / RADII)[:, None]
"""A circle counts by its length."""


def describe(mask: Mask) -> Shape | None:
    """Make a shape neutral; None where it is a line or a dot."""
    moments = cv2.moments(mask, binaryImage=True)
    area = moments["m00"]
    if not area:
        return None
    covariance = np.array([[moments["mu20"], moments["mu11"]], [moments["mu11"], moments["mu02"]]]) / area
    values, vectors = np.linalg.eigh(covariance)
    if values[0] < 1.0:
        return None
    spread = vectors * np.sqrt(values) @ vectors.T
    centre = np.array([moments["m10"], moments["m01"]]) / area
    x = np.asarray(spread[0, 0] * _X + spread[0, 1] * _Y + centre[0], dtype=np.float32)
    y = np.asarray(spread[1, 0] * _X + spread[1, 1] * _Y + centre[1], dtype=np.float32)
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(0.5, float(np.sqrt(values[0])) * SOFTNESS))
    rings = np.asarray(cv2.remap(soft, x, y, cv2.INTER_LINEAR, borderValue=(0.0,)), dtype=np.float32)
    waves = np.fft.rfft((rings - rings.mean()) * _LENGTHS, axis=1)[:, :ORDERS]
    waves[:, 1:] *= np.sqrt(2)  # the coefficients of the negative orders, which a real signal has too
    length = float(np.linalg.norm(waves))
    if not length:
        return None
    return Shape(waves=np.asarray(waves / length, dtype=np.complex64), spread=spread, centre=centre)


def agreements(shape: Shape, templates: Waves) -> NDArray[np.float32]:
    """Agreement (about -1 to 1) of a shape with templates at every turn.

    Args:
        shape: what was found.
        templates: conjugated waves of templates, T x RADII x ORDERS (see `template_waves`).

    Returns:
        T x ANGLES: turned by 0, 1, … steps from the template to the shape.
    """
    products = np.einsum("ro,tro->to", shape.waves, templates)
    products[:, 1:] *= 0.5  # `irfft` counts them twice
    return np.asarray(np.fft.irfft(products, ANGLES, axis=1) * ANGLES, dtype=np.float32)


def template_waves(shapes: list[Shape], *, mirrored: bool) -> Waves:
    """Waves of templates for `agreements`, T x RADII x ORDERS; those of mirror images are conjugated once more."""
    waves = np.stack([one.waves for one in shapes])
    return waves if mirrored else np.conj(waves)


def placement(shape: Shape, template: Shape, turn: float, *, mirrored: bool) -> Matrix:
    """2 x 3: from pixels of the template to pixels of the shape's mask, turned by `turn` radians."""
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    flip = np.diag([1.0, -1.0]) if mirrored else np.eye(2)
    linear = shape.spread @ rotation @ flip @ np.linalg.inv(template.spread)
    return np.hstack([linear, (shape.centre - linear @ template.centre)[:, None]])


def stretch(linear: Matrix) -> float:
    """How much more a placement stretches one direction than the other: 1 is a similarity, 2 a view at 60 degrees."""
    square = float((linear**2).sum())
    area = abs(float(linear[0, 0] * linear[1, 1] - linear[0, 1] * linear[1, 0]))
    half = square / 2
    root = np.sqrt(max(half**2 - area**2, 0.0))
    return float(np.sqrt((half + root) / max(half - root, 1e-9)))

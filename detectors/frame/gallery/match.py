"""Which mark a shape is: the best agreements of neutral shapes, then the mark laid over the picture and compared."""

from collections.abc import Mapping

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.contract import Image
from detectors.frame.gallery.shape import (
    ANGLES,
    Matrix,
    Shape,
    Waves,
    agreements,
    describe,
    placement,
    stretch,
    template_waves,
)
from detectors.frame.gallery.silhouettes import SearchPicture, Silhouette, search_picture, silhouettes
from detectors.frame.gallery.template import Soft, Template

NEAR_COSINE = 0.62
"""Cosine of two embeddings below which two shapes are not compared further: no turn agrees better than that."""
MIN_AGREEMENT = 0.62
"""Agreement of the neutral shapes at the best turn; views of marks of 40 pixels and more have 0.7 to 0.98."""
NEAREST = 4
"""Templates laid over one shape."""
MAX_STRETCH = 2.4
"""Goods are held to the camera, not seen from the side: 2 is a view at 60 degrees."""
MIN_OVERLAY = 0.6
"""Correlation of mark and picture, laid over each other, from which the fit is worth refining."""
REFINED = 3
"""Best placements of an entry that are refined; each costs about two milliseconds."""
REFINE_ROUNDS = 12

Box = tuple[int, int, int, int]


class MarkFound(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a picture that looks like a mark."""

    entry: str
    score: float
    """Correlation of the outlines of mark and picture, 0 to 1."""
    mirrored: bool
    box_xyxy: Box
    """Pixels of the original picture."""


class _Placed(msgspec.Struct, frozen=True, kw_only=True):
    overlay: float
    view: Soft
    template: Template
    box: Box
    mirrored: bool


class MarkIndex:
    """All templates of a gallery, ready for the search."""

    def __init__(self, templates: Mapping[str, tuple[Template, ...]]) -> None:
        """Index templates by the name of their entry."""
        self._entries = [name for name, of in templates.items() for _ in of]
        self._templates = [template for of in templates.values() for template in of]
        if self._templates:
            shapes = [template.shape for template in self._templates]
            self._embeddings = np.stack([shape.embedding for shape in shapes])
            self._waves: tuple[tuple[bool, Waves], ...] = tuple(
                (mirrored, template_waves(shapes, mirrored=mirrored)) for mirrored in (False, True)
            )

    def find(self, image: Image) -> list[MarkFound]:
        """The best place of every entry that has one, best first; the thresholds of the entries are not applied."""
        if not self._templates:
            return []
        picture = search_picture(image)
        placed: dict[str, list[_Placed]] = {}
        for silhouette in silhouettes(picture):
            shape = describe(silhouette.mask)
            if shape is not None:
                self._place(shape, silhouette, picture, placed)
        found = [_best(name, places) for name, places in placed.items()]
        return sorted(found, key=lambda one: -one.score)

    def _place(
        self, shape: Shape, silhouette: Silhouette, picture: SearchPicture, placed: dict[str, list[_Placed]]
    ) -> None:
        near = np.flatnonzero(self._embeddings @ shape.embedding >= NEAR_COSINE)
        if not len(near):
            return
        for mirrored, waves in self._waves:
            agreement = agreements(shape, waves[near])
            best = agreement.max(axis=1)
            for at in np.argsort(-best)[:NEAREST]:
                if best[at] < MIN_AGREEMENT:
                    break
                template, turn = self._templates[near[at]], float(agreement[at].argmax()) * 2 * np.pi / ANGLES
                matrix = placement(shape, template.shape, turn, mirrored=mirrored)
                if stretch(matrix[:, :2]) > MAX_STRETCH:
                    continue
                view = _view(template, matrix, silhouette, picture)
                overlay = _correlation(template.soft, view)
                if overlay < MIN_OVERLAY:
                    continue
                places = placed.setdefault(self._entries[near[at]], [])
                box = _box(silhouette, picture.factor)
                places.append(_Placed(overlay=overlay, view=view, template=template, box=box, mirrored=mirrored))
                places.sort(key=lambda one: -one.overlay)
                del places[REFINED:]


def _view(template: Template, matrix: Matrix, silhouette: Silhouette, picture: SearchPicture) -> Soft:
    """The picture as the template would see it, light where the mark should be."""
    moved = matrix + np.array([[0, 0, silhouette.left], [0, 0, silhouette.top]])
    rows, columns = template.soft.shape
    seen = cv2.warpAffine(
        picture.grey, moved, (columns, rows), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    light = np.asarray(seen, dtype=np.float32)
    return light if silhouette.lighter else np.asarray(255.0 - light, dtype=np.float32)


def _best(name: str, places: list[_Placed]) -> MarkFound:
    scored = [(_refined_score(place), place) for place in places]
    score, place = max(scored, key=lambda one: one[0])
    return MarkFound(entry=name, score=round(score, 4), mirrored=place.mirrored, box_xyxy=place.box)


def _refined_score(place: _Placed) -> float:
    """Correlation of the outlines after the placement was refined.

    Outlines, not areas: a square and a mark in a square have nearly the same area.
    """
    soft = np.asarray(cv2.GaussianBlur(place.template.soft, (0, 0), 1.2), dtype=np.float32)
    view = np.asarray(cv2.GaussianBlur(place.view, (0, 0), 1.0), dtype=np.float32)
    start = np.eye(2, 3, dtype=np.float32)
    everywhere = np.full(soft.shape, 255, dtype=np.uint8)
    stop = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, REFINE_ROUNDS, 1e-3)
    try:
        _, matrix = cv2.findTransformECC(soft, view, start, cv2.MOTION_AFFINE, stop, everywhere, 1)
    except cv2.error:
        return _outline_correlation(soft, view)  # the fit does not converge: the placement stays as it was
    size = soft.shape[1], soft.shape[0]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(view, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return _outline_correlation(soft, np.asarray(moved, dtype=np.float32))


def _correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return _cosine(one - one.mean(), other - other.mean())


def _outline_correlation(one: Soft, other: Soft) -> float:
    return max(0.0, min(1.0, _cosine(_slopes(one), _slopes(other))))


def _cosine(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float((a * b).sum() / max(float(np.linalg.norm(a) * np.linalg.norm(b)), 1e-6))


def _slopes(soft: Soft) -> NDArray[np.float32]:
    return np.stack([cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)]).astype(np.float32)


def _box(silhouette: Silhouette, factor: float) -> Box:
    rows, columns = silhouette.mask.shape
    left, top = silhouette.left, silhouette.top
    return int(left * factor), int(top * factor), int((left + columns) * factor), int((top + rows) * factor)

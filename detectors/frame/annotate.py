"""Findings drawn into their picture, for people to look at."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import cv2
import numpy as np

from detectors.contract import Image
from schemas import Signal, Suspicion

COLOURS: Mapping[Signal, tuple[int, int, int]] = MappingProxyType({
    Signal.COVERED_LABEL: (235, 40, 40), Signal.LOGO: (40, 200, 70), Signal.ALTERED_PICTURE: (240, 150, 20),
    Signal.CAMERA: (150, 150, 150), Signal.MISMATCH: (200, 60, 220),
})  # fmt: skip
"""By signal; words on the screen are blue."""
OTHER = (40, 120, 240)


def draw_findings(image: Image, findings: Iterable[Suspicion]) -> Image:
    """A copy of the picture with the box, signal, name and score of each finding.

    Words in other letters than Latin are left out: OpenCV has no font for them, and the machine-readable line has them.
    """
    shown = image.copy()
    line = max(2, min(image.shape[:2]) // 200)
    for one in findings:
        if one.facts.box_xyxy is None:
            continue
        left, top, right, bottom = one.facts.box_xyxy
        colour = COLOURS.get(one.signal, OTHER)
        cv2.rectangle(shown, (left, top), (right - 1, bottom - 1), colour, line)
        name = one.facts.term or one.facts.surface
        words = f"{one.signal} {name if name.isascii() else ''} {one.score:.2f}".replace("  ", " ")
        scale = min(image.shape[:2]) / 900
        at = (max(0, left), top - 4 if top > 20 * line else min(bottom + 12 * line, image.shape[0] - 2))
        cv2.putText(shown, words, at, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), 2 * line, cv2.LINE_AA)
        cv2.putText(shown, words, at, cv2.FONT_HERSHEY_SIMPLEX, scale, colour, max(1, line // 2), cv2.LINE_AA)
    return shown


def encode_jpeg(image: Image) -> bytes:
    """A picture as JPEG, quality 90."""
    coded = cv2.imencode(".jpg", np.ascontiguousarray(image[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 90])[1]
    return bytes(coded)

"""The threshold of an entry, from what it finds where it is not."""

from collections.abc import Iterable

from detectors.contract import Image
from detectors.frame.gallery.match import MarkIndex

MARGIN = 0.04
"""Above the highest false score measured."""
LOWEST_THRESHOLD = 0.68
"""Scores of marks that are there begin at about 0.7 (composites): lower thresholds gain nothing and risk much."""
HIGHEST_THRESHOLD = 0.92
"""Of marks that are there, half score higher (composites): with a higher threshold an entry finds hardly anything."""


def false_scores(index: MarkIndex, pictures: Iterable[Image]) -> dict[str, float]:
    """The highest score of every entry on pictures that show none of them."""
    highest: dict[str, float] = {}
    for picture in pictures:
        for found in index.find(picture):
            highest[found.entry] = max(found.score, highest.get(found.entry, 0.0))
    return highest


def threshold_above(false_score: float) -> float | None:
    """Threshold of an entry whose highest false score is this; None where it would be too high to find anything."""
    threshold = max(LOWEST_THRESHOLD, false_score + MARGIN)
    return None if threshold > HIGHEST_THRESHOLD else round(threshold, 3)

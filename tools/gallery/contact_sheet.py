"""Draws what the frame detectors find on composites into one picture, for people to look at.

python tools/gallery/contact_sheet.py sheet.jpg
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from detectors.contract import ScreenItem
from detectors.frame.annotate import draw_findings, encode_jpeg
from detectors.frame.covered_label import CoveredLabelDetector, draw_label
from detectors.frame.gallery.store import BUNDLED
from detectors.frame.logo import LogoDetector, bundled_gallery
from pipelines.bench.mark_scenes import scene

COLUMNS, ROWS = 7, 2


def main() -> None:
    """Draw, search, annotate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sheet", type=Path)
    options = parser.parse_args()
    gallery = bundled_gallery()
    logos, labels = LogoDetector(gallery), CoveredLabelDetector()
    pictures = [draw_label(taped=True), draw_label(taped=False)]
    for number, entry in enumerate(list(gallery.entries.values())[: COLUMNS * ROWS - 2]):
        drawn = cv2.imread(str(BUNDLED / entry.pictures[0]), cv2.IMREAD_GRAYSCALE)
        pictures.append(scene(500 + number, (1 - drawn / 255).astype(np.float32)))
    tiles = []
    for picture in pictures:
        item = ScreenItem(room="", session="", sequence=0, time_ms=0, image=picture, boxes=())
        # Looked at twice, as a picture that stays.
        state, first = labels.judge(labels.initial(), item)
        found = [*logos.judge(logos.initial(), item)[1], *first, *labels.judge(state, item)[1]]
        tiles.append(cv2.resize(draw_findings(picture, found), (270, 480), interpolation=cv2.INTER_AREA))
    rows = [np.hstack(tiles[row * COLUMNS : (row + 1) * COLUMNS]) for row in range(ROWS)]
    options.sheet.write_bytes(encode_jpeg(np.vstack(rows)))


if __name__ == "__main__":
    main()

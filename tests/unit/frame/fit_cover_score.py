"""Fits `detectors/data/cover_score.json` on drawn pictures.

    python tests/unit/frame/draw_labels.py PICTURES --first 0 --count 120
    python tests/unit/frame/fit_cover_score.py PICTURES

Gradient boosting of trees with two levels on the log-odds of "this strip is tape over a label". A picture with a
covered label gives its likeliest candidate as a positive example (which one that is, is found in three rounds), every
other picture all its candidates, which weigh less the more there are.
"""

import argparse
import sys
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.frame.cover_score import FEATURES, SCORE_FILE, CoverTrees, Split, log_odds
from detectors.frame.label_cover import find_covers
from detectors.frame.picture import decode_jpeg

TREES, RATE, ROUNDS, RIDGE, PRIOR = 60, 0.15, 3, 2.0, -2.0
Array = NDArray[np.float64]
NAMES = tuple(FEATURES)


def candidates(folder: Path) -> list[tuple[bool, Array]]:
    """(covered, candidates x features) of every picture that has candidates."""
    found = []
    for path in sorted(folder.glob("*.jpg")):
        covers = find_covers(decode_jpeg(path.read_bytes(), max_pixels=10_000_000))
        rows = [[cover.features[name] for name in FEATURES] for cover in covers]
        if rows:
            found.append((path.name.startswith("covered"), np.asarray(rows, dtype=np.float64)))
    return found


def leaf(gradient: Array, curvature: Array) -> float:
    return float(gradient.sum() / (curvature.sum() + RIDGE))


def best_split(x: Array, gradient: Array, curvature: Array) -> tuple[int, float] | None:
    """Feature and threshold that gain most, or None where nothing gains."""
    best, found = 1e-3, None
    for feature in range(x.shape[1]):
        order = np.argsort(x[:, feature], kind="stable")
        values, g, h = x[order, feature], np.cumsum(gradient[order]), np.cumsum(curvature[order])
        cut = np.flatnonzero(values[1:] > values[:-1])
        left_h, right_h = h[cut], h[-1] - h[cut]
        gain = g[cut] ** 2 / (left_h + RIDGE) + (g[-1] - g[cut]) ** 2 / (right_h + RIDGE) - g[-1] ** 2 / (h[-1] + RIDGE)
        gain[(left_h < 1) | (right_h < 1)] = 0
        if len(cut) and gain.max() > best:
            at = cut[gain.argmax()]
            best, found = gain.max(), (feature, float((values[at] + values[at + 1]) / 2))
    return found


def grow(x: Array, gradient: Array, curvature: Array, levels: int) -> Split | float:
    found = best_split(x, gradient, curvature) if levels and len(x) >= 20 else None
    if found is None:
        return round(RATE * leaf(gradient, curvature), 5)
    feature, threshold = found
    below = x[:, feature] < threshold
    return Split(
        feature=NAMES[feature], threshold=round(threshold, 5),
        below=grow(x[below], gradient[below], curvature[below], levels - 1),
        above=grow(x[~below], gradient[~below], curvature[~below], levels - 1),
    )  # fmt: skip


def scores(trees: CoverTrees, x: Array) -> Array:
    return np.asarray([log_odds(trees, dict(zip(FEATURES, row, strict=True))) for row in x.tolist()])


def fit(pictures: list[tuple[bool, Array]]) -> CoverTrees:
    trees = CoverTrees(prior=PRIOR, trees=())
    for _ in range(ROUNDS):
        rows, labels, weights = [], [], []
        for covered, x in pictures:
            chosen = x[[int(scores(trees, x).argmax())]] if covered and trees.trees else x
            weight = 1 / len(chosen) if covered else 1 / np.sqrt(len(chosen))
            rows.append(chosen)
            labels += [float(covered)] * len(chosen)
            weights += [weight] * len(chosen)
        trees = boost(np.concatenate(rows), np.asarray(labels), np.asarray(weights))
    return trees


def boost(x: Array, y: Array, weight: Array) -> CoverTrees:
    total, grown = np.full(len(x), PRIOR), []
    for _ in range(TREES):
        p = 1 / (1 + np.exp(-total))
        tree = grow(x, (y - p) * weight, np.maximum(p * (1 - p), 1e-3) * weight, levels=2)
        grown.append(tree)
        total = total + scores(CoverTrees(prior=0.0, trees=(tree,)), x)
    return CoverTrees(prior=PRIOR, trees=tuple(grown))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path)
    trees = fit(candidates(parser.parse_args().pictures))
    SCORE_FILE.write_bytes(msgspec.json.format(msgspec.json.encode(trees), indent=0) + b"\n")
    print(f"{SCORE_FILE}: {len(trees.trees)} trees", file=sys.stderr)


if __name__ == "__main__":
    main()

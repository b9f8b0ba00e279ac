"""How likely it is that a strip on a label is tape put there to hide it.

The judgement is a sum of small decision trees over the features of a candidate, kept as data in
`detectors/data/cover_score.json`. `tests/unit/frame/fit_cover_score.py` fits them on drawn pictures only.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Union

import msgspec

SCORE_FILE = Path(__file__).resolve().parents[1] / "data" / "cover_score.json"
FEATURES = (
    "cut", "cut_runs", "stumps", "free", "letters", "ink_share", "tall", "letter_rel", "jut", "askew", "sides",
    "inside", "flush", "coverage", "contrast", "strip_fill", "aspect", "texture", "label_fill", "label_share", "own",
)  # fmt: skip
"""What is known of a candidate; `label_cover._features` says what each one is."""


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """A question about one feature, with what follows from the answer."""

    feature: str
    threshold: float
    below: Union["Split", float]
    above: Union["Split", float]


class CoverTrees(msgspec.Struct, frozen=True, kw_only=True):
    """Trees whose answers are added to the prior log-odds."""

    prior: float
    trees: tuple[Split | float, ...]


def load_cover_trees() -> CoverTrees:
    """Read the fitted trees."""
    return msgspec.json.decode(SCORE_FILE.read_bytes(), type=CoverTrees)


def log_odds(trees: CoverTrees, features: Mapping[str, float]) -> float:
    """Log-odds, natural log, that a candidate is tape over a label."""
    return trees.prior + sum(_answer(tree, features) for tree in trees.trees)


def cover_score(trees: CoverTrees, features: Mapping[str, float]) -> float:
    """Score from 0 to 1 of a candidate; see `log_odds`."""
    return 1 / (1 + math.exp(-log_odds(trees, features)))


def _answer(tree: Split | float, features: Mapping[str, float]) -> float:
    while isinstance(tree, Split):
        tree = tree.below if features[tree.feature] < tree.threshold else tree.above
    return tree

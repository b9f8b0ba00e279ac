"""How likely it is that a strip on a label is tape put there to hide it.

The judgement is a sum of small decision trees over the features of a candidate, kept as data in
`detectors/data/cover_score.json`. `tests/unit/frame/fit_cover_score.py` fits them on drawn pictures only.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Union

import msgspec

SCORE_FILE = Path(__file__).resolve().parents[1] / "data" / "cover_score.json"
FEATURES: Mapping[str, str] = MappingProxyType({
    "cut": "share of the strip's outline on the label that runs through ink",
    "cut_runs": "number of places where it does",
    "stumps": "letters that begin at the strip, as if cut off",
    "free": "letters that stand free of it",
    "letters": "marks on the label the size of letters",
    "ink_share": "share of the open label that is ink",
    "tall": "strip's short side over the height of the letters",
    "letter_rel": "height of the letters over the label's short side",
    "jut": "share of the strip outside the label",
    "askew": "degrees between strip and label, 0 to 45",
    "sides": "sides of the strip that lie on the label, 0 to 4",
    "inside": "corners of the strip well inside the label",
    "flush": "corners of the strip on the label's edge",
    "coverage": "share of the label under the strip",
    "contrast": "Lab distance between strip and label",
    "strip_fill": "share of its own rectangle that the strip fills",
    "aspect": "strip's long side over its short one",
    "texture": "largest standard deviation of a Lab channel in the strip",
    "label_fill": "share of its own rectangle that the label fills",
    "label_share": "share of the picture that is label",
    "own": "share of the label that is its ground or the strip",
})  # fmt: skip
"""What is known of a candidate, by name."""


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

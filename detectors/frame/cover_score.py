"""How likely it is that a strip on a label is tape put there to hide it."""

import math
from collections.abc import Mapping

WEIGHTS = {"runs": 3.7, "jut": 0.5, "askew": 1.1, "coverage": 0.5, "contrast": 2.3, "tall": 1.4}
BIAS = -6.5
"""Logistic regression on the pictures of `tests/unit/frame/draw_labels.py`, seeds below its `EVALUATION_SEED`."""


def cover_score(features: Mapping[str, float]) -> float:
    """Score from 0 to 1; 0 where nothing shows that the patch under the strip is a label."""
    if features["letters"] < 1:
        return 0.0
    values = {
        "runs": min(features["cut_runs"], 5) / 5,
        "jut": min(features["jut"], 0.5) / 0.5,
        "askew": min(features["askew"], 12) / 12,
        "coverage": 1 - abs(features["coverage"] - 0.33) / 0.33,
        "contrast": min(features["contrast"], 60) / 60,
        "tall": min(features["tall"], 2) / 2,
    }
    return 1 / (1 + math.exp(-BIAS - sum(WEIGHTS[name] * value for name, value in values.items())))

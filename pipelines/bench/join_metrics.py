"""Arithmetic of the room figures: shares, Brier score, reliability, thresholds. Pure."""

from collections.abc import Callable, Sequence
from math import exp, log
from statistics import median

from msgspec import Struct

from pipelines.quantities import log_odds

HOUR_MS = 3_600_000
BINS = 10
NEWTON_STEPS = 30
RIDGE = 1e-6
"""Keeps the curvature invertible where all scores are alike."""


class Bin(Struct, frozen=True, kw_only=True):
    """Rooms whose predicted probability lies in one tenth of the scale."""

    low: float
    high: float
    rooms: int
    predicted: float
    """Mean prediction; the middle of the bin when it holds no room."""
    counterfeit: float | None
    """Share that are counterfeit; None when the bin holds no room."""


def brier(predictions: Sequence[tuple[float, bool]]) -> float | None:
    """Mean squared distance of predicted probability and truth; 0 is best, a constant 0.5 gives 0.25."""
    if not predictions:
        return None
    return sum((probability - truth) ** 2 for probability, truth in predictions) / len(predictions)


def reliability(predictions: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    """The calibration plot as numbers: predicted against true share, in tenths."""
    bins = []
    for place in range(BINS):
        low, high = place / BINS, (place + 1) / BINS
        inside = [
            (probability, truth)
            for probability, truth in predictions
            if min(int(probability * BINS), BINS - 1) == place
        ]
        count = len(inside)
        bins.append(
            Bin(
                low=low,
                high=high,
                rooms=count,
                predicted=sum(one for one, _ in inside) / count if count else (low + high) / 2,
                counterfeit=sum(truth for _, truth in inside) / count if count else None,
            )
        )
    return tuple(bins)


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Mean distance of predicted and true share over rooms (ECE)."""
    rooms = sum(one.rooms for one in bins)
    if not rooms:
        return None
    return sum(one.rooms * abs(one.predicted - one.counterfeit) for one in bins if one.counterfeit is not None) / rooms


def at_base_rate(probability: float, *, prior: float, base_rate: float) -> float:
    """Move a posterior from the prior it was made with to another share of counterfeit rooms.

    The evidence stays: log-odds minus those of `prior` plus those of `base_rate`.
    """
    held = min(max(probability, 1e-12), 1 - 1e-12)
    return _sigmoid(log_odds(held) - log_odds(prior) + log_odds(base_rate))


def noisy_or(nats: Sequence[float]) -> float:
    """Probability that at least one sign is no accident: 1 - product of the chances that each is one.

    A sign of weight w (log-likelihood ratio) is an accident with chance exp(-w), and certainly when w is not above 0.
    So the product is exp(-sum): noisy-or sums all weights and knows of no common cause.
    """
    return 1 - exp(-sum(max(0.0, one) for one in nats))


def threshold(honest_peaks: Sequence[float], hours: float, false_per_hour: float) -> float:
    """Smallest threshold (score must exceed it) at which no more honest rooms are cut than allowed.

    Args:
        honest_peaks: largest score of each honest room.
        hours: room hours of these rooms together.
        false_per_hour: false cuts that are allowed for each room hour.
    """
    allowed = int(hours * false_per_hour)
    ranked = sorted(honest_peaks, reverse=True)
    return ranked[allowed] if allowed < len(ranked) else 0.0


def fit_logistic(examples: Sequence[tuple[float, bool]]) -> Callable[[float], float]:
    """Fit a logistic curve to (score, truth) by Newton's method: what a score is worth as a probability.

    Truths are drawn in a little, as Platt does it, so that classes that a score separates do not give an endless slope.
    """
    positives = sum(truth for _, truth in examples)
    negatives = len(examples) - positives
    high, low = (positives + 1) / (positives + 2), 1 / (negatives + 2)
    spread = max((abs(score) for score, _ in examples), default=1.0) or 1.0
    points = [(score / spread, high if truth else low) for score, truth in examples]
    slope, offset = 0.0, log((positives + 1) / (negatives + 1))
    for _ in range(NEWTON_STEPS):
        gradient, curvature = [0.0, 0.0], [RIDGE, 0.0, RIDGE]
        for score, wanted in points:
            said = _sigmoid(slope * score + offset)
            gradient[0] += (wanted - said) * score
            gradient[1] += wanted - said
            weight = said * (1 - said)
            curvature[0] += weight * score * score
            curvature[1] += weight * score
            curvature[2] += weight
        determinant = curvature[0] * curvature[2] - curvature[1] ** 2
        slope += (curvature[2] * gradient[0] - curvature[1] * gradient[1]) / determinant
        offset += (curvature[0] * gradient[1] - curvature[1] * gradient[0]) / determinant
    return lambda score: _sigmoid(slope * score / spread + offset)


def middle(values: Sequence[float]) -> float | None:
    """Median; None of nothing."""
    return median(values) if values else None


def _sigmoid(nats: float) -> float:
    return 1 / (1 + exp(-min(max(nats, -700.0), 700.0)))

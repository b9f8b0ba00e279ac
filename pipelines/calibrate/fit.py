"""Logistic regression and isotonic regression, as small as the question needs; numpy alone.

The model: a reviewed show is counterfeit with log-odds `prior + intercept + sum of weight x nats` over families. The
policy in force is the model with every weight 1 and no intercept, so that is where the fit is pulled to: a normal prior
around it, worth little beside some dozens of shows. Weights are never negative: more evidence never weighs less.

Whether a show was reviewed depended on its evidence alone, not on the truth behind it, so the fit is not distorted by
looking at reviewed shows only; but nothing is learned about scores at which nothing was ever reviewed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WEIGHT_SPREAD = 1.0
"""Standard deviation of the weights' prior around 1: a detector off by a factor of three is no surprise."""
INTERCEPT_SPREAD = 2.0
"""Standard deviation of the intercept's prior around 0."""
Z_95 = 1.959964
"""Two-sided 95 % of the normal distribution."""
MAX_STEPS = 100
TOLERANCE = 1e-9


class Fitted(NamedTuple):
    """Intercept first, then one weight for each column."""

    values: Array
    spread: Array
    """Standard deviations (Wald: from the curvature at the maximum); 0 for a weight held at 0."""

    def interval(self, place: int) -> tuple[float, float]:
        """95 % interval of a value; a weight's does not go below 0."""
        low, high = self.values[place] - Z_95 * self.spread[place], self.values[place] + Z_95 * self.spread[place]
        return (float(low) if place == 0 else max(0.0, float(low))), float(high)


def fit_logistic(nats: Array, upheld: Array, offset: Array, *, intercept: bool = True) -> Fitted:
    """Fit intercept and weights.

    Args:
        nats: shows x families.
        upheld: 1.0 for upheld, 0.0 for overturned.
        offset: log-odds of each show without the fitted families.
        intercept: False holds the intercept at 0.
    """
    columns = nats.shape[1]
    design = np.column_stack([np.ones(len(nats)), nats])
    centre = np.concatenate([[0.0], np.ones(columns)])
    precision = np.concatenate([[INTERCEPT_SPREAD**-2], np.full(columns, WEIGHT_SPREAD**-2)])
    free = np.ones(columns + 1, dtype=bool)
    free[0] = intercept
    while True:
        values, curvature = _newton(design, upheld, offset, centre=centre, precision=precision, free=free)
        below = free & (values < 0)
        below[0] = False
        if not below.any():
            break
        free &= ~below
    spread = np.zeros(columns + 1)
    spread[free] = np.sqrt(np.diag(np.linalg.inv(curvature[np.ix_(free, free)])))
    return Fitted(values, spread)


def _newton(
    design: Array, upheld: Array, offset: Array, *, centre: Array, precision: Array, free: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Maximise the posterior over the free values, the others at 0; the curvature is that of all of them."""
    values = np.where(free, centre, 0.0)
    for _ in range(MAX_STEPS):
        chance = chance_of(offset + design @ values)
        gradient = design.T @ (upheld - chance) - precision * (values - centre)
        curvature = design.T @ (design * (chance * (1 - chance))[:, None]) + np.diag(precision)
        step = np.zeros(len(values))
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
        values = values + step * min(1.0, 2.0 / max(float(np.abs(step).max()), TOLERANCE))
        if float(np.abs(step).max()) < TOLERANCE:
            break
    return values, curvature


def chance_of(log_odds: Array) -> Array:
    """Probabilities of log-odds."""
    result: Array = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500, 500)))
    return result


def brier(chance: Array, upheld: Array) -> float:
    """Mean squared difference of probability and truth: 0 is perfect, 0.25 knows nothing."""
    return float(np.mean((chance - upheld) ** 2))


class Block(NamedTuple):
    """Neighbouring shows that isotonic regression pools."""

    lowest: float
    """Smallest score in it."""
    highest: float
    shows: int
    upheld: int

    @property
    def rate(self) -> float:
        """Share of upheld ones, with half a show of each kind added: a block of ten upheld ones is not certainty."""
        return (self.upheld + 0.5) / (self.shows + 1)


def isotonic(score: Array, upheld: Array) -> list[Block]:
    """Pool adjacent violators: blocks of rising score, whose shares of upheld ones rise, too."""
    blocks: list[Block] = []
    values, counts = np.unique(score, return_counts=True)
    ordered = upheld[np.argsort(score, kind="stable")]
    start = 0
    for value, count in zip(values, counts, strict=True):
        blocks.append(Block(float(value), float(value), int(count), int(ordered[start : start + count].sum())))
        start += int(count)
        while len(blocks) > 1 and blocks[-2].upheld * blocks[-1].shows >= blocks[-1].upheld * blocks[-2].shows:
            upper, lower = blocks.pop(), blocks.pop()
            blocks.append(Block(lower.lowest, upper.highest, lower.shows + upper.shows, lower.upheld + upper.upheld))
    return blocks


def score_for(blocks: list[Block], rate: float, near: float) -> float | None:
    """A score from which on at least so large a share is upheld; None when no block reaches it.

    Between the last score below and the first above all are as good: the one nearest to `near` is taken.
    """
    place = next((place for place, block in enumerate(blocks) if block.rate >= rate), None)
    if place is None:
        return None
    above = blocks[place].lowest
    below = blocks[place - 1].highest if place else above
    return min(max(near, below + (above - below) / 1000), above)

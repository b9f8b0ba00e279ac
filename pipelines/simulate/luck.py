"""Draws of a simulation: every one comes from the seed that is given, so the same seed gives the same bytes.

Only `Random.random` is used, whose sequence Python promises to keep from release to release; the draws are made of it
here.
"""

from collections.abc import Sequence
from math import cos, exp, log, pi, sqrt
from random import Random  # noqa: TID251  a simulation draws lots; its seed is an argument
from typing import TypeVar

HOUR_MS = 3_600_000

T = TypeVar("T")


class Luck:
    """A sequence of draws.

    Args:
        seed: any words; the same words give the same draws.
    """

    def __init__(self, seed: str) -> None:
        self._unit = Random(seed).random  # noqa: S311  no secret is made of it

    def happens(self, probability: float) -> bool:
        """Whether something of this probability happens."""
        return self._unit() < probability

    def between(self, bounds: tuple[float, float]) -> float:
        """Draw evenly between two numbers."""
        low, high = bounds
        return low + (high - low) * self._unit()

    def whole(self, bounds: tuple[int, int]) -> int:
        """Draw a whole number between two, both included."""
        low, high = bounds
        return low + int((high - low + 1) * self._unit())

    def pick(self, things: Sequence[T]) -> T:
        """Draw one, all alike."""
        return things[int(len(things) * self._unit())]

    def factor(self, sigma: float) -> float:
        """Draw a log-normal factor with median 1; `sigma` is that of its logarithm."""
        normal = sqrt(-2 * log(1 - self._unit())) * cos(2 * pi * self._unit())
        return exp(sigma * normal)

    def moments(self, start_ms: int, end_ms: int, per_hour: float) -> list[int]:
        """Draw the moments of a Poisson process with `per_hour` events an hour, in order, ms."""
        found: list[int] = []
        if per_hour <= 0:
            return found
        at = float(start_ms)
        while True:
            at -= log(1 - self._unit()) * HOUR_MS / per_hour
            if at >= end_ms:
                return found
            found.append(int(at))

"""Bounded numbers of a policy, what all its parts have in common, and probabilities as log-odds."""

import math
from typing import Annotated

from msgspec import Meta, Struct

Nats = Annotated[float, Meta(ge=0.0, le=100.0)]
Seconds = Annotated[float, Meta(ge=0.0, le=30 * 86_400.0)]
PositiveSeconds = Annotated[float, Meta(gt=0.0, le=30 * 86_400.0)]
Probability = Annotated[float, Meta(gt=0.0, lt=1.0)]
Count = Annotated[int, Meta(ge=1, le=100_000)]
Hour = Annotated[int, Meta(ge=0, le=23)]


class Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the policy; a key that it does not know is an error."""


def log_odds(chance: float) -> float:
    """Natural log of p / (1 - p)."""
    return math.log(chance / (1 - chance))


def probability(nats: float) -> float:
    """Probability of log-odds."""
    return 1 / (1 + math.exp(-nats))

"""Bounded numbers of a policy, and what all its parts have in common."""

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

"""The lines of the ladder as frozen data, and what may corroborate or void signs."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from pipelines.quantities import Part, PositiveSeconds, Probability, Seconds
from schemas import Authority, Modality, Rung, Signal


class SealRule(StrEnum):
    """What a rung does about sealing: nothing, ask for it, or ask and wait."""

    NONE = "none"
    REQUEST = "request"
    REQUIRE = "require"


class Stands(StrEnum):
    """How long what a line does lasts: it is a word that was said, or a measure that stands until the release."""

    SAID = "said"
    UNTIL_RELEASE = "until-release"


class Corroboration(Part, frozen=True):
    """A kind of sign that bears out the others: one that fits and still weighs `floor` is enough."""

    floor: Annotated[float, Meta(gt=0.0, le=100.0)]
    signals: frozenset[Signal] = frozenset(Signal)
    modalities: frozenset[Modality] = frozenset(Modality)
    viewers: Annotated[int, Meta(ge=0)] = 0
    """Distinct viewers that must stand behind it."""


class SellerRule(Part, frozen=True):
    """What a checked record of a seller changes."""

    voids: frozenset[Signal]
    """Signs that mean nothing about goods that the record covers."""
    every_brand: bool = False
    """A record that names no brand covers all of them; otherwise it covers none."""


class Line(Part, frozen=True):
    """One line of the ladder. Each is reached by itself, whatever the others do."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
    rung: Rung
    posterior: Probability
    modalities: Annotated[int, Meta(ge=1, le=5)]
    admission_suffices: bool
    authority: Authority
    expiry_seconds: PositiveSeconds
    seal: SealRule
    basis: tuple[str, ...] = ()
    """Laws that allow it, by their names in `schemas.law`; empty: all that are known there for the rung."""
    corroboration: tuple[str, ...] = ()
    """Kinds of `[corroboration]` of which one must be there; empty: none is needed."""
    release: Probability | None = None
    """The line is up until the posterior falls below this, and cannot be reached again before."""
    cool_down_seconds: Seconds | None = None
    """On-air seconds from one time to the next, after a release; None: a line that is said is said once a session."""
    stands: Stands = Stands.SAID
    takes_back: tuple[str, ...] = ()
    """Lines whose actions are taken back together with this one's, when a reviewer overturns it."""

    @property
    def cool_down_ms(self) -> int:
        """On-air ms from one time to the next."""
        return round((self.cool_down_seconds or 0.0) * 1000)

    @property
    def repeats(self) -> bool:
        """Whether the line is followed after its first time."""
        return self.release is not None

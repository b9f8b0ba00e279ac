"""The policy as frozen data: every number by which a room is judged. `policy.toml` says what each means and why."""

import math
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from pipelines.effect.terms import AutonomyTerms, DeliveryTerms
from pipelines.join.ladder_rules import Corroboration, Line, SellerRule
from pipelines.quantities import (
    Count,
    Hour,
    Nats,
    Part,
    PositiveSeconds,
    Probability,
    Seconds,
    log_odds,
    probability,
)
from schemas import Modality, SellerKind, Signal, Violation


class DecideAt(StrEnum):
    """When a decision for an on-air moment leaves."""

    WATERMARK = "watermark"
    ARRIVAL = "arrival"


class GroupBy(StrEnum):
    """What makes two signs of a family one group: the same term (or brand), or the family alone."""

    TERM = "term"
    FAMILY = "family"


class Prior(Part, frozen=True):
    """What is believed before any sign, and by how much what is known of the time before the show moves it."""

    probability: Probability
    imagined_shows: Annotated[float, Meta(gt=0.0, le=10_000.0)]
    offence_half_life_days: Annotated[float, Meta(gt=0.0, le=3650.0)]
    history_up_nats: Nats
    history_down_nats: Nats
    night_nats: Nats
    other_company_nats: Nats
    most_nats: Nats


class Time(Part, frozen=True):
    """Event time and processing time."""

    half_life_seconds: PositiveSeconds
    allowed_lateness_seconds: Seconds
    idle_timeout_seconds: PositiveSeconds
    silence_close_seconds: PositiveSeconds
    decide_at: DecideAt


class Fusion(Part, frozen=True):
    """How signs add up."""

    correlation_discount: Annotated[float, Meta(ge=0.0, le=1.0)]
    counted_per_group: Annotated[int, Meta(ge=1, le=64)]
    negligible_nats: Annotated[float, Meta(gt=0.0, le=1.0)]


class Limits(Part, frozen=True):
    """What bounds the state of a room."""

    live_items: Count
    live_facts: Count
    open_sessions: Count
    tombstones: Count
    reasons: Annotated[int, Meta(ge=1, le=8)]


class PriceStep(Part, frozen=True):
    """An offer below this share of the lowest genuine price weighs so much."""

    below: Annotated[float, Meta(gt=0.0, le=1.0)]
    nats: Nats


class PriceRule(Part, frozen=True):
    """How a price is weighed against a brand."""

    pair_window_seconds: Seconds
    plain_brand_factor: Annotated[float, Meta(ge=0.0, le=1.0)]
    table: tuple[PriceStep, ...]


class SealTerms(Part, frozen=True):
    """What is sealed and how long a cut waits for it."""

    pre_roll_seconds: Seconds
    deadline_ms: Annotated[int, Meta(ge=0, le=600_000)]


class LifecycleWeights(Part, frozen=True):
    """Signs that come as lifecycle events."""

    replay_deleted_nats: Nats
    hot_close_nats: Nats
    hot_viewers: Count
    hot_share: Annotated[float, Meta(gt=0.0, le=1.0)]
    night_from_hour: Hour
    night_to_hour: Hour
    utc_offset_minutes: Annotated[int, Meta(ge=-720, le=840)]


class Contradiction(Part, frozen=True):
    """Signs that two senses make by contradicting each other."""

    generic_title_nats: Nats
    no_link_nats: Nats


class Clocks(Part, frozen=True):
    """When a source's clock counts as off, and how far it is put right."""

    ahead_seconds: Seconds
    disagreement_seconds: PositiveSeconds
    steady_seconds: PositiveSeconds
    correction_seconds: Seconds

    @property
    def ahead_ms(self) -> int:
        """Largest lead over processing time of a right clock, ms."""
        return round(self.ahead_seconds * 1000)

    @property
    def disagreement_ms(self) -> int:
        """Largest difference of right clocks' lags beyond the allowed lateness, ms."""
        return round(self.disagreement_seconds * 1000)

    @property
    def steady_ms(self) -> int:
        """How long, and within what, a lag stays the same, ms."""
        return round(self.steady_seconds * 1000)

    @property
    def correction_ms(self) -> int:
        """Largest error that is put right, ms."""
        return round(self.correction_seconds * 1000)


class Compensation(Part, frozen=True):
    """How actions are taken back."""

    expiry_seconds: PositiveSeconds


class Family(Part, frozen=True):
    """Signs that share a cause."""

    cap: Nats
    group_by: GroupBy


class Sense(Part, frozen=True):
    """What one modality can give and needs to give."""

    cap: Nats
    floor: Annotated[float, Meta(gt=0.0, le=100.0)]
    echoes: frozenset[str] = frozenset()
    holds: bool = False
    """Whether decisions wait for this sense: it comes as a stream and takes time to judge."""


class SignalRule(Part, frozen=True):
    """How one signal is weighed."""

    family: str
    weight: Annotated[float, Meta(ge=0.0, le=10.0)]
    categories: tuple[Violation, ...]
    brand_bound: bool = False
    typical: Nats = 0.0
    """What one clear sign of the detectors weighs; it only makes the examples of `dajia policy check`."""
    senses: frozenset[Modality] = frozenset()
    """Where the detectors find it, for the same examples."""


class Policy(Part, frozen=True):
    """A whole policy. Build it with `policy.load_policy`, which also checks what the types cannot."""

    version: Annotated[str, Meta(min_length=1)]
    prior: Prior
    time: Time
    fusion: Fusion
    limits: Limits
    price: PriceRule
    seal: SealTerms
    lifecycle: LifecycleWeights
    contradiction: Contradiction
    clocks: Clocks
    compensation: Compensation
    delivery: DeliveryTerms
    autonomy: AutonomyTerms
    families: dict[str, Family]
    modalities: dict[Modality, Sense]
    signals: dict[Signal, SignalRule]
    sellers: dict[SellerKind, SellerRule]
    corroboration: dict[str, Corroboration]
    ladder: Annotated[tuple[Line, ...], Meta(min_length=1)]
    unknown: tuple[str, ...] = ()
    """Names under [signals] that this release does not know; they count for nothing."""

    def categories(self, signal: Signal) -> tuple[Violation, ...]:
        """What a signal names when the detector names nothing."""
        rule = self.signals.get(signal)
        return rule.categories if rule else ()

    @property
    def decay_per_ms(self) -> float:
        """Rate of decay, 1/ms."""
        return math.log(2) / (self.time.half_life_seconds * 1000)

    @property
    def lateness_ms(self) -> int:
        """Allowed lateness, ms."""
        return round(self.time.allowed_lateness_seconds * 1000)

    @property
    def idle_ms(self) -> int:
        """Idle timeout of a modality, ms of processing time."""
        return round(self.time.idle_timeout_seconds * 1000)

    @property
    def pair_window_ms(self) -> int:
        """Largest distance of a price and its brand, ms."""
        return round(self.price.pair_window_seconds * 1000)

    @property
    def prior_nats(self) -> float:
        """Log-odds before any sign."""
        return log_odds(self.prior.probability)


def needed_nats(line: Line, policy: Policy) -> float:
    """Nats that bring the prior to a line's posterior."""
    return log_odds(line.posterior) - policy.prior_nats


def release_nats(line: Line, policy: Policy) -> float:
    """Nats below which a line is released; without a release it never is."""
    return -math.inf if line.release is None else log_odds(line.release) - policy.prior_nats


def posterior(nats: float, policy: Policy) -> float:
    """Probability after evidence of `nats`."""
    return probability(policy.prior_nats + nats)

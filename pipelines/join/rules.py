"""The policy as frozen data: every number by which a room is judged. `policy.toml` says what each means and why."""

import math
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from pipelines.effect.terms import AutonomyTerms, DeliveryTerms
from schemas import Authority, Modality, Rung, SellerKind, Signal, Violation

Nats = Annotated[float, Meta(ge=0.0, le=100.0)]
Seconds = Annotated[float, Meta(ge=0.0, le=30 * 86_400.0)]
PositiveSeconds = Annotated[float, Meta(gt=0.0, le=30 * 86_400.0)]
Probability = Annotated[float, Meta(gt=0.0, lt=1.0)]
Count = Annotated[int, Meta(ge=1, le=100_000)]
Hour = Annotated[int, Meta(ge=0, le=23)]


class DecideAt(StrEnum):
    """When a decision for an on-air moment leaves."""

    WATERMARK = "watermark"
    ARRIVAL = "arrival"


class GroupBy(StrEnum):
    """What makes two signs of a family one group: the same term (or brand), or the family alone."""

    TERM = "term"
    FAMILY = "family"


class SealRule(StrEnum):
    """What a rung does about sealing: nothing, ask for it, or ask and wait."""

    NONE = "none"
    REQUEST = "request"
    REQUIRE = "require"


class Stands(StrEnum):
    """How long what a line does lasts: it is a word that was said, or a measure that stands until the release."""

    SAID = "said"
    UNTIL_RELEASE = "until-release"


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Prior(_Part, frozen=True):
    """What is believed before any sign, and by how much what is known of the time before the show moves it."""

    probability: Probability
    imagined_shows: Annotated[float, Meta(gt=0.0, le=10_000.0)]
    offence_half_life_days: Annotated[float, Meta(gt=0.0, le=3650.0)]
    history_up_nats: Nats
    history_down_nats: Nats
    night_nats: Nats
    other_company_nats: Nats
    most_nats: Nats


class Time(_Part, frozen=True):
    """Event time and processing time."""

    half_life_seconds: PositiveSeconds
    allowed_lateness_seconds: Seconds
    idle_timeout_seconds: PositiveSeconds
    silence_close_seconds: PositiveSeconds
    decide_at: DecideAt


class Fusion(_Part, frozen=True):
    """How signs add up."""

    correlation_discount: Annotated[float, Meta(ge=0.0, le=1.0)]
    counted_per_group: Annotated[int, Meta(ge=1, le=64)]
    negligible_nats: Annotated[float, Meta(gt=0.0, le=1.0)]


class Limits(_Part, frozen=True):
    """What bounds the state of a room."""

    live_items: Count
    live_facts: Count
    open_sessions: Count
    tombstones: Count
    reasons: Annotated[int, Meta(ge=1, le=8)]


class PriceStep(_Part, frozen=True):
    """An offer below this share of the lowest genuine price weighs so much."""

    below: Annotated[float, Meta(gt=0.0, le=1.0)]
    nats: Nats


class PriceRule(_Part, frozen=True):
    """How a price is weighed against a brand."""

    pair_window_seconds: Seconds
    plain_brand_factor: Annotated[float, Meta(ge=0.0, le=1.0)]
    table: tuple[PriceStep, ...]


class SealTerms(_Part, frozen=True):
    """What is sealed and how long a cut waits for it."""

    pre_roll_seconds: Seconds
    deadline_ms: Annotated[int, Meta(ge=0, le=600_000)]


class LifecycleWeights(_Part, frozen=True):
    """Signs that come as lifecycle events."""

    replay_deleted_nats: Nats
    hot_close_nats: Nats
    hot_viewers: Count
    hot_share: Annotated[float, Meta(gt=0.0, le=1.0)]
    night_from_hour: Hour
    night_to_hour: Hour
    utc_offset_minutes: Annotated[int, Meta(ge=-720, le=840)]


class Contradiction(_Part, frozen=True):
    """Signs that two senses make by contradicting each other."""

    generic_title_nats: Nats
    no_link_nats: Nats


class Clocks(_Part, frozen=True):
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


class Compensation(_Part, frozen=True):
    """How actions are taken back."""

    expiry_seconds: PositiveSeconds


class Family(_Part, frozen=True):
    """Signs that share a cause."""

    cap: Nats
    group_by: GroupBy


class Sense(_Part, frozen=True):
    """What one modality can give and needs to give."""

    cap: Nats
    floor: Annotated[float, Meta(gt=0.0, le=100.0)]
    echoes: frozenset[str] = frozenset()
    holds: bool = False
    """Whether decisions wait for this sense: it comes as a stream and takes time to judge."""


class SignalRule(_Part, frozen=True):
    """How one signal is weighed."""

    family: str
    weight: Annotated[float, Meta(ge=0.0, le=10.0)]
    categories: tuple[Violation, ...]
    brand_bound: bool = False
    typical: Nats = 0.0
    """What one clear sign of the detectors weighs; it only makes the examples of `dajia policy check`."""
    senses: frozenset[Modality] = frozenset()
    """Where the detectors find it, for the same examples."""


class Corroboration(_Part, frozen=True):
    """A kind of sign that bears out the others: one that fits and still weighs `floor` is enough."""

    floor: Annotated[float, Meta(gt=0.0, le=100.0)]
    signals: frozenset[Signal] = frozenset(Signal)
    modalities: frozenset[Modality] = frozenset(Modality)
    viewers: Annotated[int, Meta(ge=0)] = 0
    """Distinct viewers that must stand behind it."""


class SellerRule(_Part, frozen=True):
    """What a checked record of a seller changes."""

    voids: frozenset[Signal]
    """Signs that mean nothing about goods that the record covers."""
    every_brand: bool = False
    """A record that names no brand covers all of them; otherwise it covers none."""


class Line(_Part, frozen=True):
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


class Policy(_Part, frozen=True):
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
    ladder: Annotated[tuple[Line, ...], Meta(min_length=1)]
    corroboration: dict[str, Corroboration] = {}
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


def log_odds(probability: float) -> float:
    """Natural log of p / (1 - p)."""
    return math.log(probability / (1 - probability))


def posterior(nats: float, policy: Policy) -> float:
    """Probability after evidence of `nats`."""
    return 1 / (1 + math.exp(-(policy.prior_nats + nats)))

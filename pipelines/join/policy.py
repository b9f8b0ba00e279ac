"""The policy: every number by which a room is judged, as frozen, checked data. The bundled one is `policy.toml`."""

import math
import tomllib
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from pipelines.effect.terms import AutonomyTerms, DeliveryTerms
from schemas import Authority, Modality, Rung, Signal, Violation

BUNDLED_POLICY = Path(__file__).with_name("policy.toml")
"""The policy that comes with the package; callers read it and give its text to `load_policy`."""

Nats = Annotated[float, Meta(ge=0.0, le=100.0)]
Seconds = Annotated[float, Meta(ge=0.0, le=30 * 86_400.0)]
PositiveSeconds = Annotated[float, Meta(gt=0.0, le=30 * 86_400.0)]
Probability = Annotated[float, Meta(gt=0.0, lt=1.0)]
Count = Annotated[int, Meta(ge=1, le=100_000)]
Hour = Annotated[int, Meta(ge=0, le=23)]


class PolicyError(ValueError):
    """The policy text is not a policy; the message names the line or key and what it takes."""


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


class Line(_Part, frozen=True):
    """One line of the ladder."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
    rung: Rung
    posterior: Probability
    modalities: Annotated[int, Meta(ge=1, le=5)]
    admission_suffices: bool
    authority: Authority
    expiry_seconds: PositiveSeconds
    seal: SealRule


class Policy(_Part, frozen=True):
    """A whole policy. Build it with `load_policy`, which also checks what the types cannot."""

    version: Annotated[str, Meta(min_length=1)]
    prior: Prior
    time: Time
    fusion: Fusion
    limits: Limits
    price: PriceRule
    seal: SealTerms
    lifecycle: LifecycleWeights
    contradiction: Contradiction
    compensation: Compensation
    delivery: DeliveryTerms
    autonomy: AutonomyTerms
    families: dict[str, Family]
    modalities: dict[Modality, Sense]
    signals: dict[Signal, SignalRule]
    ladder: Annotated[tuple[Line, ...], Meta(min_length=1)]

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


def log_odds(probability: float) -> float:
    """Natural log of p / (1 - p)."""
    return math.log(probability / (1 - probability))


def posterior(nats: float, policy: Policy) -> float:
    """Probability after evidence of `nats`."""
    return 1 / (1 + math.exp(-(policy.prior_nats + nats)))


def load_policy(toml_text: str) -> Policy:
    """Read and check a policy.

    Raises:
        PolicyError: not TOML, a key is missing, unknown or impossible, or the parts contradict each other.
    """
    try:
        policy = msgspec.convert(tomllib.loads(toml_text), Policy)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"the policy is not TOML: {error}; correct that line") from error
    except msgspec.ValidationError as error:
        raise PolicyError(f"the policy does not fit: {error}; compare it with pipelines/join/policy.toml") from error
    _check_names(policy)
    _check_order(policy)
    if contradiction := policy.autonomy.contradiction():
        raise PolicyError(contradiction)
    return policy


def _check_names(policy: Policy) -> None:
    for what, given, wanted in (
        ("[signals]", set(policy.signals), set(Signal)),
        ("[modalities]", set(policy.modalities), set(Modality)),
    ):
        if missing := sorted(wanted - given):
            raise PolicyError(f"{what} misses {', '.join(missing)}; add a line for each")
    for signal, rule in policy.signals.items():
        if rule.family not in policy.families:
            raise PolicyError(f"signal {signal} names family {rule.family!r}; add it to [families]")
        if rule.brand_bound and policy.families[rule.family].group_by is GroupBy.FAMILY:
            raise PolicyError(f'signal {signal} is brand_bound; its family {rule.family!r} needs group_by = "term"')
    for modality, sense in policy.modalities.items():
        if unknown := sorted(sense.echoes - set(policy.families)):
            raise PolicyError(f"modality {modality} echoes {', '.join(unknown)}; name families of [families]")


def _check_order(policy: Policy) -> None:
    steps = policy.price.table
    if any(a.below >= b.below or a.nats < b.nats for a, b in pairwise(steps)):
        raise PolicyError("[price] table must rise in `below` and must not rise in `nats`; sort its lines")
    order = list(Rung)
    for milder, stronger in pairwise(policy.ladder):
        if order.index(milder.rung) >= order.index(stronger.rung) or milder.posterior > stronger.posterior:
            raise PolicyError(
                f"[[ladder]] {stronger.name!r} comes after {milder.name!r} but is not stronger; "
                "sort the lines, mildest rung and lowest posterior first"
            )
    if len({line.name for line in policy.ladder}) < len(policy.ladder):
        raise PolicyError("two lines of [[ladder]] have the same name; action ids need them to differ")

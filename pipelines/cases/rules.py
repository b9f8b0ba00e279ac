"""What a policy for accounts consists of: every number by which hosts and merchants are judged, as frozen data."""

from typing import Annotated

from msgspec import Meta

from pipelines.quantities import Nats, Part, Probability, log_odds
from schemas import Authority, IdentifierKind, KnowingSign, Rung, Signal

DAY_MS = 86_400_000

ACCOUNT_RUNGS = (
    Rung.TRAIN,
    Rung.EXTEND_SETTLEMENT,
    Rung.FREEZE,
    Rung.REFUND,
    Rung.EARLY_WARNING,
    Rung.SUSPEND,
    Rung.CLOSE,
    Rung.BLACKLIST,
    Rung.REFER,
)
"""Rungs for accounts, mildest first; all others are for rooms."""
COMPUTED_SIGNS = (KnowingSign.WENT_ON, KnowingSign.REOPENED)
"""Signs that come from the account's history and from no room signal."""

Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]*$")]
Points = Annotated[float, Meta(ge=0.0, le=1000.0)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Days = Annotated[float, Meta(gt=0.0, le=36_500.0)]
Count = Annotated[int, Meta(ge=0, le=100_000)]
Limit = Annotated[int, Meta(ge=1, le=100_000)]
Text = Annotated[str, Meta(min_length=1)]


class Prior(Part, frozen=True):
    """What is believed before any evidence."""

    probability: Probability


class Strikes(Part, frozen=True):
    """What a show counts."""

    half_life_days: Days
    nats: Nats
    cap_nats: Nats
    applied: Share
    confirmed: Share
    merchant_alone: Share
    merchant_among_many: Share
    company_cap: Points
    rungs: dict[Rung, Points]


class FakesStep(Part, frozen=True):
    """From so many orders found fake on, so many points."""

    orders: Limit
    points: Points


class Fakes(Part, frozen=True):
    """What goods found fake count."""

    least_share: Share
    table: tuple[FakesStep, ...]


class Suspect(Part, frozen=True):
    """When an account counts as suspect for others."""

    posterior: Probability
    lasts_days: Days


class Identifiers(Part, frozen=True):
    """What an identifier in common says."""

    enough: Annotated[float, Meta(gt=0.0, le=100.0)]
    crowd: Annotated[int, Meta(ge=2, le=1000)]
    weights: dict[IdentifierKind, Points]


class Reopened(Part, frozen=True):
    """What an account takes over from a closed one of the same people."""

    inherits: Share


class Linked(Part, frozen=True):
    """What an open suspect account of the same people says."""

    nats: Nats


class ShareStep(Part, frozen=True):
    """From this share of suspect partners on, so many nats."""

    share: Share
    nats: Nats


class Partners(Part, frozen=True):
    """What a host's suspect merchants say."""

    least: Limit
    table: tuple[ShareStep, ...]


class Sign(Part, frozen=True):
    """A sign of knowing."""

    signals: tuple[Signal, ...]
    nats: Nats
    law: Name


class Limits(Part, frozen=True):
    """What bounds the states."""

    shows: Limit
    actions: Limit
    strikes: Limit
    sums: Limit
    partners: Limit
    identifiers: Limit
    given: Limit
    told_strikes: Limit
    case_rows: Limit


class Law(Part, frozen=True):
    """A citation and how far it was checked."""

    citation: Text
    status: Text


class SumThreshold(Part, frozen=True):
    """A sum that the law names."""

    name: Name
    cny: Annotated[float, Meta(gt=0.0, le=1e12)]
    law: Name


class TakingBack(Part, frozen=True):
    """What undoing an action means."""

    zh: Text
    en: Text


class Line(Part, frozen=True):
    """One line of the ladder."""

    name: Name
    rung: Rung
    subjects: Annotated[tuple[Annotated[str, Meta(pattern="^(host|merchant)$")], ...], Meta(min_length=1)]
    mode: Authority
    expiry_days: Days
    lasts_days: Days
    taking_back: TakingBack
    law: Annotated[tuple[Name, ...], Meta(min_length=1)]
    points: Points = 0.0
    posterior: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.0
    confirmed: Count = 0
    knowing: Count = 0
    suspect_partners: Count = 0
    partner_share: Share = 0.0
    sum_cny: Annotated[float, Meta(ge=0.0, le=1e12)] = 0.0
    reopened: bool = False

    @property
    def needs(self) -> tuple[float, ...]:
        """All that the line asks, as numbers of which each may be compared with another line's."""
        return (
            self.points,
            self.posterior,
            self.confirmed,
            self.knowing,
            self.suspect_partners,
            self.partner_share,
            self.sum_cny,
            self.reopened,
        )


class Policy(Part, frozen=True):
    """A whole policy. Build it with `policy.load_policy`, which also checks what the types cannot."""

    version: Text
    prior: Prior
    strikes: Strikes
    fakes: Fakes
    suspect: Suspect
    identifiers: Identifiers
    reopened: Reopened
    linked: Linked
    partners: Partners
    signs: dict[KnowingSign, Sign]
    limits: Limits
    law: dict[Name, Law]
    thresholds: tuple[SumThreshold, ...]
    ladder: Annotated[tuple[Line, ...], Meta(min_length=1)]

    @property
    def prior_nats(self) -> float:
        """Log-odds before any evidence."""
        return log_odds(self.prior.probability)

    @property
    def most_nats(self) -> float:
        """Log-odds that no account can exceed."""
        signs = sum(sign.nats for sign in self.signs.values())
        partners = max((step.nats for step in self.partners.table), default=0.0)
        return self.prior_nats + self.strikes.cap_nats + signs + partners + self.linked.nats

"""The policy for accounts: every number by which hosts and merchants are judged. The bundled one is `policy.toml`."""

import math
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from pipelines.cases.toml_place import place_of
from schemas import Authority, IdentifierKind, KnowingSign, Rung, Signal

BUNDLED_POLICY = Path(__file__).with_name("policy.toml")
"""The policy that comes with the package; callers read it and give its text to `load_policy`."""
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
Nats = Annotated[float, Meta(ge=0.0, le=100.0)]
Points = Annotated[float, Meta(ge=0.0, le=1000.0)]
Share = Annotated[float, Meta(ge=0.0, le=1.0)]
Days = Annotated[float, Meta(gt=0.0, le=36_500.0)]
Count = Annotated[int, Meta(ge=0, le=100_000)]
Limit = Annotated[int, Meta(ge=1, le=100_000)]
Text = Annotated[str, Meta(min_length=1)]


class PolicyError(ValueError):
    """The policy text is not a policy; the message names line and key and what to change."""


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Prior(_Part, frozen=True):
    """What is believed before any evidence."""

    probability: Annotated[float, Meta(gt=0.0, lt=1.0)]


class Strikes(_Part, frozen=True):
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


class FakesStep(_Part, frozen=True):
    """From so many orders found fake on, so many points."""

    orders: Limit
    points: Points


class Fakes(_Part, frozen=True):
    """What goods found fake count."""

    least_share: Share
    table: tuple[FakesStep, ...]


class Suspect(_Part, frozen=True):
    """When an account counts as suspect for others."""

    posterior: Annotated[float, Meta(gt=0.0, lt=1.0)]
    lasts_days: Days


class Identifiers(_Part, frozen=True):
    """What an identifier in common says."""

    enough: Annotated[float, Meta(gt=0.0, le=100.0)]
    crowd: Annotated[int, Meta(ge=2, le=1000)]
    weights: dict[IdentifierKind, Points]


class Reopened(_Part, frozen=True):
    """What an account takes over from a closed one of the same people."""

    inherits: Share


class Linked(_Part, frozen=True):
    """What an open suspect account of the same people says."""

    nats: Nats


class ShareStep(_Part, frozen=True):
    """From this share of suspect partners on, so many nats."""

    share: Share
    nats: Nats


class Partners(_Part, frozen=True):
    """What a host's suspect merchants say."""

    least: Limit
    table: tuple[ShareStep, ...]


class Sign(_Part, frozen=True):
    """A sign of knowing."""

    signals: tuple[Signal, ...]
    nats: Nats
    law: Name


class Limits(_Part, frozen=True):
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


class Law(_Part, frozen=True):
    """A citation and how far it was checked."""

    citation: Text
    status: Text


class SumThreshold(_Part, frozen=True):
    """A sum that the law names."""

    name: Name
    cny: Annotated[float, Meta(gt=0.0, le=1e12)]
    law: Name


class TakingBack(_Part, frozen=True):
    """What undoing an action means."""

    zh: Text
    en: Text


class Line(_Part, frozen=True):
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


class Policy(_Part, frozen=True):
    """A whole policy. Build it with `load_policy`, which also checks what the types cannot."""

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
        return math.log(self.prior.probability / (1 - self.prior.probability))

    @property
    def most_nats(self) -> float:
        """Log-odds that no account can exceed."""
        signs = sum(sign.nats for sign in self.signs.values())
        partners = max((step.nats for step in self.partners.table), default=0.0)
        return self.prior_nats + self.strikes.cap_nats + signs + partners + self.linked.nats


def probability(nats: float) -> float:
    """Probability of log-odds."""
    return 1 / (1 + math.exp(-nats))


def load_policy(toml_text: str) -> Policy:
    """Read and check a policy.

    Raises:
        PolicyError: not TOML, a key is missing, unknown or impossible, or a line can never or always fire.
    """
    try:
        policy = msgspec.convert(tomllib.loads(toml_text), Policy)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"not TOML: {error}; correct that line") from error
    except msgspec.ValidationError as error:
        place = place_of(toml_text, str(error))
        raise PolicyError(f"{place}{error}; compare it with pipelines/cases/policy.toml") from error
    _Check(policy, toml_text).everything()
    return policy


class _Check:
    """What the types cannot say."""

    def __init__(self, policy: Policy, toml_text: str) -> None:
        self._policy, self._text = policy, toml_text

    def everything(self) -> None:
        self._names()
        self._tables()
        for place, line in enumerate(self._policy.ladder):
            self._line(place, line)
        self._order()

    def _refuse(self, path: str, sentence: str) -> None:
        raise PolicyError(f"{place_of(self._text, f'`$.{path}`')}{sentence}")

    def _names(self) -> None:
        policy = self._policy
        for what, given, wanted in (
            ("signs", set(policy.signs), set(KnowingSign)),
            ("identifiers.weights", set(policy.identifiers.weights), set(IdentifierKind)),
        ):
            if missing := sorted(wanted - given):
                self._refuse(what, f"[{what}] misses {', '.join(missing)}; add a line for each")
        for rung in policy.strikes.rungs:
            if rung in ACCOUNT_RUNGS:
                self._refuse("strikes.rungs", f"[strikes.rungs] {rung} is no room action; take it out")
        for sign, rule in policy.signs.items():
            if sign in COMPUTED_SIGNS and rule.signals:
                self._refuse(f"signs.{sign}.signals", f"{sign} comes from the account's history; leave signals empty")
            self._law(f"signs.{sign}.law", rule.law)
        for place, threshold in enumerate(policy.thresholds):
            self._law(f"thresholds[{place}].law", threshold.law)

    def _law(self, path: str, name: str) -> None:
        if name not in self._policy.law:
            self._refuse(path, f"law {name!r} is not listed; add [law.{name}] with citation and status, or correct it")

    def _tables(self) -> None:
        policy = self._policy
        for path, rows in (
            ("fakes.table", [(float(step.orders), step.points) for step in policy.fakes.table]),
            ("partners.table", [(step.share, step.nats) for step in policy.partners.table]),
            ("thresholds", [(one.cny, one.cny) for one in policy.thresholds]),
        ):
            for place, (a, b) in enumerate(pairwise(rows), start=1):
                if a[0] >= b[0] or a[1] > b[1]:
                    self._refuse(
                        f"{path}[{place}]", f"{path} must rise from line to line; sort its lines, smallest first"
                    )

    def _line(self, place: int, line: Line) -> None:
        policy, at = self._policy, f"ladder[{place}]"
        for law in line.law:
            self._law(f"{at}.law", law)
        if line.rung not in ACCOUNT_RUNGS:
            self._refuse(f"{at}.rung", f"line {line.name!r}: {line.rung} is for rooms; name a rung for accounts")
        if line.rung is Rung.REFER and line.mode is Authority.AUTONOMOUS:
            self._refuse(
                f"{at}.mode", f'line {line.name!r}: what the police were told cannot be untold; set mode = "review"'
            )
        if line.partner_share and not line.suspect_partners:
            self._refuse(f"{at}.partner_share", f"line {line.name!r}: a share needs suspect_partners of 1 or more")
        if line.posterior > probability(policy.most_nats):
            self._refuse(
                f"{at}.posterior",
                f"line {line.name!r} can never fire: no account comes above {probability(policy.most_nats):.12g}; "
                "lower its posterior or raise strikes.cap_nats",
            )
        for key, most in (
            ("points", policy.limits.strikes),
            ("confirmed", policy.limits.strikes),
            ("knowing", len(policy.signs)),
            ("suspect_partners", policy.limits.partners),
        ):
            if getattr(line, key) > most:
                self._refuse(f"{at}.{key}", f"line {line.name!r} can never fire: at most {most} {key} are kept")
        if line.posterior <= policy.prior.probability and not any((line.points, *line.needs[2:])):
            self._refuse(at, f"line {line.name!r} always fires; let it ask for points or a posterior above the prior")

    def _order(self) -> None:
        ladder = self._policy.ladder
        seen: set[str] = set()
        for place, line in enumerate(ladder):
            if line.name in seen:
                self._refuse(
                    f"ladder[{place}].name", f"two lines are called {line.name!r}; action ids need them to differ"
                )
            seen.add(line.name)
            for milder in ladder[:place]:
                self._pair(place, milder, line)

    def _pair(self, place: int, milder: Line, line: Line) -> None:
        if ACCOUNT_RUNGS.index(milder.rung) > ACCOUNT_RUNGS.index(line.rung):
            self._refuse(
                f"ladder[{place}].rung",
                f"line {line.name!r} comes after {milder.name!r} but is milder; sort the lines, mildest rung first",
            )
        asks_less = all(a <= b for a, b in zip(line.needs, milder.needs, strict=True)) and line.needs != milder.needs
        if milder.rung is not line.rung and asks_less and set(milder.subjects) & set(line.subjects):
            self._refuse(
                f"ladder[{place}]",
                f"line {line.name!r} is stronger than {milder.name!r} and asks for less; raise what it asks for",
            )

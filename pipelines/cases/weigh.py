"""How heavy the evidence on an account is, moment by moment: points that decay, signs of knowing, company, log-odds.

Everything is a function of the set of evidence, so that arrival order does not matter, and more strikes never weigh
less. The moments are gone through once, in the order of time, with running sums: cost grows with the evidence and not
with its square. What is weighed for the account itself (`weights`) knows all evidence; what is told to others
(`own_standing`) knows only its own.
"""

import math
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from pipelines.cases.evidence import Item, Link, own_items
from pipelines.cases.rules import DAY_MS, Policy
from pipelines.cases.state import Account
from pipelines.quantities import probability
from schemas import KnowingSign, Rung, Standing


class Weight(Struct, frozen=True, kw_only=True):
    """What all evidence comes to at a moment."""

    at_ms: int
    points: float
    nats: float
    """Log-odds."""
    posterior: float
    confirmed: int
    knowing: tuple[KnowingSign, ...]
    partners: int
    suspect_partners: int
    partner_nats: float
    linked: bool
    known_ms: int
    """When the newest of the counted items became known."""

    @property
    def reopened(self) -> bool:
        """Whether the same people were closed before."""
        return KnowingSign.REOPENED in self.knowing


def weights(state: Account, items: Sequence[Item], found: Sequence[Link], policy: Policy) -> Iterator[Weight]:
    """Weigh everything at each moment at which the evidence grew; between two of them it only decays.

    Args:
        state: the account.
        items: `all_items`, in the order of time.
        found: `links`.
        policy: the policy.
    """
    is_host = state.key.startswith("host:")  # a host chose its merchants; a merchant is not guilty by its hosts
    partners = _Spans([one.standing for one in state.partners.values() if is_host], policy)
    linked = _Spans([link.standing for link in found if not link.predecessor], policy)
    reopened = min((link.standing.closed_ms or 0 for link in found if link.predecessor), default=None)
    asked = _asked(len(state.partners), policy)
    moments = {item.at_ms for item in items} | partners.rises(asked) | linked.rises({1})
    tally = _Tally(policy)
    for at_ms in sorted(moments):
        tally.go_on(items, at_ms)
        suspects, is_linked = partners.at(at_ms), linked.at(at_ms) > 0
        signs = tally.signs | ({KnowingSign.REOPENED} if reopened is not None and reopened <= at_ms else set())
        partner_nats = _partner_nats(suspects, len(state.partners), policy)
        nats = tally.nats(signs) + partner_nats + (policy.linked.nats if is_linked else 0.0)
        yield Weight(
            at_ms=at_ms,
            points=tally.points,
            nats=nats,
            posterior=probability(nats),
            confirmed=tally.confirmed,
            knowing=tuple(sign for sign in KnowingSign if sign in signs),
            partners=len(state.partners),
            suspect_partners=suspects,
            partner_nats=partner_nats,
            linked=is_linked,
            known_ms=tally.newest_known_ms or at_ms,
        )


def own_standing(state: Account, policy: Policy, *, beside: str = "") -> Standing:
    """How the account stands by its own evidence alone.

    Args:
        state: the account.
        policy: the policy.
        beside: an account to be told. Shows of both say nothing new to it and are left out: it was struck for them.
    """
    tally, suspect_at = _Tally(policy), list[int]()
    items = [item for item in own_items(state, policy) if item.strike is None or beside not in item.strike.partners]
    for at_ms in sorted({item.at_ms for item in items}):
        tally.go_on(items, at_ms)
        if probability(tally.nats(tally.signs)) >= policy.suspect.posterior:
            suspect_at.append(at_ms)
    strikes = sorted(
        (item for item in items if item.strike is not None and not item.company),
        key=lambda item: (-item.points, item.at_ms, item.id),
    )
    return Standing(
        suspect=bool(suspect_at),
        from_ms=suspect_at[0] if suspect_at else 0,
        since_ms=suspect_at[-1] if suspect_at else 0,
        opened_ms=state.opened_ms,
        closed_ms=closed_ms(state),
        strikes=tuple(item.strike for item in strikes[: policy.limits.told_strikes] if item.strike is not None),
    )


def closed_ms(state: Account) -> int | None:
    """When the account was closed: by an action of ours that was carried out, or by the platform itself."""
    closings = [
        given.in_force_ms
        for given in state.given.values()
        if given.stands and given.rung in (Rung.CLOSE, Rung.BLACKLIST) and given.in_force_ms is not None
    ]
    return min([*closings, *([state.closed_ms] if state.closed_ms is not None else [])], default=None)


def points_at(items: Iterable[Item], at_ms: int, policy: Policy) -> float:
    """Decayed points of some items; company alone is capped."""
    tally = _Tally(policy)
    tally.go_on(sorted(items, key=lambda item: (item.at_ms, item.id)), at_ms)
    return tally.points


class _Tally:
    """Running sums over items in the order of time."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._rate = math.log(2) / (policy.strikes.half_life_days * DAY_MS)
        self._next = self._at_ms = 0
        self._own = self._company = 0.0
        self._first_known_ms: int | None = None
        self.newest_known_ms: int | None = None
        self.confirmed = 0
        self.signs = set[KnowingSign]()

    @property
    def points(self) -> float:
        return self._own + min(self._policy.strikes.company_cap, self._company)

    def nats(self, signs: Iterable[KnowingSign]) -> float:
        """Log-odds from the prior, the points and signs of knowing."""
        rules = self._policy.strikes
        given = min(rules.cap_nats, rules.nats * self.points)
        return self._policy.prior_nats + given + math.fsum(self._policy.signs[sign].nats for sign in signs)

    def go_on(self, items: Sequence[Item], at_ms: int) -> None:
        """Take the items up to a moment in."""
        while self._next < len(items) and items[self._next].at_ms <= at_ms:
            item = items[self._next]
            self._next += 1
            self._decay(item.at_ms)
            self._take(item)
        self._decay(at_ms)

    def _decay(self, at_ms: int) -> None:
        factor = math.exp(-self._rate * (at_ms - self._at_ms))
        self._own, self._company, self._at_ms = self._own * factor, self._company * factor, at_ms

    def _take(self, item: Item) -> None:
        self.newest_known_ms = max(item.known_ms, self.newest_known_ms or item.known_ms)
        if item.company:
            self._company += item.points
            return
        self._own += item.points
        self.confirmed += item.confirmed
        if item.strike is not None:
            self.signs |= set(item.strike.knowing)
        # An earlier item may have become known only after this one happened: then nobody had been told to stop.
        if self._first_known_ms is not None and item.at_ms > self._first_known_ms and not item.inherited_from:
            self.signs.add(KnowingSign.WENT_ON)
        self._first_known_ms = min(item.known_ms, self._first_known_ms or item.known_ms)


class _Spans:
    """Over which spans other accounts are suspect, and how many at a moment."""

    def __init__(self, standings: Iterable[Standing], policy: Policy) -> None:
        lasts_ms = round(policy.suspect.lasts_days * DAY_MS)
        suspects = [one for one in standings if one.suspect]
        self._changes = sorted(
            [(one.from_ms, 1) for one in suspects] + [(one.since_ms + lasts_ms, -1) for one in suspects],
            key=lambda change: (change[0], -change[1]),
        )

    def at(self, at_ms: int) -> int:
        """How many are suspect; spans end after their last millisecond."""
        return sum(by for change_ms, by in self._changes if change_ms + (by < 0) <= at_ms)

    def rises(self, counts: set[int]) -> set[int]:
        """Moments at which the number rises to one of these: only there can a condition come true."""
        moments, number = set[int](), 0
        for at_ms, by in self._changes:
            number += by
            if by > 0 and number in counts:
                moments.add(at_ms)
        return moments


def _asked(partners: int, policy: Policy) -> set[int]:
    """Numbers of suspect partners at which something changes: what lines and shares ask for."""
    shares = {step.share for step in policy.partners.table} | {line.partner_share for line in policy.ladder}
    numbers = {line.suspect_partners for line in policy.ladder} | {policy.partners.least}
    return numbers | {math.ceil(share * partners) for share in shares}


def _partner_nats(suspects: int, partners: int, policy: Policy) -> float:
    if suspects < policy.partners.least or not partners:
        return 0.0
    return max((step.nats for step in policy.partners.table if suspects >= step.share * partners), default=0.0)

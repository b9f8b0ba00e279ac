"""How heavy the evidence on an account is at a moment: points that decay, signs of knowing, company, and log-odds.

Everything is a function of the set of evidence, so that arrival order does not matter, and more evidence never weighs
less. Evidence of its own (shows, goods found fake) and evidence from others (a closed account of the same people,
suspect partners) are kept apart: only its own is ever told to others, so suspicion cannot echo through the graph.
"""

import math
from collections.abc import Iterable, Sequence

from msgspec import Struct

from pipelines.cases.policy import DAY_MS, Policy, probability
from pipelines.cases.state import Account, Shared
from schemas import Identifier, IdentifierKind, KnowingSign, Sales, Standing, Strike


class Item(Struct, frozen=True, kw_only=True):
    """Something that counts points."""

    id: str
    at_ms: int
    known_ms: int
    points: float
    confirmed: bool
    company: bool = False
    """The show had many merchants: it says little of each."""
    strike: Strike | None = None
    sales: Sales | None = None
    inherited_from: str = ""


class Link(Struct, frozen=True, kw_only=True):
    """Another account of the same people."""

    account: str
    kinds: tuple[IdentifierKind, ...]
    identifiers: tuple[Identifier, ...]
    standing: Standing
    predecessor: bool
    """It was closed before this account was opened."""


class Weight(Struct, frozen=True, kw_only=True):
    """What all evidence comes to at a moment."""

    at_ms: int
    points: float
    nats: float
    posterior: float
    confirmed: int
    knowing: tuple[KnowingSign, ...]
    partners: int
    suspect_partners: int
    partner_nats: float
    linked: bool
    reopened: bool
    known_ms: int
    """When the newest of the counted items became known."""


def own_items(state: Account, policy: Policy) -> list[Item]:
    """Shows that count and sums with goods found fake."""
    items = []
    for held in state.strikes.values():
        strike = held.strike
        if strike.points <= 0:
            continue
        company = state.key.startswith("merchant:") and strike.merchants > 1
        factor = 1.0
        if state.key.startswith("merchant:"):
            factor = policy.strikes.merchant_among_many if company else policy.strikes.merchant_alone
        items.append(_of_strike(strike, strike.points * factor, company=company))
    if state.key.startswith("merchant:"):  # a host's sums are its merchants' goods
        items += [item for held in state.sums.values() if (item := _of_fakes(held.sales, held.time_ms, policy))]
    return sorted(items, key=lambda item: (item.at_ms, item.id))


def all_items(state: Account, policy: Policy) -> list[Item]:
    """Its own items and those that it takes over from closed accounts of the same people, in the order of time."""
    items = own_items(state, policy)
    known = {item.id for item in items}
    for link in links(state, policy):
        if not link.predecessor:
            continue
        closed_ms = link.standing.closed_ms or 0
        for strike in link.standing.strikes:
            if strike.strike_id not in known:
                known.add(strike.strike_id)
                item = _of_strike(strike, strike.points * policy.reopened.inherits, inherited_from=link.account)
                items.append(_after(item, max(closed_ms, state.opened_ms or 0)))
    return sorted(items, key=lambda item: (item.at_ms, item.id))


def _after(item: Item, opened_ms: int) -> Item:
    """An inherited item counts from the day on which the new account was opened."""
    return Item(
        id=item.id,
        at_ms=max(item.at_ms, opened_ms),
        known_ms=max(item.known_ms, opened_ms),
        points=item.points,
        confirmed=item.confirmed,
        strike=item.strike,
        inherited_from=item.inherited_from,
    )


def links(state: Account, policy: Policy) -> list[Link]:
    """Suspect or closed accounts that share enough identifiers with this one."""
    shared: dict[str, list[Shared]] = {}
    standings: dict[str, Standing] = {}
    for held in state.shared.values():
        mine = state.identifiers.get(key_of_identifier(held.identifier))
        if held.crowded or mine is None or not mine.used:
            continue
        for other in held.others:
            shared.setdefault(other.account, []).append(held)
            known = standings.get(other.account)
            if known is None or (other.standing.since_ms, other.standing.closed_ms or 0) > (
                known.since_ms,
                known.closed_ms or 0,
            ):
                standings[other.account] = other.standing
    found = []
    for account in sorted(shared):
        kinds = sorted({held.identifier.kind for held in shared[account]})
        if sum(policy.identifiers.weights[kind] for kind in kinds) < policy.identifiers.enough:
            continue
        standing = standings[account]
        predecessor = (
            standing.closed_ms is not None and state.opened_ms is not None and standing.closed_ms <= state.opened_ms
        )
        found.append(
            Link(
                account=account,
                kinds=tuple(kinds),
                identifiers=tuple(sorted(held.identifier for held in shared[account])),
                standing=standing,
                predecessor=predecessor,
            )
        )
    return found


def moments(state: Account, items: Iterable[Item], policy: Policy) -> list[int]:
    """Moments at which the evidence on the account grew; between two of them it only decays."""
    partners = {
        partner.standing.from_ms
        for partner in state.partners.values()
        if partner.standing.suspect and state.key.startswith("host:")
    }
    linked = {link.standing.from_ms for link in links(state, policy) if link.standing.suspect}
    return sorted({item.at_ms for item in items} | partners | linked)


def weigh(state: Account, items: Sequence[Item], at_ms: int, policy: Policy, found: Sequence[Link] | None) -> Weight:
    """What the evidence up to a moment comes to.

    Args:
        state: the account.
        items: `all_items`, or `own_items` for its own standing.
        at_ms: the moment.
        policy: the policy.
        found: `links`; None when only its own evidence is to count.
    """
    counted = [item for item in items if item.at_ms <= at_ms]
    points = points_at(counted, at_ms, policy)
    knowing = signs_at(counted, found or (), at_ms)
    suspects = 0 if found is None else suspect_partners(state, at_ms, policy)
    partner_nats = _partner_nats(suspects, len(state.partners), policy)
    linked = any(
        not link.predecessor
        and link.standing.suspect
        and link.standing.from_ms <= at_ms <= _until(link.standing, policy)
        for link in found or ()
    )
    nats = (
        policy.prior_nats
        + min(policy.strikes.cap_nats, policy.strikes.nats * points)
        + sum(policy.signs[sign].nats for sign in knowing)
        + partner_nats
        + (policy.linked.nats if linked else 0.0)
    )
    return Weight(
        at_ms=at_ms,
        points=points,
        nats=nats,
        posterior=probability(nats),
        confirmed=sum(item.confirmed and not item.company for item in counted),
        knowing=knowing,
        partners=len(state.partners),
        suspect_partners=suspects,
        partner_nats=partner_nats,
        linked=linked,
        reopened=KnowingSign.REOPENED in knowing,
        known_ms=max((item.known_ms for item in counted), default=at_ms),
    )


def points_at(items: Iterable[Item], at_ms: int, policy: Policy) -> float:
    """Decayed points; company alone is capped."""
    rate = math.log(2) / (policy.strikes.half_life_days * DAY_MS)
    own = company = 0.0
    for item in items:
        points = item.points * math.exp(-rate * (at_ms - item.at_ms))
        if item.company:
            company += points
        else:
            own += points
    return own + min(policy.strikes.company_cap, company)


def signs_at(items: Sequence[Item], found: Iterable[Link], at_ms: int) -> tuple[KnowingSign, ...]:
    """Signs of knowing: of its own shows, of going on after a strike was known, of opening again."""
    signs = {sign for item in items if item.strike is not None and not item.company for sign in item.strike.knowing}
    first_known_ms = min((item.known_ms for item in items if not item.company), default=None)
    if first_known_ms is not None and any(
        item.at_ms > first_known_ms for item in items if not item.company and not item.inherited_from
    ):
        signs.add(KnowingSign.WENT_ON)
    if any(link.predecessor and (link.standing.closed_ms or 0) <= at_ms for link in found):
        signs.add(KnowingSign.REOPENED)
    return tuple(sign for sign in KnowingSign if sign in signs)


def suspect_partners(state: Account, at_ms: int, policy: Policy) -> int:
    """Partners that are suspect at a moment, by their own evidence."""
    return sum(
        partner.standing.suspect and partner.standing.from_ms <= at_ms <= _until(partner.standing, policy)
        for partner in state.partners.values()
    )


def own_standing(state: Account, policy: Policy) -> Standing:
    """How the account stands by its own evidence alone."""
    items = own_items(state, policy)
    suspect_at = [
        at_ms
        for at_ms in sorted({item.at_ms for item in items})
        if weigh(state, items, at_ms, policy, None).posterior >= policy.suspect.posterior
    ]
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
        if given.stands and given.rung in ("close", "blacklist") and given.in_force_ms is not None
    ]
    return min([*closings, *([state.closed_ms] if state.closed_ms is not None else [])], default=None)


def key_of_identifier(identifier: Identifier) -> str:
    """Record key of an identifier."""
    return f"{identifier.kind}:{identifier.hash}"


def _until(standing: Standing, policy: Policy) -> int:
    return standing.since_ms + round(policy.suspect.lasts_days * DAY_MS)


def _partner_nats(suspects: int, partners: int, policy: Policy) -> float:
    if suspects < policy.partners.least or not partners:
        return 0.0
    return max((step.nats for step in policy.partners.table if suspects / partners >= step.share), default=0.0)


def _of_strike(strike: Strike, points: float, *, company: bool = False, inherited_from: str = "") -> Item:
    return Item(
        id=strike.strike_id,
        at_ms=strike.at_ms,
        known_ms=strike.known_ms,
        points=points,
        confirmed=strike.confirmed,
        company=company,
        strike=strike,
        inherited_from=inherited_from,
    )


def _of_fakes(sales: Sales, time_ms: int, policy: Policy) -> Item | None:
    points = max((step.points for step in policy.fakes.table if sales.fake_orders >= step.orders), default=0.0)
    if points <= 0 or sales.fake_orders < policy.fakes.least_share * sales.orders:
        return None
    return Item(
        id=f"sum/{sales.sales_id}", at_ms=sales.from_ms, known_ms=time_ms, points=points, confirmed=True, sales=sales
    )

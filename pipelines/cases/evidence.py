"""What counts for or against an account: shows, goods found fake, and closed or suspect accounts of the same people.

Evidence of its own (shows, goods found fake) and evidence from others (what a closed account of the same people left)
are kept apart: only its own is ever told to others, so suspicion cannot echo through the graph.
"""

from msgspec import Struct
from msgspec.structs import replace

from pipelines.cases.rules import Policy
from pipelines.cases.state import Account, Shared
from schemas import Identifier, IdentifierKind, Sales, Standing, Strike


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
    return replace(item, at_ms=max(item.at_ms, opened_ms), known_ms=max(item.known_ms, opened_ms))


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


def key_of_identifier(identifier: Identifier) -> str:
    """Record key of an identifier."""
    return f"{identifier.kind}:{identifier.hash}"


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

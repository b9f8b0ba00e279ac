"""Facts about accounts: what contradicts itself or what is known is refused, the rest adds up, the latest holds."""

from msgspec import structs

from pipelines.cases.events import RefusedError
from pipelines.cases.evidence import key_of_identifier
from pipelines.cases.rules import Policy
from pipelines.cases.state import Account, HeldIdentifier, HeldSales, Partner
from schemas import AccountFacts, DeadLetterReason, Sales


def add_facts(state: Account, facts: AccountFacts, policy: Policy) -> tuple[Account, int]:
    """Add facts to what is known; returns also how many were dropped by a limit.

    Raises:
        RefusedError: the facts contradict themselves or what is known.
    """
    _check(state, facts)
    sums, ignored = dict(state.sums), 0
    for sales in facts.sales:
        known = sums.get(sales.sales_id)
        if known is None and sales.from_ms <= state.folded_to_ms:
            ignored += 1
        elif known is None or facts.time_ms > known.time_ms:
            sums[sales.sales_id] = HeldSales(time_ms=facts.time_ms, sales=sales)
    identifiers = dict(state.identifiers)
    for used, group in ((True, facts.identifiers), (False, facts.withdrawn)):
        for identifier in group:
            key = key_of_identifier(identifier)
            held = identifiers.get(key)
            if held is None or (facts.time_ms, not used) > (held.time_ms, not held.used):
                told = held.told if held is not None else ""
                identifiers[key] = HeldIdentifier(identifier=identifier, time_ms=facts.time_ms, used=used, told=told)
    named = [*facts.partners, *(one.partner for one in facts.sales if one.partner is not None)]
    partners = state.partners | {one: Partner() for one in named if one not in state.partners}
    most_partners, most_identifiers = policy.limits.partners, policy.limits.identifiers
    overflow = ignored + max(0, len(partners) - most_partners) + max(0, len(identifiers) - most_identifiers)
    newest = structs.replace(
        state,
        sums=sums,
        identifiers=dict(list(identifiers.items())[:most_identifiers]),
        partners=dict(list(partners.items())[:most_partners]),
    )
    return _profile(newest, facts), overflow


def _profile(state: Account, facts: AccountFacts) -> Account:
    """Of opening and closing the latest word holds; of two at the same time, the earlier date."""
    if facts.opened_ms is not None and (facts.time_ms, -facts.opened_ms) > (
        state.opened_told_ms,
        -(state.opened_ms or 0),
    ):
        state = structs.replace(state, opened_told_ms=facts.time_ms, opened_ms=facts.opened_ms)
    if facts.closed_ms is not None and (facts.time_ms, -facts.closed_ms) > (
        state.closed_told_ms,
        -(state.closed_ms or 0),
    ):
        state = structs.replace(state, closed_told_ms=facts.time_ms, closed_ms=facts.closed_ms)
    return state


def _check(state: Account, facts: AccountFacts) -> None:
    if facts.opened_ms is not None and facts.closed_ms is not None and facts.closed_ms < facts.opened_ms:
        _refuse(f"{facts.account} would be closed before it was opened; correct opened_ms or closed_ms")
    if both := sorted(set(facts.identifiers) & set(facts.withdrawn)):
        _refuse(f"{key_of_identifier(both[0])} is both used and withdrawn; leave it in one of the two")
    kind = facts.account.partition(":")[0]
    for partner in facts.partners:
        if partner.partition(":")[0] == kind:
            _refuse(f"{partner} cannot be a partner of {facts.account}: hosts have merchants, merchants have hosts")
    seen: dict[str, Sales] = {}
    for sales in facts.sales:
        _check_sales(facts.account, sales)
        if seen.setdefault(sales.sales_id, sales) != sales:
            _refuse(f"sum {sales.sales_id} occurs twice with different values; give each sum an id of its own")
        known = state.sums.get(sales.sales_id)
        if known is not None and known.time_ms == facts.time_ms and known.sales != sales:
            _refuse(
                f"sum {sales.sales_id} of {facts.account} was told with other values for the same time_ms; "
                "a correction needs a later time_ms"
            )


def _check_sales(account: str, sales: Sales) -> None:
    for wrong, what in (
        (sales.to_ms < sales.from_ms, "ends before it begins; exchange from_ms and to_ms"),
        (sales.fake_orders > sales.orders, "has more fake orders than orders"),
        (sales.fake_amount_cny > sales.amount_cny, "has more yuan of fakes than yuan"),
        (sales.buyers > sales.orders, "has more buyers than orders"),
        (
            sales.partner is not None and sales.partner.partition(":")[0] == account.partition(":")[0],
            "names a partner of the account's own kind; a host's partner is a merchant",
        ),
    ):
        if wrong:
            _refuse(f"sum {sales.sales_id} of {account} {what}; correct it and send it again")


def _refuse(message: str) -> None:
    raise RefusedError(DeadLetterReason.CONTRADICTION, message)

"""How much was sold, how much of it is counted as counterfeit, and which sums of the law that reaches.

Counted is what was found fake, and whatever was sold in a show that counts against the account. Where a sum of such
a show names the partner, it counts only if that partner is suspect by its own evidence: seven in ten merchants of
the real case had nothing to do with it.
"""

from functools import reduce

from pipelines.cases.rules import Policy
from pipelines.cases.state import Account
from schemas import CaseSums, Sales, Threshold


def counted_sums(state: Account) -> CaseSums:
    """Sum up an account's facts."""
    struck = _struck(state)
    one_by_one = (_counted(state, held.sales, struck) for _, held in sorted(state.sums.items()))
    return reduce(add, one_by_one, state.folded_sums)


def counted_of(state: Account, sales: Sales) -> CaseSums:
    """What one sum counts."""
    return _counted(state, sales, _struck(state))


def add(one: CaseSums, other: CaseSums) -> CaseSums:
    """Both together, to the fen."""
    return CaseSums(
        amount_cny=round(one.amount_cny + other.amount_cny, 2),
        counted_cny=round(one.counted_cny + other.counted_cny, 2),
        found_fake_cny=round(one.found_fake_cny + other.found_fake_cny, 2),
        orders=one.orders + other.orders,
        buyers=one.buyers + other.buyers,
    )


def thresholds(sums: CaseSums, policy: Policy) -> tuple[Threshold, ...]:
    """Hold what is counted against the sums of the law."""
    return tuple(
        Threshold(
            name=one.name,
            cny=one.cny,
            reached=sums.counted_cny >= one.cny,
            citation=policy.law[one.law].citation,
            status=policy.law[one.law].status,
        )
        for one in policy.thresholds
    )


def _struck(state: Account) -> set[str]:
    """Shows whose sales count: of a merchant, only those in which nobody else's goods were sold."""
    return {
        held.strike.session
        for held in state.strikes.values()
        if held.strike.points > 0 and (state.key.startswith("host:") or held.strike.merchants <= 1)
    }


def _counted(state: Account, sales: Sales, struck: set[str]) -> CaseSums:
    whole = sales.session in struck and _is_suspect(state, sales)
    return CaseSums(
        amount_cny=sales.amount_cny,
        counted_cny=sales.amount_cny if whole else sales.fake_amount_cny,
        found_fake_cny=sales.fake_amount_cny,
        orders=sales.orders if whole else sales.fake_orders,
        buyers=sales.buyers if whole else min(sales.buyers, sales.fake_orders),
    )


def _is_suspect(state: Account, sales: Sales) -> bool:
    if sales.partner is None or state.key.startswith("merchant:"):
        return True
    partner = state.partners.get(sales.partner)
    return partner is not None and partner.standing.suspect

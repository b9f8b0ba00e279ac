"""How much was sold, how much of it is counted as counterfeit, and which sums of the law that reaches.

Counted is what was found fake, and whatever was sold in a show that counts against the account. Where a sum of such
a show names the partner, it counts only if that partner is suspect by its own evidence: seven in ten merchants of
the real case had nothing to do with it.
"""

from pipelines.cases.policy import Policy
from pipelines.cases.state import Account
from schemas import CaseSums, Sales, Threshold


def counted_sums(state: Account) -> CaseSums:
    """Sum up an account's facts."""
    struck = {
        held.strike.session
        for held in state.strikes.values()
        if held.strike.points > 0 and (state.key.startswith("host:") or held.strike.merchants <= 1)
    }
    amount = counted = found = 0.0
    orders = buyers = 0
    for _, held in sorted(state.sums.items()):
        sales = held.sales
        amount += sales.amount_cny
        found += sales.fake_amount_cny
        if sales.session in struck and _is_suspect(state, sales):
            counted += sales.amount_cny
            orders += sales.orders
            buyers += sales.buyers
        else:
            counted += sales.fake_amount_cny
            orders += sales.fake_orders
            buyers += min(sales.buyers, sales.fake_orders)
    return CaseSums(
        amount_cny=round(amount, 2),
        counted_cny=round(counted, 2),
        found_fake_cny=round(found, 2),
        orders=orders,
        buyers=buyers,
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


def _is_suspect(state: Account, sales: Sales) -> bool:
    if sales.partner is None or state.key.startswith("merchant:"):
        return True
    partner = state.partners.get(sales.partner)
    return partner is not None and partner.standing.suspect

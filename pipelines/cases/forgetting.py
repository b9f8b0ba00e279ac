"""Keeps an account within the limits of the policy without undoing what rested on what is forgotten.

Before the oldest strike, sum or action goes, the rounds of the ladder that began by then are settled: they keep their
numbers and their span, and only a reviewer can take them back. Old sums leave their total behind; sums that began
before them are not taken in again, for they might be the same ones.
"""

from msgspec.structs import replace

from pipelines.cases.ladder import until, wanted
from pipelines.cases.rules import Policy
from pipelines.cases.state import Account, HeldSales, Settled
from pipelines.cases.sums import add, counted_of


def fit(state: Account, policy: Policy) -> tuple[Account, int]:
    """Drop the oldest strikes and sums beyond the limits; returns also how many."""
    dropped = 0
    while len(state.strikes) > policy.limits.strikes:
        oldest = min(state.strikes.values(), key=lambda one: (one.strike.at_ms, one.strike.strike_id)).strike
        settled = _settle(state, oldest.at_ms, policy)
        rest = {key: one for key, one in state.strikes.items() if key != oldest.strike_id}
        state = replace(state, strikes=rest, settled=settled)
        dropped += 1
    while len(state.sums) > policy.limits.sums:
        first = min(state.sums.values(), key=lambda one: (one.sales.from_ms, one.sales.sales_id))
        state = _fold(state, first, policy)
        dropped += 1
    return state, dropped


def fit_given(state: Account, policy: Policy) -> Account:
    """Drop the oldest actions beyond the limit, with earlier rounds of their line; by then they have expired."""
    while len(state.given) > policy.limits.given:
        victim = min(state.given.values(), key=lambda one: (one.decided_at_ms, one.line, one.round))
        settled = Settled(rounds=victim.round + 1, until_ms=victim.until_ms)
        state = replace(
            state,
            given={
                place: one
                for place, one in state.given.items()
                if not (one.line == victim.line and one.round <= victim.round)
            },
            settled=state.settled | {victim.line: settled},
        )
    return state


def _fold(state: Account, held: HeldSales, policy: Policy) -> Account:
    sales = held.sales
    return replace(
        state,
        settled=_settle(state, sales.from_ms, policy),
        sums={key: one for key, one in state.sums.items() if key != sales.sales_id},
        folded_sums=add(state.folded_sums, counted_of(state, sales)),
        folded_to_ms=max(sales.from_ms, state.folded_to_ms),
    )


def _settle(state: Account, before_ms: int, policy: Policy) -> dict[str, Settled]:
    """Settle the rounds of all lines that began up to a moment: the evidence behind them is about to be forgotten."""
    settled = dict(state.settled)
    for one in wanted(state, policy):
        if one.weight.at_ms <= before_ms:
            until_ms = until(state, one.line, one.round, one.weight.at_ms)
            settled[one.line.name] = Settled(rounds=one.round + 1, until_ms=until_ms)
    return settled

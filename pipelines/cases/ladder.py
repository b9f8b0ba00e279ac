"""From weight to actions: which lines of the ladder an account reaches, in which round, and what has to be taken back.

What should stand is computed anew from all evidence after every change (`wanted`) and compared with what was given:
what is missing is given, what no longer follows is taken back. Rounds make repeat offences visible: a line that was
given is in force for `lasts_days`, and an offence after that gives it again, as the next round.
"""

from collections.abc import Iterator

from msgspec import Struct

from pipelines.cases.evidence import all_items, links
from pipelines.cases.rules import DAY_MS, Line, Policy
from pipelines.cases.state import Account
from pipelines.cases.sums import counted_sums
from pipelines.cases.weigh import Weight, weights


class Wanted(Struct, frozen=True, kw_only=True):
    """A line that should be given."""

    line: Line
    round: int
    weight: Weight

    @property
    def place(self) -> str:
        """Key of `Account.given`."""
        return f"{self.line.name}/{self.round}"


def wanted(state: Account, policy: Policy) -> list[Wanted]:
    """Everything that the evidence of an account asks for, mildest rung first."""
    weighed = list(weights(state, all_items(state, policy), links(state, policy), policy))
    kind = state.key.partition(":")[0]
    counted_cny = counted_sums(state).counted_cny
    lines = [line for line in policy.ladder if kind in line.subjects and counted_cny >= line.sum_cny]
    return [one for line in lines for one in _rounds(state, line, weighed)]


def is_settled(state: Account, line: str, number: int) -> bool:
    """Whether a round rests on evidence that was forgotten, so that nothing can take it back but a reviewer."""
    settled = state.settled.get(line)
    return settled is not None and number < settled.rounds


def _rounds(state: Account, line: Line, weighed: list[Weight]) -> Iterator[Wanted]:
    settled = state.settled.get(line.name)
    number, until_ms = (settled.rounds, settled.until_ms) if settled else (0, None)
    for weight in weighed:
        if (until_ms is not None and weight.at_ms <= until_ms) or not _suffices(weight, line):
            continue
        yield Wanted(line=line, round=number, weight=weight)
        until_ms = until(state, line, number, weight.at_ms)
        number += 1


def until(state: Account, line: Line, number: int, at_ms: int) -> int:
    """Moment up to which a round covers offences; one that a reviewer overturned covers what the reviewer knew."""
    given = state.given.get(f"{line.name}/{number}")
    if given is not None and given.overturned_ms is not None:
        return given.overturned_ms
    return at_ms + round(line.lasts_days * DAY_MS)


def _suffices(weight: Weight, line: Line) -> bool:
    if weight.suspect_partners < line.suspect_partners or (line.reopened and not weight.reopened):
        return False
    if line.partner_share and weight.suspect_partners < line.partner_share * weight.partners:
        return False
    return (
        weight.points >= line.points
        and weight.posterior >= line.posterior
        and weight.confirmed >= line.confirmed
        and len(weight.knowing) >= line.knowing
    )

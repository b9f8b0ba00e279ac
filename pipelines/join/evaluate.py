"""The verdict from scratch: what `step` must come to, whatever the order of events. Nothing is folded or remembered.

Slow on purpose (every pair, every moment). The property tests hold `step` against it.
"""

from collections.abc import Iterable

from msgspec import Struct

from pipelines.join.episodes import Turn, released_at
from pipelines.join.fusion import Verdict, by_rank, explain, verdict_at, verdict_before
from pipelines.join.ladder import suffices
from pipelines.join.ladder_rules import Line
from pipelines.join.records import is_void
from pipelines.join.rules import Policy, release_nats
from pipelines.join.signs import earlier, fact_of, item_of, pairs
from pipelines.join.state import Item, Record
from schemas import Suspicion


class Evaluation(Struct, frozen=True, kw_only=True):
    """What a set of suspicions of one session comes to."""

    reached: dict[str, Verdict]
    """Ladder line -> the first verdict that reaches it."""
    turns: tuple[Turn, ...]
    """What the repeating lines do after that, line by line."""
    peak: Verdict | None
    """The verdict of the moment with the largest score; None without any sign."""


def evaluate(
    suspicions: Iterable[Suspicion], policy: Policy, records: Iterable[Record] = (), until_ms: int | None = None
) -> Evaluation:
    """Judge a whole session at once.

    Args:
        suspicions: of one session, in any order, repeated or not.
        policy: the policy.
        records: of the sellers, as `records.records_of` takes them from the `started` event.
        until_ms: on-air end of the session, exclusive; None: its last sign.
    """
    items = signs(suspicions, policy, records)
    verdicts = [verdict_at(items, at_ms, policy) for at_ms in sorted({item.seen_ms for item in items})]
    reached: dict[str, Verdict] = {}
    for verdict in verdicts:
        for line in policy.ladder:
            if line.name not in reached and suffices(verdict, line, policy):
                reached[line.name] = explain(items, verdict.at_ms, policy)
    end_ms = until_ms if until_ms is not None else max((one.at_ms for one in verdicts), default=0)
    turns = [
        turn
        for line in policy.ladder
        if line.repeats and line.name in reached
        for turn in _turns(items, verdicts, line, end_ms, policy)
    ]
    peak = max(verdicts, key=lambda verdict: verdict.llr, default=None)
    return Evaluation(reached=reached, turns=tuple(turns), peak=peak)


def _turns(items: list[Item], verdicts: list[Verdict], line: Line, end_ms: int, policy: Policy) -> list[Turn]:
    """Follow one line from its first time to the end of the show."""
    turns: list[Turn] = []
    times: list[int] = []
    is_up, held_ms = False, 0
    for at_ms, verdict in [*((one.at_ms, one) for one in verdicts), (end_ms, None)]:
        nats = release_nats(line, policy)
        if is_up and verdict_before(items, at_ms, policy).llr < nats:
            is_up = False
            turns.append(Turn(line, released_at(items, held_ms, at_ms, nats, policy), len(times), is_release=True))
        held_ms = at_ms
        if verdict is None or is_up or not suffices(verdict, line, policy):
            continue
        if not times or at_ms >= times[-1] + line.cool_down_ms:
            is_up = True
            times.append(at_ms)
            if len(times) > 1:
                turns.append(Turn(line, at_ms, len(times), is_release=False))
    return turns


def signs(suspicions: Iterable[Suspicion], policy: Policy, records: Iterable[Record] = ()) -> list[Item]:
    """All signs of a session, strongest rank first."""
    unique = {one.suspicion_id: one for one in suspicions}.values()
    items = {item.key: item for one in unique if (item := item_of(one, policy))}
    facts = [fact for one in unique if (fact := fact_of(one))]
    for place, fact in enumerate(facts):
        for pair in pairs(fact, facts[:place], policy):
            items[pair.key] = earlier(pair, items.get(pair.key, pair))
    known = tuple(records)
    kept = [item for item in items.values() if not is_void(item.signal, item.said.brand, known, policy)]
    return sorted(kept, key=by_rank)

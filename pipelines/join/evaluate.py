"""The verdict from scratch: what `step` must come to, whatever the order of events. Nothing is folded or remembered.

Slow on purpose (every pair, every moment). The property tests hold `step` against it.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from pipelines.join.fusion import Verdict, brand_key, by_rank, explain, verdict_at
from pipelines.join.ladder import suffices
from pipelines.join.policy import Policy
from pipelines.join.signs import earlier, fact_of, item_of, pairs
from pipelines.join.state import Item
from schemas import Suspicion


class Evaluation(Struct, frozen=True, kw_only=True):
    """What a set of suspicions of one session comes to."""

    reached: dict[str, Verdict]
    """Ladder line -> the first verdict that reaches it or a stronger line."""
    peak: Verdict | None
    """The verdict of the moment with the largest score; None without any sign."""


def evaluate(suspicions: Iterable[Suspicion], policy: Policy, authorised_brands: Sequence[str] = ()) -> Evaluation:
    """Judge a whole session at once.

    Args:
        suspicions: of one session, in any order, repeated or not.
        policy: the policy.
        authorised_brands: as in the `started` event.
    """
    items = signs(suspicions, policy, authorised_brands)
    verdicts = [verdict_at(items, at_ms, policy) for at_ms in sorted({item.seen_ms for item in items})]
    reached: dict[str, Verdict] = {}
    for verdict in verdicts:
        height = max((place for place, line in enumerate(policy.ladder) if suffices(verdict, line, policy)), default=-1)
        for line in policy.ladder[: height + 1]:
            reached.setdefault(line.name, explain(items, verdict.at_ms, policy))
    peak = max(verdicts, key=lambda verdict: verdict.llr, default=None)
    return Evaluation(reached=reached, peak=peak)


def signs(suspicions: Iterable[Suspicion], policy: Policy, authorised_brands: Sequence[str] = ()) -> list[Item]:
    """All signs of a session, strongest rank first."""
    authorised = {brand_key(brand) for brand in authorised_brands}
    unique = {one.suspicion_id: one for one in suspicions}.values()
    items = {item.key: item for one in unique if (item := item_of(one, policy))}
    facts = [fact for one in unique if (fact := fact_of(one))]
    for place, fact in enumerate(facts):
        for pair in pairs(fact, facts[:place], policy):
            items[pair.key] = earlier(pair, items.get(pair.key, pair))
    kept = [
        item
        for item in items.values()
        if not (policy.signals[item.signal].brand_bound and brand_key(item.said.brand) in authorised)
    ]
    return sorted(kept, key=by_rank)

"""Keeping the signs of a session few without changing any verdict.

A sign is forgotten only when it can never be counted again:

- As many stronger signs of its group and modality, that corroborate the same, as are counted at all
  (`counted_per_group`) are on air no later than it. Where a sign lies before the late line (watermark less allowed
  lateness) only later moments are still to be judged, so for this comparison it counts as on air from there on.
  (While a reached line waits for its seal, the moment at which it was reached stands in for the late line: its reasons
  are still to be told.)
  From what moment on repetitions of a line are still to be settled counts in the same way.
- It has decayed below `negligible_nats` by the late line.
- A seller's record turns out to void it.

Facts are forgotten when no price or brand that is not late could still lie within the pair window; the first link
without a brand in its title stays. The limits of the
policy are a last resort against floods; what they drop is counted in `Outputs.overflow`.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Sequence
from itertools import islice, takewhile
from math import exp, inf

from pipelines.join.contradictions import first_generic
from pipelines.join.fusion import by_rank, weigh
from pipelines.join.records import is_void
from pipelines.join.rules import Policy
from pipelines.join.signs import earlier, reweigh_pair
from pipelines.join.state import Fact, Item, Record, Session
from pipelines.join.window import Window, window_of
from schemas import Signal

PAST_SHARE = 16
"""Ceilings of moments that nothing can change any more are dropped once there is one in so many."""


def late_line(session: Session, policy: Policy) -> int | None:
    """On-air ms before which a suspicion is late; None while nothing is."""
    return None if session.watermark_ms is None else session.watermark_ms - policy.lateness_ms


def _judged_line(session: Session, policy: Policy) -> int | None:
    """On-air ms before which nothing will be judged or explained any more: reached lines may wait for their seal."""
    line = late_line(session, policy)
    if line is None:
        return None
    return min([line, line if session.settled_ms is None else session.settled_ms, *session.reached.values()])


def keep(session: Session, item: Item, policy: Policy) -> int:
    """Put a sign into the session. Returns how many signs a limit dropped."""
    if is_void(item.signal, item.said.brand, session.records, policy):
        return 0
    window = window_of(session, policy)
    known = window.by_key.get(item.key)
    if known is not None:
        item = earlier(item, known)
    items = list(session.items)
    if known is not None:
        del items[_place(items, known)]
    items.insert(_place(items, item), item)
    outranked = _outranked(window, item, known, _judged_line(session, policy), policy)
    for one in outranked:
        del items[_place(items, one)]
    beyond = items[policy.limits.live_items :]
    session.items = tuple(items[: policy.limits.live_items])
    gone = [one for one in (*outranked, *beyond) if one is not item]
    stays = len(gone) == len(outranked) + len(beyond)
    window.change(session.items, [item] if stays else [], gone if known is None else [known, *gone])
    if session.first_evidence_ms is None or item.start_ms < session.first_evidence_ms:
        session.first_evidence_ms = item.start_ms
    if item is not known:
        _raise_ceilings(session, item, policy)
    return len(beyond)


def keep_fact(session: Session, fact: Fact, policy: Policy) -> int:
    """Remember half of a pair. Returns how many facts a limit dropped."""
    facts = list(session.facts)
    insort(facts, fact, key=lambda one: (one.start_ms, one.id))
    if fact.signal is Signal.GENERIC_TITLE:
        generic = first_generic(tuple(facts))
        facts = [one for one in facts if one.signal is not Signal.GENERIC_TITLE or one is generic]
    dropped = max(0, len(facts) - policy.limits.live_facts)
    session.facts = tuple(facts[dropped:])
    return dropped


def forget(session: Session, policy: Policy) -> None:
    """Drop the signs and facts that can never be counted again because time has passed."""
    line = _judged_line(session, policy)
    if line is None:
        return
    decayed, negligible = policy.decay_per_ms * line, policy.fusion.negligible_nats
    left = len(session.items)
    while left and exp(min(session.items[left - 1].rank - decayed, 0.0)) < negligible:
        left -= 1
    if left < len(session.items):
        window, gone = window_of(session, policy), session.items[left:]
        session.items = session.items[:left]
        window.change(session.items, (), gone)
    past = sum(1 for _ in takewhile(lambda at_ms: at_ms < line, session.ceilings))
    if past * PAST_SHARE > len(session.ceilings):  # the dictionary is copied: not for each of its moments
        session.ceilings = dict(islice(session.ceilings.items(), past, None))
    oldest = line - policy.pair_window_ms
    old = bisect_left(session.facts, oldest, key=lambda fact: fact.start_ms)
    if old:
        generic = first_generic(session.facts[:old])
        session.facts = (() if generic is None else (generic,)) + session.facts[old:]


def void(session: Session, records: tuple[Record, ...], policy: Policy) -> None:
    """Drop what means nothing now that more is known of the sellers."""
    session.records = tuple(sorted({*session.records, *records}))
    session.items = tuple(
        item for item in session.items if not is_void(item.signal, item.said.brand, session.records, policy)
    )


def adopt_policy(session: Session, policy: Policy) -> None:
    """Weigh everything anew when the policy has another version than the one the signs were weighed by."""
    if session.policy_version == policy.version:
        return
    weighed = [weigh(reweigh_pair(item, policy) if len(item.ids) > 1 else item, policy) for item in session.items]
    session.items = tuple(sorted((item for item in weighed if item.weight > 0), key=by_rank))
    lines = {line.name for line in policy.ladder}
    session.reached = {name: at_ms for name, at_ms in session.reached.items() if name in lines}
    session.episodes = {name: episode for name, episode in session.episodes.items() if name in lines}
    session.policy_version = policy.version
    session.evaluated_to_ms = session.revise_from_ms = None
    session.ceilings = {}


def _raise_ceilings(session: Session, new: Item, policy: Policy) -> None:
    """A sign among moments that were evaluated raises their scores by its own decayed nats at most."""
    if session.evaluated_to_ms is None or new.seen_ms > session.evaluated_to_ms:
        return
    rank, decay = new.rank, policy.decay_per_ms
    ceilings = {
        at_ms: nats + exp(rank - decay * at_ms) if at_ms >= new.seen_ms else nats
        for at_ms, nats in session.ceilings.items()
    }
    ceilings[new.seen_ms] = inf
    session.ceilings = ceilings
    if session.revise_from_ms is None or new.seen_ms < session.revise_from_ms:
        session.revise_from_ms = new.seen_ms


def _outranked(window: Window, new: Item, known: Item | None, line_ms: int | None, policy: Policy) -> list[Item]:
    """Those of the new one's kind, itself among them, that can never be counted; `known` is the one it replaces."""
    alike = [item for item in window.alike(new) if item is not known]
    insort(alike, new, key=by_rank)
    if len(alike) <= policy.fusion.counted_per_group:
        return []
    stronger_seen_ms: list[int] = []
    outranked: list[Item] = []
    for item in alike:
        seen_ms = item.seen_ms if line_ms is None else max(item.seen_ms, line_ms)
        if bisect_right(stronger_seen_ms, seen_ms) >= policy.fusion.counted_per_group:
            outranked.append(item)
        else:
            insort(stronger_seen_ms, seen_ms)
    return outranked


def _place(items: Sequence[Item], item: Item) -> int:
    return bisect_left(items, by_rank(item), key=by_rank)

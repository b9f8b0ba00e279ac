"""What becomes of a line after its first time: up until the posterior falls below its release, then it may come again.

More evidence can join two episodes into one, so repetitions, unlike first times, could be withdrawn by a late sign.
Therefore they are told only when nothing can be late any more: the moments before the late line are settled, in order,
and what was told never changes. The first time is never waited for; it is told by `ladder.py` and only counted here.

Between two signs the score falls steadily, so the moment of a release between them is found by halving.
"""

from collections.abc import Iterable

from msgspec import Struct, structs

from pipelines.join.fusion import verdict_at, verdict_before
from pipelines.join.ladder import suffices
from pipelines.join.ladder_rules import Line
from pipelines.join.rules import Policy, needed_nats, release_nats
from pipelines.join.state import Episode, Item, Session
from pipelines.join.window import window_of


class Turn(Struct, frozen=True):
    """A line was reached again, or released."""

    line: Line
    at_ms: int
    occurrence: int
    is_release: bool


def settle(session: Session, until_ms: int, policy: Policy) -> list[Turn]:
    """Follow the repeating lines over the moments before `until_ms`, none of which can change any more."""
    lines = [line for line in policy.ladder if line.repeats and line.name not in session.closed]
    from_ms, session.settled_ms = session.settled_ms, max(until_ms, session.settled_ms or until_ms)
    if not lines or (from_ms is not None and until_ms <= from_ms):
        return []
    moments = window_of(session, policy).moments(from_ms, until_ms)
    turns: list[Turn] = []
    held_ms = from_ms if from_ms is not None else min(moments, default=until_ms)
    for at_ms in sorted(moments):
        turns += _releases(session, held_ms, at_ms, lines, policy)
        turns += _returns(session, at_ms, lines, policy)
        held_ms = at_ms
    return turns + _releases(session, held_ms, until_ms, lines, policy)


def _returns(session: Session, at_ms: int, lines: list[Line], policy: Policy) -> list[Turn]:
    """Lines that are reached at a moment, again or for the first time; the first time is no turn."""
    down = [line for line in lines if _may_return(session.episodes.get(line.name, Episode()), at_ms, line)]
    if not down:
        return []
    level = window_of(session, policy).level("settle", at_ms, at_ms + 1, policy)
    if level and not any(level.may_reach(line, needed_nats(line, policy)) for line in down):
        return []
    verdict, turns = verdict_at(session.items, at_ms, policy), []
    for line in down:
        if suffices(verdict, line, policy):
            count = session.episodes.get(line.name, Episode()).count + 1
            session.episodes = {**session.episodes, line.name: Episode(count, at_ms, is_up=True)}
            if count > 1:
                turns.append(Turn(line, at_ms, count, is_release=False))
    return turns


def _may_return(episode: Episode, at_ms: int, line: Line) -> bool:
    return not episode.is_up and (episode.count == 0 or at_ms >= episode.since_ms + line.cool_down_ms)


def _releases(session: Session, held_ms: int, at_ms: int, lines: list[Line], policy: Policy) -> list[Turn]:
    """Lines that held at `held_ms` and whose release the posterior has fallen below by `at_ms`; no sign between."""
    up = [line for line in lines if session.episodes.get(line.name, Episode()).is_up]
    if not up:
        return []
    level = window_of(session, policy).level("settle", at_ms, at_ms, policy)
    if level and level.least >= max(release_nats(line, policy) for line in up):
        return []
    nats, turns = verdict_before(session.items, at_ms, policy).llr, []
    for line in up:
        if nats < release_nats(line, policy):
            episode = session.episodes[line.name]
            session.episodes = {**session.episodes, line.name: structs.replace(episode, is_up=False)}
            released_ms = released_at(session.items, held_ms, at_ms, release_nats(line, policy), policy)
            turns.append(Turn(line, released_ms, episode.count, is_release=True))
    return turns


def released_at(items: Iterable[Item], held_ms: int, at_ms: int, nats: float, policy: Policy) -> int:
    """First ms at which the score is below `nats`: it was not at `held_ms`, it is at `at_ms`, no sign comes between."""
    before = [item for item in items if item.seen_ms < at_ms]
    while at_ms - held_ms > 1:
        middle_ms = (held_ms + at_ms) // 2
        if verdict_at(before, middle_ms, policy).llr < nats:
            at_ms = middle_ms
        else:
            held_ms = middle_ms
    return at_ms

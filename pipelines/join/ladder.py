"""Which lines of the ladder are reached, and from when on.

A line is reached at the first on-air moment at which its posterior, its witnesses and its corroboration suffice; each
line by itself. Between two signs the score only decays, so only the moments at which a sign comes on air have to be
looked at. What a line does after its first time is told in `episodes.py`.
"""

import math

from pipelines.join.cursor import ROUNDING_NATS
from pipelines.join.fusion import Verdict, verdict_at
from pipelines.join.ladder_rules import Line
from pipelines.join.rules import Policy, needed_nats
from pipelines.join.state import Session
from pipelines.join.window import window_of


def suffices(verdict: Verdict, line: Line, policy: Policy) -> bool:
    """Whether a verdict reaches a line."""
    if verdict.llr < needed_nats(line, policy):
        return False
    if line.corroboration and verdict.corroborated.isdisjoint(line.corroboration):
        return False
    return len(verdict.witnesses) >= line.modalities or (line.admission_suffices and verdict.admitted)


def open_lines(session: Session, policy: Policy) -> list[Line]:
    """Ladder lines that have neither acted nor been taken back."""
    done = {one.line for one in session.standing} | set(session.closed)
    return [line for line in policy.ladder if line.name not in done]


def climb(session: Session, limit_ms: int, policy: Policy) -> None:
    """Hold every moment up to `limit_ms` that is new or has changed against the ladder; fills `session.reached`.

    A moment is weighed only if what all signs together weigh at most lets it reach an open line, and one that has
    changed only if its ceiling does, so that signs in any number stay cheap.
    """
    done_ms, changed_ms = session.evaluated_to_ms, session.revise_from_ms
    window = window_of(session, policy)
    moments = window.moments(None if done_ms is None else done_ms + 1, limit_ms + 1)
    session.evaluated_to_ms = limit_ms if done_ms is None else max(done_ms, limit_ms)
    session.revise_from_ms = None
    if not moments and changed_ms is None:
        return
    needs = [(line, needed_nats(line, policy) - ROUNDING_NATS) for line in open_lines(session, policy)]
    if not needs:
        session.ceilings = {}
        return
    least = min(need for _, need in needs)
    reached, ceilings = dict(session.reached), dict(session.ceilings)
    if changed_ms is not None:
        moments.update(at_ms for at_ms, nats in ceilings.items() if at_ms >= changed_ms and nats >= least)
    for at_ms in sorted(moments):
        wanted = [(line, need) for line, need in needs if reached.get(line.name, math.inf) > at_ms]
        if not wanted or ceilings.get(at_ms, math.inf) < min(need for _, need in wanted):
            continue
        level = window.level("climb", at_ms, at_ms + 1, policy)
        if level and not any(level.may_reach(line, need) for line, need in wanted):
            ceilings[at_ms] = level.most
            continue
        verdict = verdict_at(session.items, at_ms, policy)
        ceilings[at_ms] = verdict.llr
        for line, _ in wanted:
            if suffices(verdict, line, policy):
                reached[line.name] = at_ms
    session.reached, session.ceilings = reached, ceilings

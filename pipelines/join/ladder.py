"""From signs to actions: which lines of the ladder are reached, and the enforcement events that say so.

A line is reached at the first on-air moment at which its posterior and its witnesses suffice. Between two signs the
score only decays, so only the moments at which a sign comes on air have to be looked at. A line that is reached brings
every milder line with it. Each line is emitted once in a session, mildest first, under an id that depends on session,
subject, rung and line alone.
"""

import math

from pipelines.effect.gate import Gate
from pipelines.join.fusion import Verdict, explain, verdict_at
from pipelines.join.policy import Line, Policy, SealRule, log_odds
from pipelines.join.reasons import NO_RUNG, About, about, evidence_of, reasons_of
from pipelines.join.state import Session, Standing
from schemas import Enforcement, Outcome, SealRequest, SealState, Violation, stable_id

ROUNDING_NATS = 1e-6
"""Ceilings are sums of up to thousands of decayed nats, each right to about 1e-9."""
MAX_SEAL_EVIDENCE = 256
"""Source records named in a seal request; the span is what counts."""


def subject(room: str) -> str:
    """Who is acted on: the room."""
    return f"room:{room}"


def action_id(room: str, session_id: str, line: Line) -> str:
    """Id of the action of a ladder line: the same decision always has the same one."""
    return stable_id(session_id, subject(room), line.rung, line.name)


def compensation_id(action: str) -> str:
    """Id of what takes an action back."""
    return stable_id("compensation", action)


def seal_request_id(room: str, session_id: str) -> str:
    """Id of a session's seal request."""
    return stable_id("seal-request", room, session_id)


def open_lines(room: str, session: Session, policy: Policy) -> list[Line]:
    """Ladder lines that have neither been emitted nor taken back."""
    closed = {one.action_id for one in session.standing} | set(session.taken_back)
    return [line for line in policy.ladder if action_id(room, session.id, line) not in closed]


def climb(room: str, session: Session, limit_ms: int, policy: Policy) -> None:
    """Hold every moment up to `limit_ms` that is new or has changed against the ladder; fills `session.reached`.

    A moment that has changed is evaluated again only if its ceiling lets it reach an open line, so that late signs in
    any number stay cheap.
    """
    done_ms, changed_ms = session.evaluated_to_ms, session.revise_from_ms
    moments = {
        item.seen_ms
        for item in session.items
        if item.seen_ms <= limit_ms and (done_ms is None or item.seen_ms > done_ms)
    }
    session.evaluated_to_ms = limit_ms if done_ms is None else max(done_ms, limit_ms)
    session.revise_from_ms = None
    if not moments and changed_ms is None:
        return
    lines = open_lines(room, session, policy)
    if not lines:
        session.ceilings = {}
        return
    needs = [needed_nats(line, policy) - ROUNDING_NATS for line in lines]
    reached, ceilings = dict(session.reached), dict(session.ceilings)
    if changed_ms is not None:
        moments.update(at_ms for at_ms, nats in ceilings.items() if at_ms >= changed_ms and nats >= needs[0])
    for at_ms in sorted(moments):
        wanted = (need for line, need in zip(lines, needs, strict=True) if reached.get(line.name, math.inf) > at_ms)
        if ceilings.get(at_ms, math.inf) < next(wanted, math.inf):
            continue
        verdict = verdict_at(session.items, at_ms, policy)
        ceilings[at_ms] = verdict.llr
        height = max((place for place, line in enumerate(lines) if suffices(verdict, line, policy)), default=-1)
        for line in lines[: height + 1]:
            reached[line.name] = min(reached.get(line.name, at_ms), at_ms)
    session.reached, session.ceilings = reached, ceilings


def suffices(verdict: Verdict, line: Line, policy: Policy) -> bool:
    """Whether a verdict reaches a line."""
    if verdict.llr < needed_nats(line, policy):
        return False
    return len(verdict.witnesses) >= line.modalities or (line.admission_suffices and verdict.admitted)


def needed_nats(line: Line, policy: Policy) -> float:
    """Nats that bring the prior to a line's posterior."""
    return log_odds(line.posterior) - policy.prior_nats


def ask_for_seal(room: str, session: Session, now_ms: int, policy: Policy) -> SealRequest | None:
    """Make the session's seal request when a reached line wants one; None when it was made or sealed already."""
    wanted = any(line.seal is not SealRule.NONE and line.name in session.reached for line in policy.ladder)
    if not wanted or session.seal_asked_ms is not None or session.bundle_id:
        return None
    session.seal_asked_ms = now_ms
    first_ms = session.first_evidence_ms or 0
    return SealRequest(
        request_id=seal_request_id(room, session.id),
        room=room,
        session=session.id,
        start_ms=max(0, first_ms - round(policy.seal.pre_roll_seconds * 1000)),
        end_ms=max((place.up_to_ms for place in session.positions.values()), default=first_ms),
        deadline_ms=now_ms + policy.seal.deadline_ms,
        evidence=evidence_of(session.items)[:MAX_SEAL_EVIDENCE],
    )


def act(
    room: str, session: Session, now_ms: int, policy: Policy, gate: Gate, *, last_chance: bool = False
) -> list[Enforcement]:
    """Emit the reached lines, but those that wait for a seal. `last_chance`: the session closes, nothing waits."""
    actions: list[Enforcement] = []
    if not session.reached:
        return actions
    for line in open_lines(room, session, policy):
        if line.name not in session.reached:
            continue
        if line.seal is SealRule.REQUIRE and not session.bundle_id and not last_chance:
            asked_ms = now_ms if session.seal_asked_ms is None else session.seal_asked_ms
            if now_ms < asked_ms + policy.seal.deadline_ms:
                continue
        actions.append(gate.judged(_enforcement(room, session, line, policy)))
    emitted = {action.policy_line for action in actions}
    session.standing += tuple(_standing(action) for action in actions)
    session.reached = {name: at_ms for name, at_ms in session.reached.items() if name not in emitted}
    return actions


def take_back(
    room: str, session_id: str, standing: tuple[Standing, ...], outcome: Outcome, policy: Policy
) -> Enforcement | None:
    """Compensate an overturned action; None when the id is no action of this session.

    Ids cannot be guessed, so an overturned action that is not standing was emitted before its state was lost, or its
    outcome overtook its evidence. Its compensation is emitted all the same, and the line stays taken back.
    """
    line = next((one for one in policy.ladder if action_id(room, session_id, one) == outcome.action_id), None)
    if line is None:
        return None
    known = next((one for one in standing if one.action_id == outcome.action_id), None)
    return Enforcement(
        action_id=compensation_id(outcome.action_id),
        room=room,
        session=session_id,
        subject=subject(room),
        rung=line.rung,
        authority=known.authority if known and known.authority else line.authority,
        decided_at_ms=outcome.time_ms,
        not_after_ms=outcome.time_ms + round(policy.compensation.expiry_seconds * 1000),
        posterior=known.posterior if known else 0.0,
        llr=known.llr if known else 0.0,
        modalities=known.modalities if known else (),
        categories=known.categories if known else (),
        reasons=(),
        policy_version=policy.version,
        policy_line=line.name,
        compensates=outcome.action_id,
    )


def _enforcement(room: str, session: Session, line: Line, policy: Policy) -> Enforcement:
    decided_at_ms = session.reached[line.name]
    verdict = explain(session.items, decided_at_ms, policy)
    seal = SealState.NOT_REQUIRED
    if line.seal is SealRule.REQUIRE:
        seal = SealState.SEALED if session.bundle_id else SealState.DEADLINE
    categories = {category for item, _ in verdict.shares for category in item.categories}
    return Enforcement(
        action_id=action_id(room, session.id, line),
        room=room,
        session=session.id,
        subject=subject(room),
        rung=line.rung,
        authority=line.authority,
        decided_at_ms=decided_at_ms,
        not_after_ms=decided_at_ms + round(line.expiry_seconds * 1000),
        posterior=verdict.posterior,
        llr=verdict.llr,
        modalities=tuple(sorted({item.modality for item, _ in verdict.shares})),
        categories=tuple(category for category in Violation if category in categories),
        reasons=reasons_of(
            verdict.shares,
            policy.limits.reasons,
            lambda gone: _rung_without(gone, session, decided_at_ms, line, policy),
        ),
        policy_version=policy.version,
        policy_line=line.name,
        seal=seal,
        bundle_id=session.bundle_id if seal is SealState.SEALED else "",
        circumstances=tuple(session.circumstances.values()),
    )


def _rung_without(gone: About, session: Session, at_ms: int, reached: Line, policy: Policy) -> str:
    """The milder rung that is reached without the signs of a reason and what was derived from them."""
    ids = {one for item in session.items if about(item) == gone for one in item.ids}
    verdict = verdict_at((item for item in session.items if ids.isdisjoint(item.ids)), at_ms, policy)
    if suffices(verdict, reached, policy):
        return ""
    milder = policy.ladder[: policy.ladder.index(reached)]
    return next((line.rung for line in reversed(milder) if suffices(verdict, line, policy)), NO_RUNG)


def _standing(action: Enforcement) -> Standing:
    return Standing(
        action_id=action.action_id,
        line=action.policy_line,
        rung=action.rung,
        decided_at_ms=action.decided_at_ms,
        posterior=action.posterior,
        llr=action.llr,
        modalities=action.modalities,
        categories=action.categories,
        policy_version=action.policy_version,
        authority=action.authority,
    )

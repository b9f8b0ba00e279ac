"""The enforcement events: what a line of the ladder does, and the taking back of it.

Ids depend on session, subject, rung, line and how often the line has acted, and on nothing else: the same decision
always has the same id, whenever and by whichever worker it is made.
"""

from collections.abc import Iterable, Iterator

from pipelines.join.fusion import explain, verdict_at
from pipelines.join.ladder import suffices
from pipelines.join.ladder_rules import Line, SealRule
from pipelines.join.reasons import NO_RUNG, About, about, reasons_of
from pipelines.join.rules import Policy
from pipelines.join.state import Session, Standing
from schemas import Enforcement, SealState, Violation, stable_id
from schemas.law import CATEGORY_LAW, ROOM_ACTION_LAW

MOST_OCCURRENCES = 32
"""How many times of a line an outcome is looked for whose action is not remembered."""


def subject(room: str) -> str:
    """Who is acted on: the room."""
    return f"room:{room}"


def action_id(room: str, session_id: str, line: Line, occurrence: int = 1) -> str:
    """Id of the action of a ladder line; each time that the line acts again has its own."""
    again = (occurrence,) if occurrence > 1 else ()
    return stable_id(session_id, subject(room), line.rung, line.name, *again)


def compensation_id(action: str) -> str:
    """Id of what takes an action back, whoever does it."""
    return stable_id("compensation", action)


def possible_ids(room: str, session_id: str, policy: Policy) -> Iterator[tuple[str, Line, int]]:
    """Ids that the lines of a policy give to a session's actions, with the line and which time it is."""
    for line in policy.ladder:
        for occurrence in range(1, MOST_OCCURRENCES + 1 if line.repeats else 2):
            yield action_id(room, session_id, line, occurrence), line, occurrence


def enforce(room: str, session: Session, line: Line, at_ms: int, policy: Policy, *, occurrence: int = 1) -> Enforcement:
    """Make the event that a line, reached at `at_ms`, leads to."""
    verdict = explain(session.items, at_ms, policy)
    seal = SealState.NOT_REQUIRED
    if line.seal is SealRule.REQUIRE:
        seal = SealState.SEALED if session.bundle_id else SealState.DEADLINE
    named = {category for item, _ in verdict.shares for category in item.categories}
    categories = tuple(category for category in Violation if category in named)
    return Enforcement(
        action_id=action_id(room, session.id, line, occurrence),
        room=room,
        session=session.id,
        subject=subject(room),
        rung=line.rung,
        authority=line.authority,
        decided_at_ms=at_ms,
        not_after_ms=at_ms + round(line.expiry_seconds * 1000),
        posterior=verdict.posterior,
        llr=verdict.llr,
        modalities=tuple(sorted({item.modality for item, _ in verdict.shares})),
        categories=categories,
        reasons=reasons_of(
            verdict.shares,
            policy.limits.reasons,
            lambda gone: _rung_without(gone, session, at_ms, line, policy),
        ),
        policy_version=policy.version,
        policy_line=line.name,
        seal=seal,
        bundle_id=session.bundle_id if seal is SealState.SEALED else "",
        legal_basis=legal_basis(line, categories),
        occurrence=occurrence,
        circumstances=tuple(session.circumstances.values()),
    )


def legal_basis(line: Line, categories: Iterable[Violation]) -> tuple[str, ...]:
    """Articles that allow a line's action, then those that name the violations; unread ones say so."""
    allows = [one for one in ROOM_ACTION_LAW.get(line.rung, ()) if not line.basis or one.law in line.basis]
    breaks = [one for category in categories for one in CATEGORY_LAW[category]]
    return tuple(dict.fromkeys(one.text for one in (*allows, *breaks)))


def standing_of(action: Enforcement) -> Standing:
    """What is remembered of an action."""
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
        occurrence=action.occurrence,
    )


def take_back(
    room: str,
    session_id: str,
    line: Line,
    at_ms: int,
    policy: Policy,
    *,
    known: Standing | None = None,
    occurrence: int = 1,
) -> Enforcement:
    """Make the event that takes back what a line did; `known` is what is remembered of it."""
    taken = known.action_id if known else action_id(room, session_id, line, occurrence)
    return Enforcement(
        action_id=compensation_id(taken),
        room=room,
        session=session_id,
        subject=subject(room),
        rung=line.rung,
        authority=known.authority if known and known.authority else line.authority,
        decided_at_ms=at_ms,
        not_after_ms=at_ms + round(policy.compensation.expiry_seconds * 1000),
        posterior=known.posterior if known else 0.0,
        llr=known.llr if known else 0.0,
        modalities=known.modalities if known else (),
        categories=known.categories if known else (),
        reasons=(),
        policy_version=policy.version,
        policy_line=line.name,
        compensates=taken,
        occurrence=known.occurrence if known else occurrence,
    )


def _rung_without(gone: About, session: Session, at_ms: int, reached: Line, policy: Policy) -> str:
    """The milder rung that is reached without the signs of a reason and what was derived from them."""
    ids = {one for item in session.items if about(item) == gone for one in item.ids}
    verdict = verdict_at((item for item in session.items if ids.isdisjoint(item.ids)), at_ms, policy)
    if suffices(verdict, reached, policy):
        return ""
    milder = policy.ladder[: policy.ladder.index(reached)]
    return next((line.rung for line in reversed(milder) if suffices(verdict, line, policy)), NO_RUNG)

"""What leaves: reached lines become enforcement events; released and overturned ones are taken back."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from pipelines.effect.gate import Gate
from pipelines.join.actions import action_id, enforce, possible_ids, standing_of, take_back
from pipelines.join.episodes import Turn
from pipelines.join.ladder import open_lines
from pipelines.join.ladder_rules import Line, SealRule, Stands
from pipelines.join.rules import Policy
from pipelines.join.state import Session, Standing
from schemas import Enforcement, Outcome


def act(
    room: str, session: Session, now_ms: int, policy: Policy, gate: Gate, *, last_chance: bool = False
) -> list[Enforcement]:
    """Emit the reached lines, but those that wait for a seal. `last_chance`: the session closes, nothing waits."""
    actions: list[Enforcement] = []
    if not session.reached:
        return actions
    for line in open_lines(session, policy):
        if line.name not in session.reached:
            continue
        if line.seal is SealRule.REQUIRE and not session.bundle_id and not last_chance:
            asked_ms = now_ms if session.seal_asked_ms is None else session.seal_asked_ms
            if now_ms < asked_ms + policy.seal.deadline_ms:
                continue
        actions.append(gate.judged(enforce(room, session, line, session.reached[line.name], policy)))
    emitted = {action.policy_line for action in actions}
    session.standing += tuple(standing_of(action) for action in actions)
    session.reached = {name: at_ms for name, at_ms in session.reached.items() if name not in emitted}
    return actions


def turn(room: str, session: Session, turns: Iterable[Turn], policy: Policy, gate: Gate) -> list[Enforcement]:
    """Emit what repeats, and end the measures that stand until a release."""
    actions: list[Enforcement] = []
    for one in turns:
        if not one.is_release:
            action = gate.judged(enforce(room, session, one.line, one.at_ms, policy, occurrence=one.occurrence))
            session.standing += (standing_of(action),)
            actions.append(action)
        elif one.line.stands is Stands.UNTIL_RELEASE:
            known = _standing(session.standing, action_id(room, session.id, one.line, one.occurrence))
            if known:
                session.standing = _lifted(session.standing, known)
                actions.append(take_back(room, session.id, one.line, one.at_ms, policy, known=known))
    return actions


class TakenBack(Struct, frozen=True):
    """What an overturned action leads to."""

    lines: tuple[str, ...]
    """Lines that act no more in this session."""
    actions: tuple[Enforcement, ...]
    standing: tuple[Standing, ...]
    """What stands after it."""

    def ids(self, before: tuple[str, ...], outcome: Outcome) -> tuple[str, ...]:
        """All actions of the session that have been taken back, each once."""
        now = [one.compensates for one in self.actions if one.compensates]
        return tuple(dict.fromkeys((*before, outcome.action_id, *now)))


def overturn(
    room: str, session_id: str, standing: tuple[Standing, ...], outcome: Outcome, policy: Policy
) -> TakenBack | None:
    """Take back an overturned action and what falls with it; None when the id is no action of this session.

    Ids cannot be guessed, so an overturned action that is not standing was emitted before its state was lost, or its
    outcome overtook its evidence. Its compensation is emitted all the same, and the lines act no more.
    """
    found = _line_of(room, session_id, standing, outcome.action_id, policy)
    if found is None:
        return None
    line, occurrence = found
    known = _standing(standing, outcome.action_id)
    actions = []
    if known is None or not known.lifted:
        actions.append(take_back(room, session_id, line, outcome.time_ms, policy, known=known, occurrence=occurrence))
    lines = with_all_it_takes_back(line, policy)
    for other in lines[1:]:
        of_other = [one for one in standing if one.line == other.name and not one.lifted]
        actions += [take_back(room, session_id, other, outcome.time_ms, policy, known=one) for one in of_other]
    names = tuple(one.name for one in lines)
    left = tuple(
        one
        for one in standing
        if one.action_id != outcome.action_id and (one.line == line.name or one.line not in names)
    )
    return TakenBack(names, tuple(actions), left)


def with_all_it_takes_back(line: Line, policy: Policy) -> Sequence[Line]:
    """The line, and those that it takes back, and those that they do, each once."""
    by_name = {one.name: one for one in policy.ladder}
    found = [line]
    for one in found:
        found += [by_name[name] for name in one.takes_back if by_name[name] not in found]
    return found


def _line_of(
    room: str, session_id: str, standing: Iterable[Standing], wanted: str, policy: Policy
) -> tuple[Line, int] | None:
    """The line behind an action id, and which time of it."""
    by_name = {line.name: line for line in policy.ladder}
    for one in standing:
        if one.action_id == wanted and one.line in by_name:
            return by_name[one.line], one.occurrence
    ids = possible_ids(room, session_id, policy)
    return next(((line, occurrence) for one, line, occurrence in ids if one == wanted), None)


def _standing(standing: Iterable[Standing], action: str) -> Standing | None:
    return next((one for one in standing if one.action_id == action), None)


def _lifted(standing: Iterable[Standing], known: Standing) -> tuple[Standing, ...]:
    return tuple(structs.replace(one, lifted=True) if one is known else one for one in standing)

"""Stored events, room by room, through a policy; rooms share nothing, so they are judged side by side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor

import msgspec

from pipelines.join.policy import Policy
from pipelines.join.state import initial
from pipelines.join.step import step
from schemas import Enforcement, Lifecycle, Outcome, Seal, Suspicion, Tick
from schemas.cloudevents import event_time_ms
from schemas.lines import from_line

Judged = Suspicion | Lifecycle | Seal | Outcome
"""What decides. Progress and ticks only say when a decision may leave, not what it is: they are left out."""

FLUSH_STEPS_MS = (10**12, 10**12)
"""Two ticks some thirty years apart at the end of a room's events: the first makes every modality idle and asks for the
seals that are missing, the second lets their deadlines pass."""

ROOMS_PER_TASK = 8
"""Rooms given to a process at once: enough to hide the cost of handing them over."""


Judgement = tuple[str, tuple[list[Enforcement], ...]]
"""A room and, for each policy, its actions that stand at the end."""


class _Head(msgspec.Struct):
    room: str = ""


class _Line(msgspec.Struct):
    type: str
    data: _Head


_HEAD = msgspec.json.Decoder(_Line)
_TAKEN = frozenset({"suspicion", "lifecycle", "seal", "outcome"})


def by_room(lines: Iterable[bytes]) -> tuple[dict[str, list[bytes]], list[str]]:
    """Sort JSON lines by room; returns them and what was wrong with those that are no events."""
    rooms: dict[str, list[bytes]] = {}
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            head = _HEAD.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            problems.append(f"line {number}: {error}; correct or remove it")
            continue
        if head.type in _TAKEN:
            rooms.setdefault(head.data.room, []).append(line)
    return rooms, problems


def replay(rooms: Mapping[str, Sequence[bytes]], policies: Sequence[Policy], *, jobs: int) -> Iterator[Judgement]:
    """Judge every room under each policy.

    Args:
        rooms: JSON lines of each room.
        policies: the policies.
        jobs: processes; 1 judges in this one.

    Yields:
        The room and, for each policy, its actions that stand at the end; rooms in the order of their names.

    Raises:
        ValueError: a line is no event of its type; the message names the room.
    """
    names = sorted(rooms)
    tasks = [
        ({name: rooms[name] for name in names[start : start + ROOMS_PER_TASK]}, tuple(policies))
        for start in range(0, len(names), ROOMS_PER_TASK)
    ]
    if jobs == 1:
        for task in tasks:
            yield from _judge_rooms(task)
        return
    with ProcessPoolExecutor(jobs) as pool:
        for result in pool.map(_judge_rooms, tasks):
            yield from result


def _judge_rooms(task: tuple[dict[str, Sequence[bytes]], tuple[Policy, ...]]) -> list[Judgement]:
    rooms, policies = task
    return [
        (room, tuple(standing_actions(room, lines, policy) for policy in policies)) for room, lines in rooms.items()
    ]


def standing_actions(room: str, lines: Sequence[bytes], policy: Policy) -> list[Enforcement]:
    """Actions of one room that stand when all its events are judged, in the order in which they were decided.

    The clock is the latest event time seen so far, so the same lines always give the same actions.

    Raises:
        ValueError: a line is no event of its type.
    """
    state, now_ms = initial(room), 0
    actions: list[Enforcement] = []
    for line in lines:
        try:
            message = from_line(line)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"room {room}: {error}; correct or remove the line {line[:80]!r}…") from error
        assert isinstance(message, Judged)
        now_ms = max(now_ms, event_time_ms(message))
        state, outputs = step(state, message, now_ms, policy)
        actions += outputs.enforcements
    for wait_ms in FLUSH_STEPS_MS:
        now_ms += wait_ms
        state, outputs = step(state, Tick(room=room, time_ms=now_ms), now_ms, policy)
        actions += outputs.enforcements
    taken_back = {one.compensates for one in actions if one.compensates}
    return [one for one in actions if not one.compensates and one.action_id not in taken_back]

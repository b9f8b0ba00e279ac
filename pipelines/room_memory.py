"""What an agent remembers of each session between two records, where forgetting does no harm."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

State = TypeVar("State")

MAX_SESSIONS = 2_000
"""Sessions kept; the one not seen for longest is forgotten first."""


class SessionMemory(Generic[State]):
    """Bounded memory keyed by room and session. It dies with the worker; the next one starts afresh."""

    def __init__(self, initial: Callable[[], State]) -> None:
        self._initial = initial
        self._states: OrderedDict[tuple[str, str], State] = OrderedDict()

    def get(self, room: str, session: str) -> State:
        """What is remembered of a session."""
        return self._states.get((room, session)) or self._initial()

    def put(self, room: str, session: str, state: State) -> None:
        """Remember a session."""
        self._states[room, session] = state
        self._states.move_to_end((room, session))
        if len(self._states) > MAX_SESSIONS:
            self._states.popitem(last=False)

    def items(self) -> list[tuple[tuple[str, str], State]]:
        """All sessions that are remembered, as (room, session) and state."""
        return list(self._states.items())

"""All states of cases in memory, notes delivered at once: what the topics do between workers, without a broker."""

from collections import deque

from pipelines.cases.events import CaseEvent, Outputs, is_own, key_of
from pipelines.cases.rules import Policy
from pipelines.cases.state import CaseState, initial, initial_room
from pipelines.cases.step import step
from schemas import AccountFacts, CaseNote, Enforcement, Lifecycle, Past
from schemas.accounts import is_account


class Docket:
    """Judges events of any number of rooms and accounts, in the order in which they are given."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.states: dict[str, CaseState] = {}

    def hear(self, event: CaseEvent, now_ms: int) -> Outputs:
        """Apply an event and all notes that follow from it; the outputs of all, without the notes.

        Raises:
            RefusedError: the event contradicts what is known; nothing was changed.
        """
        total = Outputs()
        waiting = deque[CaseEvent]([event])
        while waiting:
            one = waiting.popleft()
            if is_own(one):
                continue
            state, outputs = step(self._state(one), one, now_ms, self._policy)
            self.states[self._place(one)] = state
            waiting += outputs.notes
            total.enforcements += outputs.enforcements
            total.warnings += outputs.warnings
            total.histories += outputs.histories
            total.overflow += outputs.overflow
        return total

    def _state(self, event: CaseEvent) -> CaseState:
        known = self.states.get(self._place(event))
        if known is not None:
            return known
        return initial(key_of(event)) if is_of_account(event) else initial_room(key_of(event))

    @staticmethod
    def _place(event: CaseEvent) -> str:
        return key_of(event) if is_of_account(event) else f"room {key_of(event)}"


def is_of_account(event: CaseEvent) -> bool:
    """Whether an event goes to the state of an account or identifier, and not to that of a room."""
    if isinstance(event, CaseNote):
        return not isinstance(event.body, Past)
    if isinstance(event, AccountFacts):
        return True
    return not isinstance(event, Enforcement | Lifecycle) and is_account(event.room)

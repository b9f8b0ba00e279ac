"""The judgement on accounts, one event at a time: `step(state, event, now_ms, policy) -> (state, outputs)`.

Nothing here asks a clock, draws lots or does I/O, and the given state is not changed. Three kinds of state share this
step, because what concerns an account comes in on rooms and its neighbours are found by identifiers:

    room        decisions, outcomes and starts of shows      -> strikes for the accounts of a show
    account     strikes, facts, outcomes, standing of others -> actions, early warnings; own standing for others
    identifier  standing of the accounts that use it         -> who else is behind it

They speak to each other in notes. A note tells all that its sender has to say to its receiver, under a revision, so
repeated and overtaken notes change nothing. Only an account's own evidence is ever told, so suspicion does not echo;
that it was closed is told too, but somebody outside must have carried that out, so a wave of notes always ends.
"""

from typing import overload

from pipelines.cases.accounts import step_account
from pipelines.cases.events import CaseEvent, Outputs, is_own, key_of
from pipelines.cases.history import hear_past
from pipelines.cases.identifiers import step_identifier
from pipelines.cases.rooms import step_room
from pipelines.cases.rules import Policy
from pipelines.cases.state import Account, CaseState, IdentifierRecord, RoomRecord
from schemas import AccountFacts, CaseNote, Enforcement, IdentifierUse, Lifecycle, Outcome, Past


@overload
def step(
    state: RoomRecord, event: CaseEvent, now_ms: int, policy: Policy, *, stopped: bool = ...
) -> tuple[RoomRecord, Outputs]: ...
@overload
def step(
    state: Account, event: CaseEvent, now_ms: int, policy: Policy, *, stopped: bool = ...
) -> tuple[Account, Outputs]: ...
@overload
def step(
    state: IdentifierRecord, event: CaseEvent, now_ms: int, policy: Policy, *, stopped: bool = ...
) -> tuple[IdentifierRecord, Outputs]: ...


def step(
    state: CaseState, event: CaseEvent, now_ms: int, policy: Policy, *, stopped: bool = False
) -> tuple[CaseState, Outputs]:
    """Apply one event.

    Args:
        state: of the room, account or identifier that the event is about; not changed.
        event: the event. An action on an account, which cases itself wrote, changes nothing.
        now_ms: processing time, ms; it dates notes and compensations and decides nothing.
        policy: the policy in force.
        stopped: a person has stopped all autonomous actions; reviewers get what is given meanwhile.

    Raises:
        RefusedError: contradicting facts, or an outcome of an account action that was never given.
        ValueError: the event belongs to another state.
    """
    if key_of(event) != state.key:
        raise ValueError(f"the state is of {state.key!r}, the event of {key_of(event)!r}; key both alike")
    if is_own(event):
        return state, Outputs()
    match state, event:
        case RoomRecord(), Enforcement() | Outcome() | Lifecycle():
            return step_room(state, event, now_ms, policy)
        case RoomRecord(), CaseNote(body=Past()):
            assert isinstance(event.body, Past)
            return hear_past(state, event, event.body)
        case Account(), AccountFacts() | Outcome() | CaseNote():
            return step_account(state, event, now_ms, policy, stopped=stopped)
        case IdentifierRecord(), CaseNote(body=IdentifierUse()):
            assert isinstance(event.body, IdentifierUse)
            return step_identifier(state, event, event.body, now_ms, policy)
        case _:
            raise ValueError(f"a {type(event).__name__} says nothing of {state.key!r}; send it under its own key")

"""What cases listens to, whose state each event belongs to, and what leaves."""

from msgspec import Struct

from schemas import (
    AccountFacts,
    CaseNote,
    DeadLetterReason,
    EarlyWarning,
    Enforcement,
    Lifecycle,
    LifecycleChange,
    Outcome,
    stable_id,
)
from schemas.accounts import is_account

CaseEvent = Enforcement | Outcome | Lifecycle | AccountFacts | CaseNote


class RefusedError(ValueError):
    """An event cannot be used; the message says what to correct.

    Attributes:
        reason: the machine-readable reason.
    """

    def __init__(self, reason: DeadLetterReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Outputs(Struct, kw_only=True):
    """What follows from one event."""

    enforcements: tuple[Enforcement, ...] = ()
    warnings: tuple[EarlyWarning, ...] = ()
    notes: tuple[CaseNote, ...] = ()
    histories: tuple[Lifecycle, ...] = ()
    """For the join: what is known of the past of those who are on air."""
    overflow: int = 0
    """Shows, strikes, sums, partners or identifiers dropped because a limit of the policy was hit."""


def key_of(event: CaseEvent) -> str:
    """Room, account or identifier whose state the event belongs to."""
    match event:
        case AccountFacts():
            return event.account
        case CaseNote():
            return event.to
        case _:
            return event.room


def is_own(event: CaseEvent) -> bool:
    """Whether cases itself wrote the event, so that it must not be read as news: an account's action, a history."""
    if isinstance(event, Lifecycle):
        return event.change is LifecycleChange.HISTORY  # the platform may write it too; it is for the join alone
    return isinstance(event, Enforcement) and is_account(event.subject)


def compensation_id(action_id: str) -> str:
    """Id of the taking-back of an action."""
    return stable_id("compensation", action_id)

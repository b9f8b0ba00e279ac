"""What the governor remembers of the whole fleet between two events: small, versioned, bounded."""

from enum import StrEnum

from msgspec import Struct

from pipelines.effect.stored import StateReader

FLEET_VERSION = 1
"""Raised when the layout changes in a way that an older state cannot be read."""


class Standing(StrEnum):
    """What a policy line has earned or lost, beyond what the policy gives it."""

    AS_GIVEN = "as-given"
    PROMOTED = "promoted"
    DEMOTED = "demoted"


class Verdict(Struct, frozen=True, array_like=True):
    """A reviewer's word."""

    action_id: str
    upheld: bool


class Dated(Struct, frozen=True, array_like=True):
    """An action that was asked for or granted, and when."""

    action_id: str
    at_ms: int


class Record(Struct, frozen=True, array_like=True):
    """What is known of a policy line under the policy in force."""

    verdicts: tuple[Verdict, ...] = ()
    """Oldest first, one an action; as many as the policy's window."""
    standing: Standing = Standing.AS_GIVEN


class Order(Struct, frozen=True, kw_only=True):
    """The latest order of a person."""

    halts: bool
    by: str
    why: str
    at_ms: int


class Fleet(Struct, frozen=True, kw_only=True):
    """Everything that is remembered."""

    version: int = FLEET_VERSION
    policy_version: str = ""
    """Of `records`: what a line earned it earned under one policy."""
    sequence: int = 0
    """Changes told so far."""
    since_ms: int | None = None
    """When the first request came: before it, silence says nothing about what is usual."""
    grants: tuple[Dated, ...] = ()
    """Of the last hour: what counts against the budget."""
    requests: tuple[Dated, ...] = ()
    """Within the breaker's window; the latest, as many as the breaker needs to see."""
    hours: dict[int, int] = {}
    """Hour since the epoch -> requests in it, of the last day, but for those during a halt."""
    halted_ms: int | None = None
    """Since when the breaker is open."""
    exhausted: bool = False
    order: Order | None = None
    """It holds until another one, whatever restarts in between."""
    records: dict[str, Record] = {}

    @property
    def ordered_halt(self) -> bool:
        """Whether a person has stopped everything."""
        return self.order is not None and self.order.halts

    @property
    def waits(self) -> bool:
        """Whether something will change by time alone, so that ticks are needed."""
        return self.exhausted or self.halted_ms is not None


decode: StateReader[Fleet] = StateReader(
    Fleet, FLEET_VERSION, what="a governor's state", instead="start with an empty changelog"
)

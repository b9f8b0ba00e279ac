"""What the governor remembers of the whole fleet between two events: small, versioned, bounded."""

from enum import StrEnum

import msgspec
from msgspec import Struct

FLEET_VERSION = 1
"""Raised when the layout changes in a way that an older state cannot be read."""


class FleetError(ValueError):
    """Stored bytes are not a state of this version."""


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
    records: dict[str, Record] = {}

    @property
    def waits(self) -> bool:
        """Whether something will change by time alone, so that ticks are needed."""
        return self.exhausted or self.halted_ms is not None


_DECODER = msgspec.msgpack.Decoder(Fleet)


def decode(data: bytes) -> Fleet:
    """State from MessagePack.

    Raises:
        FleetError: the bytes are not a state, or one of another version.
    """
    try:
        fleet = _DECODER.decode(data)
    except msgspec.MsgspecError as error:
        raise FleetError(f"these bytes are not a governor's state: {error}; start with an empty changelog") from error
    if fleet.version != FLEET_VERSION:
        raise FleetError(
            f"the governor's state has version {fleet.version}, this program reads {FLEET_VERSION}; "
            "run the version that wrote it, or start with an empty changelog"
        )
    return fleet

"""What cases remembers between two events, of a room, an account or an identifier: versioned, bounded by `[limits]`.

Three kinds of state, told apart by a tag, so that one `step`, one table and one codec serve them all. Containers are
replaced, never changed in place, so that an old state stays as it was.
"""

import msgspec
from msgspec import Struct

from pipelines.effect.stored import StateReader
from schemas import (
    AccountHistory,
    CaseSums,
    Identifier,
    Neighbour,
    OutcomeStatus,
    Rung,
    Sales,
    Signal,
    Standing,
    Strike,
    Violation,
)
from schemas.accounts import is_account

STATE_VERSION = 1
"""Raised when the layout changes in a way that an older state cannot be read."""


class RoomAction(Struct, frozen=True, kw_only=True, array_like=True):
    """What the join decided on a show."""

    rung: Rung
    decided_at_ms: int
    posterior: float
    bundle_id: str = ""
    categories: tuple[Violation, ...] = ()
    signals: tuple[Signal, ...] = ()


class Fate(Struct, frozen=True, kw_only=True, array_like=True):
    """What is known of an action's carrying out: the earliest word of each kind."""

    applied_ms: int | None = None
    confirmed_ms: int | None = None
    overturned: bool = False

    def after(self, status: OutcomeStatus, time_ms: int) -> "Fate":
        """The fate with one more outcome; the order of outcomes does not matter."""
        match status:
            case OutcomeStatus.APPLIED:
                return msgspec.structs.replace(self, applied_ms=min(time_ms, self.applied_ms or time_ms))
            case OutcomeStatus.CONFIRMED:
                return msgspec.structs.replace(self, confirmed_ms=min(time_ms, self.confirmed_ms or time_ms))
            case OutcomeStatus.OVERTURNED:
                return msgspec.structs.replace(self, overturned=True)
            case _:
                return self

    @property
    def counts(self) -> bool:
        """Whether anything was said that makes it count, or count no more."""
        return self.overturned or self.applied_ms is not None or self.confirmed_ms is not None

    @property
    def known_ms(self) -> int | None:
        """When it first counted; None while it does not."""
        if self.overturned:
            return None
        return min((at for at in (self.applied_ms, self.confirmed_ms) if at is not None), default=None)


class HeldPast(Struct, frozen=True, kw_only=True, array_like=True):
    """An account's word on its earlier shows, and the revision by which it came."""

    revision: int
    history: AccountHistory


class Show(Struct, frozen=True, kw_only=True):
    """A show of a room, with what may still be confirmed or overturned."""

    session: str
    newest_ms: int = 0
    hosts: tuple[str, ...] = ()
    merchants: tuple[str, ...] = ()
    actions: dict[str, RoomAction] = {}
    fates: dict[str, Fate] = {}
    told: dict[str, str] = {}
    """Account -> digest of the strike that it was last told."""
    started_ms: int | None = None
    ended: bool = False
    asked: dict[str, str] = {}
    """Account -> digest of what it was last told of the show being on air."""
    pasts: dict[str, HeldPast] = {}
    """Account -> what it says of its earlier shows; only while the show is on air."""
    history_told: str = ""
    """Digest of the history that the join was last told."""


class RoomRecord(Struct, frozen=True, kw_only=True, tag="room"):
    """Shows of a room."""

    key: str
    version: int = STATE_VERSION
    revision: int = 0
    shows: tuple[Show, ...] = ()


class HeldStrike(Struct, frozen=True, kw_only=True, array_like=True):
    """A strike and the revision by which it came."""

    revision: int
    strike: Strike


class HeldIdentifier(Struct, frozen=True, kw_only=True, array_like=True):
    """An identifier of an account."""

    identifier: Identifier
    time_ms: int
    used: bool
    told: str = ""
    """Digest of what the identifier was last told."""


class HeldSales(Struct, frozen=True, kw_only=True, array_like=True):
    """A sum, and when it was told."""

    time_ms: int
    sales: Sales


class Partner(Struct, frozen=True, kw_only=True, array_like=True):
    """Another account that this one sells with."""

    revision: int = -1
    standing: Standing = Standing()
    told: str = ""
    """Digest of the standing that it was last told."""


class Shared(Struct, frozen=True, kw_only=True, array_like=True):
    """Who else uses an identifier."""

    revision: int
    identifier: Identifier
    crowded: bool
    others: tuple[Neighbour, ...]


class OwnShow(Struct, frozen=True, kw_only=True, array_like=True):
    """A show of an account, as its room tells it."""

    revision: int
    room: str
    on_air: bool
    clean: bool
    told: str = ""
    """Digest of the past that the room was last told."""


class Given(Struct, frozen=True, kw_only=True, array_like=True):
    """An action of one line and round, with what became of it."""

    line: str
    round: int
    attempt: int
    """How often it was taken back and given again."""
    action_id: str
    rung: Rung
    decided_at_ms: int
    not_after_ms: int
    posterior: float
    categories: tuple[Violation, ...] = ()
    stands: bool = True
    overturned_ms: int | None = None
    """A reviewer said that it was wrong."""
    in_force_ms: int | None = None
    """When it was carried out or confirmed."""
    confirmed: bool = False
    """By a reviewer."""
    warning_id: str = ""
    """Of the early warning that went out with it."""
    until_ms: int = 0
    """Up to when the round covers offences."""


class Settled(Struct, frozen=True, kw_only=True, array_like=True):
    """Rounds of a line that rest on strikes which were forgotten."""

    rounds: int
    until_ms: int


class Account(Struct, frozen=True, kw_only=True, tag="account"):
    """A host or merchant."""

    key: str
    version: int = STATE_VERSION
    revision: int = 0
    opened_told_ms: int = -1
    """Time of the fact that told `opened_ms`; of `closed_told_ms` alike."""
    opened_ms: int | None = None
    closed_told_ms: int = -1
    closed_ms: int | None = None
    """As the platform's facts say; closing by an action of ours is in `given`."""
    strikes: dict[str, HeldStrike] = {}
    sums: dict[str, HeldSales] = {}
    folded_sums: CaseSums = CaseSums()
    """Total of the oldest sums, which were forgotten one by one."""
    folded_to_ms: int = -1
    """Newest `from_ms` among them: sums that began no later are not taken in any more."""
    partners: dict[str, Partner] = {}
    identifiers: dict[str, HeldIdentifier] = {}
    shared: dict[str, Shared] = {}
    given: dict[str, Given] = {}
    """By `line/round`."""
    settled: dict[str, Settled] = {}
    shows: dict[str, OwnShow] = {}
    """By session, the one heard of last at the end."""
    folded_clean: int = 0
    """Clean shows among those that were forgotten."""


class Member(Struct, frozen=True, kw_only=True, array_like=True):
    """An account that uses an identifier."""

    revision: int
    used: bool
    standing: Standing
    told: str = ""


class IdentifierRecord(Struct, frozen=True, kw_only=True, tag="identifier"):
    """Accounts that use an identifier; those beyond the crowd are not kept, for a crowd says nothing."""

    key: str
    version: int = STATE_VERSION
    revision: int = 0
    members: dict[str, Member] = {}


CaseState = RoomRecord | Account | IdentifierRecord

_ENCODER = msgspec.msgpack.Encoder()


def initial(key: str) -> Account | IdentifierRecord:
    """State of an account or identifier of which nothing is known."""
    return Account(key=key) if is_account(key) else IdentifierRecord(key=key)


def initial_room(room: str) -> RoomRecord:
    """State of a room of which nothing is known."""
    return RoomRecord(key=room)


def encode(state: CaseState) -> bytes:
    """State as MessagePack."""
    return _ENCODER.encode(state)


decode: StateReader[CaseState] = StateReader(
    CaseState, STATE_VERSION, what="a state of cases", instead="rebuild it from the topics"
)

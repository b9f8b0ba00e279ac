"""What the join remembers of a room between two events: small, versioned, bounded by the policy's `[limits]`.

Containers are tuples and dicts that are replaced, never changed in place, so that an old state stays as it was.
"""

import msgspec
from msgspec import Struct

from pipelines.effect.delivery import Delivery
from pipelines.effect.stored import StateReader
from schemas import Authority, Circumstance, EvidenceRef, Modality, OutcomeStatus, Rung, SellerKind, Signal, Violation

STATE_VERSION = 1
"""Raised when the layout changes in a way that an older state cannot be read."""


class Said(Struct, frozen=True, kw_only=True, array_like=True):
    """The facts of a sign that its reason text needs."""

    surface: str = ""
    term: str = ""
    brand: str = ""
    speaker: str = ""
    viewers: int = 0
    price_cny: float = 0.0
    genuine_low_cny: float = 0.0
    plain_brand: bool = False
    """For a price against a brand: the brand was named plainly, not by a code name."""


class Item(Struct, frozen=True, kw_only=True, array_like=True):
    """A sign that weighs: a suspicion, or a price against a brand derived from two of them."""

    key: str
    """The suspicion id, or the id of the pair."""
    ids: tuple[str, ...]
    """Suspicion ids behind the sign."""
    signal: Signal
    modality: Modality
    start_ms: int
    """Where decay starts, on-air ms."""
    end_ms: int
    seen_ms: int
    """From when on the sign counts: `start_ms`, for a pair the later of its two halves."""
    llr: float
    said: Said = Said()
    categories: tuple[Violation, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()
    weight: float = 0.0
    """Nats at `start_ms` under the policy of `Session.policy_version`."""
    rank: float = 0.0
    """ln(weight) + decay * start_ms: decay keeps the order of ranks, so it never needs to be sorted again."""
    family: str = ""
    group: str = ""
    direct: bool = False
    """An admission by the host."""
    since_ms: int = 0
    """Of a contradiction: when its listed half was seen; of two derivations the earlier one counts."""
    corroborates: tuple[str, ...] = ()
    """Kinds of the policy's `[corroboration]` that it fits."""


class Fact(Struct, frozen=True, kw_only=True, array_like=True):
    """An offer price or a named brand that waits for its other half."""

    id: str
    signal: Signal
    modality: Modality
    start_ms: int
    end_ms: int
    brand: str = ""
    price_cny: float = 0.0
    genuine_low_cny: float = 0.0
    surface: str = ""
    evidence: tuple[EvidenceRef, ...] = ()


class Position(Struct, frozen=True, array_like=True):
    """How far a modality has come."""

    up_to_ms: int
    """On-air ms."""
    arrival_ms: int
    """Processing time of its last event."""


class Record(Struct, frozen=True, array_like=True, order=True):
    """A checked record of a seller in the room."""

    kind: SellerKind
    brands: tuple[str, ...]
    """Case-folded, sorted."""


class Episode(Struct, frozen=True, array_like=True):
    """How a line that repeats has fared up to `Session.settled_ms`, from where on nothing can change it any more."""

    count: int = 0
    """How often it was reached."""
    since_ms: int = 0
    """On-air moment of the last time."""
    is_up: bool = False
    """It has not been released since then."""


class Clock(Struct, frozen=True, kw_only=True, array_like=True):
    """How a modality's on-air times compare with processing time."""

    furthest_ms: int
    """Latest on-air moment that its source has named, as the source said it."""
    lag_ms: int
    """Processing time less on-air time of its last event that told anything."""
    heard_ms: int
    """Processing time of that event."""
    steady_lag_ms: int
    steady_from_ms: int
    """Since this processing time its lag has stayed near `steady_lag_ms`."""
    offset_ms: int = 0
    """Added to its times."""
    skewed: bool = False
    """It is off by more than is put right."""


class Standing(Struct, frozen=True, kw_only=True, array_like=True):
    """An action that was emitted."""

    action_id: str
    line: str
    rung: Rung
    decided_at_ms: int
    posterior: float
    llr: float
    modalities: tuple[Modality, ...]
    categories: tuple[Violation, ...]
    policy_version: str = ""
    authority: Authority | None = None
    """With which it was handed over; None in states of older releases."""
    outcome: OutcomeStatus | None = None
    """The furthest that was said of it (`pipelines.join.outcomes`)."""
    occurrence: int = 1
    lifted: bool = False
    """Its measure has ended by the release: nothing is left to take back."""


class Session(Struct, kw_only=True, omit_defaults=True, dict=True):
    """An open show. Its `__dict__` is for what is derived and never stored (`window.py`)."""

    id: str
    policy_version: str
    arrival_ms: int
    """Processing time of its last event of any kind."""
    started: bool = False
    ended_ms: int | None = None
    authorised: tuple[str, ...] = ()
    """Authorised brands in states of older releases; `decode` makes a record of them."""
    records: tuple[Record, ...] = ()
    """What the platform has checked of the sellers, sorted."""
    circumstances: dict[str, Circumstance] = {}
    """Kind -> what was known before the first sign, sorted by kind."""
    positions: dict[Modality, Position] = {}
    clocks: dict[Modality, Clock] = {}
    watermark_ms: int | None = None
    first_evidence_ms: int | None = None
    items: tuple[Item, ...] = ()
    """Strongest rank first."""
    facts: tuple[Fact, ...] = ()
    evaluated_to_ms: int | None = None
    """On-air ms up to which every moment has been held against the ladder."""
    revise_from_ms: int | None = None
    """Earliest on-air ms whose score has changed since then."""
    ceilings: dict[int, float] = {}
    """Moment that has been evaluated and may still change -> nats that its score cannot exceed."""
    reached: dict[str, int] = {}
    """Ladder line -> on-air ms at which its evidence sufficed; lines that are not emitted yet."""
    standing: tuple[Standing, ...] = ()
    taken_back: tuple[str, ...] = ()
    """Ids of actions that were overturned."""
    closed: tuple[str, ...] = ()
    """Ladder lines that a reviewer has taken back: they act no more in this session."""
    episodes: dict[str, Episode] = {}
    """Ladder line -> how it has repeated."""
    settled_ms: int | None = None
    """On-air ms before which nothing can change any more and every repetition has been told."""
    seal_asked_ms: int | None = None
    """Processing time of the seal request."""
    bundle_id: str = ""


class Tombstone(Struct, frozen=True, kw_only=True):
    """A closed show."""

    id: str
    standing: tuple[Standing, ...]
    taken_back: tuple[str, ...]


class RoomState(Struct, frozen=True, kw_only=True):
    """Everything that is remembered of a room."""

    version: int
    room: str
    sessions: tuple[Session, ...] = ()
    tombstones: tuple[Tombstone, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    """Actions that nobody has acknowledged."""

    @property
    def is_open(self) -> bool:
        """Whether a session is open or an action on its way, so that ticks are needed."""
        return bool(self.sessions or self.deliveries)


_ENCODER = msgspec.msgpack.Encoder()
_READ: StateReader[RoomState] = StateReader(
    RoomState, STATE_VERSION, what="a room state", instead="rebuild it from suspicion-events"
)


def initial(room: str) -> RoomState:
    """State of a room of which nothing is known."""
    return RoomState(version=STATE_VERSION, room=room)


def encode(state: RoomState) -> bytes:
    """State as MessagePack."""
    return _ENCODER.encode(state)


def decode(data: bytes) -> RoomState:
    """State from MessagePack.

    Raises:
        StateError: the bytes are not a state, or one of another version.
    """
    state = _READ(data)
    for session in state.sessions:
        if session.authorised:
            session.records, session.authorised = (Record(SellerKind.AUTHORISED, session.authorised),), ()
    return state

"""The topic table: every Kafka topic of the system, as data.

The topic creation command, the schema docs, the golden examples and the contract tests are all read from it.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec

from schemas.accounts import AccountFacts
from schemas.autonomy import Autonomy, AutonomyOrder, Permit, PermitRequest, Reviewed
from schemas.case_file import EarlyWarning
from schemas.case_notes import CaseNote
from schemas.enforcement import Enforcement, Outcome, Seal, SealRequest
from schemas.evidence import ChainRoot
from schemas.media import AudioChunk, Frame
from schemas.reference import BrandEntry, PolicyEntry, SensingDirective, TermEntry
from schemas.room_events import ConsumerReport, DanmakuBatch, Lifecycle, ListingChange, ListingPicture
from schemas.suspicion import Progress, Suspicion, Tick

Message = (
    Frame
    | AudioChunk
    | DanmakuBatch
    | ListingChange
    | ListingPicture
    | ConsumerReport
    | Lifecycle
    | Suspicion
    | Progress
    | Tick
    | Enforcement
    | Outcome
    | SealRequest
    | Seal
    | PermitRequest
    | Permit
    | Reviewed
    | AutonomyOrder
    | Autonomy
    | TermEntry
    | BrandEntry
    | PolicyEntry
    | SensingDirective
    | AccountFacts
    | CaseNote
    | EarlyWarning
    | ChainRoot
)

ROOM_PARTITIONS = 8
"""Partition count of every topic keyed by room: the same everywhere, so that a room's records meet in one worker."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MEBIBYTE = 1024 * 1024

DEAD_LETTER_SUFFIX = "-dlq"


class Cleanup(StrEnum):
    """Kafka's `cleanup.policy`."""

    DELETE = "delete"
    COMPACT = "compact"


class MessageType(msgspec.Struct, frozen=True, kw_only=True):
    """A message type: the name in `ce_type`, its version and its Struct."""

    name: str
    version: int
    struct: type[Message]
    binary_header: str = ""
    """For media: the `content-type`; the payload is then the media itself and not JSON."""

    @property
    def ce_type(self) -> str:
        """CloudEvents type, for instance `dajia.suspicion.v1`."""
        return f"dajia.{self.name}.v{self.version}"


FRAME = MessageType(name="frame", version=1, struct=Frame, binary_header="image/jpeg")
AUDIO = MessageType(
    name="audio", version=1, struct=AudioChunk, binary_header="audio/L16;rate=16000;channels=1;endianness=little"
)
DANMAKU = MessageType(name="danmaku", version=1, struct=DanmakuBatch)
LISTING = MessageType(name="listing", version=1, struct=ListingChange)
LISTING_PICTURE = MessageType(name="listing-picture", version=1, struct=ListingPicture)
REPORT = MessageType(name="report", version=1, struct=ConsumerReport)
LIFECYCLE = MessageType(name="lifecycle", version=1, struct=Lifecycle)
SUSPICION = MessageType(name="suspicion", version=1, struct=Suspicion)
PROGRESS = MessageType(name="progress", version=1, struct=Progress)
TICK = MessageType(name="tick", version=1, struct=Tick)
ENFORCEMENT = MessageType(name="enforcement", version=1, struct=Enforcement)
OUTCOME = MessageType(name="outcome", version=1, struct=Outcome)
SEAL_REQUEST = MessageType(name="seal-request", version=1, struct=SealRequest)
SEAL = MessageType(name="seal", version=1, struct=Seal)
PERMIT_REQUEST = MessageType(name="permit-request", version=1, struct=PermitRequest)
PERMIT = MessageType(name="permit", version=1, struct=Permit)
REVIEWED = MessageType(name="reviewed", version=1, struct=Reviewed)
AUTONOMY_ORDER = MessageType(name="autonomy-order", version=1, struct=AutonomyOrder)
AUTONOMY = MessageType(name="autonomy", version=1, struct=Autonomy)
TERM = MessageType(name="term", version=1, struct=TermEntry)
BRAND = MessageType(name="brand", version=1, struct=BrandEntry)
POLICY = MessageType(name="policy", version=1, struct=PolicyEntry)
SENSING_DIRECTIVE = MessageType(name="sensing-directive", version=1, struct=SensingDirective)
ACCOUNT_FACTS_TYPE = MessageType(name="account-facts", version=1, struct=AccountFacts)
CASE_NOTE = MessageType(name="case-note", version=1, struct=CaseNote)
EARLY_WARNING = MessageType(name="early-warning", version=1, struct=EarlyWarning)
CHAIN_ROOT = MessageType(name="chain-root", version=1, struct=ChainRoot)

MESSAGE_TYPES: tuple[MessageType, ...] = (
    FRAME,
    AUDIO,
    DANMAKU,
    LISTING,
    LISTING_PICTURE,
    REPORT,
    LIFECYCLE,
    SUSPICION,
    PROGRESS,
    TICK,
    ENFORCEMENT,
    OUTCOME,
    SEAL_REQUEST,
    SEAL,
    PERMIT_REQUEST,
    PERMIT,
    REVIEWED,
    AUTONOMY_ORDER,
    AUTONOMY,
    TERM,
    BRAND,
    POLICY,
    SENSING_DIRECTIVE,
    ACCOUNT_FACTS_TYPE,
    CASE_NOTE,
    EARLY_WARNING,
    CHAIN_ROOT,
)


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the topic table."""

    name: str
    types: tuple[MessageType, ...]
    key: str
    """What the record key is, in words."""
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    retention_ms: int
    partitions: int = ROOM_PARTITIONS
    cleanup: Cleanup = Cleanup.DELETE
    max_message_bytes: int = MEBIBYTE

    @property
    def dead_letter(self) -> str:
        """Name of the topic that takes this topic's unusable records."""
        return self.name + DEAD_LETTER_SUFFIX


LIVE_FRAMES = Topic(
    name="live-frames",
    types=(FRAME,),
    key="room id",
    producers=("ingest",),
    consumers=("frames", "evidence"),
    retention_ms=6 * HOUR_MS,
    max_message_bytes=2 * MEBIBYTE,
)
LIVE_AUDIO = Topic(
    name="live-audio",
    types=(AUDIO,),
    key="room id",
    producers=("ingest",),
    consumers=("audio", "evidence"),
    retention_ms=6 * HOUR_MS,
)
LIVE_DANMAKU = Topic(
    name="live-danmaku",
    types=(DANMAKU,),
    key="room id",
    producers=("chat gateway",),
    consumers=("danmaku", "evidence"),
    retention_ms=DAY_MS,
)
LIVE_LISTINGS = Topic(
    name="live-listings",
    types=(LISTING,),
    key="room id",
    producers=("catalogue",),
    consumers=("listings", "evidence"),
    retention_ms=7 * DAY_MS,
)
LISTING_PICTURES = Topic(
    name="listing-pictures",
    types=(LISTING_PICTURE,),
    key="room id",
    producers=("catalogue",),
    consumers=("listings",),
    retention_ms=7 * DAY_MS,
    max_message_bytes=8 * MEBIBYTE,
)
CONSUMER_REPORTS = Topic(
    name="consumer-reports",
    types=(REPORT,),
    key="room id",
    producers=("complaint desk",),
    consumers=("reports", "evidence"),
    retention_ms=30 * DAY_MS,
)
ROOM_LIFECYCLE = Topic(
    name="room-lifecycle",
    types=(LIFECYCLE,),
    key="room id",
    producers=("platform", "ingest", "cases"),
    consumers=("join", "evidence", "cases"),
    retention_ms=7 * DAY_MS,
)
SUSPICION_EVENTS = Topic(
    name="suspicion-events",
    types=(SUSPICION, PROGRESS, TICK),
    key="room id",
    producers=("frames", "audio", "danmaku", "listings", "reports", "join"),
    consumers=("join", "evidence", "replay"),
    retention_ms=30 * DAY_MS,
)
LATE_SUSPICIONS = Topic(
    name="late-suspicions",
    types=(SUSPICION,),
    key="room id",
    producers=("join",),
    consumers=("evidence", "replay"),
    retention_ms=30 * DAY_MS,
)
ENFORCEMENT_EVENTS = Topic(
    name="enforcement-events",
    types=(ENFORCEMENT,),
    key="room id; of an action on an account, the account",
    producers=("join", "cases"),
    consumers=("enforcement service", "cases", "evidence"),
    retention_ms=90 * DAY_MS,
)
ENFORCEMENT_OUTCOMES = Topic(
    name="enforcement-outcomes",
    types=(OUTCOME,),
    key="room id; of an action on an account, the account",
    producers=("enforcement service", "console", "join", "cases"),
    consumers=("join", "cases", "evidence"),
    retention_ms=90 * DAY_MS,
)
SEAL_REQUESTS = Topic(
    name="seal-requests",
    types=(SEAL_REQUEST, TICK),
    key="room id",
    producers=("join", "evidence"),
    consumers=("evidence",),
    retention_ms=7 * DAY_MS,
)
EVIDENCE_SEALS = Topic(
    name="evidence-seals",
    types=(SEAL,),
    key="room id",
    producers=("evidence",),
    consumers=("join",),
    retention_ms=90 * DAY_MS,
)
EVIDENCE_ROOTS = Topic(
    name="evidence-roots",
    types=(CHAIN_ROOT,),
    key="room id and session, quoted, with a slash between them",
    producers=("evidence",),
    consumers=("custodian of roots",),
    retention_ms=-1,
    cleanup=Cleanup.COMPACT,
)
AUTONOMY_REQUESTS = Topic(
    name="autonomy-requests",
    types=(PERMIT_REQUEST, REVIEWED, AUTONOMY_ORDER, TICK),
    key="the word fleet",
    producers=("join", "governor", "operator"),
    consumers=("governor",),
    retention_ms=7 * DAY_MS,
    partitions=1,
)
AUTONOMY_PERMITS = Topic(
    name="autonomy-permits",
    types=(PERMIT,),
    key="room id",
    producers=("governor",),
    consumers=("join",),
    retention_ms=7 * DAY_MS,
)
AUTONOMY_EVENTS = Topic(
    name="autonomy-events",
    types=(AUTONOMY,),
    key="the word fleet",
    producers=("governor",),
    consumers=("join", "cases"),
    retention_ms=-1,
    partitions=1,
)
SENSING_DIRECTIVES = Topic(
    name="sensing-directives",
    types=(SENSING_DIRECTIVE,),
    key="room id",
    producers=("join",),
    consumers=("ingest", "frames", "audio"),
    retention_ms=DAY_MS,
)
ACCOUNT_FACTS = Topic(
    name="account-facts",
    types=(ACCOUNT_FACTS_TYPE,),
    key="account (host:<id>, merchant:<id>)",
    producers=("platform",),
    consumers=("cases",),
    retention_ms=90 * DAY_MS,
)
CASE_NOTES = Topic(
    name="case-notes",
    types=(CASE_NOTE, TICK),
    key="account or identifier that the note is for",
    producers=("cases",),
    consumers=("cases",),
    retention_ms=7 * DAY_MS,
)
EARLY_WARNINGS = Topic(
    name="early-warnings",
    types=(EARLY_WARNING,),
    key="account",
    producers=("cases",),
    consumers=("partners",),
    retention_ms=90 * DAY_MS,
)
REFERENCE_TERMS = Topic(
    name="reference-terms",
    types=(TERM,),
    key="term",
    producers=("reference",),
    consumers=("frames", "audio", "danmaku", "listings", "reports"),
    retention_ms=-1,
    partitions=1,
    cleanup=Cleanup.COMPACT,
)
REFERENCE_BRANDS = Topic(
    name="reference-brands",
    types=(BRAND,),
    key="brand and item",
    producers=("reference",),
    consumers=("every agent",),
    retention_ms=-1,
    partitions=1,
    cleanup=Cleanup.COMPACT,
)
REFERENCE_POLICY = Topic(
    name="reference-policy",
    types=(POLICY,),
    key="the word policy; policy/accounts for hosts and merchants",
    producers=("reference",),
    consumers=("join", "governor", "evidence", "cases"),
    retention_ms=-1,
    partitions=1,
    cleanup=Cleanup.COMPACT,
)

TOPICS: Mapping[str, Topic] = MappingProxyType(
    {
        topic.name: topic
        for topic in (
            LIVE_FRAMES,
            LIVE_AUDIO,
            LIVE_DANMAKU,
            LIVE_LISTINGS,
            LISTING_PICTURES,
            CONSUMER_REPORTS,
            ROOM_LIFECYCLE,
            SUSPICION_EVENTS,
            LATE_SUSPICIONS,
            ENFORCEMENT_EVENTS,
            ENFORCEMENT_OUTCOMES,
            SEAL_REQUESTS,
            EVIDENCE_SEALS,
            EVIDENCE_ROOTS,
            AUTONOMY_REQUESTS,
            AUTONOMY_PERMITS,
            AUTONOMY_EVENTS,
            SENSING_DIRECTIVES,
            ACCOUNT_FACTS,
            CASE_NOTES,
            EARLY_WARNINGS,
            REFERENCE_TERMS,
            REFERENCE_BRANDS,
            REFERENCE_POLICY,
        )
    }
)

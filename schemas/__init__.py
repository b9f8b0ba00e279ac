"""The words of dajia: messages, topics and their encoding. Imports nothing else of the project."""

from schemas.enforcement import (
    Authority,
    Enforcement,
    Outcome,
    OutcomeStatus,
    Reason,
    Rung,
    Seal,
    SealRequest,
    SealState,
)
from schemas.errors import DeadLetterReason, DecodeError
from schemas.identity import stable_id
from schemas.media import AudioChunk, Frame
from schemas.reference import BrandEntry, PolicyEntry, SensingDirective, TermCategory, TermEntry
from schemas.room_events import (
    ConsumerReport,
    DanmakuBatch,
    DanmakuLine,
    Lifecycle,
    LifecycleChange,
    ListingAction,
    ListingChange,
    SellerKind,
    SellerRecord,
)
from schemas.suspicion import (
    EvidenceRef,
    Facts,
    MatchKind,
    Modality,
    PriceRole,
    Progress,
    Signal,
    Suspicion,
    Tick,
    suspicion_id,
)
from schemas.topics import TOPICS, Message, Topic
from schemas.violations import Violation

__all__ = [
    "TOPICS",
    "AudioChunk",
    "Authority",
    "BrandEntry",
    "ConsumerReport",
    "DanmakuBatch",
    "DanmakuLine",
    "DeadLetterReason",
    "DecodeError",
    "Enforcement",
    "EvidenceRef",
    "Facts",
    "Frame",
    "Lifecycle",
    "LifecycleChange",
    "ListingAction",
    "ListingChange",
    "MatchKind",
    "Message",
    "Modality",
    "Outcome",
    "OutcomeStatus",
    "PolicyEntry",
    "PriceRole",
    "Progress",
    "Reason",
    "Rung",
    "Seal",
    "SealRequest",
    "SealState",
    "SellerKind",
    "SellerRecord",
    "SensingDirective",
    "Signal",
    "Suspicion",
    "TermCategory",
    "TermEntry",
    "Tick",
    "Topic",
    "Violation",
    "stable_id",
    "suspicion_id",
]

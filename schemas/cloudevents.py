"""CloudEvents 1.0, Kafka binding, binary mode: metadata in `ce_*` headers, the value is the payload.

`encode` turns a message into a record (key, headers, value, timestamp); `decode` turns a record back.
Both are pure: what counts as too far in the past or future is the caller's business (`check_event_time`).
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from schemas.accounts import AccountFacts
from schemas.autonomy import FLEET, Autonomy, AutonomyOrder, Permit, PermitRequest, Reviewed
from schemas.case_file import EarlyWarning
from schemas.case_notes import CaseNote
from schemas.enforcement import Enforcement, Outcome, Seal, SealRequest
from schemas.errors import DeadLetterReason, DecodeError
from schemas.evidence import ChainRoot
from schemas.identity import stable_id
from schemas.media import BYTES_PER_SAMPLE, AudioChunk, Frame
from schemas.reference import BrandEntry, Judges, PolicyEntry, SensingDirective, TermEntry
from schemas.room_events import ConsumerReport, DanmakuBatch, Lifecycle, ListingChange, ListingPicture
from schemas.suspicion import Progress, Suspicion, Tick
from schemas.topics import MESSAGE_TYPES, Message, MessageType, Topic

SPEC_VERSION = "1.0"
JSON_CONTENT_TYPE = "application/json"
REQUIRED_HEADERS = ("ce_specversion", "ce_id", "ce_source", "ce_type", "content-type")

_TYPE_BY_STRUCT: dict[type[Message], MessageType] = {kind.struct: kind for kind in MESSAGE_TYPES}
_TYPE_NAME = re.compile(r"dajia\.(?P<name>[a-z-]+)\.v(?P<version>[0-9]{1,4})")
_JSON_ENCODER = msgspec.json.Encoder()
_JSON_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    kind.name: msgspec.json.Decoder(kind.struct) for kind in MESSAGE_TYPES if not kind.binary_header
}

Headers = list[tuple[str, bytes]]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A Kafka record without its place: what a producer sends."""

    key: bytes
    value: bytes
    headers: Headers
    timestamp_ms: int
    """Event time, milliseconds since the epoch."""


def encode(message: Message, *, source: str, traceparent: str = "") -> Record:
    """Encode a message as a CloudEvents record.

    Args:
        message: any message of the topic table.
        source: who sends it, for `ce_source`, for instance `dajia/ingest`.
        traceparent: W3C trace context to carry on; left out when empty.
    """
    kind = _TYPE_BY_STRUCT[type(message)]
    time_ms = event_time_ms(message)
    key = record_key(message)
    headers: Headers = [
        ("ce_specversion", SPEC_VERSION.encode()),
        ("ce_id", event_id(message).encode()),
        ("ce_source", source.encode()),
        ("ce_type", kind.ce_type.encode()),
        ("ce_subject", key.encode()),
        ("ce_time", format_time(time_ms).encode()),
        ("content-type", (kind.binary_header or JSON_CONTENT_TYPE).encode()),
    ]
    if traceparent:
        headers.append(("ce_traceparent", traceparent.encode()))
    if isinstance(message, Frame | AudioChunk):
        headers += [("ce_session", message.session.encode()), ("ce_sequence", str(message.sequence).encode())]
        value = message.jpeg if isinstance(message, Frame) else message.pcm
    else:
        value = _JSON_ENCODER.encode(message)
    return Record(key=key.encode(), value=value, headers=headers, timestamp_ms=time_ms)


def decode(
    topic: Topic, *, key: bytes | None, value: bytes | None, headers: Iterable[tuple[str, bytes | None]]
) -> Message:
    """Decode a record of `topic`.

    Raises:
        DecodeError: the record is not a message of this topic; its `reason` says why.
    """
    words = _header_words(headers)
    kind = _message_type(topic, words["ce_type"])
    if value is None or not value:
        raise DecodeError(DeadLetterReason.EMPTY_PAYLOAD, "the record has no value")
    if len(value) > topic.max_message_bytes:
        raise DecodeError(
            DeadLetterReason.OVERSIZE_RECORD,
            f"the value has {len(value)} bytes, {topic.name} takes {topic.max_message_bytes}",
        )
    message = _decode_media(kind, words, value) if kind.binary_header else _decode_json(kind, value)
    expected_key = record_key(message).encode()
    if key is not None and key != expected_key:
        raise DecodeError(
            DeadLetterReason.KEY_MISMATCH, f"the record key is {key!r}, the payload belongs to {expected_key!r}"
        )
    return message


def check_event_time(message: Message, *, now_ms: int, max_past_ms: int, max_future_ms: int) -> None:
    """Refuse a message whose event time, or that of one of its lines, cannot be right.

    Raises:
        DecodeError: the event time is more than `max_past_ms` before or `max_future_ms` after `now_ms`.
    """
    times = [line.time_ms for line in message.lines] if isinstance(message, DanmakuBatch) else [event_time_ms(message)]
    time_ms = max(times, key=lambda time_ms: abs(time_ms - now_ms))
    if not now_ms - max_past_ms <= time_ms <= now_ms + max_future_ms:
        raise DecodeError(
            DeadLetterReason.EVENT_TIME_OUT_OF_RANGE,
            f"the event time is {time_ms - now_ms:+d} ms from now; allowed are -{max_past_ms} to +{max_future_ms} ms",
        )


def event_time_ms(message: Message) -> int:  # noqa: PLR0911  a table of types, one line each
    """On-air moment of a message; 0 for reference entries, which have none."""
    match message:
        case DanmakuBatch():
            return message.lines[0].time_ms if message.lines else 0
        case Suspicion():
            return message.start_ms
        case Progress():
            return message.up_to_ms
        case Enforcement():
            return message.decided_at_ms
        case SealRequest():
            return message.end_ms
        case TermEntry() | BrandEntry() | PolicyEntry():
            return 0
        case _:
            return message.time_ms


def record_key(message: Message) -> str:  # noqa: PLR0911  a table of types, one line each
    """Kafka record key: the room id wherever a room exists."""
    match message:
        case TermEntry():
            return message.term
        case BrandEntry():
            return f"{message.brand}/{message.item}"
        case PolicyEntry():
            return "policy" if message.judges is Judges.ROOMS else f"policy/{message.judges}"
        case PermitRequest() | Reviewed() | AutonomyOrder() | Autonomy():
            return FLEET
        case AccountFacts() | EarlyWarning():
            return message.account
        case CaseNote():
            return message.to
        case ChainRoot():
            return f"{quote(message.room, safe='')}/{quote(message.session, safe='')}"
        case _:
            return message.room


def event_id(message: Message) -> str:  # noqa: C901, PLR0911, PLR0912  a table of types, one line each
    """Deterministic CloudEvents id."""
    match message:
        case Frame() | AudioChunk():
            return stable_id(type(message).__name__, message.session, message.sequence)
        case DanmakuBatch():
            return stable_id("danmaku", message.session, *(line.line_id for line in message.lines))
        case ListingChange():
            return stable_id("listing", message.session, message.listing_id, message.change, message.time_ms)
        case ListingPicture():
            return stable_id("picture", message.session, message.listing_id, message.number, message.time_ms)
        case ConsumerReport():
            return message.report_id
        case Lifecycle():
            return stable_id("lifecycle", message.session, message.change, message.time_ms)
        case Suspicion():
            return message.suspicion_id
        case Progress():
            return stable_id("progress", message.session, message.modality, message.up_to_ms)
        case Tick():
            return stable_id("tick", message.room, message.time_ms)
        case Enforcement():
            return message.action_id
        case Outcome():
            return message.outcome_id
        case SealRequest():
            return message.request_id
        case Seal():
            return stable_id("seal", message.request_id, message.bundle_id)
        case PermitRequest():
            return message.request_id
        case Permit():
            return stable_id("permit", message.action_id)
        case Reviewed():
            return stable_id("reviewed", message.action_id, message.upheld)
        case AutonomyOrder():
            return message.order_id
        case Autonomy():
            return stable_id("autonomy", message.sequence, message.change, message.line)
        case SensingDirective():
            return stable_id("sensing", message.session, message.time_ms)
        case AccountFacts():
            return message.fact_id
        case CaseNote():
            return stable_id("case-note", message.sender, message.to, message.revision)
        case EarlyWarning():
            return message.warning_id
        case ChainRoot():
            return stable_id("chain-root", message.room, message.session, message.seq)
        case _:
            return stable_id("reference", _JSON_ENCODER.encode(message).decode())


def format_time(time_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds: 1700000000123 -> 2023-11-14T22:13:20.123Z."""
    moment = datetime.fromtimestamp(time_ms // 1000, UTC).replace(microsecond=time_ms % 1000 * 1000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_time(text: str) -> int:
    """Milliseconds since the epoch of an RFC 3339 time with an offset.

    Raises:
        DecodeError: not such a time.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise DecodeError(DeadLetterReason.SCHEMA_MISMATCH, f"ce_time {text!r} is not an RFC 3339 time") from error
    if moment.tzinfo is None:
        raise DecodeError(DeadLetterReason.SCHEMA_MISMATCH, f"ce_time {text!r} has no UTC offset")
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def _header_words(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    words: dict[str, str] = {}
    for name, data in headers:
        if data is None or not (name.startswith("ce_") or name == "content-type"):
            continue
        try:
            words[name] = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DecodeError(DeadLetterReason.INVALID_UTF8, f"header {name} is not UTF-8: {error}") from error
    missing = [name for name in REQUIRED_HEADERS if not words.get(name)]
    if missing:
        raise DecodeError(DeadLetterReason.MISSING_HEADER, f"headers missing: {', '.join(missing)}")
    return words


def _message_type(topic: Topic, ce_type: str) -> MessageType:
    found = _TYPE_NAME.fullmatch(ce_type)
    kind = next((kind for kind in topic.types if found and kind.name == found["name"]), None)
    if found is None or kind is None:
        expected = ", ".join(kind.ce_type for kind in topic.types)
        raise DecodeError(DeadLetterReason.UNKNOWN_TYPE, f"ce_type {ce_type!r}: {topic.name} carries {expected}")
    if int(found["version"]) != kind.version:
        raise DecodeError(
            DeadLetterReason.UNKNOWN_VERSION, f"ce_type {ce_type!r}: this release reads version {kind.version}"
        )
    return kind


def _decode_json(kind: MessageType, value: bytes) -> Message:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DecodeError(DeadLetterReason.INVALID_UTF8, f"the value is not UTF-8: {error}") from error
    try:
        message: Message = _JSON_DECODERS[kind.name].decode(value)
    except msgspec.ValidationError as error:
        raise DecodeError(DeadLetterReason.SCHEMA_MISMATCH, f"not a {kind.ce_type}: {error}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise DecodeError(DeadLetterReason.INVALID_JSON, f"not JSON: {error}") from error
    if isinstance(message, DanmakuBatch) and not message.lines:
        raise DecodeError(DeadLetterReason.EMPTY_PAYLOAD, "the batch has no lines")
    return message


def _decode_media(kind: MessageType, words: dict[str, str], value: bytes) -> Frame | AudioChunk:
    missing = [name for name in ("ce_subject", "ce_session", "ce_sequence", "ce_time") if not words.get(name)]
    if missing:
        raise DecodeError(DeadLetterReason.MISSING_HEADER, f"headers missing: {', '.join(missing)}")
    if not words["ce_sequence"].isdecimal():
        raise DecodeError(DeadLetterReason.SCHEMA_MISMATCH, f"ce_sequence {words['ce_sequence']!r} is not a number")
    if words["content-type"] != kind.binary_header:
        raise DecodeError(
            DeadLetterReason.SCHEMA_MISMATCH,
            f"content-type {words['content-type']!r}: this release reads {kind.binary_header!r}",
        )
    room, session = words["ce_subject"], words["ce_session"]
    time_ms, sequence = parse_time(words["ce_time"]), int(words["ce_sequence"])
    if kind.struct is Frame:
        return Frame(room=room, session=session, time_ms=time_ms, sequence=sequence, jpeg=value)
    if len(value) % BYTES_PER_SAMPLE:
        raise DecodeError(DeadLetterReason.ODD_LENGTH_AUDIO, f"{len(value)} bytes are not whole 16-bit samples")
    return AudioChunk(room=room, session=session, time_ms=time_ms, sequence=sequence, pcm=value)

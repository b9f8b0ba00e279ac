"""What is in a payload of the chain: files below `data/`, and facts for its entry and its bag-info.txt.

Records in, files out; the same records give the same bytes.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from pipelines.broker.reader import ConsumedRecord
from pipelines.evidence.chain import VERSION, Kind, bundle_id, canonical
from pipelines.evidence.clip import Clip, make_clip
from pipelines.evidence.plan import Work
from pipelines.evidence.records import record_files
from schemas import AudioChunk, DecodeError, Enforcement, Frame, Suspicion
from schemas.cloudevents import decode
from schemas.topics import LIVE_AUDIO, LIVE_FRAMES, TOPICS, Message

ABSENT = "there is no record of this session and span"


class ReadBack(msgspec.Struct, frozen=True, kw_only=True):
    """What Kafka still had of a span of a session."""

    records: tuple[ConsumedRecord, ...]
    missing: dict[str, str] = {}
    """Topics that are not whole, and why."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What was in force when it was sealed."""

    room: str
    session: str
    request: dict[str, Any] | None
    """The seal request, as JSON."""
    policy_version: str
    policy_toml: str
    code_version: str


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """A payload before it is written as a bag."""

    name: str
    files: dict[str, bytes]
    info: dict[str, str]
    facts: dict[str, str]


def make_payload(work: Work, seq: int, sealed_ms: int, back: ReadBack, context: Context) -> Payload:
    """The files and facts of a payload."""
    messages = _messages(back.records)
    clip = _clip(messages) if work.kind is Kind.BUNDLE else None
    if work.kind is Kind.BUNDLE:
        kept = {one.topic for one in back.records}
        absent = {one.name: ABSENT for one in (LIVE_FRAMES, LIVE_AUDIO) if one.name not in kept}
        back = msgspec.structs.replace(back, missing=absent | back.missing)
    name = bundle_id(context.room, context.session, seq)
    facts = {"bundle_id": name} | _facts(work, context, back.missing)
    files = record_files(back.records, compress=work.kind is Kind.RECORDS) | {
        "verdict.json": _json(_verdict(messages, context)),
        "policy.toml": context.policy_toml.encode(),
        "versions.json": _json(_versions(messages, context)),
    }
    if clip is not None:
        files |= {"clip.mp4": clip.mp4, "clip.json": _json(_times(clip))}
    files["manifest.json"] = _json(_overview(work, name, sealed_ms, back, context))
    info = {
        "Bag-Software-Agent": f"dajia {context.code_version}",
        "External-Identifier": name,
        "Format-Version": str(VERSION),
        "Room": json.dumps(context.room),
        "Session": json.dumps(context.session),
        "Kind": work.kind.value,
        "Sequence": str(seq),
        "Sealed-Ms": str(sealed_ms),
        "Facts": canonical(facts).decode(),
    }
    return Payload(name=name, files=files, info=info, facts=facts)


def _messages(records: Iterable[ConsumedRecord]) -> list[Message]:
    messages = []
    for record in records:
        try:
            messages.append(decode(TOPICS[record.topic], key=None, value=record.value, headers=record.headers))
        except DecodeError:
            continue  # kept as it is among the records
    return messages


def _clip(messages: Sequence[Message]) -> Clip | None:
    frames = [one for one in messages if isinstance(one, Frame)]
    return make_clip(frames, [one for one in messages if isinstance(one, AudioChunk)])


def _facts(work: Work, context: Context, missing: Mapping[str, str]) -> dict[str, str]:
    facts = {"start_ms": str(work.start_ms), "end_ms": str(work.end_ms), "why": work.why.value}
    if work.why.value == "request" and context.request:
        facts["request_id"] = str(context.request["request_id"])
    if work.closes:
        facts |= {"closes": "yes", "ended_ms": str(work.end_ms)}
    if missing:
        facts["missing"] = ",".join(sorted(missing))
    return facts


def _verdict(messages: Iterable[Message], context: Context) -> dict[str, Any]:
    """The request says which policy lines were reached; actions are those that had left by then."""
    actions = [msgspec.to_builtins(one) for one in messages if isinstance(one, Enforcement)]
    return {"seal_request": context.request, "enforcements": actions}


def _versions(messages: Iterable[Message], context: Context) -> dict[str, Any]:
    found = [one for one in messages if isinstance(one, Suspicion)]
    return {
        "dajia": context.code_version,
        "policy": context.policy_version,
        "lexicon": sorted({one.lexicon_version for one in found if one.lexicon_version}),
        "models": sorted({one.model_version for one in found if one.model_version}),
        "detectors": {one.detector: one.detector_version for one in found},
    }


def _times(clip: Clip) -> dict[str, Any]:
    return {
        "starts_ms": clip.starts_ms,
        "frames": [{"clip_ms": clip_ms, "on_air_ms": on_air_ms} for clip_ms, on_air_ms in clip.frames],
        "damaged_frames": list(clip.damaged),
    }


def _overview(work: Work, name: str, sealed_ms: int, back: ReadBack, context: Context) -> dict[str, Any]:
    topics: dict[str, dict[str, int]] = {}
    for one in back.records:
        about = topics.setdefault(one.topic, {"records": 0, "first_ms": one.timestamp_ms, "last_ms": one.timestamp_ms})
        about["records"] += 1
        about["first_ms"] = min(about["first_ms"], one.timestamp_ms)
        about["last_ms"] = max(about["last_ms"], one.timestamp_ms)
    return {
        "format_version": VERSION,
        "bundle_id": name,
        "room": context.room,
        "session": context.session,
        "kind": work.kind.value,
        "why": work.why.value,
        "start_ms": work.start_ms,
        "end_ms": work.end_ms,
        "sealed_ms": sealed_ms,
        "topics": topics,
        "missing": [{"topic": topic, "why": why} for topic, why in sorted(back.missing.items())],
    }


def _json(value: Any) -> bytes:  # noqa: ANN401  anything that JSON has
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"

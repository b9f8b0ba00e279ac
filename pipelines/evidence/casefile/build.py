"""A case from what was sealed: chain entries and the files of their payloads. Pure but for decoding pictures."""

import bisect
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from pipelines.broker.reader import ConsumedRecord
from pipelines.evidence.casefile.case import (
    Action,
    Case,
    ChatLine,
    Clip,
    Law,
    Link,
    Mark,
    Price,
    Removal,
    Said,
    Score,
    Sealed,
    Word,
)
from pipelines.evidence.casefile.pictures import Picture, shots_of
from pipelines.evidence.casefile.sound import sound_of
from pipelines.evidence.casefile.summary import summary_of
from pipelines.evidence.casefile.words import AUTHORITIES, KINDS, MODALITIES, RUNGS, STATUSES
from pipelines.evidence.chain import ChainEntry, digest
from pipelines.evidence.records import read_records
from pipelines.join.evaluate import signs
from pipelines.join.fusion import explain
from pipelines.join.policy import Policy
from pipelines.join.reasons import reasons_of
from pipelines.join.records import records_of
from pipelines.join.state import Item
from schemas import (
    AudioChunk,
    ConsumerReport,
    DanmakuBatch,
    DecodeError,
    Enforcement,
    Frame,
    Lifecycle,
    LifecycleChange,
    ListingAction,
    ListingChange,
    Modality,
    Outcome,
    Suspicion,
)
from schemas.cloudevents import decode
from schemas.law import CATEGORY_LAW
from schemas.topics import TOPICS, Message
from schemas.violations import CHINESE_NAMES

MAX_CHAT = 120
"""Chat lines printed; marked ones first, then those beside them."""
MAX_MARKS = 80
T = TypeVar("T")
Files = Mapping[str, bytes]
"""Of one bag, by path in it."""


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """What a case file is made of."""

    entries: Sequence[ChainEntry]
    payloads: Sequence[tuple[ChainEntry, Files]]
    policy: Policy
    """The policy that was in force, as it was sealed."""


class _Heard:
    """The messages of all payloads, each once."""

    def __init__(self, payloads: Iterable[tuple[ChainEntry, Files]]) -> None:
        places: set[tuple[str, int, int]] = set()
        self.messages: list[Message] = []
        self.pictures: dict[tuple[str, int, int], Picture] = {}
        for entry, files in payloads:
            for record in read_records(files):
                place = (record.topic, record.partition, record.offset)
                if place in places:
                    continue
                places.add(place)
                message = _decoded(record)
                if message is not None:
                    self.messages.append(message)
                if isinstance(message, Frame):
                    source = f"{entry.payload}: {record.topic}/{record.partition:05d}-{record.offset:012d}"
                    self.pictures[place] = Picture(frame=message, source=source)

    def of(self, kind: type[T]) -> list[T]:
        return [one for one in self.messages if isinstance(one, kind)]


def build(case_id: str, sources: Sources, made_ms: int) -> Case:
    """The whole case; `redact.redacted` takes out what a role must not see."""
    heard = _Heard(sources.payloads)
    first = sources.entries[0]
    suspicions = sorted(heard.of(Suspicion), key=lambda one: (one.start_ms, one.suspicion_id))
    lives = sorted(heard.of(Lifecycle), key=lambda one: one.time_ms)
    start = next((one for one in lives if one.change is LifecycleChange.STARTED), None)
    end_ms = next((one.time_ms for one in lives if one.change is LifecycleChange.ENDED), None)
    listings = sorted(heard.of(ListingChange), key=lambda one: one.time_ms)
    items = signs(suspicions, sources.policy, records_of(start) if start else ())
    actions = _actions(heard)
    times = [one.start_ms for one in suspicions] + [one.at_ms for one in actions] + [one.time_ms for one in listings]
    started_ms = start.time_ms if start else min(times, default=first.sealed_ms)
    case = Case(
        case_id=case_id,
        room=first.room,
        session=first.session,
        role="",
        title=start.title if start else "",
        host=start.host if start else "",
        merchants=tuple(
            sorted({*(start.merchants if start else ()), *(one.merchant for one in listings if one.merchant)})
        ),
        started_ms=started_ms,
        ended_ms=end_ms,
        made_ms=made_ms,
        summary_zh=(),
        summary_en=(),
        scores=_scores(items, sources.policy, started_ms, end_ms),
        marks=_marks(items, suspicions, sources.policy),
        actions=actions,
        shots=shots_of(suspicions, items, heard.pictures),
        clips=_clips(sources.payloads),
        sound=sound_of(heard.of(AudioChunk)),
        said=_said(suspicions),
        chat=_chat(heard, suspicions),
        chat_total=sum(len(one.lines) for one in heard.of(DanmakuBatch)),
        reports=_reports(heard),
        prices=_prices(items),
        links=_links(listings),
        removals=_removals(listings, lives, end_ms, sources.payloads, heard),
        laws=_laws(heard),
        action_laws=tuple(dict.fromkeys(law for one in heard.of(Enforcement) for law in one.legal_basis)),
        chain=tuple(_sealed(one) for one in sources.entries),
        missing=tuple(_missing(sources.payloads)),
        versions=_versions(sources.payloads),
    )
    zh, en = summary_of(case)
    return msgspec.structs.replace(case, summary_zh=zh, summary_en=en)


def _decoded(record: ConsumedRecord) -> Message | None:
    try:
        return decode(TOPICS[record.topic], key=None, value=record.value, headers=record.headers)
    except (DecodeError, KeyError):
        return None  # it stays in the bundle as it is; nothing can be said of it


def _scores(items: list[Item], policy: Policy, start_ms: int, end_ms: int | None) -> tuple[Score, ...]:
    """The posterior right at each sign, and half-way between two, where it decays."""
    moments = sorted({item.seen_ms for item in items})
    last = end_ms if end_ms is not None else max(moments, default=start_ms)
    between = [(one + other) // 2 for one, other in zip(moments, [*moments[1:], last], strict=False)]
    wanted = sorted({start_ms, *moments, *between, last})
    return tuple(Score(at_ms=at_ms, posterior=explain(items, at_ms, policy).posterior) for at_ms in wanted)


def _marks(items: list[Item], suspicions: Iterable[Suspicion], policy: Policy) -> tuple[Mark, ...]:
    contexts = {one.suspicion_id: one.facts.context for one in suspicions}
    marks = []
    for item in sorted(items, key=lambda one: (one.seen_ms, one.key)):
        shares = {one.key: share for one, share in explain(items, item.seen_ms, policy).shares}
        share = shares.get(item.key, 0.0)
        reason = reasons_of([(item, share)], 1)[0]
        marks.append(
            Mark(
                start_ms=item.start_ms,
                end_ms=item.end_ms,
                modality=item.modality.value,
                signal=item.signal.value,
                text_zh=reason.text_zh,
                text_en=reason.text_en,
                nats=round(share, 3),
                context=next((contexts[one] for one in item.ids if contexts.get(one)), ""),
                suspicion_ids=item.ids,
            )
        )
    strongest = sorted(marks, key=lambda one: -one.nats)[:MAX_MARKS]
    return tuple(sorted(strongest, key=lambda one: one.start_ms))


def _actions(heard: _Heard) -> tuple[Action, ...]:
    words: dict[str, dict[str, Word]] = {}
    for one in heard.of(Outcome):
        word = Word(
            at_ms=one.time_ms,
            status=one.status.value,
            status_zh=STATUSES[one.status],
            who=one.subscriber,
            detail=one.detail,
        )
        words.setdefault(one.action_id, {})[one.outcome_id] = word
    unique = {one.action_id: one for one in heard.of(Enforcement)}.values()
    return tuple(
        Action(
            action_id=one.action_id,
            at_ms=one.decided_at_ms,
            rung=one.rung.value,
            rung_zh=f"撤回:{RUNGS[one.rung]}" if one.compensates else RUNGS[one.rung],
            authority=one.authority.value,
            authority_zh=AUTHORITIES[one.authority],
            posterior=one.posterior,
            policy_line=one.policy_line,
            policy_version=one.policy_version,
            seal=one.seal.value,
            bundle_id=one.bundle_id,
            compensates=one.compensates or "",
            reasons_zh=tuple(reason.text_zh for reason in one.reasons),
            reasons_en=tuple(reason.text_en for reason in one.reasons),
            outcomes=tuple(sorted(words.get(one.action_id, {}).values(), key=lambda word: word.at_ms)),
        )
        for one in sorted(unique, key=lambda one: (one.decided_at_ms, one.action_id))
    )


def _clips(payloads: Iterable[tuple[ChainEntry, Files]]) -> tuple[Clip, ...]:
    clips = []
    for _, files in payloads:
        if mp4 := files.get("data/clip.mp4"):
            starts_ms = json.loads(files.get("data/clip.json", b"{}")).get("starts_ms", 0)
            clips.append(Clip(mp4=mp4, starts_ms=starts_ms, sha256=hashlib.sha256(mp4).hexdigest()))
    return tuple(sorted(clips, key=lambda one: one.starts_ms))


def _said(suspicions: Iterable[Suspicion]) -> tuple[Said, ...]:
    """Utterances that were found against the show, each once with all that was found in it."""
    found: dict[tuple[int, str], tuple[int, list[str]]] = {}
    for one in suspicions:
        if one.modality is Modality.AUDIO and (text := one.facts.context or one.facts.surface):
            _, marked = found.setdefault((one.start_ms, text), (one.end_ms, []))
            if one.facts.surface and one.facts.surface not in marked:
                marked.append(one.facts.surface)
    return tuple(
        Said(start_ms=start, end_ms=until_ms, text=text, marked=tuple(marked))
        for (start, text), (until_ms, marked) in sorted(found.items())
    )


def _chat(heard: _Heard, suspicions: Iterable[Suspicion]) -> tuple[ChatLine, ...]:
    marked = {one.facts.source_id for one in suspicions if one.modality is Modality.DANMAKU and one.facts.source_id}
    lines = {line.line_id: line for batch in heard.of(DanmakuBatch) for line in batch.lines}
    ordered = sorted(lines.values(), key=lambda line: (line.time_ms, line.line_id))
    names: dict[str, str] = {}
    for line in ordered:
        names.setdefault(line.viewer, f"观众{len(names) + 1:03d}")
    places = [place for place, line in enumerate(ordered) if line.line_id in marked]
    distance = [
        min((abs(place - one) for one in _beside(places, place)), default=place) for place in range(len(ordered))
    ]
    chosen = sorted(range(len(ordered)), key=lambda place: (distance[place], place))[:MAX_CHAT]
    return tuple(
        ChatLine(
            at_ms=ordered[place].time_ms,
            viewer=names[ordered[place].viewer],
            text=ordered[place].text,
            marked=ordered[place].line_id in marked,
        )
        for place in sorted(chosen)
    )


def _beside(places: Sequence[int], place: int) -> Sequence[int]:
    at = bisect.bisect_left(places, place)
    return places[max(0, at - 1) : at + 1]


def _reports(heard: _Heard) -> tuple[ChatLine, ...]:
    reports = sorted(heard.of(ConsumerReport), key=lambda one: (one.time_ms, one.report_id))
    names: dict[str, str] = {}
    for one in reports:
        names.setdefault(one.reporter or one.report_id, f"消费者{len(names) + 1:02d}")
    return tuple(
        ChatLine(at_ms=one.time_ms, viewer=names[one.reporter or one.report_id], text=one.text, marked=one.test_report)
        for one in reports
    )


def _prices(items: Iterable[Item]) -> tuple[Price, ...]:
    found = {
        (item.said.brand, item.said.price_cny, item.modality): Price(
            at_ms=item.start_ms,
            brand=item.said.brand,
            where_zh=MODALITIES[item.modality],
            offer_cny=item.said.price_cny,
            genuine_low_cny=item.said.genuine_low_cny,
        )
        for item in sorted(items, key=lambda one: -one.start_ms)
        if item.said.brand and item.said.price_cny > 0 and item.said.genuine_low_cny > 0
    }
    return tuple(sorted(found.values(), key=lambda one: (one.at_ms, one.brand, one.offer_cny)))


_CHANGES = {ListingAction.ADDED: "上架", ListingAction.UPDATED: "修改", ListingAction.REMOVED: "删除"}


def _links(listings: Iterable[ListingChange]) -> tuple[Link, ...]:
    return tuple(
        Link(
            at_ms=one.time_ms,
            listing_id=one.listing_id,
            title=one.title,
            merchant=one.merchant,
            price_cny=one.price_cny,
            change_zh=_CHANGES[one.change],
        )
        for one in listings
        if one.change in _CHANGES
    )


def _removals(
    listings: Sequence[ListingChange],
    lives: Iterable[Lifecycle],
    end_ms: int | None,
    payloads: Iterable[tuple[ChainEntry, Files]],
    heard: _Heard,
) -> tuple[Removal, ...]:
    """Removed links and deleted replays, matched with what was captured before."""
    shown: dict[str, ListingChange] = {}
    found = []
    for one in listings:
        if one.change is not ListingAction.REMOVED:
            shown[one.listing_id] = one
            continue
        before = shown.get(one.listing_id)
        name = (before or one).title or one.listing_id
        found.append(
            Removal(
                at_ms=one.time_ms,
                what_zh=f"购买链接「{name}」",
                what_en=f"purchase link {name}",
                after_end_ms=None if end_ms is None else one.time_ms - end_ms,
                captured=before is not None,
                captured_as="" if before is None else f"{one.listing_id}: {before.title}, {before.price_cny or '-'}",
            )
        )
    clips = [entry.payload for entry, files in payloads if "data/clip.mp4" in files]
    found.extend(
        Removal(
            at_ms=life.time_ms,
            what_zh="直播回放",
            what_en="replay",
            after_end_ms=None if end_ms is None else life.time_ms - end_ms,
            captured=bool(clips) or bool(heard.pictures),
            captured_as=", ".join(clips),
        )
        for life in lives
        if life.change is LifecycleChange.REPLAY_DELETED
    )
    return tuple(sorted(found, key=lambda one: one.at_ms))


def _laws(heard: _Heard) -> tuple[Law, ...]:
    categories = dict.fromkeys(category for one in heard.of(Enforcement) for category in one.categories)
    return tuple(
        Law(
            category=one.value,
            name_zh=CHINESE_NAMES[one],
            articles=tuple(citation.text for citation in CATEGORY_LAW[one]),
        )
        for one in categories
    )


def _sealed(entry: ChainEntry) -> Sealed:
    return Sealed(
        seq=entry.seq,
        kind=str(entry.kind),
        kind_zh=KINDS.get(str(entry.kind), str(entry.kind)),
        sealed_ms=entry.sealed_ms,
        sha256=entry.sha256,
        size=entry.size,
        entry_sha256=digest(entry),
        key_id=entry.key_id,
        about="; ".join(f"{name}={value}" for name, value in sorted(entry.facts.items())),
    )


def _missing(payloads: Iterable[tuple[ChainEntry, Files]]) -> Iterable[str]:
    for entry, files in payloads:
        for one in json.loads(files.get("data/manifest.json", b"{}")).get("missing", ()):
            yield f"#{entry.seq}: {one['topic']}: {one['why']}"


def _versions(payloads: Iterable[tuple[ChainEntry, Files]]) -> dict[str, str]:
    versions: dict[str, str] = {}
    for _, files in payloads:
        for name, value in json.loads(files.get("data/versions.json", b"{}")).items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            versions[name] = text
    return versions

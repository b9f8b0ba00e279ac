"""A made-up show that sells counterfeits, with hostile chat, sealed into a folder vault, for case files."""

import itertools

import cv2
import numpy as np
from sealed_show import ListReader

from pipelines.broker.reader import ConsumedRecord
from pipelines.evidence.folder_vault import FolderVault
from pipelines.evidence.plan import Watched
from pipelines.evidence.recorder import Recorder
from pipelines.evidence.signing import FileSigner, generate
from pipelines.join.policy import BUNDLED_POLICY
from schemas import (
    AudioChunk,
    Authority,
    ConsumerReport,
    DanmakuBatch,
    DanmakuLine,
    Enforcement,
    EvidenceRef,
    Facts,
    Frame,
    Lifecycle,
    LifecycleChange,
    ListingAction,
    ListingChange,
    Modality,
    Outcome,
    OutcomeStatus,
    PriceRole,
    Reason,
    Rung,
    SealRequest,
    SealState,
    Signal,
    Suspicion,
    Violation,
)
from schemas.cloudevents import encode
from schemas.topics import (
    CONSUMER_REPORTS,
    ENFORCEMENT_EVENTS,
    ENFORCEMENT_OUTCOMES,
    LIVE_AUDIO,
    LIVE_DANMAKU,
    LIVE_FRAMES,
    LIVE_LISTINGS,
    ROOM_LIFECYCLE,
    SUSPICION_EVENTS,
)

START_MS = 1_795_521_600_000
ROOM, SESSION = "room<b>7", "show-1"
SECONDS = 30
HOSTILE = (
    '<script>document.title="owned"</script><img src=http://evil.example/x onerror=alert(1)>"\'&</style>\x00\u202e'
)
PHONE = "13812345678"
VIEWER = "9f86d081884c7d659a2feaa0c55ad015"


def messages():
    """Topic and message, in the order of their offsets."""
    at = lambda second: START_MS + second * 1000  # noqa: E731
    yield ROOM_LIFECYCLE, Lifecycle(
        room=ROOM, session=SESSION, time_ms=at(0), change=LifecycleChange.STARTED, host="h-夜光",
        title="深夜福利 <i>外套</i>专场", merchants=("m-1",),
    )  # fmt: skip
    yield LIVE_LISTINGS, _listing(1, ListingAction.ADDED)
    for second in range(SECONDS):
        yield LIVE_FRAMES, Frame(room=ROOM, session=SESSION, time_ms=at(second), sequence=second, jpeg=_picture(second))
        wave = np.sin(np.arange(16_000) / 12) * 9000 * (1 + second % 5) / 5
        pcm = wave.astype("<i2").tobytes()
        yield LIVE_AUDIO, AudioChunk(room=ROOM, session=SESSION, time_ms=at(second), sequence=second, pcm=pcm)
        text = {5: HOSTILE, 9: "这是真的吗", 12: f"加我微信 {PHONE} 拿货"}.get(second, f"普通弹幕 {second}")
        line = DanmakuLine(line_id=f"l{second}", viewer=VIEWER if second % 2 else "w", time_ms=at(second), text=text)
        yield LIVE_DANMAKU, DanmakuBatch(room=ROOM, session=SESSION, lines=(line,))
    yield from ((SUSPICION_EVENTS, one) for one in suspicions())
    yield (
        CONSUMER_REPORTS,
        ConsumerReport(
            report_id="c1", room=ROOM, session=SESSION, time_ms=at(20), text=f"收到假货,商家电话 {PHONE}", reporter="r"
        ),
    )
    yield ENFORCEMENT_EVENTS, cut()
    for second, status, who in ((15, OutcomeStatus.APPLIED, "platform"), (25, OutcomeStatus.CONFIRMED, "reviewer-li")):
        yield ENFORCEMENT_OUTCOMES, Outcome(
            outcome_id=f"o{second}", action_id="a1", room=ROOM, session=SESSION, status=status, time_ms=at(second),
            subscriber=who, detail="<b>已核</b>",
        )  # fmt: skip
    yield ROOM_LIFECYCLE, Lifecycle(room=ROOM, session=SESSION, time_ms=at(SECONDS), change=LifecycleChange.ENDED)
    yield LIVE_LISTINGS, _listing(SECONDS + 240, ListingAction.REMOVED)
    yield (
        ROOM_LIFECYCLE,
        Lifecycle(room=ROOM, session=SESSION, time_ms=at(SECONDS + 300), change=LifecycleChange.REPLAY_DELETED),
    )


def suspicions():
    yield _suspicion(
        4, Modality.FRAME, Signal.COVERED_LABEL, 2.5, Facts(box_xyxy=(60, 40, 120, 80)),
        evidence=(EvidenceRef(topic=LIVE_FRAMES.name, partition=3, offset=4),),
    )  # fmt: skip
    said = f"顶级原单老驴家的包{HOSTILE}"
    yield _suspicion(
        7, Modality.AUDIO, Signal.CODE_WORD, 2.6, Facts(surface="原单", context=said, term="原单", speaker="host")
    )
    yield _suspicion(
        7, Modality.AUDIO, Signal.BRAND_ALIAS, 1.2,
        Facts(surface="老驴家", context=said, brand="Louis Vuitton", genuine_low_cny=12000.0, speaker="host"),
    )  # fmt: skip
    yield _suspicion(
        8, Modality.AUDIO, Signal.PRICE, 0.0,
        Facts(surface="四百六", context="今天四百六", price_cny=460.0, price_role=PriceRole.OFFER, speaker="host"),
    )  # fmt: skip
    for second, signal in ((5, Signal.DOUBT), (9, Signal.DOUBT), (12, Signal.OFF_PLATFORM)):
        yield _suspicion(
            second, Modality.DANMAKU, signal, 0.8, Facts(surface=HOSTILE, source_id=f"l{second}", speaker="viewer")
        )


def cut():
    reason = Reason(
        text_zh=f"主播说售假行话「原单」{HOSTILE}", text_en="host said trade word", signal=Signal.CODE_WORD,
        modality=Modality.AUDIO, start_ms=START_MS + 7000, end_ms=START_MS + 8000, contribution=2.6,
        suspicion_ids=("s",),
    )  # fmt: skip
    return Enforcement(
        action_id="a1", room=ROOM, session=SESSION, subject=f"room:{ROOM}", rung=Rung.CUT,
        authority=Authority.AUTONOMOUS,
        decided_at_ms=START_MS + 13_000, not_after_ms=START_MS + 90_000, posterior=0.987, llr=8.0,
        modalities=(Modality.FRAME, Modality.AUDIO), categories=(Violation.FAKE_AS_GENUINE, Violation.MISLEADING_PRICE),
        reasons=(reason,), policy_version="p", policy_line="live-cut", seal=SealState.SEALED, bundle_id="b1",
        legal_basis=("网络直播营销管理办法 第10、14条",),
    )  # fmt: skip


def records():
    offsets = {}
    for topic, message in messages():
        record = encode(message, source="test")
        yield ConsumedRecord(
            topic=topic.name, partition=3, offset=next(offsets.setdefault(topic.name, itertools.count())),
            key=record.key, value=record.value, headers=list(record.headers), timestamp_ms=record.timestamp_ms,
        )  # fmt: skip


def seal(folder):
    """Seal the show into `folder`/vault; the vault and its signer."""
    key = folder / "key.pem"
    generate(key)
    vault, signer = FolderVault(folder / "vault"), FileSigner(key)
    recorder = Recorder(
        vault, signer, ListReader(records()), part_ms=60_000, quiet_ms=0, clock=lambda: START_MS + 3_600_000,
        code_version="test",
    )  # fmt: skip
    ends_ms = START_MS + SECONDS * 1000
    request = SealRequest(
        request_id="r1", room=ROOM, session=SESSION, start_ms=START_MS, end_ms=ends_ms, deadline_ms=ends_ms + 4000
    )
    watched = Watched(session=SESSION, started_ms=START_MS, ended_ms=ends_ms, request=request)
    chain = recorder.open(ROOM, SESSION)
    policy = BUNDLED_POLICY.read_text(encoding="utf-8")
    while recorder.seal_next(chain, watched, [], ("p", policy)) is not None:
        pass
    return vault, signer


def _listing(second, change):
    return ListingChange(
        room=ROOM, session=SESSION, time_ms=START_MS + second * 1000, listing_id="L1", change=change,
        title=f"时尚女包 {HOSTILE}", price_cny=468.0, merchant="m-1",
    )  # fmt: skip


def _suspicion(second, modality, signal, llr, facts, *, evidence=()):
    start_ms = START_MS + second * 1000
    return Suspicion(
        suspicion_id=f"{signal}-{second}", room=ROOM, session=SESSION, modality=modality, detector="made",
        detector_version="1", signal=signal, start_ms=start_ms, end_ms=start_ms + 1500, llr=llr, score=0.9, facts=facts,
        evidence=evidence, lexicon_version="lex1",
    )  # fmt: skip


def _picture(number):
    image = np.full((180, 320, 3), (40 + number * 5 % 200, 90, 160), dtype=np.uint8)
    cv2.rectangle(image, (60, 40), (120, 80), (230, 230, 230), -1)
    return cv2.imencode(".jpg", image)[1].tobytes()

"""One synthetic example of every message type: the golden files, the docs and the contract tests are made from them.

No real room, streamer, viewer or merchant occurs in them.
"""

from schemas.accounts import AccountFacts, Identifier, IdentifierKind, Sales
from schemas.autonomy import Autonomy, AutonomyChange, AutonomyOrder, OrderedChange, Permit, PermitRequest, Reviewed
from schemas.case_file import EarlyWarning, KnowingSign
from schemas.case_notes import CaseNote, Strike
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
from schemas.evidence import ChainRoot
from schemas.identity import stable_id
from schemas.media import AudioChunk, Frame
from schemas.reference import BrandEntry, PolicyEntry, SensingDirective, TermCategory, TermEntry
from schemas.room_events import (
    AccountHistory,
    ConsumerReport,
    DanmakuBatch,
    DanmakuLine,
    Lifecycle,
    LifecycleChange,
    ListingAction,
    ListingChange,
    ListingPicture,
    SellerKind,
    SellerRecord,
)
from schemas.suspicion import EvidenceRef, Facts, MatchKind, Modality, Progress, Signal, Suspicion, Tick, suspicion_id
from schemas.topics import Message
from schemas.violations import Violation

ROOM, SESSION = "room-1", "room-1/2026-11-24T12:00:00Z"
START_MS = 1_795_521_600_000
"""2026-11-24T12:00:00Z."""

_EVIDENCE = (EvidenceRef(topic="live-audio", partition=3, offset=42),)
_SUSPICION_ID = suspicion_id(
    session=SESSION,
    detector="audio-speech",
    version="1",
    source="utterance-1",
    start_ms=START_MS + 4000,
    end_ms=START_MS + 6000,
    signal=Signal.BRAND_ALIAS,
    about="驴家",
)
_REQUEST_ID = stable_id("seal", SESSION)
_ACTION_ID = stable_id(SESSION, f"room:{ROOM}", Rung.CUT, "cut-counterfeit")

EXAMPLES: tuple[Message, ...] = (
    Frame(
        room=ROOM,
        session=SESSION,
        time_ms=START_MS,
        sequence=0,
        jpeg=bytes.fromhex("ffd8ffdb004300" + "01" * 64 + "ffd9"),
    ),
    AudioChunk(room=ROOM, session=SESSION, time_ms=START_MS, sequence=0, pcm=b"\x00\x00\x01\x00" * 80),
    DanmakuBatch(
        room=ROOM,
        session=SESSION,
        lines=(DanmakuLine(line_id="line-1", viewer="9f2c", time_ms=START_MS + 500, text="这是正品吗"),),
    ),
    ListingChange(
        room=ROOM,
        session=SESSION,
        time_ms=START_MS,
        listing_id="listing-1",
        change=ListingAction.ADDED,
        title="时尚百搭包包",
        price_cny=468.0,
        link_number=1,
        merchant="merchant-1",
        description="头层牛皮，可放十四寸电脑",
        category="女包",
    ),
    ListingPicture(
        room=ROOM,
        session=SESSION,
        time_ms=START_MS,
        listing_id="listing-1",
        content_type="image/jpeg",
        data=bytes.fromhex("ffd8ffdb004300" + "01" * 64 + "ffd9"),
    ),
    ConsumerReport(
        report_id="report-1", room=ROOM, session=SESSION, time_ms=START_MS, text="收到的包是假货", merchant="merchant-1"
    ),
    Lifecycle(
        room=ROOM,
        session=SESSION,
        time_ms=START_MS,
        change=LifecycleChange.STARTED,
        host="host-1",
        title="今晚好价",
        merchants=("merchant-1",),
        sellers=(
            SellerRecord(
                kind=SellerKind.OUTLET, brands=("Gucci",), merchant="merchant-1", source="contract seen, 2026-10"
            ),
        ),
        history=(AccountHistory(account="host:host-1", offences=1, clean=4, last_offence_ms=START_MS - 864_000_000),),
        previous_merchants=("merchant-1",),
        utc_offset_minutes=480,
    ),
    Suspicion(
        suspicion_id=_SUSPICION_ID,
        room=ROOM,
        session=SESSION,
        modality=Modality.AUDIO,
        detector="audio-speech",
        detector_version="1",
        signal=Signal.BRAND_ALIAS,
        start_ms=START_MS + 4000,
        end_ms=START_MS + 6000,
        llr=2.1,
        score=0.8,
        facts=Facts(
            surface="老李家",
            context="今天给大家带来老李家的包",
            term="老驴家",
            match=MatchKind.SOUND,
            speaker="host",
            brand="Louis Vuitton",
            genuine_low_cny=5400.0,
        ),
        categories=(Violation.FAKE_AS_GENUINE, Violation.INTELLECTUAL_PROPERTY),
        evidence=_EVIDENCE,
        lexicon_version="0123456789ab",
        model_version="whisper-base",
    ),
    Progress(room=ROOM, session=SESSION, modality=Modality.AUDIO, up_to_ms=START_MS + 6000),
    Tick(room=ROOM, time_ms=START_MS + 7000),
    Enforcement(
        action_id=_ACTION_ID,
        room=ROOM,
        session=SESSION,
        subject=f"room:{ROOM}",
        rung=Rung.CUT,
        authority=Authority.AUTONOMOUS,
        decided_at_ms=START_MS + 30_000,
        not_after_ms=START_MS + 630_000,
        posterior=0.995,
        llr=12.3,
        modalities=(Modality.AUDIO, Modality.FRAME),
        categories=(Violation.FAKE_AS_GENUINE, Violation.INTELLECTUAL_PROPERTY),
        reasons=(
            Reason(
                text_zh="主播说出代号「老驴家」,指向 Louis Vuitton",
                text_en="the host said code name 老驴家 for Louis Vuitton",
                signal=Signal.BRAND_ALIAS,
                modality=Modality.AUDIO,
                start_ms=START_MS + 4000,
                end_ms=START_MS + 6000,
                contribution=2.1,
                suspicion_ids=(_SUSPICION_ID,),
                evidence=_EVIDENCE,
            ),
        ),
        policy_version="1",
        policy_line="cut",
        seal=SealState.SEALED,
        bundle_id="bundle-1",
        legal_basis=("网络直播营销管理办法 第10、14条", "产品质量法 第5、32、39、50条"),
    ),
    Outcome(
        outcome_id=stable_id(_ACTION_ID, "enforcement-service", OutcomeStatus.APPLIED),
        action_id=_ACTION_ID,
        room=ROOM,
        session=SESSION,
        status=OutcomeStatus.APPLIED,
        time_ms=START_MS + 31_000,
        subscriber="enforcement-service",
    ),
    SealRequest(
        request_id=_REQUEST_ID,
        room=ROOM,
        session=SESSION,
        start_ms=START_MS - 26_000,
        end_ms=START_MS + 29_000,
        deadline_ms=START_MS + 33_000,
        evidence=_EVIDENCE,
        policy_version="2026-11-24",
        policy_lines=("cut",),
    ),
    Seal(
        request_id=_REQUEST_ID,
        bundle_id="bundle-1",
        room=ROOM,
        session=SESSION,
        time_ms=START_MS + 30_000,
        sha256="0" * 64,
    ),
    ChainRoot(room=ROOM, session=SESSION, seq=0, sha256="0" * 64, time_ms=START_MS + 30_000),
    PermitRequest(
        request_id=stable_id("permit-request", _ACTION_ID),
        action_id=_ACTION_ID,
        room=ROOM,
        session=SESSION,
        rung=Rung.CUT,
        line="cut",
        policy_version="1",
        time_ms=START_MS + 30_100,
    ),
    Permit(action_id=_ACTION_ID, room=ROOM, session=SESSION, time_ms=START_MS + 30_200, granted=True),
    Reviewed(
        action_id=_ACTION_ID,
        room=ROOM,
        session=SESSION,
        rung=Rung.CUT,
        line="cut",
        policy_version="1",
        time_ms=START_MS + 60_000,
        upheld=True,
    ),
    AutonomyOrder(
        order_id=stable_id("autonomy-order", OrderedChange.HALT, START_MS),
        order=OrderedChange.HALT,
        by="lin",
        why="a wrong term is in force",
        time_ms=START_MS,
    ),
    Autonomy(
        sequence=1,
        change=AutonomyChange.PROMOTED,
        time_ms=START_MS + 60_100,
        policy_version="1",
        text_zh="策略行「cut」升为自主:复核 59 件,维持 59 件,推翻 0 件;精确率下限 0.950,门槛 0.950",
        text_en="policy line cut may act by itself: 59 reviewed, 59 upheld, 0 overturned; lower bound of its precision"
        " 0.950, bar 0.950",
        line="cut",
        confirmed=59,
        overturned=0,
        lower_bound=0.9505,
        bar=0.95,
        promoted=("cut",),
    ),
    TermEntry(
        term="老驴家",
        category=TermCategory.BRAND_ALIAS,
        brand="Louis Vuitton",
        risk=0.6,
        llr=1.656,
        folds=("no-initial",),
        guards=("老驴家属",),
        source="unsourced",
        since="0.1.0",
        owner="project",
        expires="2027-12-31",
    ),
    BrandEntry(
        brand="Louis Vuitton", item="Neverfull", genuine_low_cny=14400.0, genuine_high_cny=14400.0, source="press"
    ),
    PolicyEntry(version="1", toml='version = "1"\n'),
    SensingDirective(room=ROOM, session=SESSION, time_ms=START_MS, frames_per_second=4.0, transcribe=True),
    AccountFacts(
        fact_id="fact-1",
        account="merchant:merchant-1",
        time_ms=START_MS,
        opened_ms=START_MS - 86_400_000,
        identifiers=(Identifier(kind=IdentifierKind.PAYEE, hash="0123456789abcdef"),),
        partners=("host:host-1",),
        sales=(
            Sales(
                sales_id="sum-1",
                from_ms=START_MS,
                to_ms=START_MS + 7_200_000,
                orders=120,
                buyers=110,
                amount_cny=56_160.0,
                fake_orders=4,
                fake_amount_cny=1_872.0,
                session=SESSION,
                partner="host:host-1",
            ),
        ),
    ),
    CaseNote(
        sender=ROOM,
        to="host:host-1",
        revision=1,
        time_ms=START_MS + 60_000,
        body=Strike(
            strike_id=stable_id("strike", SESSION, "host:host-1"),
            room=ROOM,
            session=SESSION,
            rung=Rung.CUT,
            at_ms=START_MS + 30_000,
            known_ms=START_MS + 31_000,
            points=1.0,
            confirmed=True,
            posterior=0.995,
            action_ids=(_ACTION_ID,),
            bundle_ids=("bundle-1",),
            categories=(Violation.FAKE_AS_GENUINE,),
            knowing=(KnowingSign.COVERED_MARK,),
            partners=("merchant:merchant-1",),
            merchants=1,
        ),
    ),
    EarlyWarning(
        warning_id=stable_id("early-warning", _ACTION_ID),
        account="host:host-1",
        time_ms=START_MS + 31_000,
        posterior=0.9,
        strikes=1,
        categories=(Violation.FAKE_AS_GENUINE,),
        identifiers=("payee:0123456789abcdef",),
        reasons_zh=("一场直播已认定售假",),
        reasons_en=("one show was found to sell counterfeits",),
        policy_version="1",
    ),
)

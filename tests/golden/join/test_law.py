"""Every category of the law: words and pictures that the real detectors judge lead to an action that names it."""

import pytest

from detectors.contract import TextItem
from detectors.frame.covered_label import CoveredLabelDetector
from detectors.report.complaint import ComplaintDetector
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
from detectors.text.violations import violations_named
from pipelines.join.policy import BUNDLED_POLICY, load_policy
from pipelines.join.state import initial
from pipelines.join.step import step
from schemas import (
    ConsumerReport,
    Facts,
    Lifecycle,
    LifecycleChange,
    Modality,
    Signal,
    Suspicion,
    Tick,
    Violation,
)
from schemas.law import CATEGORY_LAW

ROOM, SESSION, START_MS = "law-room", "law-show", 1_700_000_000_000
TRADE_WORD = ("host", "这批原单都是工厂直接出来的")

EVIDENCE: dict[Violation, list[tuple[str, str]]] = {
    Violation.ADULTERATION: [("report", "送检了是假货,羊绒里掺了化纤")],
    Violation.FAKE_AS_GENUINE: [TRADE_WORD],
    Violation.INFERIOR_AS_SUPERIOR: [("report", "专柜验出来是假货,纯粹以次充好")],
    Violation.FAILED_AS_QUALIFIED: [("report", "假货,质检不合格,报告在这里")],
    Violation.FORGED_ORIGIN: [("report", "送检确认是假货,产地是假的,说法国产其实不是")],
    Violation.FORGED_FACTORY: [("report", "验出来是假货,厂名厂址都是冒用别人的")],
    Violation.FORGED_QUALITY_MARK: [("report", "检测是假货,防伪标是伪造的")],
    Violation.NO_PRODUCER_DATE_CERTIFICATE: [("report", "收到是假货,三无,没有合格证")],
    Violation.INTELLECTUAL_PROPERTY: [("host", "老驴家的包包今天到货"), TRADE_WORD],
    Violation.MARK_COVERED_KNOWING: [("picture", "taped label"), TRADE_WORD],
    Violation.PRICE_FAR_BELOW_KNOWING: [("host", "老驴家neverfull今天只要四百六"), TRADE_WORD],
    Violation.LINK_GOODS_MISMATCH: [("listing", "时尚托特包"), ("host", "老驴家的包包拍一号链接"), TRADE_WORD],
    Violation.MISLEADING_PRICE: [("host", "专柜要三万六,今天只要三百九十九"), TRADE_WORD],
    Violation.OFF_PLATFORM_PAY: [("host", "加我微信转账给你更便宜"), TRADE_WORD],
}


@pytest.fixture(scope="module")
def engine():
    return TextEngine.load()


@pytest.fixture(scope="module")
def policy():
    return load_policy(BUNDLED_POLICY.read_text("utf-8"))


def suspicions_of(engine, channel: str, text: str, at_ms: int) -> list[Suspicion]:
    if channel == "host":
        item = TextItem(
            room=ROOM, session=SESSION, source_id=f"u{at_ms}", start_ms=at_ms, end_ms=at_ms + 1000, text=text,
            speaker="host",
        )  # fmt: skip
        return judge_text(engine, item, modality=Modality.AUDIO, detector="audio-speech", version="1")
    if channel == "report":
        complaint = ConsumerReport(
            report_id=f"r{at_ms}", room=ROOM, session=SESSION, time_ms=at_ms, text=text, reporter="buyer-1",
            order_id="order-1", test_report=True,
        )  # fmt: skip
        detector = ComplaintDetector(engine)
        return detector.judge(detector.initial(), complaint)[1]
    if channel == "listing":
        return [
            Suspicion(
                suspicion_id="generic", room=ROOM, session=SESSION, modality=Modality.LISTING, detector="listing",
                detector_version="1", signal=Signal.GENERIC_TITLE, start_ms=at_ms, end_ms=at_ms, llr=0.0, score=1.0,
                facts=Facts(surface=text),
            )
        ]  # fmt: skip
    detector = CoveredLabelDetector()
    taped, state, found = detector.examples()[0], detector.initial(), []
    for item in taped.items:
        state, more = detector.judge(state, item)
        found += more
    return [
        Suspicion(
            suspicion_id=one.suspicion_id, room=ROOM, session=SESSION, modality=one.modality, detector=one.detector,
            detector_version=one.detector_version, signal=one.signal, start_ms=at_ms, end_ms=at_ms + 1000, llr=one.llr,
            score=one.score, facts=one.facts, categories=one.categories,
        )
        for one in found
    ]  # fmt: skip


def actions_on(engine, policy, evidence):
    state, actions = initial(ROOM), []
    started = Lifecycle(room=ROOM, session=SESSION, time_ms=START_MS, change=LifecycleChange.STARTED)
    events = [started]
    for place, (channel, text) in enumerate(evidence):
        events += suspicions_of(engine, channel, text, START_MS + 5_000 * (place + 1))
    for event in [*events, Tick(room=ROOM, time_ms=START_MS), Tick(room=ROOM, time_ms=START_MS + 10**9)]:
        now_ms = event.time_ms if isinstance(event, (Tick, Lifecycle)) else event.start_ms
        state, outputs = step(state, event, now_ms, policy)
        actions += outputs.enforcements
    return actions


@pytest.mark.parametrize("violation", Violation)
def test_evidence_of_every_category_leads_to_an_action_that_names_it_and_its_law(engine, policy, violation):
    actions = [one for one in actions_on(engine, policy, EVIDENCE[violation]) if violation in one.categories]
    assert actions, f"no action names {violation}"
    for citation in CATEGORY_LAW[violation]:
        assert citation.text in actions[0].legal_basis


@pytest.mark.parametrize("text", ["我们不是三无产品", "绝不掺水分,看得见", "快递太慢"])
def test_what_is_denied_or_not_said_names_nothing(text):
    assert violations_named(text) == ()

"""What complaints weigh: the claim, the buyer, and whether they were made to order."""

import msgspec
import pytest

from detectors.report.claims import Claim
from detectors.report.complaint import CLAIM_LLR, KEPT, ComplaintDetector, ComplaintState
from detectors.text.engine import TextEngine
from schemas import ConsumerReport, Signal

MINUTE_MS = 60_000


@pytest.fixture(scope="module")
def detector():
    return ComplaintDetector(TextEngine.load())


def complaint(text="收到的包是假货", number=1, **changes):
    fields = {
        "report_id": f"r{number}", "room": "room", "session": "s", "time_ms": number * MINUTE_MS, "text": text,
        "reporter": f"buyer-{number}", "order_id": f"order-{number}", **changes,
    }  # fmt: skip
    return ConsumerReport(**fields)


def weights(detector, *complaints):
    state, found = detector.initial(), []
    for one in complaints:
        state, suspicions = detector.judge(state, one)
        assert all(s.signal is Signal.COUNTERFEIT_REPORT for s in suspicions)
        found.append(suspicions[0].llr if suspicions else None)
    return found


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("快递太慢了，尺码偏小", Claim.NONE),
        ("做工很好，是正品，喜欢", Claim.NONE),
        ("感觉不像正品，怀疑是假货", Claim.SUSPECTED),
        ("收到的包是假货", Claim.STATED),
        ("拿去专柜验货，柜姐说是假货", Claim.TESTED),
        ("鉴定结果是假货，鉴定费谁出", Claim.TESTED),
        ("鉴定师很专业，值得", Claim.NONE),
    ],
)
def test_the_claim_sets_the_weight(detector, text, claim):
    assert weights(detector, complaint(text)) == [CLAIM_LLR.get(claim)]


def test_an_attached_test_report_weighs_most_and_needs_no_order(detector):
    documented = complaint(test_report=True, order_id="", account_age_days=1)
    assert weights(detector, documented) == [CLAIM_LLR[Claim.DOCUMENTED]] == [max(CLAIM_LLR.values())]
    assert weights(detector, complaint("快递慢", test_report=True)) == [None]


def test_without_an_order_or_from_a_new_account_it_weighs_half(detector):
    assert weights(detector, complaint(order_id="")) == [0.5]
    assert weights(detector, complaint(account_age_days=3)) == [0.5]
    assert weights(detector, complaint(account_age_days=3, order_id="")) == [0.25]
    assert weights(detector, complaint(account_age_days=30)) == [1.0]


def test_a_buyer_counts_once_in_a_show(detector):
    again = complaint("还是假货啊", number=2, reporter="buyer-1")
    assert weights(detector, complaint(), again) == [1.0, 0.0]
    next_show = msgspec.structs.replace(again, session="s2")
    assert weights(detector, complaint(), next_show) == [1.0, 1.0]


def test_the_same_wording_from_others_is_a_copy(detector):
    long = "这家直播间卖的全都是假货，气死我了"
    assert weights(detector, complaint(long), complaint(long + "！", number=2)) == [1.0, 0.0]
    assert weights(detector, complaint("是假货"), complaint("是假货", number=2)) == [1.0, 1.0]


TEXTS = (
    "收到的鞋是假货",
    "买到假货了，气死",
    "包是假货，五金一看就不对",
    "假货，和正品完全不一样",
    "卖假货的",
    "又是假货",
)


def test_a_burst_from_new_accounts_is_a_raid(detector):
    raid = [complaint(text, number=n, account_age_days=2, time_ms=n * 10_000) for n, text in enumerate(TEXTS, start=1)]
    assert weights(detector, *raid)[-2:] == [0.0, 0.0]
    grown = [msgspec.structs.replace(one, account_age_days=900) for one in raid]
    assert 0.0 not in weights(detector, *grown)
    spread = [msgspec.structs.replace(one, time_ms=n * 60 * MINUTE_MS) for n, one in enumerate(raid)]
    assert 0.0 not in weights(detector, *spread)


def test_the_state_is_bounded_and_comes_back_from_its_bytes(detector):
    state = detector.initial()
    for number in range(KEPT + 20):
        state, _ = detector.judge(state, complaint(number=number))
    assert len(state.known) == KEPT
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=ComplaintState) == state

"""What a reviewer reads."""

import pytest

from pipelines.join.evaluate import signs
from pipelines.join.fusion import explain
from pipelines.join.reasons import reasons_of
from schemas import Modality, PriceRole, Rung, Signal
from schemas.law import ROOM_ACTION_LAW

START_MS = 1_700_000_000_000


def told(suspicions, policy, at_s=0):
    shares = explain(signs(suspicions, policy), START_MS + at_s * 1000, policy).shares
    return reasons_of(shares, 8)


TEXTS = [
    (
        Modality.AUDIO, Signal.BRAND_ALIAS,
        {"surface": "老李家", "term": "老驴家", "brand": "Louis Vuitton", "speaker": "host"},
        "主播说暗语「老驴家」(听写:老李家),指向 Louis Vuitton",
        "host said code name 老驴家 (heard as 老李家) for Louis Vuitton",
    ),
    (
        Modality.DANMAKU, Signal.CODE_WORD, {"surface": "高 仿", "term": "高仿", "speaker": "viewer"},
        "观众发售假行话「高仿」(原文:高 仿)", "viewer wrote trade word 高仿 (written 高 仿)",
    ),
    (
        Modality.FRAME, Signal.SILENCE_ORDER, {"surface": "不要打字", "term": "不要打字"},
        "画面写禁言要求「不要打字」", "screen showed order not to type 不要打字",
    ),
    (Modality.FRAME, Signal.COVERED_LABEL, {}, "商品标签被遮盖", "label of the goods covered"),
    (Modality.FRAME, Signal.LOGO, {"brand": "Gucci"}, "出现品牌标识:Gucci", "brand logo shown: Gucci"),
    (
        Modality.DANMAKU, Signal.DOUBT_BURST, {"viewers": 6},
        "短时间内 6 名观众质疑真伪", "6 viewers doubted the goods within a short time",
    ),
    (
        Modality.DANMAKU, Signal.DOUBT_BURST, {},
        "短时间内多名观众质疑真伪", "several viewers doubted the goods within a short time",
    ),
    (
        Modality.LISTING, Signal.LOW_PRICE,
        {"surface": "老驴家包", "brand": "Louis Vuitton", "price_cny": 99.9, "genuine_low_cny": 14400.0},
        "报价 ¥99.9,为 Louis Vuitton(「老驴家包」) 正品最低价 ¥14,400 的 0.69 %",
        "offered at ¥99.9, 0.69 % of the lowest genuine price ¥14,400 of Louis Vuitton (named 老驴家包)",
    ),
    (
        Modality.LISTING, Signal.LOW_PRICE, {"brand": "Gucci", "price_cny": 2_400.0, "genuine_low_cny": 10_000.0},
        "报价 ¥2,400,为 Gucci 正品最低价 ¥10,000 的 24 %",
        "offered at ¥2,400, 24 % of the lowest genuine price ¥10,000 of Gucci",
    ),
    (
        Modality.LISTING, Signal.LOW_PRICE, {"brand": "Gucci"},
        "报价远低于 Gucci 正品价", "offered far below the genuine price of Gucci",
    ),
    (Modality.REPORT, Signal.COUNTERFEIT_REPORT, {}, "消费者投诉说商品是假货", "complaint said the goods are fake"),
]  # fmt: skip


@pytest.mark.parametrize("told_as", TEXTS, ids=[f"{one[1]}: {one[4]}" for one in TEXTS])
def test_a_sign_is_told_in_two_languages(show, policy, told_as):
    modality, signal, facts, zh, en = told_as
    (reason,) = told([show.suspicion(modality, 0, signal, 2.0, **facts)], policy)
    assert (reason.text_zh, reason.text_en) == (zh, en)
    assert (reason.signal, reason.modality, reason.start_ms) == (signal, modality, START_MS)


def test_every_signal_can_be_told(show, policy):
    """Also those that weigh nothing today: another policy may weigh them."""
    for signal in Signal:
        rule = policy.signals[signal]
        if policy.families[rule.family].cap and rule.weight:
            (reason,) = told([show.suspicion(Modality.REPORT, 0, signal, 2.0, term="词", brand="Gucci")], policy)
            assert reason.text_zh
            assert reason.text_en


def test_a_price_names_both_halves(show, policy):
    alias = show.suspicion(
        Modality.AUDIO, 0, Signal.BRAND_ALIAS, 2.3, term="老驴家", brand="Louis Vuitton", genuine_low_cny=14_400.0
    )
    offer = show.suspicion(Modality.FRAME, 0, Signal.PRICE, 0.0, price_cny=460.0, price_role=PriceRole.OFFER)
    reason, _ = told([alias, offer], policy)
    assert reason.text_zh == "报价 ¥460,为 Louis Vuitton 正品最低价 ¥14,400 的 3.2 %"
    assert reason.suspicion_ids == (offer.suspicion_id, alias.suspicion_id)
    assert reason.evidence == offer.evidence
    assert reason.modality is Modality.FRAME


def test_a_price_without_a_brand_is_held_against_what_the_seller_names(show, policy):
    low = show.suspicion(Modality.AUDIO, 0, Signal.LOW_PRICE, 2.0, term="专柜价", surface="三百九十九", price_cny=399.0)
    (reason,) = told([low], policy)
    assert reason.text_zh == "报价「三百九十九」远低于其自称的专柜价"


def test_signs_of_one_group_are_one_reason_and_the_strongest_comes_first(show, policy):
    first, second = told(
        [
            show.suspicion(Modality.AUDIO, 0, Signal.CODE_WORD, 1.0, term="原单", speaker="host"),
            show.suspicion(Modality.AUDIO, 10, Signal.CODE_WORD, 2.0, term="原单", speaker="host"),
            show.suspicion(Modality.FRAME, 5, Signal.COVERED_LABEL, 3.0),
        ],
        policy,
        at_s=10,
    )
    assert (first.signal, second.signal) == (Signal.COVERED_LABEL, Signal.CODE_WORD)
    assert second.text_zh == "主播说售假行话「原单」(共 2 次)"
    assert second.text_en == "host said trade word 原单 (2 times)"
    assert (second.start_ms, second.end_ms) == (START_MS, START_MS + 11_000)
    assert second.contribution == pytest.approx(2.0 + 0.5 * 1.0 * 2 ** (-10 / 300))


def test_a_reason_tells_which_rung_is_reached_without_it(show):
    show.starts()
    show.hears(5, Signal.CODE_WORD, 3.0, term="原单")
    show.hears(6, Signal.BRAND_ALIAS, 2.3, term="老驴家", brand="Louis Vuitton")
    show.sees(7, Signal.COVERED_LABEL, 4.5)
    show.passes(Modality.AUDIO, 8)
    show.passes(Modality.FRAME, 8)
    show.ticks(60)
    cut = next(action for action in show.enforcements if action.rung is Rung.CUT)
    changes = {reason.signal: (reason.rung_without, reason.change_zh, reason.change_en) for reason in cut.reasons}
    assert changes[Signal.COVERED_LABEL] == ("warn", "若无此项:警告", "without it: warn")
    assert changes[Signal.CODE_WORD] == ("review", "若无此项:人工复核", "without it: review")


@pytest.mark.parametrize("rung", ["none", *ROOM_ACTION_LAW])
def test_every_rung_of_a_room_has_words(show, policy, rung):
    items = signs([show.suspicion(Modality.AUDIO, 1, Signal.CODE_WORD, 3.0, term="原单")], policy)
    (reason,) = reasons_of([(items[0], 3.0)], 8, lambda _about: rung)
    assert (reason.rung_without, reason.change_zh[:5], reason.change_en[:12]) == (rung, "若无此项:", "without it: ")
    assert reason.change_zh[5:]


def test_a_reason_that_is_not_needed_tells_no_change(show):
    show.starts()
    show.hears(5, Signal.ADMISSION, 6.0, term="我们是高仿")
    show.hears(6, Signal.OFF_PLATFORM, 0.5, term="微信")
    warn = show.enforcements[0]
    assert {reason.signal: reason.rung_without for reason in warn.reasons}[Signal.ADMISSION] == "none"
    assert all(not reason.rung_without for reason in warn.reasons if reason.signal is Signal.OFF_PLATFORM)


def test_at_most_eight_reasons(show, policy):
    show.starts()
    for place in range(12):
        show.sees(5, Signal.OFF_PLATFORM, 0.5, term=f"微信{place}")
        show.sees(5, Signal.CODE_WORD, 0.5, term=f"行话{place}")
    assert show.enforcements
    assert all(len(action.reasons) <= 8 for action in show.enforcements)

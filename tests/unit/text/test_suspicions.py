"""Weights, roles of speakers, price contrast, ids, and what acts alone."""

import pytest

from detectors.text.acting import is_acting
from detectors.text.weights import low_price_weight, weight
from schemas import MatchKind, PriceRole, Signal, Violation


def of(found, signal):
    return [one for one in found if one.signal == signal]


@pytest.mark.parametrize(
    ("text", "signal", "low", "high"),
    [
        ("这是高仿", Signal.CODE_WORD, 2.9, 3.1),
        ("香奶奶的", Signal.BRAND_ALIAS, 2.0, 2.5),
        ("世家的", Signal.BRAND_ALIAS, 0.2, 0.5),
        ("不要打字", Signal.SILENCE_ORDER, 1.4, 1.6),
        ("链接图片仅作参考", Signal.EVASION, 1.0, 2.0),
        ("加我微信", Signal.OFF_PLATFORM, 0.6, 0.9),
        ("我们这个不是正品", Signal.ADMISSION, 5.9, 6.1),
        ("假一赔十", Signal.GUARANTEE, 0, 0),
        ("香奈儿", Signal.BRAND, 0, 0),
    ],
)
def test_weights_of_the_host(judge, text, signal, low, high):
    (one,) = of(judge(text), signal)
    assert low <= one.llr <= high


def test_sound_weighs_less_than_spelling():
    exact, sound = (
        weight(Signal.CODE_WORD, risk=0.9, match=kind, speaker="host") for kind in (MatchKind.EXACT, MatchKind.SOUND)
    )
    assert sound == pytest.approx(0.8 * exact, abs=0.001)


@pytest.mark.parametrize("text", ["假货吧", "是正品吗", "是高仿吧", "这是A货吗", "感觉是原单"])
def test_viewer_doubts_and_never_acts(judge, text):
    found = judge(text, "viewer")
    assert {one.signal for one in found} == {Signal.DOUBT}
    assert 0 < sum(one.llr for one in found) < 0.5
    assert not is_acting(found)


def test_doubting_words_of_the_host_are_no_doubts(judge):
    assert of(judge("你们说假货吧"), Signal.DOUBT) == []


@pytest.mark.parametrize("speaker", ["host", "screen", "listing"])
@pytest.mark.parametrize("text", ["这批原单的包", "高仿", "一比一的货", "香奶奶新款", "我们这个不是正品", "老鼠货"])
def test_selling_side_acts(judge, speaker, text):
    assert is_acting(judge(text, speaker))


@pytest.mark.parametrize("text", ["世家", "尾货", "懂的都懂", "微信", "假一赔十", "LV", "LV 299", "不要打字"])
def test_single_weak_words_do_not_act(judge, text):
    assert not is_acting(judge(text))


def test_alias_beside_a_low_price(judge):
    found = judge("驴家的包 今天四百六")
    (low,) = of(found, Signal.LOW_PRICE)
    assert (low.facts.brand, low.facts.price_cny, low.facts.price_role) == ("Louis Vuitton", 460, PriceRole.OFFER)
    assert low.facts.genuine_low_cny == 5000
    assert low.llr == 2.5
    assert is_acting(found)


@pytest.mark.parametrize(
    "text",
    [
        "香奈儿CF 两万八", "香奈儿专柜八百六", "香奈儿口红三百二", "LV 定金五百块", "LV二手 九百六", "马家的柚子九块九",
        "椰子九块九", "耐克袜子59块", "香奈儿风格的外套 两百八", "迪奥平替 59块", "香奈儿卡包 四千六",
    ],
)  # fmt: skip
def test_no_low_price(judge, text):
    assert of(judge(text), Signal.LOW_PRICE) == []


@pytest.mark.parametrize(
    ("text", "llr"),
    [
        ("专柜两万三 我今天三百九十九", 2.0), ("公价十万块 今天三千八", 2.0), ("公价十万块 今天九千九", 1.3),
        ("专柜三万六 今天四百六", 2.0), ("门店五位数，我这三位数给你", 2.0), ("柜上两万多，我这二百八", 2.0),
        ("商场里一万六的大衣，今天二百九十九", 2.0), ("免税店要九千多，二百二", 2.0),
        ("吊牌一万八的大衣，我两百九十九给你", 2.0), ("专柜三万六去年旧款 今天两千九", 1.3),
    ],
)  # fmt: skip
def test_a_tenth_of_the_counter_price_that_the_seller_names(judge, text, llr):
    (low,) = of(judge(text), Signal.LOW_PRICE)
    assert (low.llr, low.facts.brand, low.facts.term) == (llr, "", "专柜价")
    assert is_acting([low]) == (llr == 2.0)  # under a twelfth, both prices from the seller's own mouth


def test_a_viewer_who_wonders_at_the_price_does_not_act(judge):
    assert not is_acting(judge("专柜三万六你卖四百六", "viewer"))


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("别打字 下播就删", True),  # each half certain
        ("别打字", False),
        ("复刻的手表 加微信看视频", True),  # a code word and the way off the platform
        ("手表 加微信看视频", False),
        ("古驰的双G皮带 今天九十九", True),  # the brand is named, its sign too, at a hundredth of the price
        ("四叶草项链 今天九十九", False),  # any maker's
        ("三条杠卫衣 五十九", False),
    ],
)
def test_findings_of_one_line_act_together(judge, text, acts):
    assert is_acting(judge(text)) == acts


@pytest.mark.parametrize(
    "text",
    [
        "原价两万三 今天三百九十九", "吊牌两千八 今天一百九十九", "专柜一千二 今天九十八", "专柜两万三 今天一万八",
        "专柜两万三 二手三百九",
    ],
)  # fmt: skip
def test_no_tenth_of_a_counter_price(judge, text):
    assert of(judge(text), Signal.LOW_PRICE) == []


def test_a_known_brand_goes_before_the_counter_price(judge):
    (low,) = of(judge("驴家的包 专柜一万八 今天四百六"), Signal.LOW_PRICE)
    assert low.facts.brand == "Louis Vuitton"


@pytest.mark.parametrize(
    ("text", "known"),
    [("海南的椰子", False), ("马家的柚子", False), ("椰子鞋", True), ("驴家的", True),
     ("劳家的水鬼", True), ("迪奥", True),
     ("大容量水桶包", False), ("水桶包 包邮", False), ("二手迪奥", False), ("迪奥小样", False)],
)  # fmt: skip
def test_fruit_and_families_have_no_genuine_price(judge, text, known):
    """The join holds other lines' prices against it; the style of a bag is any maker's."""
    assert {one.facts.genuine_low_cny is not None for one in judge(text)} == {known}


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(0.013, 3.2), (0.02, 2.5), (0.05, 2.5), (0.1, 2.5), (0.11, 1.3), (0.24, 1.3), (0.35, 0), (1.0, 0)],
)
def test_low_price_steps(ratio, expected):
    assert low_price_weight(ratio) == expected


def test_ids_are_stable_and_distinct(judge):
    text = "原单的包 原单的包 高仿 四百六"
    first, second, other = judge(text), judge(text), judge(text, source_id="2")
    assert [one.suspicion_id for one in first] == [one.suspicion_id for one in second]
    assert len({one.suspicion_id for one in first + other}) == 2 * len(first)


def test_facts(judge, engine):
    text = "铺垫" * 150 + "这批原单的包" + "铺垫" * 150
    (one,) = judge(text)
    assert (one.start_ms, one.end_ms, one.room, one.session) == (1000, 2000, "room-1", "s-1")
    assert (one.facts.surface, one.facts.term, one.facts.match, one.facts.speaker) == (
        "原单的包", "原单的包", MatchKind.EXACT, "host",
    )  # fmt: skip
    assert len(one.facts.context) == 200
    assert "原单的包" in one.facts.context
    assert one.lexicon_version == engine.version
    assert one.categories == (Violation.FAKE_AS_GENUINE, Violation.INTELLECTUAL_PROPERTY)


@pytest.mark.parametrize(
    ("text", "speaker", "signal"),
    [
        ("L∨包", "viewer", Signal.BRAND_ALIAS), ("迪.奥", "screen", Signal.BRAND_ALIAS),
        ("迪，奥", "host", Signal.BRAND),
        ("LV包", "viewer", Signal.BRAND), ("香奈兒的", "viewer", Signal.BRAND), ("迪奥奥", "viewer", Signal.BRAND),
    ],
)  # fmt: skip
def test_brand_name_written_around_the_filter_is_an_alias(judge, text, speaker, signal):
    (one,) = judge(text, speaker)
    assert one.signal == signal
    assert (one.llr > 0) == (signal == Signal.BRAND_ALIAS)


def test_unknown_speaker(engine):
    with pytest.raises(ValueError, match="use one of host, listing"):
        engine.scan("高仿", speaker="bot")


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("一号链接驴家的包四百六 二号链接袜子九块九", [460.0]),
        ("一号链接驴家的包一万八 二号链接袜子九块九", []),
        ("二号链接袜子九块九 驴家的包四百六", [9.9]),  # the bag may be that of the second link
    ],
)
def test_price_of_one_link_is_not_held_against_the_brand_of_another(judge, text, low):
    assert [one.facts.price_cny for one in judge(text) if one.signal == Signal.LOW_PRICE] == low


def test_price_says_its_link(judge):
    (low,) = [one for one in judge("三号链接香奶奶的包四百六") if one.signal == Signal.LOW_PRICE]
    assert (low.facts.link_number, low.facts.item) == (3, "包")

"""What a recogniser writes: tones that tell trade words from everyday ones, and phrases told by their sound."""

import pytest

from detectors.text.acting import is_acting
from schemas import MatchKind, PriceRole, Signal


def heard(engine, line, *, speaker="host"):
    return {(hit.term, hit.match) for hit in engine.scan(line, speaker=speaker) if hit.signal != Signal.PRICE}


@pytest.mark.parametrize(
    ("line", "term"),
    [("这个高房真好", "高仿"), ("伟丹处理了", "尾单"), ("唇元的鞋子", "纯原")],
)
def test_another_word_of_the_same_tone_is_the_trade_word(engine, line, term):
    assert (term, MatchKind.SOUND) in heard(engine, line)


@pytest.mark.parametrize("line", ["原蛋三天都不打烊", "过完源蛋再说", "原诞活动八折", "原当放假", "离假的时候"])
def test_another_tone_or_syllable_is_another_word(engine, line):
    assert heard(engine, line) == set()


def test_the_tone_does_not_matter_beside_a_code_word(engine):
    assert ("原单", MatchKind.SOUND) in heard(engine, "香奶奶 原蛋 五件")


@pytest.mark.parametrize(
    ("line", "term"),
    [("贵姐都看不出来", "专柜看不出来"), ("牌子我就布敢讲", "牌子…不能说"), ("上面我拿贴只档一下", "贴纸…挡一下")],
)
def test_phrases_of_the_host_are_told_by_their_sound(engine, line, term):
    assert (term, MatchKind.SOUND) in heard(engine, line)
    assert heard(engine, line, speaker="screen") == set()


def test_a_phrase_within_everyday_talk_is_none(engine):
    assert heard(engine, "这个配置我不能说贵") == set()


@pytest.mark.parametrize("line", ["老李家的面", "认准老李家的包装", "老黎家的酒 元旦照发", "李家的包子", "吕家的豆腐"])
def test_a_family_name_is_no_code_name(engine, line):
    assert heard(engine, line) == set()


def test_two_ambiguous_aliases_of_one_brand_support_each_other(judge):
    (alone,) = judge("今天有水鬼")
    both = [one for one in judge("劳家的水鬼") if one.signal == Signal.BRAND_ALIAS]
    assert len(both) == 2
    assert min(one.llr for one in both) > 2 * alone.llr


@pytest.mark.parametrize("line", ["劳力士水鬼", "水鬼 老花"])
def test_a_named_brand_or_another_one_does_not(judge, line):
    alias = [one for one in judge(line) if one.signal == Signal.BRAND_ALIAS]
    assert alias
    assert all(one.llr < 0.6 for one in alias)


def test_a_ratio_with_a_fraction_is_no_one_to_one(engine):
    assert heard(engine, "面水比1:1.5", speaker="screen") == set()
    assert ("1:1", MatchKind.EXACT) in heard(engine, "专柜1:1.", speaker="screen")


def test_the_number_of_a_model_is_no_price(engine):
    hits = engine.scan("椰子700 今天199", speaker="host")
    assert [(hit.price_cny, hit.price_role) for hit in hits if hit.signal == Signal.PRICE] == [(199, PriceRole.OFFER)]


@pytest.mark.parametrize(
    ("line", "acts"),
    [
        ("这个包是高防的啊", True),
        ("这双鞋是元旦的啊", True),
        ("这双鞋是元旦的限定", False),
        ("这台服务器是高防的啊", False),
        ("元旦的货都是大工厂出来的", True),
        ("元旦的货新年之后才发", False),
    ],
)
def test_an_everyday_word_is_a_grade_only_of_goods_and_off_holidays(judge, line, acts):
    assert is_acting(judge(line)) is acts


def test_a_long_name_told_by_its_sound_stands_beside_another_sound(engine):
    assert ("复刻", MatchKind.SOUND) in heard(engine, "百年玲复科到家了")
    assert ("复刻", MatchKind.SOUND) not in heard(engine, "今天复科到家了")


def test_a_recogniser_parts_the_letters_of_a_factory(engine):
    assert "VS厂" in {term for term, _ in heard(engine, "这个是v s厂的机芯")}
    assert "VS厂" not in {term for term, _ in heard(engine, "tv s厂的机芯")}

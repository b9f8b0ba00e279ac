"""Tricks undone one on top of the other, and the sounds, letters and initials that are read in every mix."""

import pytest

from detectors.text.acting import is_acting
from detectors.text.engine import TextEngine
from detectors.text.fold import fold
from detectors.text.readings import readings
from schemas import Signal

SEVERAL_TRICKS = [
    # tricks, line, term
    ("symbol and split", "🐴户家的包", "驴家的"),
    ("symbol and pinyin", "🅰️huo有吗", "a huo"),
    ("symbol and sound", "原🥚货还有吗", "原单货"),
    ("split and gap", "高·亻·方包包", "高仿包"),
    ("look-alike and repeat", "高坊坊坊货", "高仿货"),
    ("traditional and gap", "高*倣*貨", "高仿货"),
    ("sound and repeat", "搞搞搞仿的包", "高仿"),
    ("letter put in", "高x仿有吗", "高仿"),
    ("letter put in and split", "高x亻方有吗", "高仿"),
    ("pinyin and repeat", "gao仿仿包", "高仿包"),
    ("umlaut", "lü家的包", "驴家的"),
    ("radical and sound", "高⺅方包", "高仿包"),
]


@pytest.mark.parametrize(("line", "term"), [row[1:] for row in SEVERAL_TRICKS], ids=[row[0] for row in SEVERAL_TRICKS])
def test_several_tricks_in_one_word(engine, judge, line, term):
    found = {hit.term for hit in engine.scan(line, speaker="viewer")}
    assert any(term in one or one in term for one in found), found
    assert is_acting(judge(line, "viewer"))


@pytest.mark.parametrize("line", ["壹比壹的货", "①比①复刻", "l比l复刻", "1比1复刻", "I比I复刻", "1bi1复刻", "1：1复刻"])
def test_ones_of_a_ratio_are_one(engine, line):
    assert "一比一" in "".join(hit.term for hit in engine.scan(line, speaker="screen"))


@pytest.mark.parametrize("line", ["di0r包包", "6ucci腰带", "Pr4da双肩包", "gucc1皮带"])
def test_digits_within_a_brand_are_letters(engine, line):
    hits = [hit for hit in engine.scan(line, speaker="viewer") if hit.signal == Signal.BRAND_ALIAS]
    assert [hit.brand for hit in hits] in (["Dior"], ["Gucci"], ["Prada"])


@pytest.mark.parametrize("line", ["iphone15有货吗", "3d打印", "买2件", "19.9元2.5kg", "原价1比2", "5g手机"])
def test_letters_beside_digits_are_mostly_themselves(engine, line):
    assert not [hit for hit in engine.scan(line, speaker="viewer") if hit.evasive]


@pytest.mark.parametrize("line", ["gf的包", "求fk表", "jf货", "复k的包", "fk版本有吗"])
def test_initials_before_goods(judge, line):
    assert is_acting(judge(line, "viewer"))


@pytest.mark.parametrize("line", ["给gf的包", "我gf的鞋", "zbj", "yyds", "yd体育"])
def test_other_initials_stay(judge, line):
    assert not is_acting(judge(line, "viewer"))


@pytest.mark.parametrize("line", ["求yuandan链接", "chunyuan还有吗", "weidan鞋"])
def test_pinyin_of_an_everyday_word_counts_where_somebody_orders(judge, line):
    assert is_acting(judge(line, "viewer"))


@pytest.mark.parametrize("line", ["yuandan快乐", "chunyuan", "xiaoxiang"])
def test_pinyin_of_an_everyday_word_alone_does_not(judge, line):
    assert not is_acting(judge(line, "viewer"))


@pytest.mark.parametrize("line", ["这批都是原蛋的", "高方的包包", "这个是伟丹的货"])
def test_a_sound_is_a_grade_where_only_a_grade_can_stand(engine, line):
    assert Signal.CODE_WORD in {hit.signal for hit in engine.scan(line, speaker="host")}


@pytest.mark.parametrize("line", ["原蛋营养好", "元旦包邮", "元旦包车", "警方端了高仿窝点"])
def test_the_same_sound_elsewhere_is_none(judge, line):
    assert not is_acting(judge(line))


def test_second_reading_of_a_character():
    """弹 is dan or tan, 行 is xing or hang: the term is found by either."""
    sound = TextEngine.load().tables.sound
    assert sound.of("弹") != sound.of("摊")
    assert sound.second_of("弹") in (sound.of("摊"), sound.of("但"))
    assert sound.second_of("行") == sound.of("航")
    assert sound.second_of("高仿") == ""


def test_a_second_reading_is_one_character_and_no_word(engine):
    assert not [hit for hit in engine.scan("高 仿佛置身海边", speaker="viewer") if hit.term == "高仿货"]


def test_readings_are_made_only_where_there_is_something_to_undo(engine):
    def texts(line):
        folded = fold(line)
        return [one.text for one in readings(engine.tables, line, folded.text, lambda: folded)]

    assert texts("今天天气不错吗") == ["今天天气不错吗", "今天气不错吗"]
    assert texts("主播好") == ["主播好"]
    assert "高仿" in texts("高x亻方")


def test_readings_keep_their_offsets(engine):
    line = "要🐴户🏠xx包"
    folded = fold(line)
    for one in readings(engine.tables, line, folded.text, lambda: folded):
        made = one.make()
        assert made.text == one.text
        assert all(0 <= start < end <= len(line) for start, end in zip(made.starts, made.ends, strict=True))


BENIGN_TALK = """
博物馆的青铜器一比一复刻摆件
这个雕像一比一复刻 文创授权
顾客在外面花八千买了个高仿
客人收到的是A货 拿来让我们鉴定
那种高仿的鞋别买 两天就开胶
A货的五金会发黄 正品是偏冷的金色
他说这是原单 你信吗
原单这种叫法其实没有标准
典型的莆田货 大家记住
"""


@pytest.mark.parametrize("line", BENIGN_TALK.strip().splitlines())
def test_told_taught_and_exhibited_copies_do_not_act(judge, line):
    assert not is_acting(judge(line))


@pytest.mark.parametrize("line", ["jia货吧", "假huo多少钱", "是亻方的吧"])
def test_a_disguised_doubt_is_a_code_word(judge, line):
    assert {one.signal for one in judge(line, "viewer")} == {Signal.CODE_WORD}
    assert is_acting(judge(line, "viewer"))


def test_a_plain_doubt_or_a_long_tale_is_none(judge):
    assert not is_acting(judge("假货吧", "viewer"))
    assert not is_acting(judge("昨天在别的地方逛了很久最后花了不少钱结果拿回来一看全是jia货真的气死人了", "viewer"))


def test_foreign_letters_in_a_brand_are_no_slip(judge):
    assert is_acting(judge("GUССІ的包", "viewer"))
    assert not is_acting(judge("Céline的包", "viewer"))


def test_every_way_passes_the_screen_of_many_lines(engine):
    """Many lines at once are screened first: what `scan` finds in a line is found among a hundred others too."""
    lines = [
        *(row[1] for row in SEVERAL_TRICKS),
        "高亻方的有吗",
        "马户家的新款",
        "香女乃女乃",
        "jia货吧",
        "gf的包",
        "di0r包",
    ]
    many = [*["今天天气不错"] * 100, *lines]
    for speaker in ("viewer", "host", "screen"):
        together = engine.scan_lines(many, speaker=speaker)[100:]
        assert [list(hits) for hits in together] == [engine.scan(line, speaker=speaker) for line in lines]


@pytest.mark.parametrize(
    ("line", "speaker", "acts"),
    [
        ("亻方货 清仓", "screen", True),  # a seller who hides the word does not doubt
        ("仿货 清仓", "screen", False),
        ("雅诗兰戴 面霜 一套", "listing", True),
        ("雅诗兰戴 面霜 一套", "host", False),  # the recogniser chose the characters
        ("卡d亚 手镯 求链接", "viewer", True),
        ("求 ch4nel 手镯", "viewer", True),
        ("求 ch@nel 手镯", "viewer", True),
        ("科颜 高丨仿 面霜", "listing", True),
        ("求 chanell 手镯", "viewer", False),
        ("是gao fang的吧", "viewer", True),
        ("是高仿的吧", "viewer", False),
        ("fk表卖不卖", "viewer", True),
        ("fk表我们不卖", "host", False),
        ("高仿是啥意思", "screen", False),
        ("YD-28 台灯", "listing", False),
    ],
)
def test_who_hides_a_word_means_it(judge, line, speaker, acts):
    assert is_acting(judge(line, speaker)) is acts


def test_signs_within_a_name_are_letters(engine):
    assert {hit.term for hit in engine.scan("ch@nel 耳钉", speaker="listing")} == {"Chanel"}
    assert not engine.scan("@nel 耳钉 h€", speaker="listing")


def test_a_style_of_the_brand_explains_a_grade(engine):
    alone, beside = (engine.scan(line, speaker="host")[0].risk for line in ("复刻一下", "复刻水鬼"))
    assert beside > alone


def test_we_do_copies_is_admitted_and_no_question(judge):
    assert Signal.ADMISSION in {one.signal for one in judge("我们就是做高仿的")}
    assert Signal.ADMISSION not in {one.signal for one in judge("是做高仿的吗")}

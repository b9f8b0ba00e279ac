"""The judge of plain talk: by hand on a toy table, and the bundled weights."""

import time
from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.data import build_judge
from detectors.text.acting import acting_rule, is_acting
from detectors.text.explain import explain
from detectors.text.hits import Hit
from detectors.text.judge import LEAST_LLR, MOST_LLR, Judge, bundled_judge, read_weights
from detectors.text.judge_words import CUE_VALUE, Cue, JudgeWords, pieces
from detectors.text.term import LexiconError
from detectors.text.weights import ACTING_TALK_SCORE
from schemas import MatchKind, Signal

WORDS = JudgeWords((
    Cue("everyday", trade=False, clears=True, warns=False, words=("标准",)),
    Cue("mark", trade=True, clears=True, warns=False, words=("标", "logo")),
    Cue("later", trade=False, clears=True, warns=False, words=("自己缝",)),
    Cue("papers", trade=False, clears=False, warns=False, words=("小票",)),
    Cue("teach", trade=False, clears=True, warns=True, words=("教大家",)),
))  # fmt: skip

LINE = "这批货的标另外寄到家自己缝上去"  # 15 letters: each run of letters counts 1 / sqrt(45)


def toy(base=0.0, **weights):
    return Judge(WORDS, {"{mark}": 4.0, "{mark}{later}": 2.0, "另外": 3.0, "寄": -1.0, **weights}, base=base)


def test_a_line_weighs_the_sum_of_its_features():
    verdict = toy(base=-1.0).verdict(LINE, "host")
    assert verdict.llr == pytest.approx(-1 + (4 * CUE_VALUE + 2 * CUE_VALUE + 3 - 1) / sqrt(45), abs=0.001)
    assert [push.name for push in verdict.pushes] == ["{mark}", "{mark}{later}", "另外", "寄"]
    assert verdict.told() == ("+1.19 {mark}", "+0.60 {mark}{later}", "+0.45 另外")


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (LINE, "viewer"),
        (LINE, "report"),
        ("这批货的料另外寄到家自己缝上去", "host"),  # nothing of the trade
        ("这批货的标准另外寄到家自己缝上去", "host"),  # an everyday word holds it
        ("教大家看" + LINE, "host"),
        ("标另寄", "host"),
    ],
)
def test_what_is_not_judged(text, speaker):
    assert toy().verdict(text, speaker) is None


def test_a_finding_names_the_strongest_span_as_it_was_written():
    (hit,) = toy().hits("这 批 货，标*另外 寄到家自己缝上去", "host", [], acting_score=0.9)
    assert hit.signal is Signal.SALES_TALK
    assert "标*另外" in hit.surface
    assert hit.decisions[0].endswith("{mark}")


def test_what_the_rules_found_in_the_same_words_is_taken_off():
    other = Hit(signal=Signal.EVASION, term="x", surface="标", start=4, end=5, match=MatchKind.EXACT, llr=0.6)
    heavy = toy(base=-0.3)
    (alone,) = heavy.hits(LINE, "host", [], acting_score=0.9)
    (beside,) = heavy.hits(LINE, "host", [other], acting_score=0.9)
    assert beside.llr == pytest.approx(alone.llr - 0.6)
    assert beside.risk == alone.risk
    stronger = Hit(signal=Signal.EVASION, term="x", surface="标", start=4, end=5, match=MatchKind.EXACT, llr=2.4)
    assert heavy.hits(LINE, "host", [stronger], acting_score=0.9) == []


def test_a_long_text_weighs_as_its_heaviest_piece():
    filler = "今天天气不错我们出去走一走" * 20
    assert toy().verdict(filler + LINE + filler, "host").llr > toy().verdict(filler + "标" + filler, "host").llr
    covered = [(place, place + len(piece)) for place, piece in pieces("x" * 500)]
    assert covered[0][0] == 0
    assert covered[-1][1] == 500
    assert all(later[0] < earlier[1] for earlier, later in pairwise(covered))


@pytest.mark.parametrize("name", ["小票", "有小票", "票", "{papers}", "{mark}{papers}"])
def test_papers_may_not_clear(name):
    assert not WORDS.may_clear(name)


def test_other_words_may_clear():
    assert WORDS.may_clear("缝")
    assert WORDS.may_clear("{mark}{later}")


def test_no_bundled_weight_of_a_guarantee_clears():
    judge = bundled_judge()
    held = [name for name in judge.weights if not judge.words.may_clear(name)]
    assert len(held) > 200
    assert min(judge.weights[name] for name in held) >= 0
    assert not any(judge.words.may_clear(name) for name in ("小票", "鉴定", "授权", "发票", "专柜验", "{promise}"))


@pytest.mark.parametrize("promise", [" 有小票", " 支持鉴定", " 发票都有"])
def test_a_promise_does_not_lower_a_line_by_its_own_words(promise):
    judge = bundled_judge()
    pushes = judge.verdict("五金跟柜里一个厂出来的 标另外寄" + promise, "host").pushes
    assert not [push for push in pushes if not judge.words.may_clear(push.name) and push.nats < 0]


def test_the_bundled_table_is_built_from_the_committed_lines():
    weights, base = read_weights()
    built = build_judge.build()
    assert base == pytest.approx(built.base, abs=0.002)
    names = set(weights) ^ set(built.weights)
    assert all(abs(weights.get(name, built.weights.get(name))) < 0.022 for name in names)
    assert all(abs(weights[name] - built.weights[name]) <= 0.002 for name in set(weights) & set(built.weights))
    assert len(weights) <= 20_000


def test_training_separates_toy_lines_and_holds_papers_at_zero():
    lines = [
        build_judge.Line(text, "host", label)
        for text, label in [
            ("标另外寄自己缝上去哦", "fake"), ("logo另外寄你自己缝", "fake"),
            ("标是我们的牌子有小票", "benign"), ("我们的牌子有小票放心", "benign"),
        ]
    ]  # fmt: skip
    model = build_judge.train(WORDS, lines)
    assert model.weights["另外"] > 0 > model.weights["牌子"]
    assert model.weights["小票"] == model.weights["{papers}"] == 0


def test_calibration_finds_the_line_that_made_the_odds():
    """Scores of fakes around +1 and of others around -1, spread 1: the log-likelihood ratio is 2 a score."""
    quantiles = [-1.64, -1.04, -0.67, -0.39, -0.13, 0.13, 0.39, 0.67, 1.04, 1.64]
    offset, slope = build_judge.calibration([(1 + q, True) for q in quantiles] + [(-1 + q, False) for q in quantiles])
    assert offset == pytest.approx(0, abs=0.01)
    assert slope == pytest.approx(2, abs=0.5)


PLAIN = "五金皮料跟那边柜台一批的 就是没走他家的账"


def test_plain_talk_acts_and_says_why(engine, judge):
    found = judge(PLAIN)
    (talk,) = [one for one in found if one.signal is Signal.SALES_TALK]
    assert talk.facts.surface in PLAIN
    assert talk.facts.cues[0].startswith("+")
    assert talk.score >= ACTING_TALK_SCORE
    assert 0 <= talk.llr <= MOST_LLR
    assert acting_rule(found).startswith("plain talk")
    told = explain(engine, PLAIN, speaker="host")
    assert told.acts
    assert told.talk.llr >= LEAST_LLR
    assert told.talk.cues[: len(talk.facts.cues)] == talk.facts.cues


@pytest.mark.parametrize("speaker", ["viewer", "report"])
def test_viewers_and_buyers_are_not_judged(judge, speaker):
    assert Signal.SALES_TALK not in {one.signal for one in judge(PLAIN, speaker)}


def test_where_code_words_act_nothing_is_added(judge):
    found = judge("这批都是高仿 标另外寄到家自己缝 懂的拍")
    assert is_acting(found)
    assert Signal.SALES_TALK not in {one.signal for one in found}


@pytest.mark.parametrize(
    "text",
    [
        "我们自己的牌子自己的厂 皮料好五金好",
        "教大家看真假 假的走线歪 五金跟柜台的一样轻",
        "今天三号链接羽绒服 九十鹅绒 吊牌都在",
        "小票发票都有 支持你拿去专柜比",
        "别打手机号在公屏 有骗子",
    ],
)
def test_honest_shops_do_not_act(judge, text):
    assert not is_acting(judge(text))


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_anything_is_judged_without_an_error(text):
    for speaker in ("host", "screen", "listing"):
        verdict = bundled_judge().verdict(text, speaker)
        assert verdict is None or verdict.llr <= MOST_LLR
        for hit in bundled_judge().hits(text, speaker, [], acting_score=ACTING_TALK_SCORE):
            assert hit.surface == text[hit.start : hit.end]


@pytest.mark.parametrize("unit", ["标", "a", "标另外寄", "\ud800标", "标\u0301", "真的专柜鉴定小票没有标贴"])
def test_a_megabyte_takes_no_longer_than_its_beginning(unit):
    started = time.perf_counter()
    bundled_judge().hits(unit * (1_000_000 // len(unit)), "host", [], acting_score=ACTING_TALK_SCORE)
    assert time.perf_counter() - started < 5


def test_a_wrong_table_is_refused(tmp_path):
    file = tmp_path / "w.tsv"
    file.write_text("<base>\t-1\n标\tx\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"w\.tsv line 2"):
        read_weights(file)
    file.write_text("标\t1\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="no line <base>"):
        read_weights(file)
    file.write_text("name,trade\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="the columns must be"):
        JudgeWords.load(file)

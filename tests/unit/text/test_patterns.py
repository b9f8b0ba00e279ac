"""The pattern language: what a row matches, and that a wrong row is named with what to write."""

import pytest

from detectors.text import tables
from detectors.text.engine import TextEngine
from detectors.text.fold import fold
from detectors.text.found_words import KnownWords
from detectors.text.pattern_line import PatternLine
from detectors.text.patterns import COLUMNS, PatternError, parse_patterns
from schemas import TermCategory

HEAD = ",".join(COLUMNS)
CLASSES = ("mark,class,,,logo|商标,own,", "mark,class,,,!鼠|商 标 !签,own,", "fill,class,,,我|给|大家,own,")


def line_of(rows, text, *, terms=None, prices=()):
    """Patterns and a line, the words looked for one by one."""
    patterns = parse_patterns([HEAD, *CLASSES, *rows], name="patterns.csv")
    folded, words = fold(text), {}
    for word in patterns.words:
        first = folded.text.find(word)
        while first >= 0:
            words.setdefault(word, []).append((folded.starts[first], folded.ends[first + len(word) - 1]))
            first = folded.text.find(word, first + 1)
    return patterns, PatternLine(patterns, text, KnownWords(words), terms=terms or {}, prices=lambda: list(prices))


def found(pattern, text, **more):
    patterns, line = line_of([f'x,grade,0.5,,"{pattern}",own,'], text, **more)
    return [text[start:end] for start, end in line.find(patterns.rows[0].pattern)]


@pytest.mark.parametrize(
    ("pattern", "text", "places"),
    [
        ("专柜 分不出", "专柜分不出", ["专柜分不出"]),
        ("专柜 分不出", "专柜也分不出", []),
        ("专柜 分不出", "专·柜 分不出", ["专·柜 分不出"]),
        ("专柜 分不出", "专柜。分不出", []),
        ("专柜|柜姐 ..2 分不出", "柜姐也就分不出", ["柜姐也就分不出"]),
        ("专柜 ..2 分不出", "专柜的人也分不出", []),
        ("专柜 ..6 分不出", "专柜，也分不出", []),
        ("专柜 ..6, 分不出", "专柜，也分不出", ["专柜，也分不出"]),
        ("专柜 ..6, 分不出", "专柜。也分不出", []),
        ("货 ~3 顶级", "顶级的货", ["顶级的货"]),
        ("货 ~3 顶级", "货是顶级", ["货是顶级"]),
        ("货 ~3 顶级", "货是真的很顶级", []),
        ("专柜 ..6 !不 验货", "专柜能验货", ["专柜能验货"]),
        ("专柜 ..6 !不 验货", "专柜不能验货", []),
        ("!鼠 标", "鼠标 标", ["标"]),
        ("标 !签|准", "标签 标准 标", ["标"]),
        ("{mark} ..{fill} 贴", "标我给大家贴", ["标我给大家贴"]),
        ("{mark} ..{fill} 贴", "logo贴", ["logo贴"]),
        ("{mark} ..{fill} 贴", "标我不给大家贴", []),
        ("{mark} ..{fill} 贴", "鼠标我给大家贴", []),
        ("专柜 ..2 <number>", "专柜要三万六", ["专柜要三万六"]),
        ("不是 ..3 <question>", "是不是？不是", ["不是"]),
        ("好 <end>", "好的，好，好吧", ["好"]),
        ("高仿", "髙*仿", ["髙*仿"]),
    ],
)
def test_a_pattern_and_its_places(pattern, text, places):
    assert found(pattern, text) == places


def test_a_class_is_the_sum_of_its_rows():
    assert found("{mark}", "logo 商标 标 标签 鼠标") == ["logo", "商标", "标"]


def test_lexicon_terms_and_prices_are_elements():
    text = "驴家这款高仿只要四百六"
    terms = {TermCategory.BRAND_ALIAS: [(0, 2)], TermCategory.GRADE: [(4, 6)]}
    assert found("{brand_alias} ..8 {grade}", text, terms=terms) == ["驴家这款高仿"]
    assert found("{grade} ..8 {brand_alias}", text, terms=terms) == []
    assert found("只要 <price>", text, prices=[(8, 11)]) == ["只要四百六"]


def test_a_stance_speaks_about_its_hit():
    patterns, line = line_of(
        ["no,denied,,,不是 ..4 <hit>,own,", "no,denied,,,<hit:admission> 包退,own,"], "不是高仿 包退"
    )
    before, after = patterns.stances["denied"]
    assert line.find(before.pattern, hit=(2, 4)) == [(0, 4)]
    assert line.find(before.pattern, hit=(5, 7)) == [(0, 7)]
    assert line.find(after.pattern, hit=(2, 4)) == [(2, 7)]
    assert (before.about, after.about) == (None, TermCategory.ADMISSION)


def test_roles_and_anchors():
    rows = ["x,grade,0.5,,<role:viewer> 标 ..6 贴纸|胶带,own,", "y,grade,0.5,,{grade} ~6 货,own,"]
    first, second = line_of(rows, "")[0].rows
    assert first.pattern.speakers == {"viewer"}
    assert second.pattern.speakers == {"host", "screen", "listing"}
    assert (first.pattern.anchor, second.pattern.anchor) == ({"贴纸", "胶带"}, {"货"})


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x,grad,0.5,,标,own,", "line 5, column kind: 'grad'; write one of class, denied"),
        ("grade,class,,,标,own,", "line 5, column name: 'grade'"),
        (
            "x,grade,high,,标,own,",
            "line 5, column llr: 'high'; write a number from 0 to 3.7, the full weight",
        ),
        ("x,class,0.5,,标,own,", "line 5, column llr: '0.5'; leave it empty"),
        ("x,grade,0.5,no,标,own,", "line 5, column sound: 'no'; leave it empty or write yes"),
        ("x,grade,0.5,,{gods},own,", "line 5, column pattern: class {gods} is not known; define it in a row above"),
        ("x,class,,,{x},own,", "line 5, column pattern: class {x} is not known"),
        ("mark,class,,,标志,own,", "line 5, column name: move this row to the other rows of the class mark"),
        ("x,grade,0.5,,..6 标,own,", "line 5, column pattern: ..6 has no word before it"),
        ("x,grade,0.5,,标 ..6 ~6 贴,own,", "line 5, column pattern: ~6 has no word before it"),
        ("x,grade,0.5,,标 ..6,own,", "line 5, column pattern: it must end in a word"),
        ("x,grade,0.5,,,own,", "line 5, column pattern: it must end in a word"),
        ("x,grade,0.5,,标 ..99 贴,own,", "line 5, column pattern: ..99 is no gap; write ..6 or ~6, at most 24"),
        ("x,grade,0.5,,标 ~² 贴,own,", "line 5, column pattern: ~² is no gap"),
        ("x,grade,0.5,,标 <prise>,own,", "line 5, column pattern: <prise> is no mark; write one of <number>"),
        ("x,grade,0.5,,标 <hit>,own,", "line 5, column pattern: <hit> stands once in rows"),
        ("x,grade,0.5,,<number>,own,", "line 5, column pattern: it holds no word"),
        ("x,grade,0.5,,标||贴,own,", "line 5, column pattern: '' is no word"),
        ("x,grade,0.5,,标 ！,own,", "line 5, column pattern: '！' is no word"),
        ("x,grade,0.5,,<role:bot> 标,own,", "line 5, column pattern: <role:bot>; write <role:…> with some of host"),
        ("x,grade,0.5,,标", "line 5: 7 fields are needed"),
    ],
)
def test_a_wrong_row_is_named(row, message):
    with pytest.raises(PatternError, match=r"^patterns\.csv line 5") as caught:
        parse_patterns([HEAD, *CLASSES, row], name="patterns.csv")
    assert message in str(caught.value)


def test_rows_of_one_name_weigh_the_same():
    rows = ["x,grade,0.5,,标 ..6 贴,own,", "x,grade,0.6,,标 ..6 遮,own,"]
    with pytest.raises(PatternError, match="line 6, column llr: x has another kind or weight in"):
        line_of(rows, "")


def test_wrong_columns():
    with pytest.raises(PatternError, match="line 1: the columns must be name,kind"):
        parse_patterns(["term,pattern"], name="patterns.csv")


@pytest.mark.parametrize(
    "line",
    ["标我给大家贴起来", "標我給大家貼起來", "标我给大家贴*起*来", "标我给大家贴贴起来", "㏒标我给大家贴起来"],
)
def test_folds_apply_to_patterns(engine, line):
    assert "标…贴住" in {hit.term for hit in engine.scan(line, speaker="screen")}


@pytest.mark.timeout(20)
def test_long_lines_of_pattern_words_take_linear_time(engine):
    engine.scan("标我给" * 20_000, speaker="host")


def test_a_row_that_combines_terms_stands_beside_them(monkeypatch):
    read, row = tables._lines, "别名…等级,grade,1,,{brand_alias} ..8 {grade},unsourced,"
    monkeypatch.setattr(tables, "_lines", lambda name: [*read(name), *([row] if name == "patterns.csv" else [])])
    hits = TextEngine.load().scan("驴家这批都是高仿", speaker="host")
    assert {(hit.term, hit.surface) for hit in hits} == {
        ("驴家", "驴家"), ("别名…等级", "驴家这批都是高仿"), ("都是高仿", "都是高仿"),
    }  # fmt: skip

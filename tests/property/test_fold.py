"""The fold and the scan on any text: offsets come home, nothing raises, nothing moves when done twice."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.contract import TextItem
from detectors.text.acting import is_acting
from detectors.text.engine import TextEngine
from detectors.text.fold import PLAIN, SYMBOLS, Folded, collapse_runs, fold
from detectors.text.suspicions import judge_text
from schemas import Modality

SEASONING = "高仿原单驴家香奶奶一比一A货微信正品假货不是四百六块米¥19 .*🔥🅰️👵，。？Ｌ∨ᒪ髙單馿亻方马户\u200b\ufe0f①́"

any_text = st.text(max_size=60)
spiced = st.text(alphabet=st.sampled_from(SEASONING), max_size=40)
lines = st.one_of(any_text, spiced, st.lists(st.one_of(spiced, any_text), max_size=3).map("".join))
speakers = st.sampled_from(["host", "viewer", "screen", "listing", "report"])
tables = st.sampled_from([PLAIN, SYMBOLS])


@cache
def engine():
    return TextEngine.load()


def check_offsets(folded: Folded, text: str) -> None:
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    for start, end, previous_start in zip(folded.starts, folded.ends, (0, *folded.starts), strict=False):
        assert 0 <= previous_start <= start < end <= len(text)


@given(lines, tables)
def test_offsets_come_home(text, table):
    folded = fold(text, table)
    check_offsets(folded, text)
    for letter, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        assert letter in fold(text[start:end], table).text


@given(lines)
def test_fold_twice_is_fold_once(text):
    once = fold(text).text
    assert fold(once).text == once == text.translate(PLAIN)


@given(lines)
def test_runs_collapse_with_their_offsets(text):
    folded = collapse_runs(fold(text))
    check_offsets(folded, text)
    assert all(a != b for a, b in zip(folded.text, folded.text[1:], strict=False))


@given(st.integers(min_value=0, max_value=0x10FFFF))
def test_every_code_point_folds_to_letters_and_digits(code):
    assert all(letter.isalnum() for letter in PLAIN[code])


@settings(deadline=None)  # the first example loads the tables
@given(lines, speakers)
def test_scan_takes_anything(text, speaker):
    hits = engine().scan(text, speaker=speaker)
    for hit in hits:
        assert hit.surface == text[hit.start : hit.end] != ""
        assert 0 <= hit.risk <= 1
    assert hits == engine().scan(text, speaker=speaker)


@settings(deadline=None)
@given(lines, speakers)
def test_suspicions_have_their_own_ids_and_short_contexts(text, speaker):
    item = TextItem(room="r", session="s", source_id="1", text=text, speaker=speaker, start_ms=0, end_ms=1)
    found = judge_text(engine(), item, modality=Modality.DANMAKU, detector="d", version="1")
    assert len({one.suspicion_id for one in found}) == len(found)
    for one in found:
        assert len(one.facts.context) <= 200
        assert one.facts.surface in one.facts.context or len(one.facts.surface) > 200
        assert 0 <= one.llr <= 6
    assert isinstance(is_acting(found), bool)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\ud800高仿",
        "\x00",
        "A" * 10_000,
        "高" * 5_000,
        "一" * 5_000,
        "1" * 5_000,
        "马户" * 2_000,
        "高仿" * 3_000,
        "四百六 " * 1_000,
    ],
)
def test_extreme_lines(text):
    for hit in engine().scan(text, speaker="host"):
        assert hit.surface == text[hit.start : hit.end]

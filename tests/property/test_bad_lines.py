"""Lines that are made to hurt: bounded in time and in what they give, and clear in their result."""

import time
from functools import cache

import pytest

from detectors.text.engine import LONGEST_TEXT, MOST_HITS, TextEngine

MEGABYTE = 1_000_000
WITHIN_S = 10.0
"""Processor time. A text of `LONGEST_TEXT` takes 0.1 to 1.5 s; unbounded, a megabyte of code words took a minute."""

HURTING = {
    "plain talk": "今天天气很好，这条裙子显瘦吗，",
    "code words": "驴家原单四百六",
    "lone surrogates": "\ud800高仿\udfff",
    "bidirectional controls": "\u202e仿高\u202c\u2066高仿\u2069\u200f",
    "combining marks": "高" + "\u0301" * 10_000 + "仿",
    "zero width": "高\u200b\u200d\ufeff" * 8,
    "right to left": "مرحبا高仿שלום",
    "one letter": "a",
    "digits": "1",
    "number words": "一",
    "pinyin": "gaofang",
    "split characters": "马户亻方",
    "emoji": "🅰🔥👵🏻",
    "denials": "不是",
}


@cache
def engine():
    return TextEngine.load()


@pytest.mark.parametrize("name", HURTING)
def test_a_line_of_a_megabyte_is_bounded(name):
    text = HURTING[name] * (MEGABYTE // len(HURTING[name]))
    start = time.process_time()
    hits = engine().scan(text, speaker="host")
    assert time.process_time() - start < WITHIN_S
    assert len(hits) <= MOST_HITS
    assert all(hit.surface == text[hit.start : hit.end] for hit in hits)


def test_the_beginning_of_a_long_text_is_scanned_as_by_itself():
    text = "来看这批原单的包，" + "好看" * LONGEST_TEXT + "高仿"
    found = engine().scan(text, speaker="host")
    assert any("原单" in hit.surface for hit in found)
    assert not any("高仿" in hit.surface for hit in found)
    assert found == engine().scan(text[:LONGEST_TEXT], speaker="host")


@pytest.mark.parametrize(
    "text", ["\u202e高\u202c仿的包", "高\u0301\u0302仿的包", "\ud800高仿的包", "高\u2066仿\u2069的包"]
)
def test_tricks_of_direction_and_marks_hide_nothing(text):
    assert any("高仿" in hit.term for hit in engine().scan(f"来看{text}", speaker="host"))

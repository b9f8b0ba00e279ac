"""The screen passes every line that holds a hit: scanning many lines at once finds what scanning each finds."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.text.engine import FEW_LINES, LONGEST_PIECE, TextEngine
from detectors.text.hits import SPEAKERS
from detectors.text.letters import SYMBOL_WORDS
from detectors.text.prices import find_prices
from detectors.text.screen import Screen
from detectors.text.verdict import CLOSELY, PRICE, ROW, TERM
from schemas import TermCategory

SEASONING = (
    "高仿原单驴家香奶奶一比一A货微信正品假货四百六块米位数¥19 .*🔥🅰️👵，。？Ｌ∨ᒪ髙單馿亻方马户木示标专柜贴gaofanglv"
    "\u200b①㎏\n\ud800"
)

spiced = st.text(alphabet=st.sampled_from(SEASONING), max_size=30)
lines = st.lists(st.one_of(spiced, st.text(max_size=30)), min_size=FEW_LINES, max_size=3 * FEW_LINES)
speakers = st.sampled_from(sorted(SPEAKERS))


@cache
def engine():
    return TextEngine.load()


@cache
def terms():
    return [term for term in engine().tables.terms if term.category != TermCategory.BENIGN_GUARD]


@cache
def characters_by(reading):
    """Ideographs by the sound of their first (`by_character`) or second reading."""
    characters = {}
    for code, sound in getattr(engine().tables.sound, reading).items():
        if code > 0x4E00:
            characters.setdefault(sound, []).append(chr(code))
    return characters


def same_sound(character, k):
    """Another character of the same sound, the k-th."""
    sound = engine().tables.sound.by_character.get(ord(character))
    others = characters_by("by_character").get(sound, [character])
    return others[k % len(others)]


def check(texts, speaker):
    together = engine().scan_lines(texts, speaker=speaker)
    assert together == [engine().scan(text, speaker=speaker) for text in texts]


@settings(deadline=None, max_examples=60)
@given(lines, speakers)
def test_lines_at_once_are_lines_one_by_one(texts, speaker):
    check(texts, speaker)


@settings(deadline=None, max_examples=60)
@given(st.data(), speakers)
def test_evasions_pass(data, speaker):
    """Terms written around a filter, two ways in one line too."""

    def evasion(draw):
        text = draw(st.sampled_from(terms())).term
        for way in draw(st.lists(st.sampled_from(WAYS), max_size=2)):
            text = way(text, draw(st.integers(0, 50)))
        return draw(st.sampled_from(["", "这个", "他们家的"])) + text + draw(st.sampled_from(["", "多少钱", "包", "?"]))

    check([evasion(data.draw) for _ in range(FEW_LINES)], speaker)


def _marks(text, k):
    return "*.-_ 🔥·\u200b"[k % 8].join(text)


def _wide(text, k):
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


def _twice(text, k):
    place = k % len(text)
    return text[:place] + text[place] + text[place:]


def _sound(text, k):
    place = k % len(text)
    return text[:place] + same_sound(text[place], k) + text[place + 1 :]


def _shape(text, k):
    tables = engine().tables
    odd = {character: chr(code) for code, character in tables.shapes.items()}
    return "".join(odd.get(character, character) for character in text)


def _split(text, k):
    tables = engine().tables
    parts = dict(zip(tables.splits, tables.split_spellings, strict=True))
    return "".join(parts.get(character, character) for character in text)


def _pinyin(text, k):
    plain = engine().tables.sound.plain
    place = k % len(text)
    return text[:place] + plain.get(text[place], text[place]) + text[place + 1 :]


def _initial(text, k):
    plain = engine().tables.sound.plain
    place = k % len(text)
    return text[:place] + plain.get(text[place], text[place])[:1] + text[place + 1 :]


def _put_in(text, k):
    place = k % len(text)
    return text[:place] + "x7ok"[k % 4] + text[place:]


def _digits(text, k):
    return text.translate({ord(han): digit for han, digit in zip("一二三四五六七八九", "123456789", strict=True)})


def _second_reading(text, k):
    """A character that sounds as the k-th does in its second reading."""
    place = k % len(text)
    seconds = characters_by("second").get(engine().tables.sound.of(text[place]), [text[place]])
    return text[:place] + seconds[k % len(seconds)] + text[place + 1 :]


def _symbol(text, k):
    symbols = {word: symbol for symbol, word in SYMBOL_WORDS.items()}
    return "".join(symbols.get(character, character) for character in text)


WAYS = (
    _marks, _wide, _twice, _sound, _shape, _split, _pinyin, _initial, _put_in, _digits, _second_reading, _symbol,
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_term_in_every_way(way):
    for speaker, first in (("viewer", 0), ("host", 1)):
        check([way(term.term, k) for k, term in enumerate(terms())][first::2], speaker)


def test_the_screen_keeps_plain_talk_out():
    texts = ["主播这个裙子还有黑色吗", "上次买的面膜很好看", "什么时候发货呀"] * FEW_LINES
    screen = Screen(engine().tables)
    assert not (screen.verdicts(texts, engine()._listening["viewer"]) & (TERM | ROW | CLOSELY | PRICE)).any()


def test_long_lines_are_scanned_in_pieces_as_ever():
    texts = ["好" * LONGEST_PIECE + "高仿", "好" * LONGEST_PIECE, "一" * (3 * LONGEST_PIECE), "高仿"] * FEW_LINES
    check(texts, "host")


@pytest.mark.parametrize("texts", [[], [""], [""] * FEW_LINES, ["高仿"] * 3, ["\n" * 5] * FEW_LINES])
def test_no_lines_few_lines_empty_lines(texts):
    check(texts, "viewer")


def test_another_speaker_is_an_error():
    with pytest.raises(ValueError, match="speaker 'bot'; use one of host"):
        engine().scan_lines([], speaker="bot")


MONEY = (
    "0123456789０９零〇一幺二两俩三四五六七八九十百千万几位数块元圆米rRkKwW个￥¥$人民币mb🥕大洋多来出头左右.点,， "
    "就卖价专柜到手才今天张把上半折拿走号链接个包手表肆佰陆拾俩④⑥⓪💰\ufe0f\u20e3贰双条件壹拍发送这边：～，秒"
)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.text(alphabet=st.sampled_from(MONEY), max_size=9), min_size=40, max_size=40))
def test_prices_pass(texts):
    verdicts = engine()._screen.verdicts(texts, engine()._listening["viewer"])
    assert {k for k, text in enumerate(texts) if find_prices(text)} <= set(np.flatnonzero(verdicts & PRICE).tolist())

"""The sound table: near syllables share a code, typed pinyin is read."""

import pytest

from detectors.text.fold import fold
from detectors.text.sound import near


@pytest.mark.parametrize(
    ("one", "other"), [("zhang", "zan"), ("chi", "ci"), ("shui", "sui"), ("lv", "nv"), ("huang", "fang"),
     ("hui", "fei"), ("jing", "jin")]
)  # fmt: skip
def test_near_syllables_sound_alike(one, other):
    assert near(one) == near(other)


@pytest.mark.parametrize(
    ("one", "other"), [("gao", "kao"), ("dan", "tan"), ("ren", "len"), ("hao", "fao"), ("yuan", "yan")]
)
def test_other_syllables_do_not(one, other):
    assert near(one) != near(other)


def test_tones_are_known(engine):
    tones = engine.tables.sound.tones
    assert [tones[character] for character in "高房仿旦们"] == ["1", "2", "3", "4", "5"]


def test_characters_of_one_sound_share_a_code(engine):
    sound = engine.tables.sound
    assert sound.of("高仿") == sound.of("搞访") == sound.of("糕翻") != sound.of("高单")
    assert sound.of("a1") == "a" + sound.of("一")


@pytest.mark.parametrize(
    ("typed", "said"),
    [("gaofang", "高仿"), ("gao fang", "高仿"), ("xiannainai", "香奶奶"), ("gao仿", "高仿"), ("lvjia", "驴家")],
)
def test_typed_pinyin_is_read(engine, typed, said):
    sound = engine.tables.sound
    assert sound.typed(fold(typed)).text == sound.typed_of(said)


@pytest.mark.parametrize("letters", ["lv", "model", "vx", "gaofangx", "a" * 60])
def test_other_letters_stay_letters(engine, letters):
    assert engine.tables.sound.typed(fold(letters)).text == engine.tables.sound.typed_of(letters)


@pytest.mark.parametrize(("typed", "said"), [("chaoA", "超a"), ("ahuo", "a货"), ("A huo", "a货")])
def test_the_letter_that_is_a_word_is_one_beside_pinyin(engine, typed, said):
    sound = engine.tables.sound
    assert sound.typed(fold(typed)).text == sound.typed_of(said)


def test_typed_pinyin_keeps_its_place(engine):
    sounds = engine.tables.sound.typed(fold("要gao仿"))
    assert (sounds.starts, sounds.ends) == ((0, 1, 4), (1, 4, 5))

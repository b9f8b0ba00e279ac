"""Characters that stand for others: what each block of Unicode folds to."""

import pytest

from detectors.text.fold import PLAIN, SYMBOLS
from detectors.text.letters import LOOKALIKES

FOLDS = [
    # block, written, read
    ("Cherokee", "ᏟᎻᎪNEᏞ", "chanel"),
    ("Greek capitals look like their shape, not their sound", "CHAΝΕL", "chanel"),
    ("Ukrainian I", "DІOR", "dior"),
    ("small capitals", "ᴄᴏᴀᴄʜ", "coach"),
    ("Lisu", "ꓖUCCI", "gucci"),
    ("Armenian", "ոike", "nike"),
    ("crossed letters", "Ðior", "dior"),
    ("mathematical", "𝒈𝒖𝒄𝒄𝒊", "gucci"),
    ("an A without its bar", "Λ货", "a货"),
    ("phonetic A", "ㄚ货", "a货"),
    ("squared letters", "🄰🅰货", "aa货"),
    ("regional indicators", "🇱🇻", "lv"),
    ("Japanese forms", "原単", "原单"),
    ("an everyday character that Japanese uses for another", "芸", "芸"),
    ("traditional", "驢", "驴"),
    ("variant", "眞髙", "真高"),
    ("radical supplement", "⺅方⻢戶", "亻方马户"),
    ("Kangxi radical", "⼀比⼀", "一比一"),
    ("enclosed ideographs", "㊀㈠", "一一"),
    ("dingbat digits", "➊❷⓷④⑸⒍", "123456"),
    ("digits of other scripts", "٣५", "35"),
    ("merchants' numerals", "〡〢", "12"),
    ("keycap", "1️⃣", "1"),
    ("fractions are no digit of their own", "½", "12"),
    ("other scripts between two characters", "高ツ仿", "高仿"),
    ("Hangul filler", "高\u3164仿", "高仿"),
    ("tag characters", "高\U000e0061仿", "高仿"),
    ("combining marks", "高\u0338\u20e0仿", "高仿"),
    ("bidirectional controls", "高\u202e\u2066仿", "高仿"),
]


@pytest.mark.parametrize(("written", "read"), [fold[1:] for fold in FOLDS], ids=[fold[0] for fold in FOLDS])
def test_folds_to_what_is_read(written, read):
    assert written.translate(PLAIN) == read


def test_symbols_stand_for_words():
    assert "🔝级原🥚 真🏷 ㊣品".translate(SYMBOLS) == "顶级原蛋真标正品"


def test_lookalikes_fold_to_one_small_letter():
    assert set(LOOKALIKES.values()) <= set("abcdefghijklmnopqrstuvwxyz")
    assert not any(odd.isascii() for odd in LOOKALIKES)

"""Numbers as they are said and typed: 四百六, 幺九九, 4百6, 肆佰陆拾, ４６０, 4️⃣6️⃣0️⃣, 五六百, 一千五六.

Number words with units are read by cn2an, which knows the short forms (四百六 is 460, 一万二 is 12000). What it does
not know stands here: digit by digit, a unit without its one (百二), ranges, keycaps.
"""

import re
import unicodedata
from functools import lru_cache

from cn2an import cn2an

from detectors.text.fold import Folded

DIGITS = {
    character: value
    for value, characters in enumerate(
        ("零〇0", "一幺1", "二两俩2", "三3", "四4", "五5", "六6", "七7", "八8", "九9")
    )
    for character in characters
}  # fmt: skip
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}

NUMBERS_KEPT = 4096
"""Values kept: cn2an takes 50 microseconds for one, and a show repeats its prices."""

FINANCIAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬兩", "一二二三三四五六六七八九十百千万两")
FINANCIAL_RUN = re.compile(r"[零〇一二两三四五六七八九十百千万壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬兩0-9]{2,}")
FINANCIAL_NUMBER = re.compile(r"[佰仟萬拾]|[壹贰貳叁參肆伍陆陸柒捌玖][百千万]|^[壹贰貳叁參肆伍陆陸柒捌玖零〇]{3,4}$")
"""大陆, 队伍 and 收拾 hold one such character alone; a number holds a unit in a run, or is told digit by
digit: 壹玖玖."""

_CN = "[零〇一二三四五六七八九]"
MIXED = re.compile(rf"(?<!{_CN})(?<![0-9])(?:[0-9]{_CN}[0-9]|{_CN}[0-9]{_CN}|[0-9][0-9][零〇])(?!{_CN}|[0-9十百千万])")
"""Three digits in two scripts, so that no filter reads them: 4八0, 二⑨九."""

KEYCAP = "️⃣"
"""Variation selector and enclosing keycap, behind a digit."""

RANGE = re.compile(
    r"(?P<head>(?:[一二两三四五六七八九][万千百])*)(?P<low>[一二两三四五六七八九])(?P<high>[二三四五六七八九])(?P<unit>[十百千万]?)"
)
"""Two digits that follow each other: 五六百, 一千五六, 七八十."""


ODD = re.compile(
    rf"(?![0-9])[\d⓪①-⑨❶-❾➀-➈➊-➒{KEYCAP}]|[佰仟萬拾]|[壹贰貳叁參肆伍陆陸柒捌玖][零〇壹贰貳叁參肆伍陆陸柒捌玖百千万]"
    r"|[0-9][零〇一二三四五六七八九]|[零〇一二三四五六七八九][0-9]"
)
"""What `readable` changes; most texts have none of it."""


def readable(text: str) -> Folded:
    """The text with every kind of digit as 0 to 9 and financial characters as plain ones, with offsets."""
    if not ODD.search(text):
        return Folded(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    letters: list[str] = []
    starts: list[int] = []
    for place, character in enumerate(text):
        if character in KEYCAP:
            continue
        letters.append(character if character.isascii() else _digit(character))
        starts.append(place)
    ends = [*starts[1:], len(text)]
    plain = FINANCIAL_RUN.sub(lambda run: _plain_run(run[0]), "".join(letters))
    plain = MIXED.sub(lambda run: "".join(str(DIGITS[digit]) for digit in run[0]), plain)
    return Folded(plain, tuple(starts), tuple(ends))


def _digit(character: str) -> str:
    value = unicodedata.digit(character, None) if ODD.match(character) else None
    return character if value is None else str(value)


def _plain_run(run: str) -> str:
    return run.translate(FINANCIAL) if FINANCIAL_NUMBER.search(run) else run


def read_number(text: str) -> float | None:
    """Value of a Chinese, Arabic or mixed number; a range counts as its upper end; None when it is none."""
    plain = text.replace(",", "").replace("幺", "一").replace("俩", "两").replace("仨", "三")
    if not plain:
        return None
    if "点" in plain:  # 九十九点九
        whole, _, tenths = plain.partition("点")
        value = read_number(whole)
        digits = "".join(str(DIGITS[character]) for character in tenths)
        return None if value is None else value + float(f"0.{digits or 0}")
    if all(character in DIGITS for character in plain) and not plain.isascii():
        return float("".join(str(DIGITS[character]) for character in plain))
    if plain[0].isascii() and plain.replace(".", "", 1).isdigit():
        return float(plain)
    return _range(plain) or _with_units(plain)


def _range(plain: str) -> float | None:
    found = RANGE.fullmatch(plain)
    if found is None or DIGITS[found["high"]] != DIGITS[found["low"]] + 1 or not (found["head"] or found["unit"]):
        return None
    return _with_units(found["head"] + found["high"] + found["unit"])


@lru_cache(maxsize=NUMBERS_KEPT)
def _with_units(plain: str) -> float | None:
    """Number words with units, by cn2an; None where it finds them no number."""
    if plain[0] in UNITS and plain[0] != "十":
        plain = "一" + plain  # 百二
    try:
        return float(cn2an(plain, "smart"))
    except (ValueError, KeyError):  # it looks some spoken forms up that it has no entry for: 十亿一
        return None

"""Prices in code: 三位数 (three digits), 两张 (two hundred-yuan notes), 三百个 (yuan counted like pieces), 一折."""

import re

import msgspec

from detectors.text.numbers import read_number

CODED = re.compile(
    r"(?P<few>好?几[十百千万]|上[百千万])|(?P<places>[两俩二三仨四五六2-6])位数"
    r"|(?P<notes>[一二两三四五六七八九十]|[0-9]{1,2})(?:张(?P<half>半)?(?=(?:多|来|不到|出头|左右|以内)?(?:红的|红票|大红|毛爷爷|老人头|钞票|票子|就?(?:能|可以)?(?:带走|拿走|包邮|到手|拿下|搞定)))"
    r"|个红的(?:加(?P<green>[一两])[个张]绿的)?)"
    r"|(?P<sheets>[一二两三四五六七八九]|[0-9])张(?:(?P<and_half>半)|不到|出头|左右|以内)(?=$|给|卖|[，。！？,!?;；\s])"
    r"|(?P<pieces>[0-9]{3,4}|[一二两三四五六七八九][百千][一二三四五六七八九]?)个(?=包邮|到手|带走|拿走|拿下)"
    r"|(?P<about>[百千万])把(?=块|来块|元)"
)
CODED_HINT = re.compile(r"[几上位张个把]")
NOTE_CNY = 100
PIECE_BEFORE = re.compile(r"(?:拍|发|买|满|批|拿|要|共|各|有)$")

DISCOUNT = re.compile(
    r"(?<![打第0-9零一二两三四五六七八九十百])(?:打)?(?P<tenths>[一二两三四五六七八九]|[1-9](?:\.[0-9])?)折"
)
"""打骨折 (a broken bone) is no number."""


class Coded(msgspec.Struct, frozen=True):
    """A price that is known between two bounds, yuan. An offer counts as `most`, an anchor as `least`."""

    start: int
    end: int
    least: float
    most: float
    sure: bool = False
    """What stands behind it leaves no doubt that it is a price."""


def find_coded(text: str) -> list[Coded]:
    """Coded prices and ranges in readable text; whether they are prices is for the words around them to say."""
    if not CODED_HINT.search(text):
        return []
    return [coded for found in CODED.finditer(text) if (coded := _read(text, found)) is not None]


def _read(text: str, found: re.Match[str]) -> Coded | None:
    start, end = found.span()
    if found["few"]:
        unit = read_number("一" + found["few"][-1]) or 0.0
        most = unit * 9
        return Coded(start, end, unit if found["few"].startswith("上") else unit * 2, most)
    if found["places"]:
        places = int(read_number(found["places"]) or 0)
        return Coded(start, end, 10.0 ** (places - 1), 10.0**places - 1)
    if found["notes"] or found["sheets"]:
        yuan = _notes(found) * NOTE_CNY
        return Coded(start, end, yuan, yuan, sure=True)
    if found["about"]:
        about = read_number("一" + found["about"]) or 0.0
        return Coded(start, end, about, about, sure=True)
    if PIECE_BEFORE.search(text[max(0, start - 2) : start]):
        return None
    pieces = read_number(found["pieces"]) or 0.0
    return Coded(start, end, pieces, pieces, sure=True)


def _notes(found: re.Match[str]) -> float:
    """Hundred-yuan notes, which are red; a green one is half of one: 一个红的加一张绿的, 两张半, 三张不到."""
    notes = read_number(found["notes"] or found["sheets"]) or 0.0
    half = 0.5 if found["half"] or found["and_half"] else 0.0
    green = 0.5 * (read_number(found["green"]) or 0.0) if found["green"] else 0.0
    return notes + half + green


def find_discounts(text: str) -> list[tuple[int, int, float]]:
    """Start, end and share of what is left: 一折 is 0.1."""
    return [
        (found.start(), found.end(), (read_number(found["tenths"]) or 10.0) / 10) for found in DISCOUNT.finditer(text)
    ]

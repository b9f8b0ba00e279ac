"""The ways of reading one text: as it stands, and with one trick after the other undone.

Tricks are undone one on top of the other (symbols, splits, repeats, inserted letters, digits), so that several of them
in one word are found: 🐴户家 is 马户家 is 驴家. A reading is only made when the text holds what it undoes, and its
offsets are only worked out when the automaton found something in it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import msgspec

from detectors.text.fold import SYMBOLS as SYMBOL_TABLE
from detectors.text.fold import CharTable, Folded, collapse_runs, fold
from detectors.text.letters import SYMBOL_WORDS
from detectors.text.tables import Tables
from detectors.text.verdict import ALTERED, DIGITS, LOOKED, PUT_INS, REPEATS, SYMBOLS
from schemas import MatchKind

RUN = re.compile(r"(.)\1+")
SYMBOL = re.compile(f"[{re.escape(''.join(SYMBOL_WORDS))}]")

STROKES = "丨丶丿亅"
INSERTED = re.compile(rf"(?<=[一-鿿])[a-z0-9{STROKES}]{{1,2}}(?=[一-鿿])")
"""A letter or two between two ideographs, or a stroke that looks like a bar: 高x仿, 高丨仿."""

HAN_DIGITS = str.maketrans("0123456789壹弌贰叁幺", "零一二三四五六七八九一一二三一")
DIGIT = re.compile("[0-9壹弌贰叁幺]|(?<![a-z])[il]比|比[il](?![a-z])")
RATIO_LETTER = re.compile("(?<![a-z])[il](?=比)|(?<=比)[il](?![a-z])")
"""A letter that is read as the 1 of a ratio: l比l."""

LEETS = (str.maketrans("013456789", "oleasbtbg"), str.maketrans("013456789", "oieasgtbg"))
LEET_RUN = re.compile("[a-z0-9]*(?:[a-z][0-9]|[0-9][a-z])[a-z0-9]*")
"""Letters mixed with digits that look like letters: di0r."""
LETTERS_OR_NOT = re.compile("[a-z0-9]+|[^a-z0-9]+")


RATIO_WORDS = ("比", "加")
_RATIOS = CharTable({sign: word for sign, word in SYMBOL_WORDS.items() if word in RATIO_WORDS})
"""Signs of a ratio or sum stay, emoji vanish: in 1🔥:1混🌸合 the guard 1:1混合 stands as it does without them."""

UMLAUTS = "üÜǖǘǚǜ"
UMLAUT = re.compile(f"[{UMLAUTS}]")
_UMLAUTS = CharTable(dict.fromkeys(UMLAUTS, "ü"))
"""Folding makes a u of it, for GÜCCI; in pinyin it stays, as lü is no lu."""


SIGN = re.compile("(?<=[A-Za-z])[@€$£¢]|[@€$£¢](?=[A-Za-z]{3})")
SIGN_LETTERS = {"@": "a", "€": "e", "$": "s", "£": "l", "¢": "c"}
_SIGNS = CharTable(SIGN_LETTERS)
"""Signs that are letters within a name: ch@nel. Elsewhere they address somebody or tell a price."""


class Reading(msgspec.Struct):
    """One way of reading the text; `make` works out the offsets."""

    text: str
    work_out: Callable[[], Folded]
    match: MatchKind
    altered: bool
    guards: bool = True
    """Guards may be found in it: not with inserted letters taken out, as 大H家 is no 大家."""
    made: Folded | None = None

    def make(self) -> Folded:
        """The text with offsets."""
        if self.made is None:
            self.made = self.work_out()
        return self.made


Step = Callable[[Tables, Reading], Iterator[Reading]]


def readings(tables: Tables, text: str, base: str, make: Callable[[], Folded], undo: int = ALTERED) -> list[Reading]:
    """All readings with different characters, the folded text itself first.

    Args:
        tables: split and look-alike characters.
        text: the original.
        base: the original folded.
        make: gives the folding of `base` with offsets.
        undo: tricks to undo, flags of `verdict`; only all of them together hold those that have no flag.
    """
    found = [Reading(base, make, MatchKind.EXACT, altered=False)]
    seen = {base}
    if undo & SYMBOLS and SYMBOL.search(text):
        for table in (SYMBOL_TABLE, _RATIOS):
            drawn = partial(fold, text, table)
            _add(found, seen, Reading(text.translate(table), drawn, MatchKind.FOLDED, altered=True))
    if undo != ALTERED:
        _undo(tables, found, seen, [step for step, flag in _FLAGGED if undo & flag])
        return found
    if UMLAUT.search(text):
        _add(
            found, seen, Reading(text.translate(_UMLAUTS), lambda: fold(text, _UMLAUTS), MatchKind.FOLDED, altered=True)
        )
    if SIGN.search(text):
        _add(found, seen, Reading(text.translate(_SIGNS), lambda: fold(text, _SIGNS), MatchKind.FOLDED, altered=True))
    _undo(tables, found, seen, (_joined, _collapsed, _bridged, _digits, _leet, _shaped))
    return found


def _undo(tables: Tables, found: list[Reading], seen: set[str], steps: Iterable[Step]) -> None:
    for step in steps:
        for one in found.copy():
            for reading in step(tables, one):
                _add(found, seen, reading)


def _add(found: list[Reading], seen: set[str], reading: Reading) -> None:
    if reading.text not in seen:
        seen.add(reading.text)
        found.append(reading)


def _joined(tables: Tables, one: Reading) -> Iterator[Reading]:
    """Split characters put together: 马户家 -> 驴家."""
    joined: dict[int, tuple[int, str]] = {}
    for pattern, first, last in tables.split_parts.find_matches_as_indexes(one.text, overlapping=True):
        if first not in joined or last > joined[first][0]:
            joined[first] = (last, tables.splits[pattern])
    if joined:
        text = _joined_text(one.text, joined)
        yield Reading(text, lambda: _join(one.make(), joined), MatchKind.FOLDED, altered=True)


def _joined_text(base: str, joined: dict[int, tuple[int, str]]) -> str:
    parts: list[str] = []
    place = 0
    for first in sorted(joined):
        if first >= place:
            last, character = joined[first]
            parts += (base[place:first], character)
            place = last
    return "".join(parts) + base[place:]


def _join(folded: Folded, joined: dict[int, tuple[int, str]]) -> Folded:
    """`_joined_text` with offsets."""
    starts, ends, place = [], [], 0
    while place < len(folded.text):
        last = joined[place][0] if place in joined else place + 1
        starts.append(folded.starts[place])
        ends.append(folded.ends[last - 1])
        place = last
    return Folded(_joined_text(folded.text, joined), tuple(starts), tuple(ends))


def _collapsed(_: Tables, one: Reading) -> Iterator[Reading]:
    if RUN.search(one.text):
        text = RUN.sub(r"\1", one.text)
        yield Reading(text, lambda: collapse_runs(one.make()), MatchKind.FOLDED, altered=True)


def _bridged(_: Tables, one: Reading) -> Iterator[Reading]:
    """Without the letters put between ideographs."""
    gaps = [found.span() for found in INSERTED.finditer(one.text)]
    if gaps:
        keep = [k for k in range(len(one.text)) if not any(first <= k < last for first, last in gaps)]
        text = "".join(one.text[k] for k in keep)
        yield Reading(text, lambda: _picked(one.make(), keep), MatchKind.FOLDED, altered=True, guards=False)


def _picked(folded: Folded, keep: list[int]) -> Folded:
    return Folded(
        "".join(folded.text[k] for k in keep),
        tuple(folded.starts[k] for k in keep),
        tuple(folded.ends[k] for k in keep),
    )


def _digits(_: Tables, one: Reading) -> Iterator[Reading]:
    """Digits as ideographs: 1比1 -> 一比一; a writer's habit unless a letter stands for one."""
    if DIGIT.search(one.text):
        text = RATIO_LETTER.sub("1", one.text)
        altered = one.altered or text != one.text
        yield _translated(one, text.translate(HAN_DIGITS), MatchKind.FOLDED, altered=altered)


def _leet(_: Tables, one: Reading) -> Iterator[Reading]:
    """Digits within letters as letters, in both ways of reading 1 and 6: gucc1, 6ucci."""
    if LEET_RUN.search(one.text):
        parts = LETTERS_OR_NOT.findall(one.text)
        for table in LEETS:
            text = "".join(part.translate(table) if LEET_RUN.fullmatch(part) else part for part in parts)
            yield _translated(one, text, MatchKind.FOLDED, altered=True)


def _shaped(tables: Tables, one: Reading) -> Iterator[Reading]:
    if tables.shape_odd.search(one.text):
        yield _translated(one, one.text.translate(tables.shapes), MatchKind.VISUAL, altered=True)


_FLAGGED: tuple[tuple[Step, int], ...] = (
    (_collapsed, REPEATS), (_bridged, PUT_INS), (_digits, DIGITS), (_shaped, LOOKED),
)  # fmt: skip
"""What is undone, in this order, and the flag that asks for it."""


def _translated(one: Reading, text: str, match: MatchKind, *, altered: bool) -> Reading:
    def make() -> Folded:
        folded = one.make()
        return Folded(text, folded.starts, folded.ends)

    return Reading(text, make, match, altered, one.guards)

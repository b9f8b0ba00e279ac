"""Ways of writing a term around a filter: one function for each fold that the engine promises.

Each takes a term of the lexicon and gives a spelling that the term allows, or None where the way does not suit it (no
letter to make full width, no character with known parts, a fold that the term's row forbids).
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import pairwise
from random import Random
from types import MappingProxyType

import opencc

from detectors.text.fold import PLAIN
from detectors.text.rules import SOUND_MIN_RISK, TWO_SYLLABLES
from detectors.text.spellings import INITIAL_MIN_RISK
from detectors.text.tables import DATA, Tables
from detectors.text.term import (
    EXACT,
    NO_GAP,
    NO_INITIAL,
    NO_SHAPE,
    NO_SPLIT,
    NO_SYMBOL,
    Term,
)  # fmt: skip
from schemas import TermCategory

Evasion = Callable[[Term, Tables, Random], str | None]

MARKS = "*.-_·~|/^=#&@'`—☆★♥✿"
SENTENCE_MARKS = "，。、…"
"""Only between all characters: one alone ends a thought more often than it hides a word."""
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202c"
EMOJI = "✨💕😀👍🎉"  # none of symbols.csv, where 🔥 is a word
DIGITS: Mapping[str, str] = MappingProxyType({
    "一": "1①⑴⒈❶➀１壹𝟏㊀", "二": "2②⑵２贰", "三": "3③⑶３叁", "四": "4④４肆", "五": "5⑤５伍", "六": "6⑥６陆",
    "七": "7⑦７柒", "八": "8⑧８捌", "九": "9⑨９玖",
})  # fmt: skip
LETTERS: Mapping[str, str] = MappingProxyType({
    "a": "аαᗩ𝐚🅰Ⓐ", "b": "Вβ𝐛Ⓑ", "c": "сϲ𝐜Ⓒ", "e": "еε𝐞", "h": "һн𝐡", "i": "іι𝐢", "k": "кκ𝐤", "l": "ᒪℓ𝐥", "o": "оο𝐨",
    "p": "рρ𝐩", "s": "ѕ𝐬", "v": "ᐯ∨ν𝐯", "x": "хχ𝐱", "y": "уγ𝐲",
})  # fmt: skip


ABBREVIATED = (TermCategory.GRADE, TermCategory.BRAND_ALIAS)
ABBREVIATED_MAX = 4
UNHEARD = (TermCategory.BENIGN_GUARD, TermCategory.DEAL, TermCategory.GUARANTEE)
"""Kinds that are not looked for by sound."""


def _heard(term: Term) -> bool:
    """Looked for by sound: two syllables at least."""
    return term.sound and term.category not in UNHEARD and sum(map(_is_han, term.term)) >= 2


def _too_short(term: Term) -> bool:
    """Two characters of a weak term are not looked for by shape or sound: too many everyday words are like them."""
    return len(term.folded) <= TWO_SYLLABLES and term.risk < SOUND_MIN_RISK


def _letters(term: Term) -> bool:
    return any(character.isascii() and character.isalnum() for character in term.term)


def full_width(term: Term, _: Tables, __: Random) -> str | None:
    """Ａ货."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in term.term)
    return wide if _letters(term) and EXACT not in term.folds else None


def other_case(term: Term, _: Tables, draw: Random) -> str | None:
    """Mixed case, each letter by chance."""
    return "".join(draw.choice((c.upper(), c.lower())) for c in term.term) if _letters(term) else None


def traditional(term: Term, _: Tables, __: Random) -> str | None:
    """原單."""
    written = _traditional(term.term)
    return written if written != term.term and EXACT not in term.folds else None


def _traditional(text: str) -> str:
    converted: str = _to_traditional().convert(text)
    return converted


@cache
def _to_traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def lookalike_letters(term: Term, _: Tables, draw: Random) -> str | None:
    """А货 with a Cyrillic letter."""
    if EXACT in term.folds:
        return None
    return _one_replaced(term.term, lambda c: draw.choice(LETTERS[c.lower()]) if c.lower() in LETTERS else None, draw)


def digits(term: Term, _: Tables, draw: Random) -> str | None:
    """①比①."""
    written = "".join(draw.choice(DIGITS[c]) if c in DIGITS else c for c in term.term)
    return written if written != term.term and _heard(term) else None


def _apart(term: Term, between: Callable[[], str]) -> str | None:
    if len(term.term) < 2 or term.folds & {EXACT, NO_GAP}:
        return None
    return "".join(c + between() for c in term.term[:-1]) + term.term[-1]


def marks_between(term: Term, _: Tables, draw: Random) -> str | None:
    """高*仿."""
    mark = draw.choice(MARKS + SENTENCE_MARKS)
    return _apart(term, lambda: mark)


def spaces_between(term: Term, _: Tables, draw: Random) -> str | None:
    """高 仿."""
    space = draw.choice((" ", "\u3000", "\u00a0"))
    return _apart(term, lambda: space)


def invisible_between(term: Term, _: Tables, draw: Random) -> str | None:
    """Zero-width characters between."""
    return _apart(term, lambda: draw.choice(INVISIBLE) * draw.randint(1, 2))


def emoji_between(term: Term, _: Tables, draw: Random) -> str | None:
    """高🔥仿."""
    return _apart(term, lambda: draw.choice(EMOJI))


def one_gap(term: Term, _: Tables, draw: Random) -> str | None:
    """One mark at one place."""
    if len(term.term) < 2 or term.folds & {EXACT, NO_GAP}:
        return None
    place = draw.randint(1, len(term.term) - 1)
    return term.term[:place] + draw.choice(MARKS + EMOJI + INVISIBLE) + term.term[place:]


def repeated(term: Term, _: Tables, draw: Random) -> str | None:
    """高仿仿仿. Han characters only: a Latin letter twice is another word (gf, ggf)."""
    places = [k for k, c in enumerate(term.term) if _is_han(c)]
    if EXACT in term.folds or not places or _has_run(term.term):
        return None
    place, times = draw.choice(places), draw.randint(2, 5)
    return term.term[:place] + term.term[place] * times + term.term[place + 1 :]


def doubled(term: Term, _: Tables, __: Random) -> str | None:
    """高高仿仿."""
    if EXACT in term.folds or _has_run(term.term) or not _is_han(term.term):
        return None
    return "".join(c * 2 for c in term.term)


def _has_run(text: str) -> bool:
    """正品品质: the joining of repeats takes a character from the term itself."""
    return any(a == b for a, b in pairwise(text))


def split(term: Term, _: Tables, draw: Random) -> str | None:
    """马户家."""
    parts = _parts()
    if term.folds & {EXACT, NO_SPLIT}:
        return None
    return _one_replaced(term.term, lambda c: draw.choice(parts[c]) if c in parts else None, draw)


def alike_shape(term: Term, tables: Tables, draw: Random) -> str | None:
    """高彷."""
    shapes = _shapes(tables)
    if term.folds & {EXACT, NO_SHAPE} or _too_short(term) or term.category == TermCategory.VIEWER_DOUBT:
        return None
    return _one_replaced(term.term, lambda c: draw.choice(shapes[c]) if c in shapes else None, draw)


def symbol(term: Term, _: Tables, draw: Random) -> str | None:
    """🅰️货: a symbol or emoji in place of a word."""
    if term.folds & {EXACT, NO_SYMBOL}:
        return None
    fitting = [(word, odd) for word, odds in _symbols().items() for odd in odds if word in term.term]
    if not fitting:
        return None
    word, odd = draw.choice(fitting)
    return term.term.replace(word, odd, 1)


def pinyin_whole(term: Term, tables: Tables, _: Random) -> str | None:
    """Gaofang."""
    syllables = [tables.sound.plain.get(c, "") for c in term.term]
    if not _is_han(term.term) or not _heard(term) or any(_runs_on(one) for one in syllables[1:]):
        return None
    return "".join(syllables)


def _runs_on(syllable: str) -> bool:
    """Begins with a vowel: behind another one it reads as part of it (diao for 迪奥)."""
    return syllable[:1] in "aeo"


def pinyin_one(term: Term, tables: Tables, draw: Random) -> str | None:
    """Gao仿. Not for terms with letters: no one can tell where the syllable begins in chaoA货. Nor for brand names."""
    if not _heard(term) or not _is_han(term.term) or term.category == TermCategory.BRAND:
        return None

    def typed(character: str) -> str | None:
        syllable = tables.sound.plain.get(character, "")
        return syllable if len(syllable) > 1 else None

    return _one_replaced(term.term, typed, draw)


def initial(term: Term, tables: Tables, draw: Random) -> str | None:
    """高f."""
    if term.folds & {EXACT, NO_INITIAL} or not _is_han(term.term) or len(term.term) > ABBREVIATED_MAX:
        return None
    if term.needs or term.risk < INITIAL_MIN_RISK or term.category not in ABBREVIATED:
        return None
    return _one_replaced(term.term, lambda c: tables.sound.plain.get(c, "")[:1] or None, draw)


def alike_sound(term: Term, tables: Tables, draw: Random) -> str | None:
    """搞仿: one character by another of the same syllable."""
    if not _heard(term) or _too_short(term):
        return None
    same = _same_sound(tables)
    return _one_replaced(term.term, lambda c: draw.choice(same[c]) if same.get(c) else None, draw)


EVASIONS: Mapping[str, Evasion] = MappingProxyType({
    one.__name__: one
    for one in (
        full_width, other_case, traditional, lookalike_letters, digits, marks_between, spaces_between,
        invisible_between, emoji_between, one_gap, repeated, doubled, split, alike_shape, symbol, pinyin_whole,
        pinyin_one, initial, alike_sound,
    )
})  # fmt: skip


def _one_replaced(text: str, instead: Callable[[str], str | None], draw: Random) -> str | None:
    """One character replaced, among those that can be."""
    places = [(k, other) for k, c in enumerate(text) if (other := instead(c)) and other != c]
    if not places:
        return None
    place, other = draw.choice(places)
    return text[:place] + other + text[place + 1 :]


def _is_han(text: str) -> bool:
    return all("一" <= c <= "鿿" for c in text)


@cache
def _parts() -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for row in _rows("splits.csv"):
        parts.setdefault(row["character"], []).append(row["parts"])
    return parts


@cache
def _symbols() -> dict[str, str]:
    return {row["word"]: row["symbols"] for row in _rows("symbols.csv")}


def _rows(name: str) -> Iterable[dict[str, str]]:
    return csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines())


_SHAPES: dict[str, dict[str, str]] = {}
_SOUNDS: dict[str, dict[str, str]] = {}
"""By version of the tables."""


def _shapes(tables: Tables) -> dict[str, str]:
    if tables.version not in _SHAPES:
        shapes = _SHAPES[tables.version] = {}
        for odd, character in tables.shapes.items():
            if PLAIN[odd] == chr(odd):
                shapes[character] = shapes.get(character, "") + chr(odd)
    return _SHAPES[tables.version]


def _same_sound(tables: Tables) -> dict[str, str]:
    if tables.version not in _SOUNDS:
        by_syllable: dict[str, str] = {}
        for character, syllable in tables.sound.plain.items():
            if _is_han(character) and character in tables.common_characters and PLAIN[ord(character)] == character:
                by_syllable[syllable] = by_syllable.get(syllable, "") + character
        _SOUNDS[tables.version] = {c: by_syllable.get(s, "").replace(c, "") for c, s in tables.sound.plain.items()}
    return _SOUNDS[tables.version]

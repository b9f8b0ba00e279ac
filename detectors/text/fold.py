"""Fold text to the letters that people read in it, and know for each where it stood in the original.

Folding takes away width, case, accents, traditional and variant forms, look-alike letters, and every character that
is no ideograph, Latin letter or digit: `Ｖ Х`, `高*仿` and `高ツ仿` become `vx` and `高仿`. It is idempotent.
"""

import unicodedata
from itertools import compress

import msgspec
import opencc

from detectors.text.letters import LOOKALIKES, SYMBOL_WORDS, VARIANTS

FIX_POINT_ROUNDS = 5
"""After two rounds no character of Unicode 15 changes any more; five is slack."""


class Folded(msgspec.Struct, frozen=True):
    """Folded text. Character `k` of `text` comes from `original[starts[k]:ends[k]]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


class CharTable(dict[int, str]):
    """Code point -> folded characters, filled as characters are met; takes the place of `str.translate` tables.

    Args:
        words: characters that stand for words (emoji): they fold to the word instead of vanishing.
    """

    def __init__(self, words: dict[str, str] | None = None) -> None:
        super().__init__()
        self._words = words or {}
        self._simplify = opencc.OpenCC("t2s").convert
        self._traditional = opencc.OpenCC("jp2t").convert

    def __missing__(self, code: int) -> str:
        """Fold a character that was not met before."""
        character = chr(code)
        folded = self._words.get(character)
        if folded is None:
            folded = character
            for _ in range(FIX_POINT_ROUNDS):
                again = "".join(self._fold_once(part) for part in folded)
                if again == folded:
                    break
                folded = again
        self[code] = folded
        return folded

    def _fold_once(self, character: str) -> str:
        for table in (LOOKALIKES, VARIANTS):
            if character in table:
                return table[character]
        return "".join(map(self._plain, unicodedata.normalize("NFKD", character).lower()))

    def _plain(self, part: str) -> str:
        """Fold a character that stands for no other: an ideograph, a letter, a digit, or nothing."""
        part = LOOKALIKES.get(part, part)
        if part.isascii():
            return part if part.isalnum() else ""
        if _is_ideograph(part):
            return VARIANTS.get(part) or self._simplify(part if _in_gb2312(part) else self._traditional(part))
        value = unicodedata.numeric(part, -1.0)  # ➊, Arabic ٣, the merchants' 〡
        return str(int(value)) if value in DIGIT_VALUES else ""


def _is_ideograph(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK UNIFIED") or character == ZERO


def _in_gb2312(character: str) -> bool:
    """A character of everyday simplified text: 芸 is a name there, though Japanese writes it for 艺."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


DIGIT_VALUES = frozenset(range(10))

ZERO = "〇"
"""Han digit that Unicode counts as a number, not as an ideograph."""

PLAIN = CharTable()
"""Symbols and emoji vanish: `高🔥仿` -> `高仿`."""

SYMBOLS = CharTable(dict(SYMBOL_WORDS))
"""Symbols and emoji that stand for a word become the word: `🅰️货` -> `a货`, `1:1` -> `1比1`, `+V` -> `加v`."""


def fold(text: str, table: CharTable = PLAIN) -> Folded:
    """Fold `text` and keep the offsets. For the characters alone, `text.translate(table)` is faster."""
    parts = list(map(table.__getitem__, map(ord, text)))
    folded = "".join(parts)
    if max(map(len, parts), default=0) <= 1:  # each character is one or none: most lines
        starts = tuple(compress(range(len(text)), parts))
        return Folded(folded, starts, tuple([place + 1 for place in starts]))
    starts = tuple(place for place, part in enumerate(parts) for _ in part)
    return Folded(folded, starts, tuple(place + 1 for place in starts))


def collapse_runs(folded: Folded) -> Folded:
    """Join equal neighbours: `一比比一` -> `一比一`, `aaa货` -> `a货`."""
    keep = [k for k, letter in enumerate(folded.text) if k == 0 or letter != folded.text[k - 1]]
    after = [*keep, len(folded.text)][1:]
    return Folded(
        "".join(folded.text[k] for k in keep),
        tuple(folded.starts[k] for k in keep),
        tuple(folded.ends[following - 1] for following in after),
    )

"""What each character stands for: a row of numbers for each one that was met, so that a look at it takes one place.

Characters are numbered as they are met; a row names others by their numbers.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from detectors.text.fold import PLAIN, SYMBOLS
from detectors.text.price_hint import price_flags
from detectors.text.readings import HAN_DIGITS, RATIO_WORDS, SIGN_LETTERS, STROKES, UMLAUTS
from detectors.text.rules import GOODS_BEGIN
from detectors.text.tables import IDEOGRAPHS, Tables

CODE_POINTS = 0x110000

Rows = NDArray[np.int32]

KNOWN, BASE, SECOND, SHAPE_OF, DIGIT_OF, SPELLED, HEARD, PRICE_FLAGS, SYMBOL_OF, SECOND_PART = range(10)
"""Columns. KNOWN: class in the trie, 0 when no term holds it, and flags. BASE: the character that it folds to, the
first one if several. SECOND: the base's class by its second reading. The others are of the base. SHAPE_OF: the one that
it is taken for by its look. DIGIT_OF: the number word that it is written for. SPELLED, HEARD: row of the words of one
character that it is, or sounds like; see `RowWords`. PRICE_FLAGS: `price_flags`. SYMBOL_OF: the
word of one character that it stands for. SECOND_PART: 1 when it may be the second part of a split character. 0 where
there is none."""
COLUMNS = 10

CLASS = 0xFFFF
(
    DROPPED, ODD, SYMBOL, SHAPE, PART, LETTER, LETTERLIKE, PUT_IN, HAN, WORD, READ_ANEW, COMMON, ARABIC, GOODS,
) = (1 << bit for bit in range(16, 30))  # fmt: skip
"""Flags above the class. DROPPED: folds to nothing. ODD: folds to several characters, or is read in a way that only the
closer look knows. SYMBOL: may be a word. SHAPE: looks like another character. PART: begins a split character.
LETTER: a to z. LETTERLIKE: a letter beside it may be more than itself (pinyin, di0r, l比l). PUT_IN: a letter, digit or
stroke that, between two ideographs (HAN), may be put in. WORD: a word of patterns by itself, or sounds like one.
READ_ANEW: `readings` may give the line another reading by it alone. COMMON: of everyday words. ARABIC: a digit.
GOODS: what `rules.BRANDED_GOODS` finds may begin with it."""


class CharacterTable:
    """Numbers and rows of the characters met so far.

    Args:
        tables: foldings and sounds.
        class_of: sound -> class in the trie.
        spelled: word of one character -> its row.
        heard: its sound -> its row.
    """

    def __init__(
        self, tables: Tables, class_of: Mapping[str, int], *, spelled: Mapping[str, int], heard: Mapping[str, int]
    ) -> None:
        self._tables, self._class_of, self._spelled, self._heard = tables, class_of, spelled, heard
        self._split_starts = frozenset(parts[0] for parts in tables.split_spellings)
        self._split_seconds = frozenset(parts[1] for parts in tables.split_spellings)
        self._met = 0
        self.numbers = np.zeros(CODE_POINTS, dtype=np.int32)
        """Of each code point; 0: not met."""
        self.rows: Rows = np.zeros((CODE_POINTS + 1, COLUMNS), dtype=np.int32)
        """By numbers. What no character was met for takes no memory."""

    def number(self, character: str) -> int:
        """The character's number; its row is filled when it is first met."""
        known = int(self.numbers[ord(character)])
        if known:
            return known
        self._met += 1
        row, number = self.rows[self._met], self._met
        tables, folded = self._tables, character.translate(PLAIN)
        first, sound = folded[:1], tables.sound.of(folded)
        row[KNOWN] = self._class_of.get(sound, 0) + self._flags(character, folded, sound)
        row[PRICE_FLAGS] = price_flags(character)
        if row[KNOWN] & SYMBOL:
            row[SYMBOL_OF] = self.number(character.translate(SYMBOLS))
        if first == character:
            row[BASE] = number
            row[SECOND] = self._class_of.get(tables.sound.second_of(first), 0)
            row[SPELLED], row[HEARD] = self._spelled.get(first, 0), self._heard.get(sound, 0)
            row[SHAPE_OF] = self.number(tables.shapes[ord(first)]) if ord(first) in tables.shapes else 0
            row[SECOND_PART] = first in self._split_seconds
            row[DIGIT_OF] = self.number(chr(HAN_DIGITS[ord(first)])) if ord(first) in HAN_DIGITS else 0
        elif first:
            row[BASE] = self.number(first)
            row[SECOND] = self.rows[row[BASE], SECOND]
        self.numbers[ord(character)] = number  # last: another thread reads a row only by its number
        return number

    def _flags(self, character: str, folded: str, sound: str) -> int:
        tables, first, drawn = self._tables, folded[:1], character.translate(SYMBOLS)
        ratio = drawn != folded and drawn in RATIO_WORDS
        flags = {
            DROPPED: not folded,
            ODD: max(len(folded), len(drawn)) > 1 or ratio or tables.sound.of(folded.translate(HAN_DIGITS)) != sound,
            SYMBOL: len(drawn) == 1 and drawn not in (folded, character),
            SHAPE: folded != "" and ord(first) in tables.shapes,
            PART: folded in self._split_starts,
            LETTER: "a" <= first <= "z",
            LETTERLIKE: first.isascii() or folded == "比",
            PUT_IN: folded != "" and (first.isascii() or first in STROKES),
            HAN: IDEOGRAPHS.match(folded) is not None,
            WORD: sound in self._heard,
            READ_ANEW: character in UMLAUTS or character in SIGN_LETTERS,
            COMMON: first in tables.common_characters,
            ARABIC: "0" <= first <= "9",
            GOODS: first != "" and first in GOODS_BEGIN,
        }
        return sum(flag for flag, holds in flags.items() if holds)

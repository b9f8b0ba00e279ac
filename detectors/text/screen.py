"""Which of many lines can hold a hit, and through which ways of writing: a quick look before any is scanned by itself.

Most lines of a chat hold nothing, and to find that out one by one takes longer than everything else. The screen lays
the lines end to end as an array of code points and looks them up in tables: what each character folds to, how it
sounds, what it may be part of. `screen_line` has the loop over the characters.

The screen may let too much through, never too little: `TextEngine.scan_lines` leaves out what a verdict says cannot be
there, and tests/property/test_screen.py holds it against `scan`. A new way of writing, or a sound or shape that is to
be heard in more places, must be let through here first.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.text.character_table import CharacterTable
from detectors.text.row_words import RowWords
from detectors.text.rules import SOUND_MIN_RISK, is_strong
from detectors.text.screen_line import (
    ANYBODYS,
    HOSTS,
    LENGTH,
    LETTERS,
    LOUD,
    MOST_FOUND,
    PAIR,
    SOUNDED,
    TERM_OF,
    Listening,
    Room,
    look_over,
)  # fmt: skip
from detectors.text.screen_readings import FIELDS, READINGS
from detectors.text.sound_trie import build_trie
from detectors.text.tables import Tables
from detectors.text.term import Term
from detectors.text.verdict import NEW


class Screen:
    """The tables of a lexicon as arrays."""

    def __init__(self, tables: Tables) -> None:
        self._rows = RowWords(tables)
        listed = _listed(tables, self._rows)
        sounds = [tables.sound.of(one.text) for one in listed]
        class_of = {sound: k for k, sound in enumerate(sorted(set("".join(sounds))), start=1)}
        self._trie = build_trie([[class_of[sound] for sound in word] for word in sounds], classes=len(class_of) + 1)
        self._table = CharacterTable(tables, class_of, spelled=self._rows.spelled, heard=self._rows.heard)
        self._patterns = _patterns(tables, listed, self._table)
        number = self._table.number
        pairs = [number(parts[0]) * PAIR + number(parts[1]) for parts in tables.split_spellings]
        self._split_pairs = np.unique(np.array(pairs, dtype=np.int64))

    def listening(self, speaker: str, terms: Sequence[bool]) -> Listening:
        """What counts for a speaker; `terms`: which can give or support a hit."""
        rows = self._rows.of(speaker)
        return Listening(np.array(terms, dtype=np.bool_), rows, speaker == "host", bool(rows.alone.any()))

    def verdicts(self, texts: Sequence[str], listening: Listening) -> NDArray[np.uint16]:
        """For each of at least one line what it can hold: flags of `verdict`."""
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        longest = int(lengths.max(initial=0))
        room = Room(
            readings=np.empty((READINGS, FIELDS, longest), dtype=np.int32),
            sizes=np.zeros(READINGS, dtype=np.int64),
            price=np.empty(longest, dtype=np.int32),
            found=np.empty((MOST_FOUND, 3), dtype=np.int32),
            words=np.empty(listening.rows.rows.shape[1], dtype=np.uint64),
        )
        verdicts = np.empty(len(texts), dtype=np.uint16)
        tables = (self._table.rows, self._patterns, self._split_pairs, *self._trie)
        heard = (listening.terms, *listening.rows, listening.heard, listening.single)
        if look_over(self._table.numbers[codes], lengths, verdicts, *tables, *heard, *room) & NEW:
            for code in np.unique(codes[self._table.numbers[codes] == 0]).tolist():
                self._table.number(chr(code))
            look_over(self._table.numbers[codes], lengths, verdicts, *tables, *heard, *room)
        return verdicts


class _Listed(msgspec.Struct, frozen=True):
    """What is looked for."""

    text: str
    term: int
    """-1 and less: the words of rows of the pattern table."""
    sounded: bool


def _listed(tables: Tables, rows: RowWords) -> list[_Listed]:
    sounded = frozenset(tables.sounded_terms)
    terms = [_Listed(tables.terms[k].folded, k, k in sounded) for k in range(tables.first_guard)]
    initials = [
        _Listed(text, term, sounded=False) for text, term in zip(tables.initial_spellings, tables.initials, strict=True)
    ]
    return [*terms, *initials, *(_Listed(word, -1 - k, sounded=True) for k, word in enumerate(rows.words))]


def _patterns(tables: Tables, listed: Sequence[_Listed], table: CharacterTable) -> NDArray[np.int32]:
    lengths = np.array([len(one.text) for one in listed])
    patterns = np.zeros((len(listed), LETTERS + int(lengths.max())), dtype=np.int32)
    patterns[:, LENGTH] = lengths
    patterns[:, TERM_OF] = [one.term for one in listed]
    patterns[:, SOUNDED] = [one.sounded for one in listed]
    patterns[:, LOUD] = [HOSTS if one.term < 0 else _loudness(tables.terms[one.term]) for one in listed]
    letters = patterns[:, LETTERS:]
    letters[np.arange(letters.shape[1]) < lengths[:, None]] = [table.number(x) for one in listed for x in one.text]
    return patterns


def _loudness(term: Term) -> int:
    """Whose two syllables may count by sound alone."""
    return ANYBODYS if is_strong(term) else HOSTS if term.risk >= SOUND_MIN_RISK else 0

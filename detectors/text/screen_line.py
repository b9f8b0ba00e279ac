"""Look one line over: what it can hold, by tables and a trie. Machine code; `screen` explains what for.

A line is looked at as it stands, by the second sounds of its characters, and once what may have been put in, repeated
or exchanged for its look is undone.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.text.character_table import (
    ARABIC,
    COMMON,
    DIGIT_OF,
    GOODS,
    HEARD,
    KNOWN,
    LETTER,
    LETTERLIKE,
    ODD,
    PART,
    READ_ANEW,
    SECOND_PART,
    SHAPE,
    SPELLED,
    SYMBOL,
    WORD,
    Rows,
)  # fmt: skip
from detectors.text.compiled import compiled, way_in
from detectors.text.price_hint import may_hold_price
from detectors.text.row_words import Bits, RowBits
from detectors.text.screen_readings import (
    ALTERING,
    BRIDGED,
    CLASS_OF,
    DRAWN,
    IS,
    LOOKS,
    PLAIN,
    READINGS,
    SECOND_OF,
    UNMET,
    UNREPEATED,
    behind_altered,
    fold_line,
    rewrite,
)  # fmt: skip
from detectors.text.sound_trie import FEWEST, Trie, find
from detectors.text.verdict import (
    CLOSELY,
    DIGITS,
    LOOKED,
    NEW,
    PRICE,
    PUT_INS,
    REPEATS,
    ROW,
    SOUND,
    SYMBOLS,
    TERM,
    UNSURE,
)  # fmt: skip

TWO_SYLLABLES = 2

PAIR = 1 << 21
"""Two characters in one number."""

LENGTH, TERM_OF, SOUNDED, LOUD, LETTERS = range(5)
"""Columns of the patterns of the trie. TERM_OF: index of the term; -1 and less for the words of rows. LOUD: whose two
syllables may count by sound alone, of these: 0, HOSTS, ANYBODYS. From LETTERS on: the numbers of its letters."""

HOSTS, ANYBODYS = 1, 2

MOST_FOUND = 1024
"""Patterns told of in one reading; a line that holds more is looked at by itself."""


class Listening(NamedTuple):
    """What counts when one kind of speaker talks."""

    terms: NDArray[np.bool_]
    """For each term: it can give or support a hit."""
    rows: RowBits
    heard: bool
    """The words are a recogniser's: sounds alone count for more."""
    single: bool
    """Some words of one character count."""


class Room(NamedTuple):
    """Room for one line at a time."""

    readings: NDArray[np.int32]
    """Readings by fields by places."""
    sizes: NDArray[np.int64]
    """Characters of each reading; 0: there is none."""
    price: NDArray[np.int32]
    """`price_flags` of each character."""
    found: NDArray[np.int32]
    """Patterns found, as `find` tells of them."""
    words: Bits
    """The bits of the words found."""


@compiled
def _line(
    raw: NDArray[np.int32], rows: Rows, trie: Trie, patterns: NDArray[np.int32], split_pairs: NDArray[np.int64],
    listening: Listening, room: Room,
) -> int:  # fmt: skip
    """The verdict on a line, but for prices."""
    readings, sizes, words, found = room.readings, room.sizes, room.words, room.found
    words[:] = np.uint64(0)
    verdict, flags = 0, 0
    for first in (PLAIN, DRAWN):
        if first == DRAWN and flags & SYMBOL == 0:
            break
        flags, second, repeated = fold_line(raw, rows, readings[PLAIN], sizes, room.price, first)
        rewrite(readings, sizes, flags, repeated, rows)
        for reading in range(READINGS if flags & SHAPE else LOOKS):
            letters, size = readings[reading], sizes[reading]
            if size >= FEWEST:
                others = second != 0 and reading < LOOKS
                starts = size if reading == PLAIN and first == PLAIN else behind_altered(letters, size)
                matches = find(trie, letters[CLASS_OF], letters[SECOND_OF], size, starts, others, found)
                if matches == MOST_FOUND:
                    verdict |= CLOSELY | TERM
                for match in range(matches):
                    verdict |= _judged(letters, size, found[match], first + reading, rows, patterns, listening, words)
            if flags & WORD and (reading >= LOOKS or (reading == PLAIN and listening.single)):
                altered = _single(letters, size, rows, listening, words)
                verdict |= _undone(first + reading) if altered else 0
        verdict |= _strange(flags)
        if flags & (LETTER | PART) and _mixed(readings[PLAIN], sizes[PLAIN], rows, split_pairs):
            verdict |= CLOSELY
    return verdict | _row(words, listening.rows.rows)


@compiled
def _strange(flags: int) -> int:
    """What the characters alone say."""
    verdict = CLOSELY if flags & ODD else 0
    if flags & UNMET:
        verdict |= NEW
    if flags & READ_ANEW:
        verdict |= UNSURE
    return verdict


@compiled
def _judged(
    letters: NDArray[np.int32], size: int, match: NDArray[np.int32], reading: int, rows: Rows,
    patterns: NDArray[np.int32], listening: Listening, words: Bits,
) -> int:  # fmt: skip
    """What a pattern means whose sounds stand in a reading."""
    pattern = match[0]
    length, term, sounded = patterns[pattern, LENGTH], patterns[pattern, TERM_OF], patterns[pattern, SOUNDED] != 0
    equal, written, odd, digit, altered = _compared(letters, match[1], patterns[pattern], rows)
    spelled, seen = equal == length, DIGITS if equal != written else 0
    by_sound = sounded and written < length
    if match[2]:
        stands = sounded and equal == length - 1
    elif reading != PLAIN:
        stands = altered != 0 and (spelled or (sounded and reading % DRAWN < LOOKS))
    else:
        two = length == TWO_SYLLABLES
        telling = sounded and (not two or patterns[pattern, LOUD] != 0)
        after = match[1] + length
        goods = after < size and rows[letters[IS, after], KNOWN] & GOODS != 0
        loud = goods or patterns[pattern, LOUD] == ANYBODYS
        telling = telling and (equal > 0 or digit or (two and (odd or listening.heard or loud)))
        stands = spelled or telling or (term < 0 and listening.heard)
        if by_sound and term >= 0 and not stands:
            return seen | SOUND
    if not stands:
        return 0
    if term < 0:
        _add(words, listening.rows.words, -1 - term)
        return seen | _undone(reading) if spelled else 0
    if by_sound:
        seen |= SOUND
    if altered:
        seen |= _undone(reading)
    return seen | TERM if listening.terms[term] else seen


@compiled
def _undone(reading: int) -> int:
    """What makes a reading of the plain one."""
    within = reading % LOOKS
    undone = LOOKED if reading % DRAWN >= LOOKS else 0
    if reading >= DRAWN:
        undone |= SYMBOLS
    if within & UNREPEATED:
        undone |= REPEATS
    if within & BRIDGED:
        undone |= PUT_INS
    return undone


@compiled
def _compared(
    letters: NDArray[np.int32], first: int, pattern: NDArray[np.int32], rows: Rows
) -> tuple[int, int, bool, bool, int]:
    """Compare the characters themselves.

    How many are the pattern's, digits in either way of writing; how many are as it is written; whether one of the
    others is no everyday character; whether one is an Arabic digit; and whether the reading is altered at one.
    """
    equal, written, odd, digit, altered = 0, 0, False, False, 0
    for k in range(pattern[LENGTH]):
        here, meant = letters[IS, first + k], pattern[LETTERS + k]
        altered |= letters[ALTERING, first + k]
        flags = rows[here, KNOWN]
        digit |= flags & ARABIC != 0
        if here == meant:
            equal, written = equal + 1, written + 1
        else:
            one, other = rows[here, DIGIT_OF], rows[meant, DIGIT_OF]
            if (one or other) and (one or here) == (other or meant):
                equal += 1
            else:
                odd |= flags & COMMON == 0
    return equal, written, odd, digit, altered


@compiled
def _add(words: Bits, bits: Bits, row: int) -> None:
    for column in range(words.size):
        words[column] |= bits[row, column]


@compiled
def _single(letters: NDArray[np.int32], size: int, rows: Rows, listening: Listening, words: Bits) -> bool:
    """Words of one character, written into `words`; whether one stands where the reading is altered."""
    altered, alone = False, listening.rows.alone
    column = HEARD if listening.heard else SPELLED
    for place in range(size):
        row = rows[letters[IS, place], column]
        if row:
            altered |= letters[ALTERING, place] != 0
            _add(words, alone, row)
    return altered


@compiled
def _mixed(letters: NDArray[np.int32], size: int, rows: Rows, split_pairs: NDArray[np.int64]) -> bool:
    """Letters beside letters or digits, or the first two parts of a split character."""
    for place in range(size - 1):
        one, other = letters[IS, place], letters[IS, place + 1]
        here, behind = rows[one, KNOWN], rows[other, KNOWN]
        if (here | behind) & LETTER and here & (LETTER | LETTERLIKE) and behind & (LETTER | LETTERLIKE):
            return True
        if here & PART and rows[other, SECOND_PART]:
            pair = np.int64(one) * PAIR + other
            for known in split_pairs:
                if known == pair:
                    return True
    return False


@compiled
def _row(words: Bits, rows: Bits) -> int:
    """`ROW` when the words found satisfy a row: each of the elements that need a word has one."""
    for row in range(rows.shape[0]):
        missing = np.uint64(0)
        for column in range(words.size):
            missing |= rows[row, column] & ~words[column]
        if missing == 0:
            return ROW
    return 0


def _look_over_of(sources: bytes) -> Callable[..., int]:
    """Compile the way in.

    Args:
        sources: of all that is compiled with it, as numba asks only whether this file has changed, and what the
            function closes over.
    """

    @way_in
    def look_over(
        raw: NDArray[np.int32], lengths: NDArray[np.int64], verdicts: NDArray[np.uint16], rows: Rows,
        patterns: NDArray[np.int32], split_pairs: NDArray[np.int64],
        classes: int, pair_bits: Bits, pairs: NDArray[np.int32], step_bits: Bits, step_shift: int,
        slots: NDArray[np.int64], slot_shift: int, ends: NDArray[np.int32], order: NDArray[np.int32],
        counting: NDArray[np.bool_], row_bits: Bits, word_bits: Bits, alone: Bits, heard: bool, single: bool,
        readings: NDArray[np.int32], sizes: NDArray[np.int64], price: NDArray[np.int32],
        found: NDArray[np.int32], words: Bits,
    ) -> int:  # fmt: skip
        """Write the verdict on each line into `verdicts`; returns all of them together.

        `raw` and `lengths` are of the lines, end to end, in the numbers of the character table, `rows`. `split_pairs`
        are the first two parts of split characters, as `PAIR` makes one number of them. What follows are the fields of
        `Trie`, `Listening`, `RowBits` and `Room`, one by one, as what numba keeps on disk must name no class.
        """
        trie = Trie(classes, pair_bits, pairs, step_bits, step_shift, slots, slot_shift, ends, order)
        listening = Listening(counting, RowBits(row_bits, word_bits, alone), heard, single)
        room = Room(readings, sizes, price, found, words)
        union, start = 0, len(sources) * 0
        for line in range(lengths.size):
            size = lengths[line]
            verdict = _line(raw[start : start + size], rows, trie, patterns, split_pairs, listening, room)
            if may_hold_price(price, size):
                verdict |= PRICE
            verdicts[line] = verdict
            union |= verdict
            start += size
        return union

    return look_over


def _sources() -> bytes:
    digest = hashlib.blake2b(digest_size=8)
    for name in (
        "screen_line.py",
        "screen_readings.py",
        "character_table.py",
        "price_hint.py",
        "sound_trie.py",
        "row_words.py",
    ):
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.digest()


look_over = _look_over_of(_sources())

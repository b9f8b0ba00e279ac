"""The readings of a line, for `screen_line`: the characters that it folds to, and again with tricks undone.

Machine code. A trick is what may have been put in, repeated, drawn as a symbol or exchanged for its look.
"""

import numpy as np
from numpy.typing import NDArray

from detectors.text.character_table import (
    BASE,
    CLASS,
    DROPPED,
    HAN,
    KNOWN,
    PRICE_FLAGS,
    PUT_IN,
    SECOND,
    SHAPE,
    SHAPE_OF,
    SYMBOL,
    SYMBOL_OF,
    Rows,
)  # fmt: skip
from detectors.text.compiled import compiled

INSERTED_MOST = 2
"""Letters or digits between two ideographs that may be put in; see `readings.INSERTED`."""

PLAIN, UNREPEATED, BRIDGED, BOTH, LOOKS = range(5)
"""Readings: as it stands, repeats written once, without what was put in, both (the two bits). From LOOKS on each of
these with the characters that others look like in their place."""
READINGS = 8
DRAWN = 8
"""The same eight again, with symbols as the words that they stand for."""

IS, CLASS_OF, SECOND_OF, ALTERING = range(4)
"""What a reading tells of each place: the character's number, its class in the trie, its class by its second sound, and
1 where the reading differs from the plain one at the character or beside it."""
FIELDS = 4

UNMET = 1 << 30
"""Beside the flags of characters: one was not met before."""


@compiled
def fold_line(
    raw: NDArray[np.int32], rows: Rows, letters: NDArray[np.int32], sizes: NDArray[np.int64], price: NDArray[np.int32],
    first: int,
) -> tuple[int, int, bool]:  # fmt: skip
    """Write the first reading; flags of all characters, whether some have a second sound, whether some are repeated."""
    flags, size, second, before, repeated = 0, 0, 0, 0, False
    for place in range(raw.size):
        number = raw[place]
        known, altered = rows[number, KNOWN] if number else UNMET, 0
        price[place] = rows[number, PRICE_FLAGS]
        flags |= known
        if first == DRAWN and known & SYMBOL:
            number, altered = rows[number, SYMBOL_OF], 1
            known = rows[number, KNOWN]
            flags |= known
        if known & DROPPED == 0:
            base = rows[number, BASE]
            letters[IS, size], letters[CLASS_OF, size], letters[ALTERING, size] = base, known & CLASS, altered
            letters[SECOND_OF, size] = rows[number, SECOND]
            second |= rows[number, SECOND]
            repeated |= base == before
            before = base
            size += 1
    sizes[PLAIN] = size
    return flags, second, repeated


@compiled
def rewrite(readings: NDArray[np.int32], sizes: NDArray[np.int64], flags: int, repeated: bool, rows: Rows) -> None:
    """Make the other readings of the plain one."""
    sizes[UNREPEATED] = _unrepeated(readings, sizes[PLAIN]) if repeated else 0
    for reading in range(BRIDGED, LOOKS):
        within = reading - BRIDGED
        sizes[reading] = _bridged(readings, within, sizes[within], reading, rows) if flags & PUT_IN else 0
    if flags & SHAPE:
        for reading in range(LOOKS, READINGS):
            sizes[reading] = sizes[reading - LOOKS]
            _by_looks(readings[reading - LOOKS], readings[reading], sizes[reading], rows)


@compiled
def _by_looks(letters: NDArray[np.int32], into: NDArray[np.int32], size: int, rows: Rows) -> None:
    """The characters that others were taken for, in their place."""
    for place in range(size):
        base, altered = letters[IS, place], letters[ALTERING, place]
        other = rows[base, SHAPE_OF]
        if other:
            base, altered = other, 1
        into[IS, place], into[ALTERING, place], into[CLASS_OF, place] = base, altered, rows[base, KNOWN] & CLASS


@compiled
def _keep(letters: NDArray[np.int32], place: int, into: NDArray[np.int32], kept: int, gone: int) -> None:
    into[IS, kept], into[CLASS_OF, kept] = letters[IS, place], letters[CLASS_OF, place]
    into[SECOND_OF, kept], into[ALTERING, kept] = letters[SECOND_OF, place], letters[ALTERING, place] | gone


@compiled
def _unrepeated(readings: NDArray[np.int32], size: int) -> int:
    """The plain reading with repeated characters written once: `aaa货`. Returns the new size."""
    letters, into = readings[PLAIN], readings[UNREPEATED]
    kept, gone = 0, 0
    for place in range(size):
        if place and letters[IS, place] == letters[IS, place - 1]:
            into[ALTERING, kept - 1] = gone = 1
        else:
            _keep(letters, place, into, kept, gone)
            kept, gone = kept + 1, 0
    return kept


@compiled
def _bridged(readings: NDArray[np.int32], reading: int, size: int, to: int, rows: Rows) -> int:
    """Without a letter or digit or two between ideographs: 高x仿. Returns the new size, 0 when there are none."""
    letters, into = readings[reading], readings[to]
    kept, place, gone = 0, 0, 0
    while place < size:
        width = 0
        if place and rows[letters[IS, place], KNOWN] & PUT_IN and rows[letters[IS, place - 1], KNOWN] & HAN:
            width = _put_in(letters, size, place, rows)
        if width:
            into[ALTERING, kept - 1] = gone = 1
            place += width
            continue
        _keep(letters, place, into, kept, gone)
        kept, place, gone = kept + 1, place + 1, 0
    return kept if kept < size else 0


@compiled
def _put_in(letters: NDArray[np.int32], size: int, place: int, rows: Rows) -> int:
    """How many characters from `place` on may be put in, as an ideograph stands behind them; 0 for none."""
    for width in range(INSERTED_MOST, 0, -1):
        if place + width < size:
            last, behind = letters[IS, place + width - 1], letters[IS, place + width]
            if rows[last, KNOWN] & PUT_IN and rows[behind, KNOWN] & HAN:
                return width
    return 0


@compiled
def behind_altered(letters: NDArray[np.int32], size: int) -> int:
    """The place behind the last one that is altered: what begins there stands in the plain reading too."""
    while size and not letters[ALTERING, size - 1]:
        size -= 1
    return size

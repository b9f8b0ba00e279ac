"""Whether a line may hold a price: a quick look that lets too much through, never too little; see `prices`.

A number is told to be a price by a sign or unit, by a word before it, or by what follows. The look asks for the last
character of such a word right before the number, or the first one right behind it.
"""

import re

import numpy as np
from numpy.typing import NDArray

from detectors.text.compiled import compiled
from detectors.text.price_characters import CHARACTERS

(
    MONEY, COUNTED, NUMERAL, UNIT, SIGN, POINT, LARGE, ONE, BEFORE, AFTER, END, PIECE, GE, LINKED, COMMA, BLANK,
) = (1 << bit for bit in range(16))  # fmt: skip
"""What a character can be in a price; each is explained in `price_characters`."""

_EXPRESSIONS = {
    flag: re.compile(CHARACTERS[name])
    for name, flag in (
        ("money", MONEY), ("counted", COUNTED), ("numeral", NUMERAL), ("unit", UNIT), ("sign", SIGN),
        ("point", POINT), ("large", LARGE), ("one", ONE), ("before", BEFORE), ("after", AFTER), ("end", END),
        ("piece", PIECE), ("ge", GE), ("linked", LINKED), ("comma", COMMA), ("blank", BLANK),
    )
}  # fmt: skip

SEVERAL = 2
"""Numerals of the shortest bare price: one digit is a count."""

COUNTED_LIKE_PIECES = 1
"""Digits of a price that is counted like pieces: 三百个, 300个, 一个红的."""


def price_flags(character: str) -> int:
    """What a character can be in a price."""
    return sum(flag for flag, expression in _EXPRESSIONS.items() if expression.match(character))


@compiled
def may_hold_price(flags: NDArray[np.int32], size: int) -> bool:
    """Whether a line may hold a price; `flags`: `price_flags` of its `size` characters."""
    union, pair, before = 0, 0, 0
    for place in range(size):
        here = flags[place]
        union |= here
        pair |= here & before
        before = here
    if not union & NUMERAL or not (union & MONEY or pair & COUNTED):
        return False
    if union & SIGN:
        return True
    place = 0
    while place < size:
        start, inside = place, 0
        while place < size and flags[place] & NUMERAL:
            inside |= flags[place]
            place += 1
        if place > start:
            several = place - start >= SEVERAL
            if several and inside & LARGE:
                return True
            if _told_behind(flags, start, place, size) or _told_before(flags, start, place, size, union):
                return True
        place += 1
    return False


@compiled
def _told_behind(flags: NDArray[np.int32], start: int, end: int, size: int) -> bool:
    """What follows the numerals from `start` to `end` makes a price of them."""
    if end == size:
        return False
    if flags[end] & UNIT:
        return True
    if end - start < SEVERAL:
        return False
    if (flags[end] & PIECE and flags[end - 1] & ONE) or (flags[end] & GE and end - start >= COUNTED_LIKE_PIECES):
        return True
    while end < size and flags[end] & BLANK:
        end += 1
    return end < size and flags[end] & AFTER != 0


@compiled
def _told_before(flags: NDArray[np.int32], start: int, end: int, size: int, union: int) -> bool:
    """What stands before the numerals makes a price of them, or a digit behind a point or comma part of a number."""
    place = start - 1
    while place >= 0 and flags[place] & BLANK:
        place -= 1
    if place < 0:
        return False
    if place == start - 1:
        joined = flags[place] & COMMA and place > 0 and flags[place - 1] & NUMERAL
        if flags[place] & POINT or joined:
            return True
    if end - start < SEVERAL:
        return False
    ends = end == size or flags[end] & END != 0
    return flags[place] & BEFORE != 0 or (ends and (union & LINKED != 0 or flags[place] & PIECE != 0))

"""What the screen says of a line: flags of two bytes."""

(
    TERM, ROW, CLOSELY, PRICE, SOUND, NEW, UNSURE, REPEATS, PUT_INS, DIGITS, LOOKED, SYMBOLS,
) = (1 << bit for bit in range(12))  # fmt: skip
"""TERM: a term that counts may stand. ROW: a row of the pattern table may. CLOSELY: it has characters or letters in a
row whose readings the tables do not know. PRICE: a price may stand. SOUND: sounds may be those of a term that is
written in other characters. NEW: it has characters that were not met before. UNSURE: should anything stand, then it may
stand in ways that the tables do not know.

The others say which readings hold a term or a word of a row that the plain one does not. REPEATS: with repeated
characters written once. PUT_INS: without what is put in between ideographs. DIGITS: with digits as number words.
LOOKED: with characters as those that they look like. SYMBOLS: with symbols as words."""

ALTERED = REPEATS | PUT_INS | DIGITS | LOOKED | SYMBOLS

ANYTHING = 0xFFFF
"""The verdict on a line that was not looked at."""

"""What the screen says of a line: flags of one byte."""

TERM, ROW, CLOSELY, PRICE, SOUND, ALTERED, NEW = (1 << bit for bit in range(7))
"""TERM: a term that counts may stand. ROW: a row of the pattern table may. CLOSELY: it has characters or
letters in a row whose readings the tables do not know. PRICE: a price may stand. SOUND: sounds may be those of a term
that is written in other characters. ALTERED: a reading other than the plain one holds a term or a word of a row.
NEW: it has characters that were not met before."""
ANYTHING = 0xFF
"""The verdict on a line that was not looked at."""

"""Which rows of the pattern table may stand in a line: those for which each element has one of its words there."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detectors.text.patterns import needed_words
from detectors.text.sound_trie import FEWEST
from detectors.text.tables import Tables

Bits = NDArray[np.uint64]
WIDTH = 64


class RowBits(NamedTuple):
    """A bit for each element that some row needs; a word has the bits of the elements that it can be."""

    rows: Bits
    """Rows by columns: the bits of the elements that a row needs."""
    words: Bits
    """Words by columns."""
    alone: Bits
    """The same of the words of one character, as they are written, then as they are heard; the first has no bits."""


class RowWords:
    """The words of the rows of a pattern table."""

    def __init__(self, tables: Tables) -> None:
        patterns = tables.patterns
        self._rows = [(row.pattern.speakers, needed_words(row.pattern, patterns.classes)) for row in patterns.rows]
        words = sorted(frozenset().union(*(words for _, needed in self._rows for words in needed)))
        self.words = tuple(word for word in words if len(word) >= FEWEST)
        alone = [word for word in words if len(word) < FEWEST]
        self._sounds = {word: tables.sound.of(word) for word in alone}
        self.spelled = {word: k for k, word in enumerate(alone, start=1)}
        """Word of one character -> its place in `RowBits.alone`."""
        sounds = dict.fromkeys(self._sounds.values())
        self.heard = {sound: k for k, sound in enumerate(sounds, start=1 + len(alone))}
        """Sound of one -> its place there."""

    def of(self, speaker: str) -> RowBits:
        """The rows that count for a speaker, and the words for these.

        A row that needs no word needs a term, which lets a line pass by itself.
        """
        rows = [needed for speakers, needed in self._rows if speaker in speakers and needed]
        elements = list(dict.fromkeys(words for needed in rows for words in needed))
        places: dict[str, list[int]] = {}
        for k, words in enumerate(elements):
            for word in words:
                places.setdefault(word, []).append(k)
        columns = len(elements) // WIDTH + 1
        alone = _bits([[], *(places.get(word, []) for word in self.spelled), *([] for _ in self.heard)], columns)
        for word, sound in self._sounds.items():
            alone[self.heard[sound]] |= alone[self.spelled[word]]
        return RowBits(
            rows=_bits([[elements.index(words) for words in needed] for needed in rows], columns),
            words=_bits([places.get(word, []) for word in self.words], columns),
            alone=alone,
        )


def _bits(lists: Sequence[Iterable[int]], columns: int) -> Bits:
    """The bits of each list, in as many numbers as there are columns."""
    bits = np.zeros((len(lists), columns), dtype=np.uint64)
    for row, places in zip(bits, lists, strict=True):
        for place in places:
            row[place // WIDTH] |= np.uint64(1 << place % WIDTH)
    return bits

"""Which rows of the pattern table may stand in a line: those for which each element has one of its words there."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from detectors.text.patterns import needed_words
from detectors.text.sound_trie import FEWEST
from detectors.text.tables import Tables

Bits = NDArray[np.uint64]
WIDTH = 64


class RowWords:
    """A bit for each element that some row needs; a word has the bits of the elements that it can be."""

    def __init__(self, tables: Tables) -> None:
        patterns = tables.patterns
        self._rows = [(row.pattern.speakers, needed_words(row.pattern, patterns.classes)) for row in patterns.rows]
        elements = list(dict.fromkeys(words for _, needed in self._rows for words in needed))
        place = {words: k for k, words in enumerate(elements)}
        self.columns = len(elements) // WIDTH + 1
        """Numbers that hold the bits of a word or line."""
        self._masks = [self._mask(place[words] for words in needed) for _, needed in self._rows]
        bits = {
            word: self._mask(k for k, words in enumerate(elements) if word in words)
            for word in sorted(frozenset().union(*elements))
        }
        self.words = tuple(word for word in bits if len(word) >= FEWEST)
        self.bits = np.array([bits[word] for word in self.words], dtype=np.uint64).reshape(-1, self.columns)
        """Of each of `words`."""
        self.spelled_alone = {word: mask for word, mask in bits.items() if len(word) < FEWEST}
        """Words of one character."""
        self.heard_alone: dict[str, Bits] = {}
        """Sounds of those."""
        for word, mask in self.spelled_alone.items():
            sound = tables.sound.of(word)
            self.heard_alone[sound] = mask | self.heard_alone.get(sound, np.zeros_like(mask))

    def _mask(self, bits: Iterable[int]) -> Bits:
        mask = np.zeros(self.columns, dtype=np.uint64)
        for bit in bits:
            mask[bit // WIDTH] |= np.uint64(1 << bit % WIDTH)
        return mask

    def masks(self, speaker: str) -> Bits:
        """What the rows need that count for the speaker: rows by columns."""
        masks = [mask for mask, (speakers, _) in zip(self._masks, self._rows, strict=True) if speaker in speakers]
        return np.array(masks, dtype=np.uint64).reshape(-1, self.columns)


def may_hold(lines: Bits, masks: Bits) -> NDArray[np.bool_]:
    """Lines whose words satisfy a row. A row that needs no word needs a term, which lets the line pass by itself."""
    holds = np.zeros(len(lines), dtype=np.bool_)
    some = np.flatnonzero(lines.any(axis=1))
    for mask in masks:
        if mask.any():
            holds[some] |= ((lines[some] & mask) == mask).all(axis=1)
    return holds

"""Words of the patterns that were found in a text; where one stands is worked out when it is first asked for."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from detectors.text.fold import PLAIN
from detectors.text.readings import Reading

Place = tuple[int, int]
"""Part of the original text, end exclusive."""

CLAUSE_MARK = re.compile(r"[\s。！？!?；;，,]+")
SPACED_OUT = 2
"""Gaps from which a word of a pattern may be written with blanks or marks between all of its letters: 不 知 道."""


class FoundWords:
    """Words as the automaton found them in the readings of one text.

    Args:
        text: the original.
        words: the word of each pattern, by its number less `first`.
        first: the first pattern that is a word.
    """

    def __init__(self, text: str, words: Sequence[str], first: int) -> None:
        self._text, self._words, self._first = text, words, first
        self._found: dict[str, list[tuple[Reading, int, int]]] = {}

    def note(self, reading: Reading, found: list[tuple[int, int, int]]) -> None:
        """Take in words found in a reading of the text: patterns with first and last letter."""
        by_word, words, before = self._found, self._words, self._first
        for pattern, first, last in found:
            word = words[pattern - before]
            if word in by_word:
                by_word[word].append((reading, first, last))
            else:
                by_word[word] = [(reading, first, last)]

    @property
    def names(self) -> AbstractSet[str]:
        """The words, at least those that stand somewhere."""
        return self._found.keys()

    def places(self, word: str) -> Sequence[Place]:
        """Where one of `names` stands."""
        places = []
        for reading, first, last in self._found[word]:
            folded = reading.make()
            start, end = folded.starts[first], folded.ends[last - 1]
            if is_one_word(self._text[start:end], word, altered=reading.altered):
                places.append((start, end))
        return places


class KnownWords:
    """Words whose places are known.

    Args:
        known: word -> where it stands.
    """

    def __init__(self, known: Mapping[str, Sequence[Place]]) -> None:
        self._known = known

    @property
    def names(self) -> AbstractSet[str]:
        """The words."""
        return self._known.keys()

    def places(self, word: str) -> Sequence[Place]:
        """Where one of `names` stands."""
        return self._known[word]


def is_one_word(surface: str, word: str, *, altered: bool) -> bool:
    """Whether a word of a pattern is meant.

    Blanks and ends of clauses part words (说，我 is not 说我), but for three letters and more that all stand apart. One
    letter in an altered writing must be nothing else: 🏷 is 标 and 贴贴 is 贴, but 了一 is not 子, nor 板 版.
    """
    if altered and len(word) == 1:
        return set(surface.translate(PLAIN)) <= {word}
    if len(surface) == len(word):
        return True
    gaps = len(CLAUSE_MARK.findall(surface))
    return gaps == 0 or gaps == len(word) - 1 >= SPACED_OUT

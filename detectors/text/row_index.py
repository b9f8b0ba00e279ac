"""Which rows of the pattern table may stand in a text, found by its words instead of by going through all rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detectors.text.patterns import Pattern, Row


class RowIndex:
    """Rows by the words of the rarest element of each.

    Args:
        rows: in the order in which they are to be given.
    """

    def __init__(self, rows: Sequence["Row"]) -> None:
        self._rows = rows
        self._by_word: dict[str, list[int]] = {}
        self._always: list[int] = []
        """Rows that need no word."""
        for place, row in enumerate(rows):
            needed = min(row.pattern.needed, key=len, default=None)
            for word in needed or ():
                self._by_word.setdefault(word, []).append(place)
            if needed is None:
                self._always.append(place)

    def possible(self, names: frozenset[str], speaker: str) -> list["Row"]:
        """Rows of a speaker that may stand where the words `names` do, and marks of `patterns.FEW`, in their order."""
        places = set(self._always)
        for word in self._by_word.keys() & names:
            places.update(self._by_word[word])
        rows = [self._rows[place] for place in sorted(places)]
        return [row for row in rows if speaker in row.pattern.speakers and may_hold(row.pattern, names)]


def may_hold(pattern: "Pattern", names: frozenset[str]) -> bool:
    """Quick: the words that the pattern cannot be without are among `names`."""
    for needed in pattern.needed:  # noqa: SIM110 - takes half as long as all(), and this is asked of each row
        if needed.isdisjoint(names):
            return False
    return True

"""What the words around a hit do to it: deny it, ask about it, or tie it to goods.

The cues are rows of data/patterns.csv, found in the same pass as the terms: an evasively written denial denies too.
"""

from functools import cached_property
from typing import Literal

from detectors.text.found_words import Place
from detectors.text.pattern_line import PatternLine
from detectors.text.patterns import PatternSet, Row
from schemas import TermCategory

Stance = Literal["plain", "denied", "asked"]
"""plain: said of the goods at hand. denied: negated, warned of, taught about, or said of others. asked: a question."""


class Context:
    """The cues of one text, said by one kind of speaker: a buyer who warns of fakes denies nothing."""

    def __init__(self, patterns: PatternSet, line: PatternLine, *, speaker: str) -> None:
        self._patterns, self._line, self._speaker = patterns, line, speaker

    @cached_property
    def _possible(self) -> dict[str, list[Row]]:
        """Stance -> the rows that may stand in the text."""
        possible: dict[str, list[Row]] = {}
        for row in self._line.possible(self._patterns.stance_index, self._speaker):
            possible.setdefault(row.kind, []).append(row)
        return possible

    def cue(self, stance: str, place: Place, kind: TermCategory, *, named: bool = False) -> tuple[Row, Place] | None:
        """The first row of a stance that speaks about a hit, and where it stands, the hit with it.

        Args:
            stance: of `patterns.STANCES`.
            place: of the hit.
            kind: of the hit.
            named: only rows that name the kind count.
        """
        about = (kind,) if named else (None, kind)
        for row in self._possible.get(stance, ()):
            if row.about in about and (found := self._line.find(row.pattern, hit=place)):
                return row, found[0]
        return None

    def stance(self, place: Place, kind: TermCategory) -> Stance:
        """Say how the speaker means the hit."""
        if self.cue("denied", place, kind):
            return "denied"
        return "asked" if self.cue("asked", place, kind) else "plain"

    def put_in_question(self, place: Place, kind: TermCategory) -> bool:
        """True when the speaker takes up others' question: 有人问是不是高仿."""
        return self.cue("taken_up", place, kind) is not None

    def wanted(self, place: Place, kind: TermCategory) -> bool:
        """True when the speaker asks to buy, anywhere in the text."""
        return self.cue("wanted", place, kind) is not None

    def beside(self, place: Place, kind: TermCategory, *, needs: str) -> bool:
        """True when what the term `needs` stands beside the hit.

        For `goods`: goods, shop talk or a copula (都是原单, 原单的包); for `copy`: talk of copying.
        """
        return self.cue(needs, place, kind) is not None


_LOOSE = {ord(a): b for a, b in zip("ＡＢＣ０１２３４５６７８９！？，；：", "ABC0123456789!?,;:", strict=True)}


def loosen(text: str) -> str:
    """Lower case and common punctuation, one character for one: offsets stay."""
    lowered = text.translate(_LOOSE).lower()
    return lowered if len(lowered) == len(text) else text.translate(_LOOSE)

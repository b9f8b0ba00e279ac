"""Match patterns over the words that the automaton found in one text.

Every word, class, term and mark is a list of spans of the original text, so that it does not matter through which way
of writing a word was found. Time grows linearly with the text: a span is only ever joined with spans within its gap.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import accumulate
from typing import Protocol

from detectors.text.fold import PLAIN
from detectors.text.found_words import Place
from detectors.text.patterns import MOST_LETTERS, Element, Gap, Pattern, PatternSet, Row, Step
from detectors.text.row_index import RowIndex, may_hold
from schemas import TermCategory

STOPS = frozenset("。！？!?；;\n")
"""Ends of a sentence: no gap reaches over one."""

COMMAS = frozenset("，,")
NUMBER = re.compile(r"[0-9０-９零一二两三四五六七八九十百千万]+")
QUESTION = re.compile(r"[?？]")
FEW_MARKS = (("number", NUMBER), ("question", QUESTION))
"""How those of `patterns.FEW` are found."""
CLAUSE_END = re.compile(r"[。！？!?；;，,\s]|$")

RAW_FACTOR, RAW_SLACK = 4, 8
"""Characters of the original that a gap may take up, for each letter and beyond: room for marks between letters, and a
bound for texts of marks alone."""

HIT_REACH = 2 * (MOST_LETTERS * RAW_FACTOR + RAW_SLACK)
"""Characters from a hit to the first part of a pattern that speaks about it."""

LONGEST_PART = 60
"""Characters looked at before a place for an element that may stand there: no class or term is longer."""


class Words(Protocol):
    """Words of the patterns in a text."""

    @property
    def names(self) -> AbstractSet[str]:
        """The words, at least those that stand somewhere."""

    def places(self, word: str) -> Sequence[Place]:
        """Where one of `names` stands."""


class PatternLine:
    """One text with the words found in it. Built for texts in which something was found."""

    def __init__(
        self,
        patterns: PatternSet,
        text: str,
        words: Words,
        *,
        terms: Mapping[TermCategory, Iterable[Place]],
        prices: Callable[[], list[Place]],
    ) -> None:
        self._patterns, self._text, self._words = patterns, text, words
        self._terms, self._prices = terms, prices
        self._places: dict[int, list[Place]] = {}
        """By `id` of the element: the table of patterns keeps them, and to hash one is to hash all its words."""

    @cached_property
    def _letters(self) -> list[int]:
        return _counts(map(len, map(PLAIN.__getitem__, map(ord, self._text))))

    @cached_property
    def _commas(self) -> list[int]:
        return _counts(map(COMMAS.__contains__, self._text))

    @cached_property
    def _stops(self) -> list[int]:
        return _counts(map(STOPS.__contains__, self._text))

    @cached_property
    def _names(self) -> frozenset[str]:
        """The words that were found, and the marks of `FEW`. No word is written as these are."""
        marks = (name for name, mark in FEW_MARKS if mark.search(self._text))
        return frozenset(self._words.names).union(marks)

    def possible(self, rows: RowIndex, speaker: str) -> list[Row]:
        """Rows of a speaker that may stand in the text; quick."""
        return rows.possible(self._names, speaker)

    def find(self, pattern: Pattern, *, hit: Place | None = None) -> list[Place]:
        """Places of the pattern, sorted; with `hit` those where its `<hit>` is that place."""
        steps = pattern.steps
        places = [
            place for place in self._around(self._of(steps[0].element, hit), hit)
            if not self._bars(steps[0], place, hit)
            and not any(self._touches(ban, hit, end=place[0]) for ban in pattern.not_before)
        ]  # fmt: skip
        for step in steps[1:]:
            if not places:
                return []
            places = sorted({longer for place in places for longer in self._extended(place, step, hit)})
        return places

    def _extended(self, place: Place, step: Step, hit: Place | None) -> list[Place]:
        """The place with the step's element behind it, or on either side."""
        found = []
        for start, end in self._candidates(place, step, hit):
            if start >= place[1]:
                between = (place[1], start)
            elif step.gap.either_side and end <= place[0]:
                between = (end, place[0])
            else:
                continue
            free = not any(self._within(ban, between) for ban in step.not_between)
            if free and self._fits(step.gap, between) and not self._bars(step, (start, end), hit):
                found.append((min(start, place[0]), max(end, place[1])))
        return found

    def _around(self, places: list[Place], hit: Place | None) -> Iterable[Place]:
        """Those from which a pattern can reach the hit: time does not grow with cues elsewhere."""
        if hit is None:
            return places
        first = bisect_left(places, (hit[0] - HIT_REACH, 0))
        return places[first : bisect_left(places, (hit[1] + HIT_REACH, 0), first)]

    def _candidates(self, place: Place, step: Step, hit: Place | None) -> Iterable[Place]:
        others = self._of(step.element, hit)
        reach = step.gap.letters * RAW_FACTOR + RAW_SLACK
        first = place[0] - reach - LONGEST_PART if step.gap.either_side else place[1]
        for k in range(bisect_left(others, (first, 0)), len(others)):
            if others[k][0] > place[1] + reach:
                return
            yield others[k]

    def _bars(self, step: Step, place: Place, hit: Place | None) -> bool:
        return any(self._touches(ban, hit, start=place[1]) for ban in step.not_after)

    def _fits(self, gap: Gap, between: Place) -> bool:
        start, end = between
        if self._stops[start] != self._stops[end] or not (gap.comma or self._commas[start] == self._commas[end]):
            return False
        if gap.filler is None:
            return self._letters[end] - self._letters[start] <= gap.letters
        return self._filled(gap.filler, between)

    def _filled(self, filler: Element, between: Place) -> bool:
        """Nothing but words of the class stands between."""
        start, end = between
        if self._letters[end] - self._letters[start] > MOST_LETTERS:
            return False
        reached = {self._letters[start]}
        for first, last in self._inside(self._of(filler, None), between):
            if self._letters[first] in reached:
                reached.add(self._letters[last])
        return self._letters[end] in reached

    def _within(self, element: Element, between: Place) -> bool:
        return next(iter(self._inside(self._of(element, None), between)), None) is not None

    def _inside(self, places: list[Place], between: Place) -> Iterable[Place]:
        for k in range(bisect_left(places, (between[0], 0)), len(places)):
            if places[k][0] >= between[1]:
                return
            if places[k][1] <= between[1]:
                yield places[k]

    def _touches(self, element: Element, hit: Place | None, *, start: int = -1, end: int = -1) -> bool:
        """A place of the element starts where `start` is, or ends where `end` is: no letter, no stop between."""
        places = self._of(element, hit)
        if end >= 0:
            near = places[bisect_left(places, (end - LONGEST_PART, 0)) : bisect_left(places, (end, 0))]
            return any(other[1] <= end and self._fits(Gap(), (other[1], end)) for other in near)
        near = places[bisect_left(places, (start, 0)) : bisect_left(places, (start + RAW_SLACK, 0))]
        return any(self._fits(Gap(), (start, other[0])) for other in near)

    def _of(self, element: Element, hit: Place | None) -> list[Place]:
        """Places of an element, sorted."""
        places = self._places.get(id(element))
        if places is None:
            places = self._places[id(element)] = sorted(set(self._anywhere(element)))
        if hit is not None and "hit" in element.marks:
            return [*places, hit] if not places else sorted({*places, hit})
        return places

    def _anywhere(self, element: Element) -> Iterable[Place]:
        for word in self._names.intersection(element.words):
            yield from self._words.places(word)
        for name in element.classes:
            for pattern in self._patterns.classes[name]:
                if may_hold(pattern, self._names):
                    yield from self.find(pattern)
        for kind in element.kinds:
            yield from self._terms.get(kind, ())
        for mark in element.marks:
            yield from self._marked(mark)

    def _marked(self, mark: str) -> Iterable[Place]:
        if mark == "price":
            return self._prices()
        if mark == "number":
            return [found.span() for found in NUMBER.finditer(self._text)]
        if mark == "question":
            return [(found.start(), found.start()) for found in QUESTION.finditer(self._text)]
        if mark == "end":
            return [(found.start(), found.start()) for found in CLAUSE_END.finditer(self._text)]
        return ()


def _counts(of: Iterable[int]) -> list[int]:
    """Running count before each character, and after the last."""
    return list(accumulate(of, initial=0))

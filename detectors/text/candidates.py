"""Find where terms may stand in a text, through every way of writing them, with offsets in the original.

Each reading of the text (readings.py) is looked through by spelling, by sound and as typed pinyin.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec
from ahocorasick_rs import AhoCorasick

from detectors.text.fold import PLAIN, Folded, fold
from detectors.text.found_words import FoundWords, Place, is_one_word
from detectors.text.pattern_line import PatternLine
from detectors.text.readings import Reading, readings
from detectors.text.sound import LATIN_RUN
from detectors.text.tables import Tables
from detectors.text.verdict import ALTERED
from schemas import MatchKind

SHORT_LINE = 60
"""Letters of a chat line; in a longer text every reading holds some word of a pattern, and few hold a new one."""


class Candidate(msgspec.Struct, frozen=True):
    """A term that may stand at `text[start:end]`."""

    term: int
    """Index into `tables.terms`."""
    start: int
    end: int
    first: int
    last: int
    """Place in `folded`: characters first to last - 1."""
    folded: Folded
    match: MatchKind
    altered: bool = False
    """Written with an initial, a split character, a symbol or a repeated character."""


class Writing:
    """A text with its folding and its readings; each is worked out when first asked for.

    Args:
        tables: what is looked for.
        text: the original.
        undo: which readings beside the plain one may hold something: flags of `verdict`, all when it is not known.
    """

    def __init__(self, tables: Tables, text: str, *, undo: int = ALTERED) -> None:
        self.text = text
        self.base = text.translate(PLAIN)
        self.words = FoundWords(text, tables.patterns.words, tables.first_word)
        """Words of the patterns, in any way of writing."""
        self._undo = undo
        self._readings: list[Reading] | None = None

    @cached_property
    def folded(self) -> Folded:
        """Folding with offsets."""
        return fold(self.text)

    def readings(self, tables: Tables) -> list[Reading]:
        """The ways of reading the text, the folded text itself first."""
        if self._readings is None:
            self._readings = readings(tables, self.text, self.base, lambda: self.folded, self._undo)
        return self._readings


def spelled(tables: Tables, writing: Writing, *, everything: bool) -> Iterator[Candidate]:
    """Candidates by spelling.

    Args:
        tables: what to look for.
        writing: where to look.
        everything: guards and the words of patterns are wanted even when no term is found.
    """
    known: set[int] = set()
    put_off: Iterable[Candidate] = ()
    """Guards and words of the plain reading: a term in another reading wants them too."""
    for number, reading in enumerate(writing.readings(tables)):
        matches = tables.spelled.find_matches_as_indexes(reading.text, overlapping=True)
        found = {match[0] for match in matches}
        new = found - known
        if (
            len(reading.text) > SHORT_LINE
        ):  # a pattern's word that stands there anyway makes no other reading worth while
            known |= found & tables.anchors
        if (everything and found and not number) or not tables.mattering.isdisjoint(new):
            yield from put_off
            put_off = ()
            yield from _spelled_in(tables, writing, reading, matches)
        elif found and not number:
            put_off = _spelled_in(tables, writing, reading, matches)


def holds_something(tables: Tables, text: str) -> bool:
    """False when `spelled` and `sounded` find nothing that can become a hit. Works out no offsets for plain text."""
    writing = Writing(tables, text)
    for reading in writing.readings(tables):
        found = tables.spelled.find_matches_as_indexes(reading.text, overlapping=True)
        if not tables.mattering.isdisjoint([match[0] for match in found]):
            return True
    return any(True for _ in sounded(tables, writing))


def sounded(tables: Tables, writing: Writing) -> Iterator[Candidate]:
    """Candidates by sound, typed pinyin among them."""
    for reading in writing.readings(tables):
        if reading.match == MatchKind.VISUAL:
            continue
        sounds = tables.sound.of(reading.text)
        if tables.sounded.find_matches_as_indexes(sounds):
            yield from _sounded_in(tables.sounded, tables.sounded_terms, _over(reading.make(), sounds))
        second = tables.sound.second_of(reading.text)
        if second and tables.sounded.find_matches_as_indexes(second):
            for one in _sounded_in(tables.sounded, tables.sounded_terms, _over(reading.make(), second)):
                if _differs_once(tables, reading.text[one.first : one.last], tables.terms[one.term].folded):
                    yield one
        if any(tables.sound.is_pinyin(run) for run in LATIN_RUN.findall(reading.text)):
            yield from _sounded_in(tables.typed, tables.typed_terms, tables.sound.typed(reading.make()))


def patterned(
    tables: Tables, writing: Writing, line: PatternLine, *, speaker: str, by_sound: bool
) -> Iterator[Candidate]:
    """Rows of the pattern table that stand in a line, the longest from each place: 标我给大家贴起来."""
    starts = writing.folded.starts
    for row in line.possible(tables.patterns.row_index, speaker):
        if by_sound and not row.sound:
            continue
        longest = dict(line.find(row.pattern))  # the places are sorted: the last end from each start stays
        for start, end in longest.items():
            first, last = bisect_left(starts, start), bisect_left(starts, end)
            kind = MatchKind.SOUND if by_sound else MatchKind.EXACT
            yield Candidate(tables.row_terms[row.name], start, end, first, last, writing.folded, kind)


def sounded_words(tables: Tables, writing: Writing) -> dict[str, list[Place]]:
    """Words of the patterns by sound, where a pattern may be told by its sound at all."""
    sounds = tables.sound.of(writing.base)
    if not tables.sounded_anchor.find_matches_as_indexes(sounds):
        return {}
    words: dict[str, list[Place]] = {}
    folded = writing.folded
    for pattern, first, last in tables.sounded_words.find_matches_as_indexes(sounds, overlapping=True):
        start, end = folded.starts[first], folded.ends[last - 1]
        word = tables.patterns.sounded_words[pattern]
        if is_one_word(writing.text[start:end], word, altered=False):
            words.setdefault(word, []).append((start, end))
    return words


def _spelled_in(
    tables: Tables, writing: Writing, reading: Reading, matches: Iterable[tuple[int, int, int]]
) -> Iterator[Candidate]:
    """Terms, and guards where they may be found; the words of patterns are noted."""
    folded, match, altered = reading.make(), reading.match, reading.altered
    first_word, first_guard, plain = tables.first_word, tables.first_guard, len(tables.terms)
    words: list[tuple[int, int, int]] = []
    for found in matches:
        pattern, first, last = found
        if pattern >= first_word:
            words.append(found)
        elif reading.guards or not first_guard <= pattern < plain:
            by_initial = pattern >= plain
            yield Candidate(
                tables.initials[pattern - plain] if by_initial else pattern,
                folded.starts[first], folded.ends[last - 1], first, last, folded,
                (MatchKind.VISUAL if pattern >= tables.first_swapped else MatchKind.FOLDED) if by_initial else match,
                altered or by_initial,
            )  # fmt: skip
    if reading.guards and words:
        writing.words.note(reading, words)


def _sounded_in(automaton: AhoCorasick, terms: tuple[int, ...], sounds: Folded) -> Iterator[Candidate]:
    for pattern, first, last in automaton.find_matches_as_indexes(sounds.text, overlapping=True):
        start, end = sounds.starts[first], sounds.ends[last - 1]
        yield Candidate(terms[pattern], start, end, first, last, sounds, MatchKind.SOUND)


def _over(folded: Folded, text: str) -> Folded:
    return Folded(text, folded.starts, folded.ends)


def _differs_once(tables: Tables, written: str, term: str) -> bool:
    """The character read in its second way is the only odd one, and no everyday word holds it: 仿佛 is not 仿货."""
    odd = [place for place, pair in enumerate(zip(written, term, strict=False)) if pair[0] != pair[1]]
    words = tables.words.find_matches_as_indexes(written, overlapping=True)
    return len(odd) == 1 and not any(first <= odd[0] < last for _, first, last in words)

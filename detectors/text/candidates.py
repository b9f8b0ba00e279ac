"""Find where terms may stand in a text, through every way of writing them, with offsets in the original.

Each way is one rewriting of the folded text; the cheap string operation runs first and offsets are only worked out when
the automaton found something.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property

import msgspec

from detectors.text.fold import PLAIN, SYMBOLS, Folded, collapse_runs, fold
from detectors.text.letters import SYMBOL_WORDS
from detectors.text.pattern_line import PatternLine, Place
from detectors.text.sound import LATIN_RUN
from detectors.text.tables import Tables
from schemas import MatchKind

RUN = re.compile(r"(.)\1+")
SYMBOL = re.compile(f"[{re.escape(''.join(SYMBOL_WORDS))}]")

CLAUSE_MARK = re.compile(r"[\s。！？!?；;，,]+")
SPACED_OUT = 2
"""Gaps from which a word of a pattern may be written with blanks or marks between all of its letters: 不 知 道."""


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
    """A text with its folding; the offsets are worked out when first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.base = text.translate(PLAIN)
        self.words: dict[str, list[Place]] = {}
        """Word of the patterns -> where it stands, in any way of writing."""

    @cached_property
    def folded(self) -> Folded:
        """Folding with offsets."""
        return fold(self.text)


def spelled(tables: Tables, writing: Writing, *, everything: bool) -> Iterator[Candidate]:
    """Candidates by spelling.

    Args:
        tables: what to look for.
        writing: where to look.
        everything: guards and the words of patterns are wanted even when no term is found.
    """
    text, base = writing.text, writing.base
    found = tables.spelled.find_matches_as_indexes(base, overlapping=True)
    if found:
        first_split = len(tables.terms) + len(tables.initials)
        splits = [match for match in found if first_split <= match[0] < tables.first_word]
        if everything or any(_matters(tables, match[0]) for match in found):
            yield from _spelled_in(tables, writing, writing.folded, MatchKind.EXACT, altered=False)
        joined = _splits_to_join(tables, splits)
        if splits and _has_term(tables, _joined_text(base, joined)):
            yield from _spelled_in(tables, writing, _join(writing.folded, joined), MatchKind.FOLDED, altered=True)
    if RUN.search(base) and _has_term(tables, RUN.sub(r"\1", base)):
        yield from _spelled_in(tables, writing, collapse_runs(writing.folded), MatchKind.FOLDED, altered=True)
    if SYMBOL.search(text):
        symbols = text.translate(SYMBOLS)
        if symbols != base and _has_term(tables, symbols):
            yield from _spelled_in(tables, writing, fold(text, SYMBOLS), MatchKind.FOLDED, altered=True)
    if tables.shape_odd.search(base) and _has_term(tables, base.translate(tables.shapes)):
        folded = writing.folded
        shaped = Folded(folded.text.translate(tables.shapes), folded.starts, folded.ends)
        yield from _spelled_in(tables, writing, shaped, MatchKind.VISUAL, altered=True)


def sounded(tables: Tables, writing: Writing) -> Iterator[Candidate]:
    """Candidates by sound, typed pinyin among them."""
    sounds = tables.sound.of(writing.base)
    if tables.sounded.find_matches_as_indexes(sounds):
        folded = writing.folded
        yield from _sounded_in(tables, Folded(sounds, folded.starts, folded.ends))
    if any(tables.sound.is_pinyin(run) for run in LATIN_RUN.findall(writing.base)):
        yield from _sounded_in(tables, tables.sound.with_typed_syllables(writing.folded))


def patterned(
    tables: Tables, writing: Writing, line: PatternLine, *, speaker: str, by_sound: bool
) -> Iterator[Candidate]:
    """Rows of the pattern table that stand in a line, the longest from each place: 标我给大家贴起来."""
    starts = writing.folded.starts
    for row in tables.patterns.rows:
        if speaker not in row.pattern.speakers or (by_sound and not row.sound) or not line.may_hold(row.pattern):
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
        if _is_one_word(writing.text[start:end], word, altered=False):
            words.setdefault(word, []).append((start, end))
    return words


def _is_one_word(surface: str, word: str, *, altered: bool) -> bool:
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


def _matters(tables: Tables, pattern: int) -> bool:
    """A match that can become a hit: a term, or a word which a pattern cannot be without."""
    if pattern >= tables.first_word:
        return pattern in tables.anchors
    return not tables.first_guard <= pattern < len(tables.terms)


def _has_term(tables: Tables, folded: str) -> bool:
    first_guard, anchors = tables.first_guard, tables.anchors
    return any(
        match[0] < first_guard or match[0] in anchors
        for match in tables.spelled.find_matches_as_indexes(folded, overlapping=True)
    )


def _spelled_in(
    tables: Tables, writing: Writing, folded: Folded, match: MatchKind, *, altered: bool
) -> Iterator[Candidate]:
    plain, initials = len(tables.terms), len(tables.terms) + len(tables.initials)
    for pattern, first, last in tables.spelled.find_matches_as_indexes(folded.text, overlapping=True):
        if pattern >= initials:
            if pattern >= tables.first_word:
                start, end = folded.starts[first], folded.ends[last - 1]
                word = tables.patterns.words[pattern - tables.first_word]
                if _is_one_word(writing.text[start:end], word, altered=altered):
                    writing.words.setdefault(word, []).append((start, end))
            continue
        by_initial = pattern >= plain
        yield Candidate(
            tables.initials[pattern - plain] if by_initial else pattern,
            folded.starts[first], folded.ends[last - 1], first, last, folded,
            MatchKind.FOLDED if by_initial else match, altered or by_initial,
        )  # fmt: skip


def _sounded_in(tables: Tables, sounds: Folded) -> Iterator[Candidate]:
    for pattern, first, last in tables.sounded.find_matches_as_indexes(sounds.text, overlapping=True):
        start, end = sounds.starts[first], sounds.ends[last - 1]
        yield Candidate(tables.sounded_terms[pattern], start, end, first, last, sounds, MatchKind.SOUND)


def _splits_to_join(tables: Tables, splits: list[tuple[int, int, int]]) -> dict[int, tuple[int, str]]:
    """Where each split character starts, where it ends, and the character: the longest from each place."""
    before = len(tables.terms) + len(tables.initials)
    joined: dict[int, tuple[int, str]] = {}
    for pattern, first, last in splits:
        if first not in joined or last > joined[first][0]:
            joined[first] = (last, tables.splits[pattern - before])
    return joined


def _joined_text(base: str, joined: dict[int, tuple[int, str]]) -> str:
    """Text with the split characters put together, from the left: 马户家 -> 驴家."""
    parts: list[str] = []
    place = 0
    for first in sorted(joined):
        if first >= place:
            last, character = joined[first]
            parts += (base[place:first], character)
            place = last
    return "".join(parts) + base[place:]


def _join(folded: Folded, joined: dict[int, tuple[int, str]]) -> Folded:
    """`_joined_text` with offsets."""
    starts, ends, place = [], [], 0
    while place < len(folded.text):
        last = joined[place][0] if place in joined else place + 1
        starts.append(folded.starts[place])
        ends.append(folded.ends[last - 1])
        place = last
    return Folded(_joined_text(folded.text, joined), tuple(starts), tuple(ends))

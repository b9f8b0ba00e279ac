"""The one text engine: ear, eye, chat and listings all scan with it.

engine = TextEngine.load()
engine.scan("今天这批原单只要四百六", speaker="host")
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.text import prices
from detectors.text.candidates import (
    Candidate,
    Writing,
    holds_something,
    patterned,
    sounded,
    sounded_words,
    spelled,
)
from detectors.text.context import Context
from detectors.text.disguise import WRITTEN
from detectors.text.found_words import KnownWords, Place
from detectors.text.hits import SELLING_SIDE, SIGNALS, SPEAKERS, Hit
from detectors.text.judge import bundled_judge
from detectors.text.lexicon import read_lexicon
from detectors.text.meaning import Meaning, anchors, names_fakes, near
from detectors.text.pattern_line import PatternLine, Words
from detectors.text.reasons import everyday_sound, ill_formed, masked_by, other_speaker, overlapped
from detectors.text.rules import Span, is_deliberate, is_evasive, is_typed, masked, sounds_true, well_formed
from detectors.text.tables import Tables, build_tables
from detectors.text.term import Term
from detectors.text.trace import Trace, sift
from detectors.text.verdict import ALTERED, ANYTHING, CLOSELY, PRICE, ROW, SOUND, TERM, UNSURE
from detectors.text.weights import weight
from schemas import MatchKind, TermCategory

if TYPE_CHECKING:
    from detectors.text.screen import Screen
    from detectors.text.screen_line import Listening

DOUBTFUL = frozenset({MatchKind.SOUND, MatchKind.VISUAL})
"""Matches that may be another word after all."""

DEAL_MIN_RISK = 0.35
"""Deal talk under this risk (清仓, 捡漏) is every shop's talk and gives no hit."""


class TextEngine:
    """Scans text for what the lexicon knows. Deterministic: the same text and speaker always give the same hits."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.version = tables.version
        """Hash of lexicon and tables, 12 hex characters."""
        self._prepared = False
        self.judge = bundled_judge()

    @classmethod
    def load(cls, lexicon: Path | None = None, *, as_of: date | None = None) -> "TextEngine":
        """Read the bundled tables, with another lexicon when given, as it stands on a day (None: with expired terms).

        Raises:
            LexiconError: the lexicon cannot be used; the message names line and column.
        """
        return cls.of(read_lexicon(lexicon), as_of=as_of)

    @classmethod
    def of(cls, lexicon: Iterable[Term], *, as_of: date | None = None) -> "TextEngine":
        """Build an engine from the terms of a lexicon: the same terms in the same order give the same version.

        Raises:
            LexiconError: a bundled file cannot be read.
        """
        return cls(build_tables(lexicon, as_of=as_of))

    def scan(self, text: str, *, speaker: str, trace: Trace | None = None) -> list[Hit]:
        """Hits in the order of the text, at most one for each stretch of it but for rows that combine terms.

        Of a text longer than `LONGEST_TEXT` only the beginning is scanned, and at most `MOST_HITS` are given.

        Args:
            text: anything; offsets of the hits are those of this string.
            speaker: host, viewer, screen, listing or report.
            trace: is told what was dropped and why.

        Raises:
            ValueError: another speaker.
        """
        _check_speaker(speaker)
        return self._scan(text, speaker, trace)

    def scan_lines(self, texts: Sequence[str], *, speaker: str) -> list[list[Hit]]:
        """Hits of each line: the same as `scan` of it, many times as fast where most lines hold nothing.

        Raises:
            ValueError: another speaker.
        """
        _check_speaker(speaker)
        if not self._prepared and len(texts) < FEW_LINES:
            return [self._scan(text, speaker, None) for text in texts]
        self.prepare()
        found: list[list[Hit]] = [[] for _ in texts]
        for first in range(0, len(texts), LINES_AT_ONCE):
            verdicts = self._verdicts(texts[first : first + LINES_AT_ONCE], speaker)
            for line in np.flatnonzero(verdicts & (TERM | ROW | CLOSELY | PRICE)).tolist():
                found[first + line] = self._scan_as(texts[first + line], speaker, int(verdicts[line]))
        return found

    def prepare(self) -> None:
        """Make ready for many lines at once, so that the first `scan_lines` need not: about half a second.

        On a machine where this was never done it takes some seconds more: see `detectors.text.compiled`.
        """
        if not self._prepared:
            self._verdicts([""], "viewer")
            self._prepared = True

    def _verdicts(self, texts: Sequence[str], speaker: str) -> NDArray[np.uint16]:
        """The screen's verdict on each line; a long one is scanned whatever it holds."""
        long = [k for k, text in enumerate(texts) if len(text) > LONGEST_PIECE]
        if long:
            texts = [text if len(text) <= LONGEST_PIECE else "" for text in texts]
        verdicts = self._screen.verdicts(texts, self._listening[speaker])
        verdicts[long] = ANYTHING
        return verdicts

    def _scan_as(self, text: str, speaker: str, verdict: int) -> list[Hit]:
        """As `_scan`, without what the screen's verdict says cannot be there."""
        if not verdict & (TERM | ROW) and not (verdict & CLOSELY and holds_something(self.tables, text)):
            return prices.find_prices(text) if verdict & PRICE else []
        return self._scan(text, speaker, None, verdict)

    @cached_property
    def _screen(self) -> "Screen":
        from detectors.text.screen import Screen  # noqa: PLC0415 - loads numba, which what scans little need not

        return Screen(self.tables)

    @cached_property
    def _listening(self) -> dict[str, "Listening"]:
        """For each speaker, what counts. A term may help a row of the pattern table that it is no hit without."""
        return {speaker: self._listens(speaker) for speaker in SPEAKERS}

    def _listens(self, speaker: str) -> "Listening":
        table = self.tables.patterns
        rows = [row.pattern for row in table.rows if speaker in row.pattern.speakers]
        parts = [*rows, *(pattern for patterns in table.classes.values() for pattern in patterns)]
        helping = frozenset(kind for part in parts for step in part.steps for kind in step.element.kinds)
        terms = [
            term.category in helping
            or _applies(term, speaker)
            or anchors(term)
            or (speaker in SELLING_SIDE and names_fakes(term))
            for term in self.tables.terms
        ]
        return self._screen.listening(speaker, terms)

    def _scan(self, text: str, speaker: str, trace: Trace | None, verdict: int = ANYTHING) -> list[Hit]:
        """`verdict`: the screen's, so that what cannot be there is not looked for."""
        altered = verdict & ALTERED
        if verdict & (CLOSELY | UNSURE) or altered & (altered - 1):  # two tricks in a word: its sound may stand alone
            verdict = ANYTHING
        hits: list[Hit] = []
        for start, end in _pieces(text[:LONGEST_TEXT]):
            if len(hits) >= MOST_HITS:
                break
            piece = text[start:end]
            if trace:
                trace.offset = start
            found = self._term_hits(piece, speaker, trace, verdict)
            named = [hit.end for hit in found if hit.brand]
            if named or verdict & PRICE:
                priced = prices.find_prices(piece, named=named)
                found += [price for price in priced if not any(_overlap(price, hit) for hit in found)]
            hits += [_moved(hit, start) for hit in found] if start else found
        return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.signal))[:MOST_HITS]

    def _term_hits(self, text: str, speaker: str, trace: Trace | None, verdict: int) -> list[Hit]:
        writing = Writing(self.tables, text, undo=verdict & ALTERED)
        found = self._found(writing, speaker, trace, verdict)
        if not found:
            return []
        kept = self._kept(found, text, speaker, trace)
        context = Context(self.tables.patterns, self._line(text, writing.words, found), speaker=speaker)
        meaning = Meaning(self.tables, context, kept, text=text, speaker=speaker)
        hits = []
        for one in kept:
            hit = meaning.hit(one)
            if isinstance(hit, Hit):
                hits.append(hit)
            elif trace:
                trace.drop(one, hit)
        return hits

    def _found(self, writing: Writing, speaker: str, trace: Trace | None, verdict: int) -> list[Candidate]:
        """Candidates that stand: unmasked spellings, and the sounds and shapes that nothing else explains."""
        tables, text = self.tables, writing.text

        def formed(candidates: Iterable[Candidate]) -> list[Candidate]:
            return sift(
                candidates, lambda one: well_formed(tables, text, one), trace, lambda one: ill_formed(tables, text, one)
            )

        heard = formed(sounded(tables, writing)) if verdict & SOUND else []
        by_sound = sounded_words(tables, writing) if speaker == "host" and verdict & ROW else {}
        written = formed(spelled(tables, writing, everything=bool(heard or by_sound)))
        if not written and not heard and not writing.words.names:
            return []
        guards = [Span(one.start, one.end) for one in written if one.term >= tables.first_guard]

        def unmasked(candidates: Iterable[Candidate]) -> list[Candidate]:
            return sift(
                candidates, lambda one: not masked(one, guards), trace, lambda one: masked_by(one, text, guards)
            )

        free = unmasked(one for one in (*written, *heard) if one.term < tables.first_guard)
        certain = [one for one in free if one.match not in DOUBTFUL]
        if verdict & ROW:
            certain += unmasked(self._patterned(writing, by_sound, certain, speaker))
        heard_names = [one for one in free if _is_heard_name(tables, text, one, speaker)]
        sure = [one for one in (*certain, *heard_names) if anchors(tables.terms[one.term])]
        brands = [one for one in sure if tables.terms[one.term].category != TermCategory.GRADE]
        return certain + sift(
            (one for one in free if one.match in DOUBTFUL),
            lambda one: sounds_true(
                tables,
                text,
                one,
                speaker=speaker,
                near=near(one, sure),
                named=near(one, brands),
                everyday=Span(one.start, one.end) in guards,
            ),
            trace,
            lambda one: everyday_sound(tables, text, one),
        )

    def _kept(self, found: list[Candidate], text: str, speaker: str, trace: Trace | None) -> list[Candidate]:
        """One candidate for each stretch of the text; rows that combine terms stand beside these."""
        terms, combining = self.tables.terms, self.tables.combining
        heard = sift(
            found, lambda one: _applies(terms[one.term], speaker) or _hides_fakes(one, terms, text, speaker), trace,
            lambda one: other_speaker(terms[one.term], speaker),
        )  # fmt: skip
        disguised = _disguised(heard, text, terms)
        open_ = sift(
            heard, lambda one: not _holds_disguised(one, terms[one.term], disguised), trace,
            lambda _: "a doubt that holds an evasively written code word, which counts instead",
        )  # fmt: skip
        kept: list[Candidate] = []
        for combine in (False, True):
            some = [one for one in open_ if (one.term in combining or self._is_around(one, disguised)) is combine]
            kept += _longest(self._heaviest_rows(some, text, speaker, trace), text, terms, trace)
        return sorted(kept, key=lambda one: one.start)

    def _is_around(self, one: Candidate, disguised: list[Candidate]) -> bool:
        """A row that holds an evasively written code word stands beside it: 莆🌿田那双 says more than 莆田那双."""
        return one.term in self.tables.rows and any(
            one.start <= other.start and other.end <= one.end and one != other for other in disguised
        )

    def _heaviest_rows(self, found: list[Candidate], text: str, speaker: str, trace: Trace | None) -> list[Candidate]:
        """Of rows of the pattern table that overlap the heaviest stays: how far a gap reaches says nothing."""
        rows, terms = self.tables.rows, self.tables.terms

        def lightness(one: Candidate) -> float:
            term = terms[one.term]
            return -weight(SIGNALS[term.category], risk=term.risk, match=one.match, speaker=speaker)

        kept: list[Candidate] = []
        for one in sorted((one for one in found if one.term in rows), key=lightness):
            heavier = [other for other in kept if one.start < other.end and other.start < one.end]
            if not any(lightness(other) < lightness(one) for other in heavier):
                kept.append(one)
            elif trace:
                trace.drop(one, overlapped(one, heavier, text))
        return [one for one in found if one.term not in rows] + kept

    def _patterned(
        self, writing: Writing, by_sound: Mapping[str, list[Place]], certain: list[Candidate], speaker: str
    ) -> Iterator[Candidate]:
        """Rows of the pattern table, over the words and terms found."""
        line = self._line(writing.text, writing.words, certain)
        yield from patterned(self.tables, writing, line, speaker=speaker, by_sound=False)
        if by_sound:
            line = self._line(writing.text, KnownWords(by_sound), certain)
            yield from patterned(self.tables, writing, line, speaker=speaker, by_sound=True)

    def _line(self, text: str, words: Words, found: list[Candidate]) -> PatternLine:
        terms: dict[TermCategory, list[Place]] = {}
        for one in found:
            terms.setdefault(self.tables.terms[one.term].category, []).append((one.start, one.end))
        return PatternLine(
            self.tables.patterns, text, words, terms=terms,
            prices=lambda: [(price.start, price.end) for price in prices.find_prices(text)],
        )  # fmt: skip


def _check_speaker(speaker: str) -> None:
    if speaker not in SPEAKERS:
        raise ValueError(f"speaker {speaker!r}; use one of {', '.join(sorted(SPEAKERS))}")


def _overlap(one: Hit, other: Hit) -> bool:
    """The number belongs to a term: 椰子700."""
    return one.start < other.end and other.start < one.end


def _moved(hit: Hit, by: int) -> Hit:
    return msgspec.structs.replace(hit, start=hit.start + by, end=hit.end + by)


FEW_LINES = 8
"""Fewer are scanned one by one by an engine that is not prepared for many: what scans little need not load numba."""

LINES_AT_ONCE = 4000
"""Lines screened together: of the lengths of chat, their arrays stay in the processor's cache."""

LONGEST_TEXT = 20_000
"""Characters scanned of one text: ten times the longest listing. A record may hold a megabyte, which no person would
read and which would keep a worker busy for a minute."""

MOST_HITS = 100
"""Hits given of one text: more say nothing new, and each becomes a suspicion of its own."""

LONGEST_PIECE = 1000
"""Characters scanned at once: hits are compared with each other, so the time grows with the square of the length."""


def _pieces(text: str) -> list[tuple[int, int]]:
    """Cut a long text behind white space or sentence marks."""
    pieces, start = [], 0
    while len(text) - start > LONGEST_PIECE:
        window = text[start : start + LONGEST_PIECE]
        cut = max((found.end() for found in PIECE_END.finditer(window)), default=LONGEST_PIECE)
        pieces.append((start, start + cut))
        start += cut
    return [*pieces, (start, len(text))]


PIECE_END = re.compile(r"[\s。！？!?]")


def _applies(term: Term, speaker: str) -> bool:
    if term.roles:
        return speaker in term.roles
    if term.category == TermCategory.VIEWER_DOUBT:
        return speaker not in SELLING_SIDE
    return term.category != TermCategory.DEAL or term.risk >= DEAL_MIN_RISK


def _hides_fakes(one: Candidate, terms: tuple[Term, ...], text: str, speaker: str) -> bool:
    """A seller who writes 亻方货 names the goods: a viewer's word for a doubt, but none here."""
    term = terms[one.term]
    if speaker not in SELLING_SIDE or not names_fakes(term) or term.roles:
        return False
    typed = speaker in WRITTEN or not is_typed(text[one.start : one.end], term)
    return typed and is_deliberate(one, text, term, evasive=is_evasive(one, text, term))


def _disguised(found: list[Candidate], text: str, terms: tuple[Term, ...]) -> list[Candidate]:
    """Evasively written code words: who writes 是高*仿吧 dodges the filter and does not doubt."""
    grades = (one for one in found if terms[one.term].category == TermCategory.GRADE)
    return [one for one in grades if is_evasive(one, text, terms[one.term])]


NAME_SYLLABLES = 3
"""From this many on, a brand's name is known by its sound, so that it stands beside other sounds: 百年玲复科."""


def _is_heard_name(tables: Tables, text: str, one: Candidate, speaker: str) -> bool:
    is_name = tables.terms[one.term].category == TermCategory.BRAND and one.match == MatchKind.SOUND
    return (
        is_name
        and one.last - one.first >= NAME_SYLLABLES
        and sounds_true(tables, text, one, speaker=speaker, near=False, named=False, everyday=False)
    )


ASKED = frozenset({TermCategory.VIEWER_DOUBT, TermCategory.ADMISSION})
"""Sentences about fakes that may hold a code word: 是gao仿的吧 hides one."""


def _holds_disguised(one: Candidate, term: Term, disguised: list[Candidate]) -> bool:
    return term.category in ASKED and any(one.start <= other.start and other.end <= one.end for other in disguised)


_MATCH_ORDER = {MatchKind.EXACT: 0, MatchKind.FOLDED: 1, MatchKind.VISUAL: 2, MatchKind.SOUND: 3}


def _told_end(one: Candidate, text: str, term: Term) -> int:
    """Where a candidate ends without repeats of its last letter: 香奶奶奶奶 is 香奶奶, not 香奶 said long."""
    end = one.end
    while end - one.start > len(term.folded) and text[end - 1] == text[end - 2]:
        end -= 1
    return end


def _longest(found: list[Candidate], text: str, terms: tuple[Term, ...], trace: Trace | None) -> list[Candidate]:
    """Longest first, then what is written as the term is, the surer match, the heavier term.

    What overlaps a kept one goes.
    """

    def rank(one: Candidate) -> tuple[int, int, int, bool, int, bool, float, int]:
        return (
            one.start - _told_end(one, text, terms[one.term]),
            one.first - one.last,
            one.start - one.end,
            text[one.start : one.end].lower() != terms[one.term].term.lower(),
            _MATCH_ORDER[one.match],
            one.altered,
            -terms[one.term].risk,
            one.term,
        )

    kept: list[Candidate] = []
    for one in sorted(found, key=rank):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
        elif trace:
            trace.drop(one, overlapped(one, kept, text))
    return kept

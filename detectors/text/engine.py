"""The one text engine: ear, eye, chat and listings all scan with it.

engine = TextEngine.load()
engine.scan("今天这批原单只要四百六", speaker="host")
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec

from detectors.text import prices
from detectors.text.candidates import Candidate, Writing, patterned, sounded, sounded_words, spelled
from detectors.text.context import Context
from detectors.text.fold import PLAIN
from detectors.text.hits import SELLING_SIDE, SIGNALS, SPEAKERS, Hit
from detectors.text.pattern_line import PatternLine, Place
from detectors.text.readings import RUN
from detectors.text.rules import NEAR_CHARS, Span, is_deliberate, is_evasive, is_typed, masked, sounds_true, well_formed
from detectors.text.tables import IDEOGRAPHS, Tables, build_tables, load_tables
from detectors.text.term import Term
from schemas import MatchKind, Signal, TermCategory

AMBIGUOUS_FACTOR = 0.45
"""Risk left to an ambiguous word away from goods, brands and other code words: a fifth of the quadratic weight."""

RATIO_FACTOR = 0.2
"""As `AMBIGUOUS_FACTOR`, of a ratio away from talk of copying: every recipe and every blended yarn has one."""

DEAL_MIN_RISK = 0.35
"""Deal talk under this risk (清仓, 捡漏) is every shop's talk and gives no hit."""

PAIR_MIN_RISK = 0.3
PAIRED_ALIAS_RISK = 0.5
"""Risk of an ambiguous alias beside another one of the same brand: neither a surname nor a fruit comes with the other.
Not more: 老花 and 水桶包 are also two styles of one bag of any maker."""

ANCHOR_MIN_RISK = 0.5
"""A code word or alias from this risk on makes a doubtful one beside it count."""

DOUBTFUL = frozenset({MatchKind.SOUND, MatchKind.VISUAL})
"""Matches that may be another word after all."""

DENIABLE = frozenset({
    TermCategory.GRADE, TermCategory.VIEWER_DOUBT, TermCategory.ADMISSION, TermCategory.DEAL,
})  # fmt: skip


class TextEngine:
    """Scans text for what the lexicon knows. Deterministic: the same text and speaker always give the same hits."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.version = tables.version
        """Hash of lexicon and tables, 12 hex characters."""

    @classmethod
    def load(cls, lexicon: Path | Iterable[Term] | None = None, *, as_of: date | None = None) -> "TextEngine":
        """Read the bundled tables, with another lexicon when given, as it stands on a day (None: with expired terms).

        Raises:
            LexiconError: the lexicon cannot be used; the message names line and column.
        """
        return cls(load_tables(lexicon, as_of=as_of))

    @classmethod
    def of(cls, lexicon: tuple[Term, ...], *, as_of: date | None = None) -> "TextEngine":
        """Build an engine from the terms of a lexicon: the same terms in the same order give the same version.

        Raises:
            LexiconError: a bundled file cannot be read.
        """
        return cls(build_tables(lexicon, as_of=as_of))

    def scan(self, text: str, *, speaker: str) -> list[Hit]:
        """Hits in the order of the text, at most one for each stretch of it.

        Args:
            text: anything; offsets of the hits are those of this string.
            speaker: host, viewer, screen, listing or report.

        Raises:
            ValueError: another speaker.
        """
        if speaker not in SPEAKERS:
            raise ValueError(f"speaker {speaker!r}; use one of {', '.join(sorted(SPEAKERS))}")
        hits: list[Hit] = []
        for start, end in _pieces(text):
            piece = text[start:end]
            found = self._term_hits(piece, speaker)
            found += [price for price in prices.find_prices(piece) if not any(_overlap(price, hit) for hit in found)]
            hits += [_moved(hit, start) for hit in found] if start else found
        return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.signal))

    def _term_hits(self, text: str, speaker: str) -> list[Hit]:
        writing = Writing(text)
        found = self._found(writing, speaker)
        if not found:
            return []
        terms = self.tables.terms
        context = Context(self.tables.patterns, self._line(text, writing.words, found))
        kept = _longest(_without_disguised(found, text, terms), text, terms, speaker)
        hits = (self._hit(text, context, one, kept, speaker) for one in kept)
        return [hit for hit in hits if hit is not None]

    def _found(self, writing: Writing, speaker: str) -> list[Candidate]:
        """Candidates that stand: unmasked spellings, and the sounds and shapes that nothing else explains."""
        tables, text = self.tables, writing.text
        heard = [one for one in sounded(tables, writing) if well_formed(tables, text, one)]
        by_sound = sounded_words(tables, writing) if speaker == "host" else {}
        everything = bool(heard or by_sound)
        written = [one for one in spelled(tables, writing, everything=everything) if well_formed(tables, text, one)]
        if not written and not heard and not writing.words:
            return []
        guards = [Span(one.start, one.end) for one in written if one.term >= tables.first_guard]
        unmasked = [one for one in (*written, *heard) if one.term < tables.first_guard and not masked(one, guards)]
        certain = [one for one in unmasked if one.match not in DOUBTFUL]
        certain += [one for one in self._patterned(writing, by_sound, certain, speaker) if not masked(one, guards)]
        anchors = [one for one in certain if self._anchors(tables.terms[one.term])]
        brands = [one for one in anchors if tables.terms[one.term].category != TermCategory.GRADE]
        return certain + [
            one
            for one in unmasked
            if one.match in DOUBTFUL
            and sounds_true(
                tables, text, one, speaker=speaker, near=_near(one, anchors), named=_near(one, brands),
                everyday=Span(one.start, one.end) in guards,
            )
        ]  # fmt: skip

    def _patterned(
        self, writing: Writing, by_sound: Mapping[str, list[Place]], certain: list[Candidate], speaker: str
    ) -> Iterator[Candidate]:
        """Rows of the pattern table, over the words and terms found."""
        line = self._line(writing.text, writing.words, certain)
        yield from patterned(self.tables, writing, line, speaker=speaker, by_sound=False)
        if by_sound:
            line = self._line(writing.text, by_sound, certain)
            yield from patterned(self.tables, writing, line, speaker=speaker, by_sound=True)

    def _line(self, text: str, words: Mapping[str, list[Place]], found: list[Candidate]) -> PatternLine:
        terms: dict[TermCategory, list[Place]] = {}
        for one in found:
            terms.setdefault(self.tables.terms[one.term].category, []).append((one.start, one.end))
        return PatternLine(
            self.tables.patterns, text, words, terms=terms,
            prices=lambda: [(price.start, price.end) for price in prices.find_prices(text)],
        )  # fmt: skip

    def _anchors(self, term: Term) -> bool:
        if term.category == TermCategory.BRAND:
            return True
        return term.category in (TermCategory.GRADE, TermCategory.BRAND_ALIAS) and term.risk >= ANCHOR_MIN_RISK

    def _hit(self, text: str, context: Context, one: Candidate, kept: list[Candidate], speaker: str) -> Hit | None:
        term, place = self.tables.terms[one.term], (one.start, one.end)
        said = context.stance(place, term.category)
        if term.category in DENIABLE and (
            said == "denied" or (speaker in SELLING_SIDE and context.put_in_question(place, term.category))
        ):
            return None
        surface = text[one.start : one.end]
        evasive = one.term in self.tables.disguised or is_evasive(one, text, term)
        risk = term.risk
        deliberate = is_deliberate(one, text, term, evasive=evasive)
        if term.needs and not deliberate and not context.beside(place, term.category, needs=term.needs):
            anchors = [other for other in kept if other is not one and self._anchors(self.tables.terms[other.term])]
            alone = RATIO_FACTOR if term.needs == "copy" else AMBIGUOUS_FACTOR
            risk = risk if _near(one, anchors) else risk * alone
        if risk < PAIRED_ALIAS_RISK and self._paired(one, kept):
            risk = PAIRED_ALIAS_RISK
        signal = SIGNALS[term.category]
        if signal == Signal.BRAND and evasive and _hides_brand(one, surface, speaker):
            signal, risk = Signal.BRAND_ALIAS, HIDDEN_BRAND_RISK
        if signal == Signal.ADMISSION and (speaker not in SELLING_SIDE or said == "asked"):
            signal, risk = Signal.DOUBT, min(risk, DOUBT_RISK)
        elif signal == Signal.CODE_WORD and speaker not in SELLING_SIDE and not evasive:
            signal, risk = _viewer_code_word(risk, asks=said == "asked", wants=context.wanted(place, term.category))
        match = one.match
        if match in (MatchKind.EXACT, MatchKind.FOLDED) or is_typed(surface, term):
            plain = surface.lower() == term.term.lower() and one.term not in self.tables.disguised
            match = MatchKind.EXACT if plain else MatchKind.FOLDED
        return Hit(
            signal=signal, term=term.term, surface=surface, start=one.start, end=one.end, match=match,
            brand=term.brand, risk=risk, evasive=evasive,
        )  # fmt: skip

    def _paired(self, one: Candidate, kept: list[Candidate]) -> bool:
        """Two ambiguous aliases of one brand side by side, and the brand not named: 劳家的水鬼."""
        terms = self.tables.terms
        term = terms[one.term]
        same = [other for other in kept if terms[other.term].brand == term.brand and other.term != one.term]
        return (
            term.category == TermCategory.BRAND_ALIAS
            and term.risk >= PAIR_MIN_RISK
            and not any(terms[other.term].category == TermCategory.BRAND for other in same)
            and _near(one, same)
        )


def _overlap(one: Hit, other: Hit) -> bool:
    """The number belongs to a term: 椰子700."""
    return one.start < other.end and other.start < one.end


def _moved(hit: Hit, by: int) -> Hit:
    return msgspec.structs.replace(hit, start=hit.start + by, end=hit.end + by)


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

HIDDEN_BRAND_RISK = 0.58
"""A brand's own name written around the filter (L∨, 香.奈.儿): as telling as a code name, yet full-width letters and
slips of the pen are among them, so that a viewer's alone does not act."""


def _hides_brand(one: Candidate, surface: str, speaker: str) -> bool:
    """A host is written down by the recogniser; a letter twice is a slip, spaces and traditional characters a habit."""
    spelling, letters = one.folded.text[one.first : one.last], surface.translate(PLAIN)
    doubled = letters != spelling and RUN.sub(r"\1", letters) == spelling
    plain = letters == spelling and IDEOGRAPHS.fullmatch("".join(surface.split())) is not None
    return speaker != "host" and not plain and not doubled


DOUBT_RISK = 0.5
STATED_DOUBT_RISK = 0.65
"""A viewer who says that the goods are fake weighs a little more than one who asks."""


def _viewer_code_word(risk: float, *, asks: bool, wants: bool) -> tuple[Signal, float]:
    """A viewer's plain code word: an order for it, a doubt, or a statement about the goods."""
    if wants and not asks:
        return Signal.CODE_WORD, risk
    return Signal.DOUBT, min(risk, DOUBT_RISK if asks else STATED_DOUBT_RISK)


def _near(one: Candidate, others: list[Candidate]) -> bool:
    return any(other.start - one.end <= NEAR_CHARS and one.start - other.end <= NEAR_CHARS for other in others)


def _applies(term: Term, speaker: str) -> bool:
    if term.roles:
        return speaker in term.roles
    if term.category == TermCategory.VIEWER_DOUBT:
        return speaker not in SELLING_SIDE
    return term.category != TermCategory.DEAL or term.risk >= DEAL_MIN_RISK


def _without_disguised(found: list[Candidate], text: str, terms: tuple[Term, ...]) -> list[Candidate]:
    """Leave out doubts that hold an evasively written code word: who writes 是高*仿吧 dodges the filter."""
    disguised = [
        one
        for one in found
        if terms[one.term].category == TermCategory.GRADE and is_evasive(one, text, terms[one.term])
    ]  # fmt: skip
    return [
        one for one in found
        if terms[one.term].category != TermCategory.VIEWER_DOUBT
        or not any(one.start <= other.start and other.end <= one.end for other in disguised)
    ]  # fmt: skip


_MATCH_ORDER = {MatchKind.EXACT: 0, MatchKind.FOLDED: 1, MatchKind.VISUAL: 2, MatchKind.SOUND: 3}


def _longest(found: list[Candidate], text: str, terms: tuple[Term, ...], speaker: str) -> list[Candidate]:
    """Longest first, then what is written as the term is, the surer match, the heavier term.

    What overlaps a kept one goes.
    """

    def rank(one: Candidate) -> tuple[int, int, bool, int, bool, float, int]:
        return (
            one.start - one.end,
            one.first - one.last,
            text[one.start : one.end].lower() != terms[one.term].term.lower(),
            _MATCH_ORDER[one.match],
            one.altered,
            -terms[one.term].risk,
            one.term,
        )

    kept: list[Candidate] = []
    for one in sorted((one for one in found if _applies(terms[one.term], speaker)), key=rank):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)

"""Say why a candidate gave no hit, in words for an analyst. No decision is made here."""

from detectors.text.allowed import is_allowed
from detectors.text.candidates import Candidate
from detectors.text.fold import PLAIN
from detectors.text.rules import NEAR_CHARS, Span, masked
from detectors.text.tables import Tables
from detectors.text.term import Term
from schemas import TermCategory

WORD_REACH = 2
"""Letters beside a sound in which everyday words are named."""


def ill_formed(tables: Tables, text: str, one: Candidate) -> str:
    """`well_formed` said no."""
    term = tables.terms[one.term]
    if not is_allowed(term, text, one):
        return f"its row forbids this way of writing (folds: {' '.join(sorted(term.folds))})"
    return "part of a longer word or number, or its letters stand too far apart for one word"


def masked_by(one: Candidate, text: str, guards: list[Span]) -> str:
    """`masked` said yes."""
    guard = next(guard for guard in guards if masked(one, [guard]))
    return f"masked by the guard {text[guard.start : guard.end]}"


def everyday_sound(tables: Tables, text: str, one: Candidate) -> str:
    """`sounds_true` said no; empty for the term itself, which its spelling finds."""
    term, surface = tables.terms[one.term], text[one.start : one.end]
    near = f"; it counts beside a brand or a certain code word, at most {NEAR_CHARS} characters away"
    if surface.translate(PLAIN) == term.folded:
        return ""
    if surface.translate(PLAIN) in tables.collisions.get(term.term, frozenset()):
        return f"{surface} is an everyday word by the sound of {term.term}{near}"
    words = _words_over(tables, text, one)
    if words:
        return f"everyday words explain it: {' '.join(words)}{near}"
    return f"only the sound or shape is that of {term.term}: no character or tone tells that it is meant{near}"


def _words_over(tables: Tables, text: str, one: Candidate) -> list[str]:
    """Common words that share a letter with the candidate."""
    before = text[: one.start].translate(PLAIN)[-WORD_REACH:]
    inside = text[one.start : one.end].translate(PLAIN)
    window = before + inside + text[one.end : one.end + NEAR_CHARS].translate(PLAIN)[:WORD_REACH]
    start, end = len(before), len(before) + len(inside)
    found = tables.words.find_matches_as_indexes(window, overlapping=True)
    return sorted({window[first:last] for _, first, last in found if first < end and last > start})


def other_speaker(term: Term, speaker: str) -> str:
    """The term does not count for this speaker."""
    if term.roles:
        return f"counts for {' '.join(sorted(term.roles))}, not for {speaker}"
    if term.category == TermCategory.VIEWER_DOUBT:
        return f"a doubt counts for viewers and reports, not for {speaker}"
    return "deal talk of this weight is every shop's"


def overlapped(one: Candidate, kept: list[Candidate], text: str) -> str:
    """A longer, surer or heavier candidate stands in its place."""
    other = next(other for other in kept if one.start < other.end and other.start < one.end)
    return f"{text[other.start : other.end]} stands in its place"

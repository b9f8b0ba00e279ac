"""The way of one line through the engine, for an analyst who asks why it fired or not.

The line is judged as ever, with a `Trace` that keeps what was dropped and why.
"""

from collections.abc import Iterable

import msgspec

from detectors.contract import TextItem
from detectors.text.acting import acting_rule
from detectors.text.engine import TextEngine
from detectors.text.fold import fold
from detectors.text.hits import Hit
from detectors.text.suspicions import judge_text
from detectors.text.term import Term
from detectors.text.trace import Dropped, Trace
from detectors.text.ways import ways_of
from schemas import MatchKind, Modality, Signal, TermCategory


class Letter(msgspec.Struct, frozen=True):
    """One letter of the folded text."""

    letter: str
    start: int
    """Where it stands in the text, end exclusive."""
    end: int
    sound: str
    """Toneless pinyin; empty for letters without one."""


class Seen(msgspec.Struct, frozen=True):
    """One candidate and what became of it."""

    surface: str
    start: int
    end: int
    term: str
    kind: TermCategory
    match: MatchKind
    folds: tuple[str, ...]
    because: str
    """Why it gave no hit."""


class Weighed(msgspec.Struct, frozen=True):
    """One hit and what it weighs."""

    surface: str
    start: int
    end: int
    term: str
    signal: Signal
    match: MatchKind
    folds: tuple[str, ...]
    llr: float
    decisions: tuple[str, ...]
    """What the words around it did."""
    brand: str = ""
    price_cny: float | None = None


class Talk(msgspec.Struct, frozen=True):
    """How the judge weighs the line as plain talk, the other findings aside."""

    llr: float
    cues: tuple[str, ...]
    """What pushed it, strongest first, then what held it back most."""


class Explanation(msgspec.Struct, frozen=True):
    """The way of one line through the engine."""

    text: str
    speaker: str
    lexicon_version: str
    letters: tuple[Letter, ...]
    dropped: tuple[Seen, ...]
    hits: tuple[Weighed, ...]
    talk: Talk | None
    """None: no word of the trade in it, or not said by the selling side."""
    acts: bool
    rule: str
    """By which rule the line acts, or why it does not."""


def explain(engine: TextEngine, text: str, *, speaker: str, expired: Iterable[Term] = ()) -> Explanation:
    """Judge a line and tell how.

    Args:
        engine: what to scan with.
        text: the line.
        speaker: host, viewer, screen, listing or report.
        expired: terms of the lexicon that are no longer in force; where they would stand is told too.

    Raises:
        ValueError: another speaker.
    """
    trace = Trace()
    item = TextItem(room="", session="", source_id="", text=text, speaker=speaker, start_ms=0, end_ms=0)
    found = judge_text(engine, item, modality=Modality.DANMAKU, detector="explain", version="1", trace=trace)
    dropped = [_seen(engine, text, one) for one in trace.dropped if _is_told(engine, one)]
    stood = {(hit.term, hit.start, hit.end) for hit in trace.hits}
    dropped = [one for one in dropped if (one.term, one.start, one.end) not in stood]
    dropped += _expired(text, speaker, tuple(expired))
    rule = acting_rule(found)
    return Explanation(
        text=text, speaker=speaker, lexicon_version=engine.version, letters=_letters(engine, text),
        dropped=tuple(_once(dropped)),
        hits=tuple(_weighed(hit) for hit in sorted(trace.hits, key=lambda hit: (hit.start, hit.end))),
        talk=_talk(engine, text, speaker), acts=bool(rule),
        rule=rule or "no rule: nothing in the line is certain enough by itself",
    )  # fmt: skip


AGAINST_MOST = 3
"""Features told that held plain talk back."""


def _talk(engine: TextEngine, text: str, speaker: str) -> Talk | None:
    verdict = engine.judge.verdict(text, speaker)
    if verdict is None:
        return None
    against = [push for push in reversed(verdict.pushes) if push.nats < 0][:AGAINST_MOST]
    return Talk(verdict.llr, (*verdict.told(), *(f"{push.nats:+.2f} {push.name}" for push in against)))


def _letters(engine: TextEngine, text: str) -> tuple[Letter, ...]:
    folded, sounds = fold(text), engine.tables.sound.plain
    return tuple(
        Letter(letter, start, end, sounds.get(letter, ""))
        for letter, start, end in zip(folded.text, folded.starts, folded.ends, strict=True)
    )


def _once(dropped: list[Seen]) -> list[Seen]:
    """In the order of the text; what was found in several readings and dropped for one reason is told once."""
    first: dict[tuple[int, int, str, str], Seen] = {}
    for one in dropped:
        first.setdefault((one.start, one.end, one.term, one.because), one)
    return [first[key] for key in sorted(first)]


def _is_told(engine: TextEngine, dropped: Dropped) -> bool:
    """Guards give no hits anyway."""
    return bool(dropped.because) and dropped.candidate.term < engine.tables.first_guard


def _seen(engine: TextEngine, text: str, dropped: Dropped) -> Seen:
    one = dropped.candidate
    start, end = one.start + dropped.offset, one.end + dropped.offset
    term = engine.tables.terms[one.term]
    phrase = term.term in engine.tables.row_terms
    ways = ways_of(one, text[dropped.offset :], term, phrase=phrase)
    return Seen(text[start:end], start, end, term.term, term.category, one.match, ways, dropped.because)


def _expired(text: str, speaker: str, expired: tuple[Term, ...]) -> list[Seen]:
    """Hits of terms that are out of force."""
    if not expired:
        return []
    days = {term.term: term.expires for term in expired}
    engine = TextEngine.of(expired)
    return [
        Seen(
            hit.surface, hit.start, hit.end, hit.term, _kind(expired, hit.term), hit.match, hit.folds,
            f"its row expired after {days[hit.term]}",
        )
        for hit in engine.scan(text, speaker=speaker) if hit.term in days
    ]  # fmt: skip


def _kind(terms: tuple[Term, ...], name: str) -> TermCategory:
    return next(term.category for term in terms if term.term == name)


def _weighed(hit: Hit) -> Weighed:
    return Weighed(
        hit.surface, hit.start, hit.end, hit.term, hit.signal, hit.match, hit.folds, hit.llr, hit.decisions, hit.brand,
        hit.price_cny,
    )  # fmt: skip

"""Measures a plan before it is published: which ordinary text its terms would hit."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from detectors.text.engine import TextEngine
from detectors.text.impact import Held, ImpactCounter, held_in
from detectors.text.tables import DATA
from detectors.text.term import Term
from schemas import TermCategory

SILENT = frozenset({TermCategory.BENIGN_GUARD, TermCategory.GUARANTEE, TermCategory.BRAND})
"""Kinds that never weigh."""
WORDS, GUARDS = "everyday words", "guard words"
REPORT_EVERY = 20_000
"""Lines between two notes of progress."""

Corpus = tuple[str, Iterable[str]]
"""Name and lines."""

Progress = Callable[[str, int], None]
"""Told the corpus and how many of its lines are done."""


class FalseAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """A term that a corpus of ordinary text sets off."""

    term: str
    corpus: str
    hits: dict[str, int]
    """Lines, by how the term was found: spelling, sound or shape."""
    lines: int
    """Lines of the corpus."""
    per_10k: float
    """Hits for 10,000 lines."""
    examples: list[str]


def false_alarms(
    before: TextEngine,
    after: TextEngine,
    terms: Sequence[Term],
    *,
    against: Iterable[Corpus] = (),
    progress: Progress = lambda _corpus, _lines: None,
) -> Iterator[FalseAlarm]:
    """Scan ordinary text for what new or changed terms would hit, corpus by corpus.

    Everyday words and the words of guards are always scanned; nothing in them may be hit.

    Args:
        before: what is in force.
        after: what would be.
        terms: the new and changed ones.
        against: further ordinary lines.
        progress: told every `REPORT_EVERY` lines.

    Raises:
        InputError: a corpus cannot be read.
    """
    weighing = [term for term in terms if term.category not in SILENT]
    if not weighing:
        return
    corpora: list[Corpus] = [
        (WORDS, everyday_words()),
        (GUARDS, [term.term for term in after.tables.terms[after.tables.first_guard :]]),
        *against,
    ]
    for name, lines in corpora:
        counter = ImpactCounter(before, after, weighing)
        for line in lines:
            counter.add(line)
            if counter.lines % REPORT_EVERY == 0:
                progress(name, counter.lines)
        progress(name, counter.lines)
        for impact in counter.found.values():
            yield FalseAlarm(
                term=impact.term,
                corpus=name,
                hits=impact.hits,
                lines=counter.lines,
                per_10k=round(10_000 * impact.total / counter.lines, 2),
                examples=impact.examples,
            )


def words_holding(engine: TextEngine, terms: Iterable[Term]) -> list[Held]:
    """New or changed terms that everyday words hold or sound like, with those words."""
    weighing = [term for term in terms if term.category not in SILENT]
    return [held for held in held_in(engine.tables, weighing, everyday_words()) if held.spelled or held.sounding]


def everyday_words() -> list[str]:
    """The bundled common words."""
    return [word for word in (DATA / "words.tsv").read_text(encoding="utf-8").splitlines() if word]

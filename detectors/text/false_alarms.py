"""What terms would hit in text where they should hit nothing: reviews, comments, everyday words."""

from collections.abc import Iterable, Sequence

import msgspec
from ahocorasick_rs import AhoCorasick

from detectors.text.engine import TextEngine
from detectors.text.fold import SYMBOLS
from detectors.text.term import Term

EXAMPLES = 5
"""Lines kept for each term."""


class TermHits(msgspec.Struct, frozen=True, kw_only=True):
    """How often one term stands in the lines."""

    term: str
    held: int
    """Lines that hold the term's letters, folded; guards not asked."""
    found: int
    """Lines in which the engine finds it, however written; 0 without an engine."""
    examples: tuple[str, ...]
    """The first lines in which it is found, or that hold it where no engine was given."""


def hits_in(
    lines: Iterable[str], terms: Sequence[Term], *, engine: TextEngine | None = None, speaker: str = "host"
) -> tuple[TermHits, ...]:
    """Count each term in the lines, in the order of `terms`.

    Args:
        lines: text in which the terms are false alarms; each is read once.
        terms: terms to look for.
        engine: an engine whose lexicon holds the terms and all others: its guards, needs and rules then count too.
        speaker: who says the lines.
    """
    holds = AhoCorasick([term.folded for term in terms])
    place = {term.term: k for k, term in enumerate(terms)}
    held, found = [0] * len(terms), [0] * len(terms)
    examples: list[list[str]] = [[] for _ in terms]
    for line in lines:
        holding = {match[0] for match in holds.find_matches_as_indexes(line.translate(SYMBOLS), overlapping=True)}
        hitting = set() if engine is None else _found(engine, line, speaker, place)
        for k in holding:
            held[k] += 1
        for k in hitting:
            found[k] += 1
        for k in holding if engine is None else hitting:
            if len(examples[k]) < EXAMPLES:
                examples[k].append(line)
    return tuple(
        TermHits(term=term.term, held=held[k], found=found[k], examples=tuple(examples[k]))
        for k, term in enumerate(terms)
    )


def _found(engine: TextEngine, line: str, speaker: str, place: dict[str, int]) -> set[int]:
    return {place[hit.term] for hit in engine.scan(line, speaker=speaker) if hit.term in place}

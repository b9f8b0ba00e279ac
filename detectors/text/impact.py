"""What new or changed terms would hit in text where nobody sells counterfeits, before they are published."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from detectors.text.engine import TextEngine
from detectors.text.hits import Hit
from detectors.text.tables import Tables
from detectors.text.term import Term
from detectors.text.weights import weight
from schemas import MatchKind, TermCategory

MOST_EXAMPLES = 5
AROUND = 20
"""Characters of an example on each side of the hit."""
WAYS: Mapping[MatchKind, str] = {
    MatchKind.EXACT: "spelling", MatchKind.FOLDED: "spelling", MatchKind.SOUND: "sound", MatchKind.VISUAL: "shape",
}  # fmt: skip
"""How a term was found, in the analyst's words."""


class Impact(msgspec.Struct, kw_only=True):
    """Lines of a corpus in which a term is found with weight, and was not, or with less, before."""

    term: str
    hits: dict[str, int]
    """By spelling, sound or shape."""
    examples: list[str]
    """The hits with some text around them."""

    @property
    def total(self) -> int:
        """Lines."""
        return sum(self.hits.values())


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """Everyday words that hold a term, or sound as if they did; guards and neighbours may still keep it silent."""

    term: str
    spelled: tuple[str, ...]
    sounding: tuple[str, ...]


class ImpactCounter:
    """Counts, line by line, what one lexicon finds of some terms and another did not.

    The lines are taken as said by a host, to whom most terms apply; for terms that only apply to others (doubts, or
    `roles`) by those as well. Weights are those of the line alone.
    """

    def __init__(self, before: TextEngine, after: TextEngine, terms: Iterable[Term]) -> None:
        terms = tuple(terms)
        self._before, self._after = before, after
        self._terms = frozenset(term.term for term in terms)
        self._speakers = sorted({_speaker(term) for term in terms})
        self.lines = 0
        self.found: dict[str, Impact] = {}

    def add(self, line: str) -> None:
        """Scan a line."""
        self.lines += 1
        for hit in self._new(line).values():
            impact = self.found.setdefault(hit.term, Impact(term=hit.term, hits={}, examples=[]))
            way = WAYS[hit.match]
            impact.hits[way] = impact.hits.get(way, 0) + 1
            if len(impact.examples) < MOST_EXAMPLES:
                impact.examples.append(line[max(0, hit.start - AROUND) : hit.end + AROUND])

    def _new(self, line: str) -> dict[str, Hit]:
        """Terms that are new in the line, or weigh more, with their hits."""
        new: dict[str, Hit] = {}
        for speaker in self._speakers:
            hits = _weighing(self._after, line, speaker, self._terms)
            if hits:
                known = _weighing(self._before, line, speaker, self._terms)
                new |= {term: hit for term, (llr, hit) in hits.items() if llr > known.get(term, (0.0,))[0]}
        return new


def held_in(tables: Tables, terms: Iterable[Term], words: Iterable[str]) -> Iterator[Held]:
    """Everyday words that hold each term: 火车站 holds 火车, and 警方 sounds like 精仿.

    Args:
        tables: for the sounds.
        terms: what to look for.
        words: folded everyday words; the term itself is left out.
    """
    written = "\n".join(words)
    sounds = tables.sound.of(written)
    for term in terms:
        spelled = [word for word in _words_at(written, written, term.folded) if word != term.folded]
        sounding = list(_words_at(written, sounds, tables.sound.of(term.folded))) if term.sound else []
        yield Held(
            term=term.term,
            spelled=tuple(spelled),
            sounding=tuple(word for word in sounding if term.folded not in word),
        )


def _speaker(term: Term) -> str:
    if term.roles:
        return "host" if "host" in term.roles else min(term.roles)
    return "viewer" if term.category == TermCategory.VIEWER_DOUBT else "host"


def _weighing(engine: TextEngine, line: str, speaker: str, terms: frozenset[str]) -> dict[str, tuple[float, Hit]]:
    """Each term's heaviest hit that weighs anything."""
    found: dict[str, tuple[float, Hit]] = {}
    for hit in engine.scan(line, speaker=speaker):
        if hit.term in terms:
            llr = weight(hit.signal, risk=hit.risk, match=hit.match, speaker=speaker)
            if llr > found.get(hit.term, (0.0,))[0]:
                found[hit.term] = (llr, hit)
    return found


def _words_at(written: str, text: str, part: str) -> Iterator[str]:
    """Words of `written`, one a line, in whose place in `text` the part is found; each once."""
    end, at = -1, text.find(part)
    while at >= 0:
        if at > end:
            start = written.rfind("\n", 0, at) + 1
            end = written.find("\n", at)
            end = len(written) if end < 0 else end
            yield written[start:end]
        at = text.find(part, at + 1)

"""The lexicon in force: a base, and the reference entries that replace, add or switch off terms of it."""

from collections.abc import Iterable

from detectors.text.fold import SYMBOLS
from detectors.text.lexicon_row import term_of
from detectors.text.term import LexiconError, Term
from schemas import TermEntry

LONGEST = 64
"""Letters of a term: no bundled one has a third of that; longer ones are sentences, or files pasted in by mistake."""


def checked(entry: TermEntry) -> Term:
    """Return the term of an entry.

    Raises:
        LexiconError: it is no usable term; the message names it, the column and what to write.
    """
    if len(entry.term) > LONGEST:
        raise LexiconError(f"entry {entry.term[:20]}…, column term: {len(entry.term)} letters; write at most {LONGEST}")
    return term_of(entry, where=f"entry {entry.term}")


def overlaid(base: tuple[Term, ...], entries: Iterable[TermEntry]) -> tuple[Term, ...]:
    """Terms of `base` with the entries laid over them, the same in whatever order the entries come.

    An entry takes the place of every term that folds to the same letters, of whatever kind; new terms follow behind.
    Of two entries that fold to the same letters (Ａ货, A货) the one whose term sorts first stands.

    Raises:
        LexiconError: an entry is no usable term.
    """
    over: dict[str, Term | None] = {}
    for entry in sorted(entries, key=lambda entry: entry.term):
        over.setdefault(folded(entry.term), None if entry.off else checked(entry))
    known: set[str] = set()
    terms: list[Term] = []
    for term in base:
        if term.folded not in over:
            terms.append(term)
        elif term.folded not in known:
            known.add(term.folded)
            replacement = over[term.folded]
            terms += () if replacement is None else (replacement,)
    added = [term for letters, term in sorted(over.items()) if term is not None and letters not in known]
    return (*terms, *added)


def folded(term: str) -> str:
    """The letters that stand for a term, however it is spelt."""
    return term.translate(SYMBOLS)

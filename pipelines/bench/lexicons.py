"""Lexicons of any size for measurements: the bundled one, and pseudo-terms made of everyday words.

A pseudo-term is a common word of `words.tsv` with one or two characters of other common words behind it (身高灯):
three to five characters that no one says, yet beginning as ordinary chat does, which is the hard case for a scanner.
Everything else they have from bundled terms, so that they take part in every way of matching. Drawn from a seeded
generator: the same size is always the same lexicon, and a larger one holds the smaller.
"""

from random import Random  # noqa: TID251 - made-up test data, not a decision

import msgspec

from detectors.text.fold import SYMBOLS
from detectors.text.lexicon import read_lexicon
from detectors.text.tables import DATA
from detectors.text.term import Term
from schemas import TermCategory

SEED = 4
_LOOKED_FOR = frozenset({
    TermCategory.GRADE, TermCategory.BRAND_ALIAS, TermCategory.EVASION, TermCategory.OFF_PLATFORM,
})  # fmt: skip
"""Categories of the pseudo-terms: those that are looked for in every way of writing."""


def sized_lexicon(size: int) -> tuple[Term, ...]:
    """A lexicon of `size` terms; of fewer than the bundled ones, drawn evenly from them."""
    bundled = read_lexicon()
    if size < len(bundled):
        return tuple(bundled[k * len(bundled) // size] for k in range(size))
    models = [term for term in bundled if term.category in _LOOKED_FOR]
    words = (DATA / "words.tsv").read_text(encoding="utf-8").split()
    known = {term.folded for term in bundled}
    draw = Random(SEED)  # noqa: S311 - no secret
    terms = list(bundled)
    while len(terms) < size:
        made_up = draw.choice(words) + "".join(draw.choice(draw.choice(words)) for _ in range(draw.randint(1, 2)))
        folded = made_up.translate(SYMBOLS)
        if folded not in known:
            known.add(folded)
            terms.append(msgspec.structs.replace(draw.choice(models), term=made_up, folded=folded, guards=()))
    return tuple(terms)

"""Lexicons of any size for measurements: the bundled one, and pseudo-terms made of everyday words.

A pseudo-term is a common word of `words.tsv` with one or two characters of other common words behind it (身高灯):
three to five characters that no one says, yet beginning as ordinary chat does, which is the hard case for a scanner.
As real code words they are rare in chat: what ordinary lines hold, by spelling or by sound, is no term. (Drawn blindly,
50,000 of them hit every fifth line, 怎么洗 as the sound of 怎么犀 and 哈哈哈哈 among them, so that the figures told of
hits and not of the engine.)
Everything else they have from bundled terms, so that they take part in every way of matching. Drawn from a seeded
generator: the same size is always the same lexicon, and a larger one holds the smaller.
"""

from collections.abc import Iterable
from functools import cache
from random import Random  # noqa: TID251 - made-up test data, not a decision

import msgspec

from detectors.text.fold import PLAIN, SYMBOLS
from detectors.text.lexicon import read_lexicon
from detectors.text.sound import SoundTable
from detectors.text.tables import DATA
from detectors.text.term import Term
from pipelines.bench.chat_lines import chat_lines
from pipelines.bench.ordinary_talk import ordinary_talk
from schemas import TermCategory

SEED = 4
ORDINARY_LINES, ORDINARY_SEED = 20_000, 5
"""Lines of chat that hold no pseudo-term, others than those that are scanned."""
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
    sound, said = _sound_table(), _said()
    draw = Random(SEED)  # noqa: S311 - no secret
    terms = list(bundled)
    while len(terms) < size:
        made_up = draw.choice(words) + "".join(draw.choice(draw.choice(words)) for _ in range(draw.randint(1, 2)))
        folded = made_up.translate(SYMBOLS)
        if folded not in known and sound.of(folded) not in said:
            known.add(folded)
            terms.append(msgspec.structs.replace(draw.choice(models), term=made_up, folded=folded, guards=()))
    return tuple(terms)


LENGTHS = range(2, 7)
"""Characters of the pseudo-terms."""


@cache
def _said() -> frozenset[str]:
    """The sounds of every few characters in a row of ordinary lines."""
    sound, said = _sound_table(), set[str]()
    for line in _ordinary_lines():
        folded = line.translate(PLAIN)
        for sounds in {sound.of(folded), sound.second_of(folded)}:
            said.update(sounds[k : k + length] for length in LENGTHS for k in range(len(sounds) - length + 1))
    return frozenset(said)


def _ordinary_lines() -> Iterable[str]:
    models = tuple(term for term in read_lexicon() if term.category in _LOOKED_FOR)
    yield from chat_lines(ORDINARY_LINES, models, seed=ORDINARY_SEED)
    yield from (line for _, line in ordinary_talk())


@cache
def _sound_table() -> SoundTable:
    lines = ((DATA / name).read_text(encoding="utf-8").splitlines() for name in ("sound.tsv", "polyphones.tsv"))
    return SoundTable.parse(*lines)

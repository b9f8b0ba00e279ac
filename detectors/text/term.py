"""One checked term of the lexicon, and the closed lists that its columns choose from."""

from datetime import date

import msgspec

from schemas import TermCategory

COLUMNS = (
    "term", "kind", "brand", "llr", "basis", "folds", "needs", "guards", "roles", "source", "since", "owner",
    "expires", "notes",
)  # fmt: skip

BASES = ("case", "corpus", "speech", "judgement")
"""Where a weight comes from: prosecuted or reported cases, counting in real text, synthesised speech, judgement."""

TRADE_NEED = "trade"
NEEDS = ("goods", "copy", TRADE_NEED)

NO_SOUND, NO_INITIAL, NO_SPLIT, NO_SHAPE, NO_SYMBOL, NO_GAP, EXACT = (
    "no-sound", "no-initial", "no-split", "no-shape", "no-symbol", "no-gap", "exact",
)  # fmt: skip
FOLDS = (NO_SOUND, NO_INITIAL, NO_SPLIT, NO_SHAPE, NO_SYMBOL, NO_GAP, EXACT)
"""Ways of writing that a term can forbid; `exact` forbids all but upper and lower case."""


CITIES = frozenset({"莆田"})
"""Terms that are weak as they stand, as cities are: whoever writes one around a filter means its shoes."""


class LexiconError(ValueError):
    """A row of the lexicon cannot be used; the message starts with file, line and column."""


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One term. The fields are those of `schemas.TermEntry`, in the types that the engine works with."""

    term: str
    category: TermCategory
    folded: str
    brand: str = ""
    llr: float = 0.0
    """Natural log, at full strength, said by the kind's own side: hosts, screens and listings; doubts by viewers."""
    risk: float = 0.0
    """Square root of `llr` as a share of its kind's full weight, three digits: 0 to 1, what the rules compare."""
    basis: str = "judgement"
    folds: frozenset[str] = frozenset()
    needs: str = ""
    """Ambiguous when not empty: counts in full only beside a brand, another code word, or `goods` (goods and shop talk)
    or `copy` (talk of copying and of quality; for ratios, which goods have too: 网布一比一拼接)."""
    guards: tuple[str, ...] = ()
    """Words that hold the term by chance."""
    roles: frozenset[str] = frozenset()
    """Speakers that it counts for; empty: as its kind."""
    source: str = ""
    since: str = ""
    owner: str = ""
    expires: date | None = None
    """Last day in force."""
    notes: str = ""

    @property
    def sound(self) -> bool:
        """May be found by sound."""
        return not self.folds & {NO_SOUND, EXACT}

"""What the text engine finds."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from schemas import MatchKind, PriceRole, Signal, TermCategory


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One finding in one text."""

    signal: Signal
    term: str
    """Canonical lexicon term; empty for prices."""
    surface: str
    """`text[start:end]`, as it was written."""
    start: int
    end: int
    match: MatchKind
    brand: str = ""
    risk: float = 0.0
    """The term's risk after its surroundings: halved for an ambiguous word away from goods."""
    evasive: bool = False
    """Written so that a word list would miss it; full width, case and traditional characters do not count."""
    dealt: bool = False
    """Said by a viewer who orders such goods, has bought some or compares them: no question whether they are fakes."""
    price_cny: float | None = None
    price_role: PriceRole | None = None
    link_number: int | None = None
    """Of a price: the purchase link that it is said of."""
    item: str = ""
    """Of a price: the goods that it is said of."""
    counter_cny: float | None = None
    """Of a low price: what the seller says that a counter asks."""
    llr: float = 0.0
    """Natural log; 0 for names, guarantees and prices."""
    folds: tuple[str, ...] = ()
    """Ways in which it is written differently from the term: see `detectors.text.ways`."""
    decisions: tuple[str, ...] = ()
    """What the words around it did, for people."""
    lexicon_version: str = ""
    """Empty for prices: they need no lexicon."""


SIGNALS: Mapping[TermCategory, Signal] = MappingProxyType(
    {
        TermCategory.GRADE: Signal.CODE_WORD,
        TermCategory.BRAND_ALIAS: Signal.BRAND_ALIAS,
        TermCategory.EVASION: Signal.EVASION,
        TermCategory.DEAL: Signal.EVASION,
        TermCategory.OFF_PLATFORM: Signal.OFF_PLATFORM,
        TermCategory.VIEWER_DOUBT: Signal.DOUBT,
        TermCategory.SILENCE_ORDER: Signal.SILENCE_ORDER,
        TermCategory.ADMISSION: Signal.ADMISSION,
        TermCategory.GUARANTEE: Signal.GUARANTEE,
        TermCategory.BRAND: Signal.BRAND,
    }
)
"""Signal of each category; guards have none."""

SELLING_SIDE = frozenset({"host", "screen", "listing"})
SPEAKERS = SELLING_SIDE | {"viewer", "report"}

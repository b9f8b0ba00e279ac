"""Reference entries: what every worker reads in full and applies between two records."""

from enum import StrEnum

import msgspec


class TermCategory(StrEnum):
    """What a lexicon term is about; the text engine maps it to a signal."""

    GRADE = "grade"
    BRAND_ALIAS = "brand_alias"
    EVASION = "evasion"
    DEAL = "deal"
    OFF_PLATFORM = "off_platform"
    VIEWER_DOUBT = "viewer_doubt"
    SILENCE_ORDER = "silence_order"
    ADMISSION = "admission"
    GUARANTEE = "guarantee"
    BRAND = "brand"
    BENIGN_GUARD = "benign_guard"


class TermEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One lexicon row."""

    term: str
    category: TermCategory
    brand: str = ""
    risk: float = 0.0
    """Standalone evidence weight 0 to 1 when said about the room's own goods; not a probability. Read where `llr` is
    absent."""
    source: str = ""
    notes: str = ""
    off: bool = False
    """The term is not looked for, though the bundled lexicon has it."""
    llr: float | None = None
    """Weight at full strength, natural log; not more than the kind's full weight."""
    basis: str = "judgement"
    """Where the weight comes from: case, corpus, speech or judgement."""
    folds: tuple[str, ...] = ()
    """Forbidden ways of writing: no-sound, no-initial, no-split, no-shape, no-symbol, no-gap, exact; empty: none."""
    needs: str = ""
    """What an ambiguous term needs beside it: goods, copy, trade, or nothing."""
    guards: tuple[str, ...] = ()
    """Words that hold the term by chance."""
    roles: tuple[str, ...] = ()
    """Speakers that it counts for; empty: as its kind."""
    since: str = ""
    """Lexicon version or day of its adding."""
    owner: str = ""
    expires: str = ""
    """Last day in force, 2026-12-31; empty: for good."""


class BrandEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Genuine price range of a brand's item."""

    brand: str
    item: str
    genuine_low_cny: float
    genuine_high_cny: float
    source: str


class Judges(StrEnum):
    """What a policy judges."""

    ROOMS = "rooms"
    ACCOUNTS = "accounts"
    """Hosts and merchants."""


class PolicyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the policy, as TOML text."""

    version: str
    toml: str
    judges: Judges = Judges.ROOMS


class SensingDirective(msgspec.Struct, frozen=True, kw_only=True):
    """The join tells ingest and the sensing agents how closely to look at a room."""

    room: str
    session: str
    time_ms: int
    frames_per_second: float
    transcribe: bool

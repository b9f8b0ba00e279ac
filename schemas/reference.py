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
    """Standalone evidence weight 0 to 1 when said about the room's own goods; not a probability."""
    source: str = ""
    notes: str = ""
    off: bool = False
    """The term is not looked for, though the bundled lexicon has it."""


class BrandEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Genuine price range of a brand's item."""

    brand: str
    item: str
    genuine_low_cny: float
    genuine_high_cny: float
    source: str


class PolicyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the policy, as TOML text."""

    version: str
    toml: str


class SensingDirective(msgspec.Struct, frozen=True, kw_only=True):
    """The join tells ingest and the sensing agents how closely to look at a room."""

    room: str
    session: str
    time_ms: int
    frames_per_second: float
    transcribe: bool

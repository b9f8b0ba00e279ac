"""What an account action carries: the whole case, so that whoever gets it needs to look nothing up."""

from enum import StrEnum

import msgspec

from schemas.accounts import IdentifierKind
from schemas.violations import Violation


class KnowingSign(StrEnum):
    """Conduct from which the law infers that a seller knew, or that supports it."""

    COVERED_MARK = "covered-mark"
    SILENCE_ORDER = "silence-order"
    FAR_BELOW_PRICE = "far-below-price"
    DESTROYED_TRACES = "destroyed-traces"
    """Deleted replays or purchase links."""
    ADMISSION = "admission"
    WENT_ON = "went-on"
    """Went on after a warning or a penalty."""
    REOPENED = "reopened"
    """The same people were closed before."""


class CaseGround(StrEnum):
    """What a reason of a case rests on."""

    STRIKE = "strike"
    KNOWING = "knowing"
    FAKES_FOUND = "fakes-found"
    REOPENED = "reopened"
    LINKED = "linked"
    SUSPECT_PARTNERS = "suspect-partners"
    SUM = "sum"


class CaseReason(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the explanation, heaviest first."""

    ground: CaseGround
    text_zh: str
    text_en: str
    contribution: float
    """Nats that it adds to the account's log-odds; 0 for what is a condition and no evidence."""
    refs: tuple[str, ...] = ()
    """Ids of room actions, sums or accounts behind it."""


class CaseStrike(msgspec.Struct, frozen=True, kw_only=True):
    """A show that counts against the account."""

    strike_id: str
    room: str
    session: str
    rung: str
    """Strongest room action that stands."""
    at_ms: int
    known_ms: int
    """When the action was applied or confirmed."""
    confirmed: bool
    """By a reviewer; otherwise only applied."""
    points: float
    """Weight before decay."""
    inherited_from: str = ""
    """Of a re-opened account: the account that was struck."""
    action_ids: tuple[str, ...] = ()
    bundle_ids: tuple[str, ...] = ()
    """Sealed evidence."""
    categories: tuple[Violation, ...] = ()
    knowing: tuple[KnowingSign, ...] = ()


class CaseEdge(msgspec.Struct, frozen=True, kw_only=True):
    """Why another account belongs to the case."""

    other: str
    shared: tuple[IdentifierKind, ...] = ()
    """Identifiers in common; empty for accounts that only sold together."""
    suspect: bool = False
    """By its own evidence alone."""
    closed_ms: int | None = None
    text_zh: str
    text_en: str


class CaseSums(msgspec.Struct, frozen=True, kw_only=True):
    """How much was sold, and how much of that is counted as counterfeit."""

    amount_cny: float = 0.0
    counted_cny: float = 0.0
    """Sales in struck shows (of suspect partners, where partners are named) and goods found fake elsewhere."""
    found_fake_cny: float = 0.0
    orders: int = 0
    """In what is counted."""
    buyers: int = 0
    """In what is counted; a buyer of several sums counts in each, so this is at most."""


class Threshold(msgspec.Struct, frozen=True, kw_only=True):
    """A sum that the law names, and whether the case reaches it."""

    name: str
    cny: float
    reached: bool
    citation: str
    status: str
    """How far the citation was checked."""


class LegalBasis(msgspec.Struct, frozen=True, kw_only=True):
    """What an action rests on."""

    citation: str
    status: str
    """How far the citation was checked: `verified in the full text`, or what is missing."""


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the decision rests on."""

    account: str
    round: int
    """0 for the first action of this line, 1 for the one after that had ended, and so on."""
    points: float
    """Strikes after decay."""
    reasons: tuple[CaseReason, ...]
    knowing: tuple[KnowingSign, ...] = ()
    strikes: tuple[CaseStrike, ...] = ()
    edges: tuple[CaseEdge, ...] = ()
    partners: int = 0
    suspect_partners: int = 0
    sums: CaseSums = CaseSums()
    thresholds: tuple[Threshold, ...] = ()
    legal: tuple[LegalBasis, ...] = ()
    taking_back_zh: str = ""
    """What has to be done to take the action back."""
    taking_back_en: str = ""
    left_out: int = 0
    """Strikes and edges beyond the limit of a case file."""


class EarlyWarning(msgspec.Struct, frozen=True, kw_only=True):
    """Notice to partners (other platforms, brands, payment services) about an account; or its withdrawal."""

    warning_id: str
    account: str
    time_ms: int
    posterior: float
    strikes: int
    categories: tuple[Violation, ...]
    identifiers: tuple[str, ...]
    """`kind:hash` of what else the same people may use."""
    reasons_zh: tuple[str, ...]
    reasons_en: tuple[str, ...]
    policy_version: str
    withdraws: str | None = None
    """Id of the warning that no longer holds."""

"""Enforcement events, what becomes of them, and the sealing of evidence before them."""

from enum import StrEnum

import msgspec

from schemas.case_file import CaseFile
from schemas.suspicion import EvidenceRef, Modality, Signal
from schemas.violations import Violation


class Rung(StrEnum):
    """Step of the ladder, mildest first: those for rooms, then those for accounts of hosts and merchants."""

    OBSERVE = "observe"
    """Look at the room more closely and keep its evidence; nobody is told."""
    WARN = "warn"
    """Warn the host."""
    WARN_VIEWERS = "warn-viewers"
    """Tell the viewers that the goods are doubted."""
    LIMIT_TRAFFIC = "limit-traffic"
    """Bring the room no new viewers."""
    REMOVE_LINK = "remove-link"
    """Take the purchase links down."""
    REVIEW = "review"
    """Show the room to a person."""
    CUT = "cut"
    """End the show."""
    TRAIN = "train"
    """Teach a host or merchant who may not have known."""
    EXTEND_SETTLEMENT = "extend-settlement"
    """Pay out later, so that buyers can still be refunded."""
    FREEZE = "freeze"
    """Freeze the deposit."""
    REFUND = "refund"
    """Refund buyers at once, before the goods come back."""
    EARLY_WARNING = "early-warning"
    """Tell the partners who take part in the feed."""
    SUSPEND = "suspend"
    CLOSE = "close"
    BLACKLIST = "blacklist"
    """Forbid to register again."""
    REFER = "refer"
    """Refer the case to the police."""


class Authority(StrEnum):
    """Who may carry an action out: nobody (it is only recorded), a reviewer, or the enforcement service by itself."""

    SHADOW = "shadow"
    REVIEW = "review"
    AUTONOMOUS = "autonomous"


class Hold(StrEnum):
    """Why an action goes to a reviewer although its policy line may act by itself."""

    BUDGET = "budget"
    """The fleet has used up its autonomous actions of this hour."""
    BREAKER = "breaker"
    """The fleet fires abnormally often."""
    DEMOTED = "demoted"
    """Too many actions of the line were overturned."""
    UNANSWERED = "unanswered"
    """The governor did not answer in time."""
    ORDERED = "ordered"
    """A person has stopped all autonomous actions of the fleet."""


class SealState(StrEnum):
    """Whether the evidence was sealed before the action."""

    NOT_REQUIRED = "not-required"
    SEALED = "sealed"
    DEADLINE = "deadline"
    """The seal did not come in time; the action did not wait longer."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the explanation, strongest first."""

    text_zh: str
    text_en: str
    signal: Signal
    modality: Modality
    start_ms: int
    end_ms: int
    contribution: float
    """Share of the verdict's log-likelihood ratio after caps, discounts and decay."""
    suspicion_ids: tuple[str, ...]
    evidence: tuple[EvidenceRef, ...] = ()
    rung_without: str = ""
    """Rung that the rest of the evidence reaches by itself, `none` where it reaches none; empty when the action would
    have been the same."""
    change_zh: str = ""
    """The same in words: 若无此项:复核."""
    change_en: str = ""


class Circumstance(msgspec.Struct, frozen=True, kw_only=True):
    """What was known before the show's first sign and moved the prior."""

    text_zh: str
    text_en: str
    nats: float
    """By how much the prior's log-odds moved; below 0 it speaks for the room."""


class Enforcement(msgspec.Struct, frozen=True, kw_only=True):
    """An action that the platform should take, or the taking back of one."""

    action_id: str
    """Deterministic: the same decision always has the same id. Subscribers de-duplicate by it."""
    room: str
    """Of an action on an account, the subject itself: it is the record key, by which all about an account meets."""
    session: str
    """Of an action on an account, its line and round."""
    subject: str
    """Who is acted on: `room:<id>`, `host:<id>`, `merchant:<id>`."""
    rung: Rung
    authority: Authority
    decided_at_ms: int
    """On-air moment at which the evidence sufficed."""
    not_after_ms: int
    """On-air moment after which the action must not be carried out any more."""
    posterior: float
    llr: float
    modalities: tuple[Modality, ...]
    categories: tuple[Violation, ...]
    reasons: tuple[Reason, ...]
    policy_version: str
    policy_line: str
    seal: SealState = SealState.NOT_REQUIRED
    bundle_id: str = ""
    compensates: str | None = None
    """Id of the action that this one takes back."""
    legal_basis: tuple[str, ...] = ()
    """Articles that allow the action and name the violations, as `schemas.law` writes them."""
    occurrence: int = 1
    """How often the policy line has acted in this session, this time included."""
    circumstances: tuple[Circumstance, ...] = ()
    """What moved the prior: history of host and merchants, an opening late at night, another company."""
    hold: Hold | None = None
    """Why `authority` is less than the policy line would have given."""
    case: CaseFile | None = None
    """Of an action on a host or merchant: the case. Its reasons are there, `reasons` is empty."""


class OutcomeStatus(StrEnum):
    """What became of an action."""

    RECEIVED = "received"
    APPLIED = "applied"
    FAILED = "failed"
    EXPIRED = "expired"
    CONFIRMED = "confirmed"
    OVERTURNED = "overturned"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The enforcement service's or a reviewer's word on an action."""

    outcome_id: str
    action_id: str
    room: str
    session: str
    status: OutcomeStatus
    time_ms: int
    subscriber: str
    detail: str = ""
    subject: str = ""
    """Who was acted on, as the action says: the join minds rooms, others mind hosts and merchants."""


class SealRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The join asks for a span of a session to be sealed as evidence."""

    request_id: str
    room: str
    session: str
    start_ms: int
    end_ms: int
    deadline_ms: int
    evidence: tuple[EvidenceRef, ...] = ()
    policy_version: str = ""
    """Policy in force when it was asked."""
    policy_lines: tuple[str, ...] = ()
    """Lines of the policy that were reached: what the seal is wanted for."""


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed evidence bundle."""

    request_id: str
    bundle_id: str
    room: str
    session: str
    time_ms: int
    sha256: str

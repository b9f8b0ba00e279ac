"""Judges complaints: what each claims, by how many different buyers, and whether they are a raid."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from rapidfuzz import fuzz

from detectors.contract import Example
from detectors.report.claims import CLAIM_SIGNALS, Claim, claim_of
from detectors.text.engine import TextEngine
from detectors.text.fold import PLAIN
from detectors.text.hits import Hit
from detectors.text.violations import violations_named
from schemas import ConsumerReport, Facts, Modality, Signal, Suspicion, Violation, suspicion_id

CLAIM_LLR: Mapping[Claim, float] = MappingProxyType(
    {Claim.SUSPECTED: 0.4, Claim.STATED: 1.0, Claim.TESTED: 2.0, Claim.DOCUMENTED: 3.0}
)
"""Weight of a complaint, natural log. Of 700 shopping reviews that say 假货 97 % are negative (a public corpus of
62,774 reviews), but buyers of genuine goods complain so too: a statement is taken as e times likelier from a buyer of
fakes. The steps between the claims are set by judgement, not measured."""

WITHOUT_ORDER = 0.5
"""Anybody may claim to have bought: without an order a complaint weighs half (own choice)."""

NEW_ACCOUNT_DAYS = 30
NEW_ACCOUNT = 0.5
"""An account younger than this may have been made for the purpose: half (own choice)."""

WINDOW_MS = 600_000
RAID_REPORTS = 5
RAID_SHARE = 0.5
"""A raid: so many complaints within ten minutes, more than half of them copies or from new accounts (own choice; buyers
get their parcels on different days, so that many at once are odd by themselves). Its complaints weigh nothing."""

COPY_RATIO = 90.0
COPY_MIN_CHARS = 8
"""Of 100: texts this alike are one text. Short ones (是假货) are alike by chance."""

KEPT = 200
"""Complaints remembered of a session; the oldest is forgotten first."""


class Known(msgspec.Struct, frozen=True, array_like=True):
    """A complaint as it is remembered."""

    reporter: str
    time_ms: int
    text: str
    """Folded, at most 60 characters."""
    odd: bool
    """A copy, or from a new account."""


class ComplaintState(msgspec.Struct, frozen=True, array_like=True):
    """The complaints of a session that claim something."""

    session: str = ""
    known: tuple[Known, ...] = ()


class ComplaintDetector:
    """One suspicion for each complaint that doubts the goods; weight 0 for repeats, copies and raids."""

    name = "report-complaint"
    version = "1"
    modality = Modality.REPORT

    def __init__(self, engine: TextEngine) -> None:
        self.engine = engine
        """May be replaced between two items."""

    def initial(self) -> ComplaintState:
        """No complaint yet."""
        return ComplaintState()

    def judge(self, state: ComplaintState, item: ConsumerReport) -> tuple[ComplaintState, list[Suspicion]]:
        """Report what the complaint claims; complaints about parcels and sizes report nothing."""
        hits = self.engine.scan(item.text, speaker="report")
        claim = claim_of(item, hits)
        known = state.known if state.session == item.session else ()
        if claim is Claim.NONE:
            return ComplaintState(session=item.session, known=known), []
        text = item.text.translate(PLAIN)[:60]
        copied = _is_copy(text, item.reporter, known)
        one = Known(item.reporter, item.time_ms, text, copied or _is_new(item))
        now = (*known, one)[-KEPT:]
        repeated = any(other.reporter == item.reporter for other in known)
        llr = 0.0 if repeated or copied or _is_raid(now, item.time_ms) else _llr(item, claim)
        return ComplaintState(session=item.session, known=now), [self._suspicion(item, hits, llr=llr, claim=claim)]

    def _suspicion(self, item: ConsumerReport, hits: list[Hit], *, llr: float, claim: Claim) -> Suspicion:
        said = next(hit for hit in hits if hit.signal in CLAIM_SIGNALS)
        start_ms, end_ms = item.time_ms, item.time_ms + 1
        return Suspicion(
            suspicion_id=suspicion_id(
                session=item.session, detector=self.name, version=self.version, source=item.report_id,
                start_ms=start_ms, end_ms=end_ms, signal=Signal.COUNTERFEIT_REPORT,
            ),
            room=item.room, session=item.session, modality=self.modality, detector=self.name,
            detector_version=self.version, signal=Signal.COUNTERFEIT_REPORT, start_ms=start_ms, end_ms=end_ms,
            llr=llr, score=claim / Claim.DOCUMENTED,
            facts=Facts(
                surface=said.surface, context=item.text[:200], source_id=item.report_id, speaker="report",
                brand=next((hit.brand for hit in hits if hit.brand), ""), listing_id=item.listing_id,
            ),
            categories=(Violation.FAKE_AS_GENUINE, *violations_named(item.text)), lexicon_version=self.engine.version,
        )  # fmt: skip

    def examples(self) -> tuple[Example[ConsumerReport], ...]:
        """A test that failed, and a slow parcel."""
        fake = ConsumerReport(
            report_id="r1", room="example", session="example-1", time_ms=60_000, text="拿去专柜验货说不是正品",
            reporter="buyer-1", order_id="order-1",
        )  # fmt: skip
        slow = msgspec.structs.replace(fake, text="快递太慢了，颜色也不对")
        return (
            Example(
                why="a counter says that it is not genuine",
                items=(fake,),
                signals=frozenset({Signal.COUNTERFEIT_REPORT}),
            ),
            Example(why="a slow parcel", items=(slow,), signals=frozenset()),
        )


def _llr(item: ConsumerReport, claim: Claim) -> float:
    if claim is Claim.DOCUMENTED:
        return CLAIM_LLR[claim]
    factor = (1.0 if item.order_id else WITHOUT_ORDER) * (NEW_ACCOUNT if _is_new(item) else 1.0)
    return round(CLAIM_LLR[claim] * factor, 3)


def _is_new(item: ConsumerReport) -> bool:
    return item.account_age_days is not None and item.account_age_days < NEW_ACCOUNT_DAYS


def _is_copy(text: str, reporter: str, known: tuple[Known, ...]) -> bool:
    return len(text) >= COPY_MIN_CHARS and any(
        other.reporter != reporter and fuzz.ratio(text, other.text, score_cutoff=COPY_RATIO) for other in known
    )


def _is_raid(known: tuple[Known, ...], now_ms: int) -> bool:
    recent = [one for one in known if abs(now_ms - one.time_ms) <= WINDOW_MS]
    return len(recent) >= RAID_REPORTS and sum(one.odd for one in recent) > RAID_SHARE * len(recent)

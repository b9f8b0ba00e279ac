"""Suspicion events: one event says one thing about one span of one session."""

from enum import StrEnum

import msgspec

from schemas.identity import stable_id
from schemas.violations import Violation


class Modality(StrEnum):
    """Where a suspicion comes from. The join keeps a watermark for each."""

    FRAME = "frame"
    AUDIO = "audio"
    DANMAKU = "danmaku"
    LISTING = "listing"
    REPORT = "report"


class Signal(StrEnum):
    """What was found. The list is closed: the policy names a family for each."""

    CODE_WORD = "code-word"
    """Trade word for counterfeits: 原单, 高仿, 一比一."""
    BRAND_ALIAS = "brand-alias"
    """A code name that points to a brand without naming it: 驴家, 香奶奶."""
    BRAND = "brand"
    """A brand named plainly. A fact, not evidence: llr 0."""
    PRICE = "price"
    """A price that was said, shown or listed. A fact, llr 0; the join weighs it against the brand."""
    LOW_PRICE = "low-price"
    """A price far under the genuine one, brand and price from the same item."""
    COVERED_LABEL = "covered-label"
    LOGO = "logo"
    ALTERED_PICTURE = "altered-picture"
    OFF_PLATFORM = "off-platform"
    DOUBT = "doubt"
    """A viewer doubts that the goods are genuine."""
    DOUBT_BURST = "doubt-burst"
    """Several distinct viewers doubt within a short time."""
    SILENCE_ORDER = "silence-order"
    """The host, or a board, tells viewers not to type: 不要打字."""
    EVASION = "evasion"
    """Talk that shows the rules are being dodged: 链接图片仅作参考, 懂的都懂."""
    ADMISSION = "admission"
    """The host says that the goods are not genuine."""
    SALES_TALK = "sales-talk"
    """Plain talk that sells counterfeits without a code word, by a learned weighing of its words."""
    GUARANTEE = "guarantee"
    """假一赔十 and the like. Recorded; it never clears and never weighs."""
    LINK_REMOVED = "link-removed"
    REPLAY_DELETED = "replay-deleted"
    MISMATCH = "mismatch"
    """The goods on air are not the goods listed."""
    COUNTERFEIT_REPORT = "counterfeit-report"
    GENERIC_TITLE = "generic-title"
    """A purchase link that names a kind of goods and nothing else: 时尚百搭单肩包. A fact, llr 0; the join holds it
    against code names on air."""
    NO_LINK = "no-link"
    """The room has no purchase link. A fact, llr 0; the join holds it against prices on air."""
    LINK_SWAPPED = "link-swapped"
    """A purchase link leads to other goods than before while the show is on."""
    CAMERA = "camera"
    """What is wrong with the picture of the camera: black, frozen, against the light, mirrored. A fact, llr 0."""
    HOT_CLOSE = "hot-close"
    """A show late at night was closed while most of its viewers were there."""


class PriceRole(StrEnum):
    """An offer is what viewers pay now; an anchor is the price it is compared with (专柜三万六)."""

    OFFER = "offer"
    ANCHOR = "anchor"


class MatchKind(StrEnum):
    """How a surface text was matched to a term."""

    EXACT = "exact"
    FOLDED = "folded"
    """After folding: width, case, variants, inserted characters, split characters."""
    SOUND = "sound"
    VISUAL = "visual"


class Facts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What exactly was found. Every field is optional; a detector fills those that it knows."""

    surface: str = ""
    """The characters as seen, heard (as the ASR wrote them) or typed."""
    context: str = ""
    """The line or utterance around the surface text, at most 200 characters."""
    term: str = ""
    """Canonical lexicon term."""
    match: MatchKind | None = None
    folds: tuple[str, ...] = ()
    """How the surface text is written differently from the term: width, gap, split, sound and the like."""
    source_id: str = ""
    """The item inside the source record, for instance the chat line of a batch."""
    speaker: str = ""
    """host, viewer, screen, listing or report."""
    brand: str = ""
    price_cny: float | None = None
    price_role: PriceRole | None = None
    genuine_low_cny: float | None = None
    """Lowest genuine price known for `brand`, yuan."""
    box_xyxy: tuple[int, int, int, int] | None = None
    """Pixels of the frame: left, top, right (exclusive), bottom (exclusive)."""
    cues: tuple[str, ...] = ()
    """What pushed a learned judge, strongest first: letters or word classes, each with its share."""
    viewers: int | None = None
    """Number of distinct viewers behind the signal."""
    link_number: int | None = None
    """Of a price: the purchase link that the words name (一号链接四百六)."""
    item: str = ""
    """Of a price or a generic title: the goods that the words name."""
    listing_id: str = ""
    likeness: float | None = None
    """How alike two pictures are, 0 to 1."""
    confidence: float | None = None
    """The engine's own confidence, 0 to 1."""


class EvidenceRef(msgspec.Struct, frozen=True, kw_only=True):
    """Where the source record lies in Kafka."""

    topic: str
    partition: int
    offset: int


class Suspicion(msgspec.Struct, frozen=True, kw_only=True):
    """One finding of one detector. Detectors report what is there and how much it weighs; only the join decides."""

    suspicion_id: str
    room: str
    session: str
    modality: Modality
    detector: str
    detector_version: str
    signal: Signal
    start_ms: int
    """First on-air millisecond of the span, inclusive."""
    end_ms: int
    """End of the span, exclusive."""
    llr: float
    """Log-likelihood ratio (natural log) of "this room sells counterfeits" given this signal; 0 is no evidence."""
    score: float
    """The detector's raw score, 0 to 1."""
    facts: Facts = Facts()
    categories: tuple[Violation, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()
    lexicon_version: str = ""
    model_version: str = ""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """A modality of a session has been judged up to a moment: moves the join's watermark when all is quiet."""

    room: str
    session: str
    modality: Modality
    up_to_ms: int
    unheard_from_ms: int | None = None
    """From here to `up_to_ms` nothing was looked at or heard, for want of time: no finding there means nothing."""


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """Time passed and nothing else happened: the join notices idle senses, seal deadlines and the end of a show."""

    room: str
    time_ms: int
    """Processing time, milliseconds since the epoch."""


def suspicion_id(
    *,
    session: str,
    detector: str,
    version: str,
    source: str,
    start_ms: int,
    end_ms: int,
    signal: Signal,
    about: str = "",
) -> str:
    """Id of a suspicion: the same finding on the same source always has the same id.

    `source` is the id of the source item (frame sequence, utterance start, chat line id …); `about` tells findings with
    the same signal on the same span apart, for instance by their term.
    """
    return stable_id(session, detector, version, source, start_ms, end_ms, signal, about)

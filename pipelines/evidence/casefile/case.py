"""What a case file says, before it is drawn. Times are on-air milliseconds since the epoch."""

import msgspec


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One sign, as it counted."""

    start_ms: int
    end_ms: int
    modality: str
    signal: str
    text_zh: str
    text_en: str
    nats: float
    """What it gave to the verdict when it came, after discounts and caps."""
    context: str = ""
    """The line or utterance around it."""
    suspicion_ids: tuple[str, ...] = ()


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How likely the show sold counterfeits, by the policy in force."""

    at_ms: int
    posterior: float


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided, by whom, and what became of it."""

    action_id: str
    at_ms: int
    rung: str
    rung_zh: str
    authority: str
    authority_zh: str
    posterior: float
    policy_line: str
    policy_version: str
    seal: str
    bundle_id: str
    compensates: str = ""
    reasons_zh: tuple[str, ...] = ()
    reasons_en: tuple[str, ...] = ()
    outcomes: tuple["Word", ...] = ()


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said of an action."""

    at_ms: int
    status: str
    status_zh: str
    who: str
    detail: str = ""


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen where on a picture, as shares of its width and height."""

    left: float
    top: float
    width: float
    height: float
    label: str


class Shot(msgspec.Struct, frozen=True, kw_only=True):
    """A picture with what was seen on it."""

    at_ms: int
    jpeg: bytes
    width: int
    height: int
    caption: str
    boxes: tuple[Box, ...] = ()
    source: str = ""
    """The sealed file that it was made of."""
    source_sha256: str = ""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What was heard, as the recogniser wrote it, where it speaks against the show."""

    start_ms: int
    end_ms: int
    text: str
    marked: tuple[str, ...] = ()


class ChatLine(msgspec.Struct, frozen=True, kw_only=True):
    """A chat line; `viewer` is a pseudonym that means nothing outside this case."""

    at_ms: int
    viewer: str
    text: str
    marked: bool = False


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """An offer against the lowest genuine price that is known."""

    at_ms: int
    brand: str
    where_zh: str
    offer_cny: float
    genuine_low_cny: float


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A purchase link as it was, and what became of it."""

    at_ms: int
    listing_id: str
    title: str
    merchant: str
    price_cny: float | None
    change_zh: str


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """A link or replay that the seller deleted, matched with what was captured before."""

    at_ms: int
    what_zh: str
    what_en: str
    after_end_ms: int | None
    """How long after the end of the show; negative: before it; None: the end is not known."""
    captured: bool
    captured_as: str = ""


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """A violation and its articles."""

    category: str
    name_zh: str
    articles: tuple[str, ...]


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A chain entry, as the case file prints it."""

    seq: int
    kind: str
    kind_zh: str
    sealed_ms: int
    sha256: str
    """Of the payload; empty where there is none."""
    size: int
    entry_sha256: str
    key_id: str
    about: str


class Clip(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed clip."""

    mp4: bytes
    starts_ms: int
    sha256: str


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """Loudness of the sealed sound: peaks from 0 to 1 at equal steps."""

    start_ms: int
    end_ms: int
    peaks: tuple[float, ...]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case file."""

    case_id: str
    room: str
    session: str
    role: str
    title: str = ""
    host: str = ""
    merchants: tuple[str, ...] = ()
    started_ms: int
    ended_ms: int | None
    made_ms: int
    """When the case file was made."""
    summary_zh: tuple[str, ...]
    summary_en: tuple[str, ...]
    scores: tuple[Score, ...]
    marks: tuple[Mark, ...]
    actions: tuple[Action, ...]
    shots: tuple[Shot, ...] = ()
    clips: tuple[Clip, ...] = ()
    sound: Sound | None = None
    said: tuple[Said, ...] = ()
    chat: tuple[ChatLine, ...] = ()
    chat_total: int = 0
    reports: tuple[ChatLine, ...] = ()
    prices: tuple[Price, ...] = ()
    links: tuple[Link, ...] = ()
    removals: tuple[Removal, ...] = ()
    laws: tuple[Law, ...] = ()
    action_laws: tuple[str, ...] = ()
    chain: tuple[Sealed, ...] = ()
    missing: tuple[str, ...] = ()
    """What could not be sealed, and why."""
    left_out: tuple[str, ...] = ()
    """What this role does not see."""
    versions: dict[str, str] = {}

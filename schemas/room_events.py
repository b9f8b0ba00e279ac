"""What happens in a room besides picture and sound: chat, listings, complaints, start and end of a show."""

from enum import StrEnum

import msgspec


class DanmakuLine(msgspec.Struct, frozen=True, kw_only=True):
    """One chat line."""

    line_id: str
    viewer: str
    """Keyed hash of the viewer's identity (see `dajia chat`); never the identity itself."""
    time_ms: int
    text: str


class DanmakuBatch(msgspec.Struct, frozen=True, kw_only=True):
    """One or more chat lines of one room, up to 200 ms or 500 lines: a Kafka record is dear, a line is not."""

    room: str
    session: str
    lines: tuple[DanmakuLine, ...]


class ListingAction(StrEnum):
    """What was done to a purchase link."""

    ADDED = "added"
    UPDATED = "updated"
    REMOVED = "removed"
    NONE = "none"
    """The room has no purchase link, by a catalogue that knows; repeated while it is so. `listing_id` is empty."""


class ListingChange(msgspec.Struct, frozen=True, kw_only=True):
    """A purchase link of a room was added, changed or removed."""

    room: str
    session: str
    time_ms: int
    listing_id: str
    change: ListingAction
    title: str
    price_cny: float | None = None
    link_number: int | None = None
    """The number hosts call it by on air (一号链接)."""
    merchant: str = ""
    description: str = ""
    """What the goods' own page says, without its pictures."""
    category: str = ""
    """The shelf that the merchant put the goods on, as the catalogue writes it: 女包/Louis Vuitton."""


class ListingPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of a purchase link, as the merchant put it up: the bytes of the file, not a copy."""

    room: str
    session: str
    time_ms: int
    listing_id: str
    number: int = 0
    """Counts the pictures of a listing from 0, in the order in which buyers see them."""
    content_type: str = ""
    """As the catalogue gave it; what counts is what the bytes are."""
    data: bytes
    """In JSON as base64."""


class ConsumerReport(msgspec.Struct, frozen=True, kw_only=True):
    """A consumer's complaint about goods bought in a room."""

    report_id: str
    room: str
    session: str
    """The show that it counts in: the one on air when it comes, or the one in which the goods were bought."""
    time_ms: int
    text: str
    merchant: str = ""
    reporter: str = ""
    """Keyed hash of the buyer's identity, as of `DanmakuLine.viewer`; complaints without one count as one buyer's."""
    account_age_days: int | None = None
    """Age of the buyer's account when the complaint was made; None when unknown."""
    order_id: str = ""
    """Pseudonym of the order; empty when none was given: anybody may claim to have bought."""
    listing_id: str = ""
    test_report: bool = False
    """A test report of a laboratory, the brand or a counter is attached."""


class LifecycleChange(StrEnum):
    """What happened to a show."""

    STARTED = "started"
    ENDED = "ended"
    SOURCE_LOST = "source-lost"
    """The stream broke off or could not be decoded any more; ingest says why in `detail`."""
    REPLAY_DELETED = "replay-deleted"
    HISTORY = "history"
    """The history of host or merchants has become known, or is known better, after the start."""


class SellerKind(StrEnum):
    """What a platform's checked record says of a merchant; the policy says what it changes in the judgement."""

    AUTHORISED = "authorised"
    """Sells the brands with their consent."""
    BRAND_OWNED = "brand-owned"
    """Belongs to the brands."""
    OUTLET = "outlet"
    """Sells genuine goods of past seasons at a discount."""
    SECOND_HAND = "second-hand"
    """Sells used goods."""


class SellerRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A checked record of a merchant who sells in a room."""

    kind: SellerKind
    brands: tuple[str, ...] = ()
    """Brands that it covers; empty covers every brand for second-hand goods and none for the other kinds."""
    merchant: str = ""
    source: str = ""
    """Where the record comes from: a licence number, a contract, a visit."""


class AccountHistory(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the earlier shows of a host or merchant when a show starts."""

    account: str
    """`host:<id>` or `merchant:<id>`."""
    offences: int = 0
    """Shows with a confirmed offence: an action that a person upheld, or that stood unopposed until the case closed."""
    clean: int = 0
    """Shows that were watched to their end without any action that stood."""
    last_offence_ms: int | None = None
    """End of the newest show with a confirmed offence; None when unknown or never."""


class Lifecycle(msgspec.Struct, frozen=True, kw_only=True):
    """Start and end of a show, its title, host and merchants."""

    room: str
    session: str
    time_ms: int
    change: LifecycleChange
    host: str = ""
    title: str = ""
    merchants: tuple[str, ...] = ()
    authorised_brands: tuple[str, ...] = ()
    """Brands for which the platform holds a checked authorisation of this room's merchants."""
    detail: str = ""
    sellers: tuple[SellerRecord, ...] = ()
    """Checked records of this room's merchants; known when the show starts."""
    history: tuple[AccountHistory, ...] = ()
    """Of a start or a history: earlier shows of the host and the merchants."""
    previous_merchants: tuple[str, ...] = ()
    """Of a start: the merchants of this room's show before, where the platform tells."""
    utc_offset_minutes: int | None = None
    """The room's local time less UTC; None where the policy's time zone holds."""
    viewers: int | None = None
    """Of an end: viewers when the show was closed."""
    peak_viewers: int | None = None
    """Of an end: the most viewers at once during the show."""

"""What a purchase link says, and that it disappears while the show is on."""

import msgspec

from detectors.contract import Example, TextItem
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
from schemas import Facts, ListingAction, ListingChange, Modality, PriceRole, Signal, Suspicion, suspicion_id

LISTING_SPAN_MS = 1000
"""Span of a finding about a listing: the moment of the change, made one second long."""
LINK_REMOVED_LLR = 0.3
"""Links also go when goods are sold out; in the Shanghai case the sellers deleted theirs after each show. A weak sign,
set by judgement, not measured."""
LINK_REMOVED_SCORE = 0.5
MAX_CONTEXT = 200
"""Characters of a title that are quoted, as `Facts.context` says."""
MAX_LISTINGS = 500
"""Listings remembered of a session; the oldest is forgotten first. Large shows have some two hundred links."""


class KnownListing(msgspec.Struct, frozen=True, kw_only=True):
    """A listing as it was seen last."""

    title: str
    price_cny: float | None
    merchant: str


class ListingState(msgspec.Struct, frozen=True, kw_only=True):
    """Listings of a session that are on sale, in the order in which they were seen last."""

    session: str = ""
    listings: dict[str, KnownListing] = {}


class ListingDetector:
    """Titles through the shared text engine, prices as facts, removals as a weak sign."""

    name = "listing-text"
    version = "1"
    modality = Modality.LISTING

    def __init__(self, engine: TextEngine) -> None:
        self.engine = engine
        """May be replaced between two items."""

    def initial(self) -> ListingState:
        """No listing is known."""
        return ListingState()

    def judge(self, state: ListingState, item: ListingChange) -> tuple[ListingState, list[Suspicion]]:
        """Report what a new or changed listing says, or that a known one was removed.

        A change that changes nothing (a catalogue that repeats itself) reports nothing. A removal of a listing that
        was never seen reports nothing either: nothing shows that it was on air in this session.
        """
        listings = dict(state.listings) if state.session == item.session else {}
        before = listings.pop(item.listing_id, None)
        if item.change is ListingAction.REMOVED:
            found = [] if before is None else [self._removed(item, before)]
        else:
            now = KnownListing(title=item.title, price_cny=item.price_cny, merchant=item.merchant)
            listings[item.listing_id] = now
            found = [] if now == before else self._says(item)
        newest = dict(list(listings.items())[-MAX_LISTINGS:])
        return ListingState(session=item.session, listings=newest), found

    def _says(self, item: ListingChange) -> list[Suspicion]:
        # The engine sees the price as part of the sentence, so that it can hold it against the brand in the title.
        price = "" if item.price_cny is None else f" 到手价{item.price_cny:.10g}元"
        text = TextItem(
            room=item.room, session=item.session, source_id=_source(item), text=item.title + price, speaker="listing",
            start_ms=item.time_ms, end_ms=item.time_ms + LISTING_SPAN_MS,
        )  # fmt: skip
        judged = judge_text(self.engine, text, modality=self.modality, detector=self.name, version=self.version)
        found = [
            _about(one, item)
            for one in judged
            if not (one.signal is Signal.PRICE and one.facts.price_cny == item.price_cny)
        ]
        if item.price_cny is None:
            return found
        brand = next((one.facts.brand for one in found if one.facts.brand), "")
        facts = Facts(
            surface=f"{item.price_cny:.10g}", context=item.title[:MAX_CONTEXT], speaker="listing", brand=brand,
            price_cny=item.price_cny, price_role=PriceRole.OFFER, listing_id=item.listing_id,
        )  # fmt: skip
        return [*found, self._suspicion(item, Signal.PRICE, llr=0.0, score=1.0, facts=facts)]

    def _removed(self, item: ListingChange, before: KnownListing) -> Suspicion:
        facts = Facts(
            surface=before.title[:MAX_CONTEXT], speaker="listing", listing_id=item.listing_id,
            price_cny=before.price_cny, price_role=None if before.price_cny is None else PriceRole.OFFER,
        )  # fmt: skip
        return self._suspicion(item, Signal.LINK_REMOVED, llr=LINK_REMOVED_LLR, score=LINK_REMOVED_SCORE, facts=facts)

    def _suspicion(self, item: ListingChange, signal: Signal, *, llr: float, score: float, facts: Facts) -> Suspicion:
        start_ms, end_ms = item.time_ms, item.time_ms + LISTING_SPAN_MS
        about = f"{facts.price_cny}" if signal is Signal.PRICE else item.listing_id
        identity = suspicion_id(
            session=item.session, detector=self.name, version=self.version, source=_source(item), start_ms=start_ms,
            end_ms=end_ms, signal=signal, about=about,
        )  # fmt: skip
        return Suspicion(
            suspicion_id=identity, room=item.room, session=item.session, modality=self.modality, detector=self.name,
            detector_version=self.version, signal=signal, start_ms=start_ms, end_ms=end_ms, llr=llr, score=score,
            facts=facts,
        )  # fmt: skip

    def examples(self) -> tuple[Example[ListingChange], ...]:
        """See the contract."""
        added = ListingChange(
            room="r1", session="s1", time_ms=60_000, listing_id="l1", change=ListingAction.ADDED,
            title="顶级原单 秋冬新款外套", price_cny=299.0,
        )  # fmt: skip
        honest = msgspec.structs.replace(added, title="纯棉圆领短袖", price_cny=None)
        removed = msgspec.structs.replace(honest, change=ListingAction.REMOVED, time_ms=120_000)
        return (
            Example(
                why="a trade word in the title", items=(added,), signals=frozenset({Signal.CODE_WORD, Signal.PRICE})
            ),
            Example(
                why="a link that goes while the show is on", items=(honest, removed),
                signals=frozenset({Signal.LINK_REMOVED}),
            ),
            Example(why="an honest title", items=(honest,), signals=frozenset()),
            Example(why="a removal of something never seen", items=(removed,), signals=frozenset()),
        )  # fmt: skip


def _source(item: ListingChange) -> str:
    return f"{item.listing_id}/{item.change}/{item.time_ms}"


def _about(suspicion: Suspicion, item: ListingChange) -> Suspicion:
    """The finding with its listing, quoting the title as it stands."""
    facts = msgspec.structs.replace(suspicion.facts, listing_id=item.listing_id, context=item.title[:MAX_CONTEXT])
    return msgspec.structs.replace(suspicion, facts=facts)

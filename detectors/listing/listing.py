"""What a purchase link says, that it leads to other goods than before, and that it disappears."""

from collections.abc import Iterator

import msgspec

from detectors.contract import Example, TextItem
from detectors.listing.memory import KnownListing, ListingState, Shelf, listed, remember, shelf_of
from detectors.listing.titles import are_unlike, generic_goods
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
from schemas import Facts, ListingAction, ListingChange, Modality, PriceRole, Signal, Suspicion, suspicion_id

LISTING_SPAN_MS = 1000
"""Span of a finding about a listing: the moment of the change, made one second long."""
LINK_REMOVED_LLR = 0.3
"""Links also go when goods are sold out; in the Shanghai case the sellers deleted theirs after each show. A weak sign,
set by judgement, not measured."""
ALL_REMOVED_LLR = 1.0
ALL_REMOVED_LEAST = 3
"""The last of at least so many links is gone: the shop is cleared, as in that case. Set by judgement."""
LINK_REMOVED_SCORE = 0.5
SWAPPED_LLR = 0.5
RENUMBERED_LLR = 0.2
"""Link N is for other goods: the same link under another title, or another link under the number. Hosts also move links
about to push goods, so the second weighs less. Set by judgement, not measured."""
CATEGORY_LLR = 0.7
"""A title without the brand on the brand's own shelf: hidden from whoever reads titles. Set by judgement."""
MAX_CONTEXT = 200
"""Characters of a title that are quoted, as `Facts.context` says."""


class ListingDetector:
    """Titles and descriptions through the shared text engine, prices as facts, swaps and removals as weak signs."""

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
        """Report what a new or changed listing says, or that a known one was removed, during its show or after it.

        A change that changes nothing (a catalogue that repeats itself) reports nothing. A removal of a listing that
        was never seen reports nothing either: nothing shows that it was on air in this session.
        """
        shelf = shelf_of(state, item.session)
        if item.change is ListingAction.NONE:
            shelf.listings.clear()
            return remember(state, item.session, shelf), [self._no_link(item)]
        before = shelf.listings.pop(item.listing_id, None)
        if item.change is ListingAction.REMOVED:
            found = [] if before is None else self._removed(item, before, shelf)
        else:
            now = listed(item)
            found = [] if now == before else [*self._says(item), *self._swapped(item, before, shelf)]
            shelf.listings[item.listing_id] = now
        return remember(state, item.session, shelf), found

    def _says(self, item: ListingChange) -> list[Suspicion]:
        title = self._read(item, item.title, _source(item))
        told = {(one.signal, one.facts.term, one.facts.brand) for one in title}
        found = title + [
            one
            for one in self._read(item, item.description, f"{_source(item)}/description")
            if (one.signal, one.facts.term, one.facts.brand) not in told
        ]
        brand = next((one.facts.brand for one in found if one.facts.brand), "")
        if not brand and (goods := generic_goods(item.title)):
            found += self._generic(item, goods)
        if item.price_cny is None:
            return found
        facts = Facts(
            surface=f"{item.price_cny:.10g}", context=item.title[:MAX_CONTEXT], speaker="listing", brand=brand,
            price_cny=item.price_cny, price_role=PriceRole.OFFER, listing_id=item.listing_id,
            link_number=item.link_number,
        )  # fmt: skip
        return [*found, self._suspicion(item, Signal.PRICE, llr=0.0, score=1.0, facts=facts)]

    def _read(self, item: ListingChange, words: str, source: str) -> list[Suspicion]:
        """What some words say; the engine sees the price among them, so that it can hold it against their brand."""
        if not words.strip():
            return []
        price = "" if item.price_cny is None else f" 到手价{item.price_cny:.10g}元"
        text = TextItem(
            room=item.room, session=item.session, source_id=source, text=words + price, speaker="listing",
            start_ms=item.time_ms, end_ms=item.time_ms + LISTING_SPAN_MS,
        )  # fmt: skip
        return [
            _about(one, item)
            for one in judge_text(self.engine, text, modality=self.modality, detector=self.name, version=self.version)
            if not (one.signal is Signal.PRICE and one.facts.price_cny == item.price_cny)
        ]

    def _generic(self, item: ListingChange, goods: str) -> Iterator[Suspicion]:
        """A title that names no brand: a fact for the join, and a sign where the shelf it stands on names one."""
        facts = Facts(
            surface=item.title[:MAX_CONTEXT], speaker="listing", item=goods, listing_id=item.listing_id,
            link_number=item.link_number,
        )  # fmt: skip
        yield self._suspicion(item, Signal.GENERIC_TITLE, llr=0.0, score=1.0, facts=facts)
        shelf = self.engine.scan(item.category, speaker="listing")
        if brand := next((hit.brand for hit in shelf if hit.brand), ""):
            facts = msgspec.structs.replace(facts, brand=brand, context=item.category[:MAX_CONTEXT])
            yield self._suspicion(item, Signal.MISMATCH, llr=CATEGORY_LLR, score=1.0, facts=facts)

    def _swapped(self, item: ListingChange, before: KnownListing | None, shelf: Shelf) -> Iterator[Suspicion]:
        """The link, or the number that the host calls, is for other goods now."""
        llr = SWAPPED_LLR
        if before is None and item.link_number is not None:
            llr = RENUMBERED_LLR
            before = next((one for one in shelf.listings.values() if one.link_number == item.link_number), None)
        if before is not None and are_unlike(item.title, before.title):
            facts = Facts(
                surface=item.title[:MAX_CONTEXT], context=before.title[:MAX_CONTEXT], speaker="listing",
                listing_id=item.listing_id, link_number=item.link_number,
            )  # fmt: skip
            yield self._suspicion(item, Signal.LINK_SWAPPED, llr=llr, score=llr, facts=facts)

    def _removed(self, item: ListingChange, before: KnownListing, shelf: Shelf) -> list[Suspicion]:
        facts = Facts(
            surface=before.title[:MAX_CONTEXT], speaker="listing", listing_id=item.listing_id,
            price_cny=before.price_cny, price_role=None if before.price_cny is None else PriceRole.OFFER,
        )  # fmt: skip
        if shelf.listings:
            return [self._link_removed(item, LINK_REMOVED_LLR, facts)]
        is_cleared = shelf.most >= ALL_REMOVED_LEAST
        removed = self._link_removed(item, ALL_REMOVED_LLR if is_cleared else LINK_REMOVED_LLR, facts)
        return [removed, self._no_link(item)]

    def _link_removed(self, item: ListingChange, llr: float, facts: Facts) -> Suspicion:
        return self._suspicion(item, Signal.LINK_REMOVED, llr=llr, score=LINK_REMOVED_SCORE, facts=facts)

    def _no_link(self, item: ListingChange) -> Suspicion:
        return self._suspicion(item, Signal.NO_LINK, llr=0.0, score=1.0, facts=Facts(speaker="listing"))

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
                signals=frozenset({Signal.LINK_REMOVED, Signal.NO_LINK}),
            ),
            Example(
                why="a title that could be anybody's on a brand's own shelf",
                items=(msgspec.structs.replace(honest, title="时尚百搭单肩包", category="女包/Louis Vuitton"),),
                signals=frozenset({Signal.GENERIC_TITLE, Signal.MISMATCH}),
            ),
            Example(
                why="link 1 is for other goods now", items=(honest, msgspec.structs.replace(honest, title="真皮牛津鞋",
                time_ms=90_000)), signals=frozenset({Signal.LINK_SWAPPED}),
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

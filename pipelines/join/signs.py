"""Signs from suspicions: what weighs by itself, what waits as a fact, and prices held against brands.

A price and a brand that lie within the pair window make one derived sign for each price, brand name, kind of naming
(code name or plain) and genuine price. It decays from the price's moment and counts from the later of the two; a second
mention of the brand never makes a second sign and can only make the first one count earlier, which keeps fusion
monotone.
"""

from collections.abc import Iterable, Iterator

from msgspec import structs

from pipelines.join.contradictions import LISTED, contradiction
from pipelines.join.fusion import brand_key, weigh
from pipelines.join.rules import Policy
from pipelines.join.state import Fact, Item, Said
from schemas import Modality, PriceRole, Signal, Suspicion, stable_id


def item_of(suspicion: Suspicion, policy: Policy) -> Item | None:
    """Make the sign that a suspicion is by itself; None when it weighs nothing."""
    facts = suspicion.facts
    item = Item(
        key=suspicion.suspicion_id,
        ids=(suspicion.suspicion_id,),
        signal=suspicion.signal,
        modality=suspicion.modality,
        start_ms=suspicion.start_ms,
        end_ms=suspicion.end_ms,
        seen_ms=suspicion.start_ms,
        llr=suspicion.llr,
        said=Said(
            surface=facts.surface,
            term=facts.term,
            brand=facts.brand,
            speaker=facts.speaker,
            viewers=facts.viewers or 0,
            price_cny=facts.price_cny or 0.0,
            genuine_low_cny=facts.genuine_low_cny or 0.0,
        ),
        categories=suspicion.categories or policy.categories(suspicion.signal),
        evidence=suspicion.evidence,
    )
    weighed = weigh(item, policy)
    return weighed if weighed.weight > 0 else None


def fact_of(suspicion: Suspicion) -> Fact | None:
    """Take the half of a pair that a suspicion is: an offer price, a brand whose genuine price is known, a listing."""
    facts = suspicion.facts
    is_price = suspicion.signal is Signal.PRICE and facts.price_role is PriceRole.OFFER and (facts.price_cny or 0.0) > 0
    is_brand = (
        suspicion.signal in (Signal.BRAND, Signal.BRAND_ALIAS) and facts.brand and (facts.genuine_low_cny or 0.0) > 0
    )
    if not (is_price or is_brand or suspicion.signal in LISTED):
        return None
    return Fact(
        id=suspicion.suspicion_id,
        signal=suspicion.signal,
        modality=suspicion.modality,
        start_ms=suspicion.start_ms,
        end_ms=suspicion.end_ms,
        brand=facts.brand,
        price_cny=facts.price_cny or 0.0,
        genuine_low_cny=facts.genuine_low_cny or 0.0,
        surface=facts.surface,
        evidence=suspicion.evidence,
    )


def pairs(new: Fact, known: Iterable[Fact], policy: Policy) -> Iterator[Item]:
    """Make the signs that a new fact gives with those already known."""
    no_low_price, window_ms = max((step.below for step in policy.price.table), default=0.0), policy.pair_window_ms
    for other in _other_halves(new, known, no_low_price):
        if new.signal in LISTED or other.signal in LISTED:
            if item := contradiction(new, other, policy):
                yield item
            continue
        if abs(new.start_ms - other.start_ms) > window_ms:
            continue
        price, brand = (new, other) if new.signal is Signal.PRICE else (other, new)
        if price.modality is Modality.LISTING and brand.modality is Modality.LISTING:
            continue  # a listing's own price was held against its own title; another link's is another product's
        if brand.signal is Signal.BRAND and price.modality is not brand.modality:
            continue  # a brand named openly on air says nothing of the gift that is listed beside it
        item = weigh(_pair(price, brand, policy), policy)
        if item.weight > 0:
            yield item


def _other_halves(new: Fact, known: Iterable[Fact], no_low_price: float) -> Iterable[Fact]:
    """What can make a pair with a fact: the links, brands for a price, prices for a brand.

    Most prices are no low ones: left out here, before an id is hashed for each brand of the hour.
    """
    if new.signal in LISTED:
        return known
    if new.signal is Signal.PRICE:
        brands = (other for other in known if other.signal is not Signal.PRICE)
        return [o for o in brands if o.signal in LISTED or new.price_cny / o.genuine_low_cny < no_low_price]
    prices = (other for other in known if other.signal is Signal.PRICE or other.signal in LISTED)
    return [o for o in prices if o.signal in LISTED or o.price_cny / new.genuine_low_cny < no_low_price]


def earlier(one: Item, other: Item) -> Item:
    """Of two derivations of the same pair, the one that counts first; ties by id, so that arrival does not matter."""
    return min(one, other, key=lambda item: (item.seen_ms, item.since_ms, item.ids))


def reweigh_pair(item: Item, policy: Policy) -> Item:
    """Put a derived sign under another policy."""
    contradictions = {
        Signal.MISMATCH: policy.contradiction.generic_title_nats,
        Signal.NO_LINK: policy.contradiction.no_link_nats,
    }
    nats = contradictions.get(item.signal)
    return structs.replace(item, llr=_nats(item.said, policy) if nats is None else nats)


def _pair(price: Fact, brand: Fact, policy: Policy) -> Item:
    said = Said(
        surface=brand.surface,
        brand=brand.brand,
        price_cny=price.price_cny,
        genuine_low_cny=brand.genuine_low_cny,
        plain_brand=brand.signal is Signal.BRAND,
    )
    key = stable_id(
        "price-against-brand", price.id, brand_key(brand.brand), int(said.plain_brand), repr(brand.genuine_low_cny)
    )
    return Item(
        key=key,
        ids=(price.id, brand.id),
        signal=Signal.LOW_PRICE,
        modality=price.modality,
        start_ms=price.start_ms,
        end_ms=price.end_ms,
        seen_ms=max(price.start_ms, brand.start_ms),
        llr=_nats(said, policy),
        said=said,
        categories=policy.categories(Signal.LOW_PRICE),
        evidence=price.evidence + brand.evidence,
    )


def _nats(said: Said, policy: Policy) -> float:
    ratio = said.price_cny / said.genuine_low_cny
    nats = next((step.nats for step in policy.price.table if ratio < step.below), 0.0)
    return nats * (policy.price.plain_brand_factor if said.plain_brand else 1.0)

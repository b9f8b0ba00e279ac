"""Where two of a room's senses contradict each other: the air against the purchase links.

- A code name on air, and a link whose title names a kind of goods and no brand: the link hides what is sold.
- A price on air, and no purchase link at all: the buyers are led elsewhere.

Both are pairs of two things that were seen, never of something that was not: a fact that says "no link" comes from the
listings agent, which knows the catalogue. So a further event can only add a pair, and fusion stays monotone. A brand
named openly makes no pair: hosts compare their goods with brands. What a picture shows against its link is a finding of
one detector (`Signal.MISMATCH`) and weighs in the same family.
"""

from pipelines.join.fusion import weigh
from pipelines.join.rules import Policy
from pipelines.join.state import Fact, Item, Said
from schemas import Modality, Signal, stable_id

ON_AIR = (Modality.AUDIO, Modality.FRAME)
"""What the seller says and shows; viewers may type any name and price."""
LISTED = (Signal.GENERIC_TITLE, Signal.NO_LINK)


def contradiction(one: Fact, other: Fact, policy: Policy) -> Item | None:
    """The sign that two facts make together, in either order; None when they do not contradict each other."""
    listed, aired = (one, other) if one.signal in LISTED else (other, one)
    if aired.modality not in ON_AIR:
        return None
    match listed.signal, aired.signal:
        case Signal.GENERIC_TITLE, Signal.BRAND_ALIAS if listed.start_ms <= aired.start_ms + policy.pair_window_ms:
            item = _generic_title(listed, aired, policy)
        case Signal.NO_LINK, Signal.PRICE if abs(listed.start_ms - aired.start_ms) <= policy.pair_window_ms:
            item = _no_link(listed, aired, policy)
        case _:
            return None
    item = weigh(item, policy)
    return item if item.weight > 0 else None


def first_generic(facts: tuple[Fact, ...]) -> Fact | None:
    """The earliest link without a brand in its title; it stands for all of them as long as the show is on.

    Whether the link is still there when the code name falls is not asked: links that hide goods come and go.
    """
    return next((fact for fact in facts if fact.signal is Signal.GENERIC_TITLE), None)


def _generic_title(listed: Fact, alias: Fact, policy: Policy) -> Item:
    return Item(
        key=stable_id("code-name-against-title", alias.id),
        ids=(alias.id, listed.id),
        signal=Signal.MISMATCH,
        modality=Modality.LISTING,
        start_ms=alias.start_ms,
        end_ms=alias.end_ms,
        seen_ms=max(alias.start_ms, listed.start_ms),
        since_ms=listed.start_ms,
        llr=policy.contradiction.generic_title_nats,
        said=Said(surface=listed.surface, brand=alias.brand, term=alias.surface),
        categories=policy.categories(Signal.MISMATCH),
        evidence=alias.evidence + listed.evidence,
    )


def _no_link(listed: Fact, price: Fact, policy: Policy) -> Item:
    return Item(
        key=stable_id("price-without-link", price.id),
        ids=(price.id, listed.id),
        signal=Signal.NO_LINK,
        modality=price.modality,
        start_ms=price.start_ms,
        end_ms=price.end_ms,
        seen_ms=max(price.start_ms, listed.start_ms),
        since_ms=listed.start_ms,
        llr=policy.contradiction.no_link_nats,
        said=Said(price_cny=price.price_cny),
        categories=policy.categories(Signal.NO_LINK),
        evidence=price.evidence + listed.evidence,
    )

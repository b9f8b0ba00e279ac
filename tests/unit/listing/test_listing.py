import msgspec
import pytest

from detectors.listing.listing import LINK_REMOVED_LLR, MAX_LISTINGS, ListingDetector, ListingState
from detectors.text.engine import TextEngine
from schemas import ListingAction, ListingChange, PriceRole, Signal, Suspicion


@pytest.fixture(scope="module")
def detector() -> ListingDetector:
    return ListingDetector(TextEngine.load())


def change(
    action: ListingAction = ListingAction.ADDED, *, title: str = "纯棉圆领短袖", price: float | None = 59.0,
    listing: str = "l1", session: str = "s1", time_ms: int = 60_000,
) -> ListingChange:  # fmt: skip
    return ListingChange(
        room="r1", session=session, time_ms=time_ms, listing_id=listing, change=action, title=title, price_cny=price
    )


def judged(detector: ListingDetector, *changes: ListingChange) -> list[Suspicion]:
    """Suspicions of the last change."""
    state, found = detector.initial(), []
    for one in changes:
        state, found = detector.judge(state, one)
    return found


def test_the_price_is_a_fact_and_an_offer(detector: ListingDetector) -> None:
    (price,) = judged(detector, change(price=299.0))
    assert price.signal is Signal.PRICE
    assert price.llr == 0
    assert (price.facts.price_cny, price.facts.price_role) == (299.0, PriceRole.OFFER)
    assert (price.facts.listing_id, price.facts.speaker) == ("l1", "listing")


def test_a_trade_word_in_the_title(detector: ListingDetector) -> None:
    found = judged(detector, change(title="顶级原单 大牌尾货"))
    word = next(one for one in found if one.signal is Signal.CODE_WORD)
    assert word.llr > 0
    assert word.facts.context == "顶级原单 大牌尾货", "the title is quoted as it stands, without the price"
    assert word.facts.listing_id == "l1"


def test_the_price_is_held_against_the_brand_in_the_title(detector: ListingDetector) -> None:
    dear, cheap = (judged(detector, change(title="驴家 经典老花手提包", price=price)) for price in (16_800.0, 199.0))
    assert Signal.LOW_PRICE not in {one.signal for one in dear}
    low = next(one for one in cheap if one.signal is Signal.LOW_PRICE)
    price = next(one for one in cheap if one.signal is Signal.PRICE)
    assert low.llr > 0
    assert price.facts.brand == low.facts.brand != ""


def test_one_price_is_reported_once(detector: ListingDetector) -> None:
    found = judged(detector, change(title="短袖 专柜价199元", price=59.0))
    assert sorted(one.facts.price_cny or 0 for one in found if one.signal is Signal.PRICE) == [59.0, 199.0]


def test_a_catalogue_that_repeats_itself_says_nothing_new(detector: ListingDetector) -> None:
    assert judged(detector, change(), change(ListingAction.UPDATED, time_ms=90_000)) == []
    assert judged(detector, change(), change(ListingAction.UPDATED, price=49.0, time_ms=90_000)) != []


def test_a_removed_link_is_a_weak_sign(detector: ListingDetector) -> None:
    (removed,) = judged(detector, change(), change(ListingAction.REMOVED, title="", price=None, time_ms=90_000))
    assert removed.signal is Signal.LINK_REMOVED
    assert removed.llr == LINK_REMOVED_LLR
    assert (removed.facts.surface, removed.facts.price_cny) == ("纯棉圆领短袖", 59.0)
    assert (removed.start_ms, removed.end_ms) == (90_000, 91_000)


@pytest.mark.parametrize(
    "before",
    [(), (change(session="yesterday"),), (change(), change(ListingAction.REMOVED, time_ms=70_000))],
    ids=["never seen", "seen in another session", "removed before"],
)
def test_a_removal_of_what_is_not_on_sale_says_nothing(
    detector: ListingDetector, before: tuple[ListingChange, ...]
) -> None:
    assert judged(detector, *before, change(ListingAction.REMOVED, time_ms=90_000)) == []


def test_the_state_is_bounded_and_forgets_the_oldest(detector: ListingDetector) -> None:
    state = ListingState()
    for number in range(MAX_LISTINGS + 3):
        state, _ = detector.judge(state, change(listing=f"l{number}", title="袜子", price=None, time_ms=number))
    assert len(state.listings) == MAX_LISTINGS
    assert "l0" not in state.listings
    assert f"l{MAX_LISTINGS + 2}" in state.listings
    assert msgspec.json.decode(msgspec.json.encode(state), type=ListingState) == state

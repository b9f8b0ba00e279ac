import msgspec
import pytest

from detectors.listing.listing import ALL_REMOVED_LLR, LINK_REMOVED_LLR, ListingDetector
from detectors.listing.memory import MAX_LISTINGS, ListingState
from detectors.listing.titles import are_unlike, generic_goods
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
    other = change(listing="l2", title="真丝围巾礼盒", price=None)
    gone = change(ListingAction.REMOVED, title="", price=None, time_ms=90_000)
    (removed,) = judged(detector, change(), other, gone)
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


def test_when_the_last_link_goes_the_room_has_none(detector: ListingDetector) -> None:
    removed, none = judged(detector, change(), change(ListingAction.REMOVED, time_ms=90_000))
    assert (removed.signal, removed.llr) == (Signal.LINK_REMOVED, LINK_REMOVED_LLR)
    assert (none.signal, none.llr) == (Signal.NO_LINK, 0.0)
    (told,) = judged(detector, change(ListingAction.NONE, listing="", title="", price=None))
    assert (told.signal, told.llr) == (Signal.NO_LINK, 0.0)


def test_a_shop_that_is_cleared_weighs_more_than_a_link_that_is_sold_out(detector: ListingDetector) -> None:
    added = [change(listing=f"l{number}", title=title) for number, title in enumerate(("短袖", "短裤", "袜子"))]
    gone = [change(ListingAction.REMOVED, listing=one.listing_id, time_ms=90_000) for one in added]
    assert [judged(detector, *added, *gone[: n + 1])[0].llr for n in range(3)] == [
        LINK_REMOVED_LLR, LINK_REMOVED_LLR, ALL_REMOVED_LLR,
    ]  # fmt: skip


def test_links_that_go_after_the_show_are_told_of_the_show_that_they_were_in(detector: ListingDetector) -> None:
    next_show = change(session="s2", listing="l9", time_ms=4_000_000)
    gone = change(ListingAction.REMOVED, time_ms=4_100_000)
    removed, _ = judged(detector, change(), next_show, gone)
    assert (removed.signal, removed.session) == (Signal.LINK_REMOVED, "s1")
    state = detector.initial()
    for one in (change(), next_show, gone):
        state, _ = detector.judge(state, one)
    assert (state.session, list(state.listings), state.before) == ("s2", ["l9"], {})


def test_the_description_is_read_too_and_says_nothing_twice(detector: ListingDetector) -> None:
    described = msgspec.structs.replace(change(price=199.0), description="香奶奶 经典菱格链条手提包")
    found = judged(detector, described)
    assert {Signal.BRAND_ALIAS, Signal.LOW_PRICE, Signal.PRICE} <= {one.signal for one in found}
    assert next(one for one in found if one.signal is Signal.PRICE).facts.brand == "Chanel"
    both = judged(detector, msgspec.structs.replace(described, title="顶级原单", description="顶级原单"))
    assert len([one for one in both if one.signal is Signal.CODE_WORD]) == len(
        [one for one in judged(detector, change(title="顶级原单", price=199.0)) if one.signal is Signal.CODE_WORD]
    )


def test_a_title_without_a_brand_on_a_brands_shelf_contradicts_it(detector: ListingDetector) -> None:
    plain = change(title="时尚百搭单肩包", price=None)
    (fact,) = judged(detector, plain)
    assert (fact.signal, fact.llr, fact.facts.item) == (Signal.GENERIC_TITLE, 0.0, "单肩包")
    _, mismatch = judged(detector, msgspec.structs.replace(plain, category="女包/Louis Vuitton"))
    assert (mismatch.signal, mismatch.facts.brand) == (Signal.MISMATCH, "Louis Vuitton")
    assert mismatch.llr > 0
    named = msgspec.structs.replace(plain, title="Louis Vuitton 单肩包", category="女包/Louis Vuitton")
    assert {one.signal for one in judged(detector, named)} == {Signal.BRAND}


@pytest.mark.parametrize(
    ("title", "goods"),
    [
        ("时尚透气跑鞋", "跑鞋"), ("大容量通勤单肩包 简约百搭", "单肩包"), ("女士手表", "手表"), ("面包 早餐", ""),
        ("复古跑鞋 男女同款 网布麂皮拼接", ""), ("卡通玩偶", ""), ("", ""),
    ],
)  # fmt: skip
def test_generic_titles(title: str, goods: str) -> None:
    assert generic_goods(title) == goods


def test_a_link_that_leads_to_other_goods(detector: ListingDetector) -> None:
    """The same link under another title weighs more than another link under the number; a new wording is nothing."""
    first = msgspec.structs.replace(change(title="卡通毛绒玩偶 生日礼物", price=None), link_number=1)
    bag = msgspec.structs.replace(first, title="链条斜挎女士牛皮", time_ms=90_000)
    (swapped,) = judged(detector, first, msgspec.structs.replace(bag, change=ListingAction.UPDATED))
    (renumbered,) = judged(detector, first, msgspec.structs.replace(bag, listing_id="l2"))
    assert swapped.signal is renumbered.signal is Signal.LINK_SWAPPED
    assert swapped.llr > renumbered.llr > 0
    assert (swapped.facts.link_number, swapped.facts.context) == (1, first.title)
    reworded = msgspec.structs.replace(first, title="卡通毛绒玩偶 元旦照常发货", time_ms=90_000)
    assert judged(detector, first, reworded) == []
    assert not are_unlike("", "卡通毛绒玩偶")

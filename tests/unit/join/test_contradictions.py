"""The air against the links: a code name beside a title without a brand, a price where there is no link."""

import pytest

from schemas import Modality, Signal


def lists(show, at_s, signal=Signal.GENERIC_TITLE, **facts):
    title = {"surface": "时尚百搭单肩包", "item": "单肩包", "speaker": "listing"}
    return show.happens(show.suspicion(Modality.LISTING, at_s, signal, 0.0, **title | facts))


def signs(show):
    """Derived signs of the show: signal, and seconds at which each starts and counts."""
    return [
        (item.signal, (item.start_ms - 1_700_000_000_000) / 1000, (item.seen_ms - 1_700_000_000_000) / 1000)
        for item in show.state.sessions[0].items
        if len(item.ids) > 1
    ]


def test_a_code_name_against_a_title_that_names_no_brand(show):
    """The link was put up half an hour before; the first one stands for all of them."""
    show.starts()
    lists(show, 1)
    show.passes(Modality.AUDIO, 1_000)
    lists(show, 1_500)
    show.code_name(1_800)
    assert signs(show) == [(Signal.MISMATCH, 1_800, 1_800)]


def test_a_link_put_up_right_after_the_code_name_and_not_long_after(show):
    show.starts()
    show.code_name(100)
    lists(show, 100 + 90)
    assert signs(show) == [(Signal.MISMATCH, 100, 190)]


def test_a_link_put_up_long_after_the_code_name(show):
    show.starts()
    show.code_name(100)
    lists(show, 100 + 90.001)
    assert signs(show) == []


def test_what_viewers_type_and_brands_named_openly_contradict_nothing(show):
    show.starts()
    lists(show, 1)
    lists(show, 1, Signal.NO_LINK)
    louis = {"surface": "驴家", "brand": "Louis Vuitton", "genuine_low_cny": 14_400.0}
    show.reads(5, Signal.BRAND_ALIAS, 0.5, **louis)
    show.hears(5, Signal.BRAND, 0.0, **louis)
    show.reads(6, Signal.PRICE, 0.0, price_cny=460.0, price_role="offer")
    assert all(signal is Signal.LOW_PRICE for signal, _, _ in signs(show))


@pytest.mark.parametrize(("at_s", "found"), [(10, True), (100, True), (100.001, False)])
def test_a_price_on_air_where_there_is_no_link(show, at_s, found):
    show.starts()
    lists(show, 10, Signal.NO_LINK)
    show.price(at_s, 460.0)
    assert signs(show) == ([(Signal.NO_LINK, at_s, at_s)] if found else [])


def test_contradictions_are_no_witness_of_their_own_and_say_what_contradicts_what(show):
    """Code name 2.3, again 1.1 a minute on, contradictions 0.8 and 0.4: a warning, on speech alone."""
    show.starts()
    lists(show, 1)
    show.code_name(5)
    assert show.code_name(6) == ["warn"]
    (warning,) = show.enforcements
    reason = next(one for one in warning.reasons if one.signal is Signal.MISMATCH)
    assert "老李家" in reason.text_zh
    assert "时尚百搭单肩包" in reason.text_zh
    assert warning.modalities == (Modality.AUDIO, Modality.LISTING)


def test_an_authorised_brand_takes_the_contradiction_with_it(show):
    show.starts(authorised=["Louis Vuitton"])
    lists(show, 1)
    show.code_name(5)
    assert signs(show) == []

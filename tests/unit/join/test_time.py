"""Event time: what the watermark holds back, what is late, what revises, and what waits for the start of the show."""

import pytest

from pipelines.join.policy import DecideAt
from schemas import Modality, Signal


def test_a_live_modality_that_lags_holds_the_decision(show):
    """The pictures are at 3 s; what is heard at 6 s is decided when they have passed it."""
    show.starts()
    assert show.passes(Modality.FRAME, 3) == []
    assert show.code_name(5) == []
    assert show.hears(6, Signal.CODE_WORD, 3.0, term="原单") == []
    assert show.passes(Modality.FRAME, 5.9) == []
    assert show.passes(Modality.FRAME, 6) == ["warn"]


def test_a_silent_modality_does_not_hold_the_room(show):
    """The pictures were last heard of at 3 s of processing time; at 23 s they are idle."""
    show.starts()
    assert show.passes(Modality.FRAME, 3) == []
    assert show.code_name(5) == []
    assert show.hears(6, Signal.CODE_WORD, 3.0, term="原单") == []
    assert show.ticks(22.9) == []
    assert show.ticks(23) == ["warn"]


def test_chat_and_listings_do_not_hold_the_room(show):
    """A chat line is judged as it comes; that none has come since 3 s says nothing."""
    show.starts()
    show.passes(Modality.DANMAKU, 3)
    show.passes(Modality.LISTING, 0)
    assert show.code_name(5) == []
    assert show.hears(6, Signal.CODE_WORD, 3.0, term="原单") == ["warn"]


def test_a_modality_never_heard_of_does_not_hold_the_room(show):
    show.starts()
    show.code_name(5)
    assert show.hears(6, Signal.CODE_WORD, 3.0, term="原单") == ["warn"]


def test_the_watermark_never_goes_back(show):
    show.starts()
    show.passes(Modality.AUDIO, 50)
    show.passes(Modality.FRAME, 20)
    assert show.state.sessions[0].watermark_ms - 1_700_000_000_000 == 50_000


def test_deciding_on_arrival_does_not_wait_for_the_watermark(with_time):
    show = with_time(decide_at=DecideAt.ARRIVAL)
    show.starts()
    show.passes(Modality.DANMAKU, 3)
    show.code_name(5)
    assert show.hears(6, Signal.CODE_WORD, 3.0, term="原单") == ["warn"]


@pytest.mark.parametrize(("at_s", "wanted"), [(480, ["warn"]), (479.999, ["late"])], ids=["just in time", "too late"])
def test_inside_the_lateness_evidence_revises_and_beyond_it_is_reported_late(show, at_s, wanted):
    """The watermark is at 600 s, the allowed lateness 120 s."""
    show.starts()
    show.hears(480, Signal.CODE_WORD, 3.0, term="原单")
    show.passes(Modality.AUDIO, 600)
    assert show.code_name(at_s) == wanted
    if wanted == ["warn"]:
        assert show.enforcements[0].decided_at_ms == 1_700_000_480_000


def test_a_late_sign_shows_that_a_rung_was_reached_before(show):
    """The warning left at 20 s. A label seen at 10 s and told at 41 s makes 20 s a moment for review."""
    show.starts()
    show.code_name(5)
    assert show.hears(20, Signal.CODE_WORD, 3.0, term="原单") == ["warn"]
    assert show.passes(Modality.AUDIO, 40) == []
    assert show.sees(10, Signal.COVERED_LABEL, 3.0, now_s=41) == ["seal?", "review"]
    assert [action.decided_at_ms - 1_700_000_000_000 for action in show.enforcements] == [20_000, 20_000]


def test_a_repeated_suspicion_changes_nothing(show):
    show.starts()
    show.hears(5, Signal.CODE_WORD, 3.0, term="原单")
    before = show.state.sessions[0].items
    assert show.hears(5, Signal.CODE_WORD, 3.0, term="原单") == []
    assert show.outputs.duplicates == 1
    assert show.state.sessions[0].items == before


def test_decisions_wait_for_the_start_of_the_show(show):
    assert show.code_name(5) == []
    assert show.hears(6, Signal.CODE_WORD, 3.0, term="原单") == []
    assert show.starts(0) == ["warn"]


def test_decisions_wait_no_longer_than_the_lateness(show):
    """The first sign is at 5 s, the lateness 120 s."""
    show.code_name(5)
    show.hears(6, Signal.CODE_WORD, 3.0, term="原单")
    assert show.passes(Modality.AUDIO, 125) == []
    assert show.passes(Modality.AUDIO, 125.001) == ["warn"]


def test_without_start_a_show_that_fell_silent_is_decided(show):
    show.code_name(5)
    show.hears(6, Signal.CODE_WORD, 3.0, term="原单")
    assert show.ticks(6 + 20 + 120) == []
    assert show.ticks(6 + 20 + 120.001) == ["warn"]


def test_an_authorised_brand_may_be_named_and_sold_cheap(show):
    """The start comes after the signs: brand, logo and price go, the code word stays."""
    show.code_name(5)
    show.price(6, 460)
    show.sees(7, Signal.LOGO, 3.0, brand="louis vuitton ")
    show.hears(8, Signal.CODE_WORD, 3.0, term="原单")
    assert show.starts(0, authorised=["Louis Vuitton"]) == []
    assert show.code_name(9) == []
    assert show.price(10, 460) == []
    assert show.ticks(600) == []
    assert [item.signal for item in show.state.sessions[0].items] == [Signal.CODE_WORD]


def test_another_brand_than_the_authorised_one_counts(show):
    show.starts(authorised=["Gucci"])
    show.code_name(5)
    assert show.hears(6, Signal.CODE_WORD, 3.0, term="原单") == ["warn"]


def test_a_price_is_kept_for_a_brand_that_may_still_come(show):
    """The watermark is at 600 s, so a brand of 480 s is just in time, and a price of 390 s just near enough to it."""
    show.starts()
    show.price(389.999, 460)
    show.price(390, 470)
    show.passes(Modality.AUDIO, 600)
    show.code_name(480)
    pairs = [item for item in show.state.sessions[0].items if item.signal is Signal.LOW_PRICE]
    assert [item.said.price_cny for item in pairs] == [470]


def test_an_earlier_mention_of_the_brand_that_is_told_late_makes_its_price_count_earlier(show):
    show.starts()
    show.price(5, 460)
    for at_s in (40, 20, 30):
        show.code_name(at_s)
    pairs = [item for item in show.state.sessions[0].items if item.signal is Signal.LOW_PRICE]
    assert [item.seen_ms - 1_700_000_000_000 for item in pairs] == [20_000]


def test_old_signs_are_folded_so_that_the_state_stays_small(show):
    """Half an hour of one code word a second: kept are the 120 s that may still be revised and eight of each word,
    and the one or two that are folded when their word is said next."""
    show.starts()
    sizes = []
    for at_s in range(1800):
        show.hears(at_s, Signal.CODE_WORD, 0.4, term=f"行话{at_s % 3}")
        sizes.append(len(show.state.sessions[0].items))
    assert max(sizes) <= 120 + 3 * 8 + 3
    assert show.outputs.overflow == 0


def test_a_flood_hits_the_limit_and_is_counted(show):
    show.starts()
    overflow = 0
    for place in range(1_100):
        show.reads(5, Signal.OFF_PLATFORM, 0.5, term=f"t{place}")
        overflow += show.outputs.overflow
    assert (len(show.state.sessions[0].items), overflow) == (1_000, 100)

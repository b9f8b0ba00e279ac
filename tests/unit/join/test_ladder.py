"""What it takes to warn, to send to review, to cut, told as timelines in seconds after the start of the show."""

import pytest

from schemas import Authority, Modality, PriceRole, SealState, Signal, Violation


def test_one_strong_code_word_is_not_enough_for_anything(show):
    assert show.starts() == []
    assert show.hears(5, Signal.CODE_WORD, 3.0, term="原单") == []
    assert show.ticks(500) == []


def test_repeating_one_code_word_warns_but_never_sends_to_review(show):
    show.starts()
    assert show.hears(5, Signal.CODE_WORD, 3.0, term="原单") == []
    assert show.hears(10, Signal.CODE_WORD, 3.0, term="原单") == ["warn"]
    for at_s in range(15, 300, 5):
        assert show.hears(at_s, Signal.CODE_WORD, 3.0, term="原单") == []


def test_code_name_and_code_word_with_a_doubt_burst_go_to_review(show):
    show.starts()
    assert show.code_name(5) == []
    assert show.hears(20, Signal.CODE_WORD, 3.0, term="原单") == ["warn"]
    # The chat has just spoken up, so the watermark waits for speech to pass the burst.
    assert show.reads(30, Signal.DOUBT_BURST, 2.0, viewers=6) == []
    assert show.passes(Modality.AUDIO, 31) == ["seal?", "review"]
    assert show.enforcements[-1].authority is Authority.REVIEW
    assert show.ticks(600) == []


@pytest.mark.parametrize(
    ("signal", "llr"),
    [(Signal.COVERED_LABEL, 3.0), (Signal.SILENCE_ORDER, 1.5)],
    ids=["covered label", "silence order"],
)
def test_speech_picture_price_and_doubts_together_cut(show, signal, llr):
    show.starts()
    show.code_name(5)
    show.sees(12, signal, llr)
    show.hears(20, Signal.CODE_WORD, 3.0, term="原单")
    show.price(28, 460)
    show.reads(45, Signal.DOUBT_BURST, 2.0, viewers=6)
    show.passes(Modality.AUDIO, 60)
    show.passes(Modality.FRAME, 60)
    show.passes(Modality.DANMAKU, 60)
    show.ticks(64)
    assert [action.rung for action in show.enforcements] == ["warn", "review", "cut"]
    cut = show.enforcements[-1]
    assert cut.posterior >= 0.99
    assert {Modality.AUDIO, Modality.FRAME} <= set(cut.modalities)
    assert {Violation.FAKE_AS_GENUINE, Violation.INTELLECTUAL_PROPERTY, Violation.PRICE_FAR_BELOW_KNOWING} <= set(
        cut.categories
    )
    assert (Violation.MARK_COVERED_KNOWING in cut.categories) is (signal is Signal.COVERED_LABEL)
    assert cut.not_after_ms == cut.decided_at_ms + 300_000


def test_speech_alone_never_cuts(show):
    """However much is heard, one sense is one witness."""
    show.starts()
    for at_s, term in enumerate(["原单", "高仿", "一比一", "复刻", "尾单", "A货"], start=1):
        show.hears(at_s, Signal.CODE_WORD, 3.0, term=term)
        show.code_name(at_s, brand=f"brand {term}")
        show.hears(at_s, Signal.EVASION, 2.0, term=term)
    show.ticks(600)
    assert [action.rung for action in show.enforcements] == ["warn", "review"]
    assert show.enforcements[-1].modalities == (Modality.AUDIO,)


def test_an_admission_by_the_host_needs_no_second_witness(show):
    show.starts()
    assert show.hears(10, Signal.ADMISSION, 6.0, term="都是高仿") == ["seal?", "warn", "review"]
    assert show.hears(12, Signal.CODE_WORD, 3.0, term="原单") == []
    assert show.code_name(15, llr=2.5) == ["cut"], "the seal was asked for five seconds ago, its deadline is over"
    assert show.enforcements[-1].modalities == (Modality.AUDIO,)


def test_an_admission_typed_by_a_viewer_is_no_admission(show):
    show.starts()
    show.reads(10, Signal.ADMISSION, 6.0, term="都是高仿")
    show.reads(12, Signal.CODE_WORD, 3.0, term="原单")
    show.ticks(600)
    assert show.enforcements == []


def test_chat_that_repeats_the_host_is_no_second_witness(show):
    show.starts()
    for at_s in range(1, 20):
        show.hears(at_s, Signal.CODE_WORD, 3.0, term=f"行话{at_s}")
        show.code_name(at_s, brand=f"brand {at_s}")
        show.reads(at_s + 0.5, Signal.CODE_WORD, 3.0, term=f"行话{at_s}")
    show.ticks(600)
    assert [action.rung for action in show.enforcements] == ["warn", "review"]


def test_an_honest_room_with_scattered_false_hits_stays_at_a_warning(show):
    """Ten doubting viewers and two false hits of 2.5 nats within one minute."""
    show.starts()
    for at_s in range(1, 11):
        show.reads(at_s, Signal.DOUBT, 0.3, term=f"质疑{at_s % 4}", surface="真的吗")
    show.code_name(12, llr=2.5)
    show.sees(12.5, Signal.LOGO, 2.5, brand="Gucci")
    show.ticks(600)
    assert [action.rung for action in show.enforcements] == ["warn"]


def test_guarantees_and_facts_weigh_nothing(show):
    show.starts()
    show.hears(1, Signal.GUARANTEE, 9.0, surface="假一赔十")
    show.hears(2, Signal.BRAND, 9.0, brand="Gucci")
    show.ticks(600)
    assert show.enforcements == []
    assert show.state.sessions[0].items == ()


def test_a_negative_ratio_does_not_clear(show):
    show.starts()
    show.hears(1, Signal.EVASION, -50.0, term="正品")
    show.code_name(2)
    assert show.hears(3, Signal.CODE_WORD, 3.0, term="原单") == ["warn"]


def test_old_signs_fade(show):
    """The same two signs warn within a minute and do not when twenty minutes lie between them."""
    show.starts()
    show.hears(5, Signal.CODE_WORD, 2.5, term="原单")
    show.code_name(1205, llr=2.3)
    show.ticks(3000)
    assert show.enforcements == []


@pytest.mark.parametrize(
    ("cny", "nats"),
    [(200, 3.0), (460, 2.5), (2_000, 1.5), (5_040, 0.0), (14_000, 0.0)],
    ids=["1.4 %", "3.2 %", "14 %", "35 %", "97 %"],
)
def test_a_price_is_weighed_against_the_brand_that_was_named(show, cny, nats):
    show.starts()
    show.code_name(5)
    show.price(20, cny)
    pairs = [item for item in show.state.sessions[0].items if item.signal is Signal.LOW_PRICE]
    assert [item.weight for item in pairs] == ([nats] if nats else [])


def test_a_plainly_named_brand_halves_the_price(show):
    show.starts()
    show.hears(5, Signal.BRAND, 0.0, brand="Louis Vuitton", genuine_low_cny=14_400.0)
    show.price(20, 460)
    assert [item.weight for item in show.state.sessions[0].items] == [1.25]


@pytest.mark.parametrize(("price_s", "paired"), [(95, True), (95.001, False)])
def test_price_and_brand_belong_together_within_ninety_seconds(show, price_s, paired):
    show.starts()
    show.code_name(5)
    show.price(price_s, 460)
    assert (len(show.state.sessions[0].items) == 2) is paired


def test_a_price_said_before_the_brand_counts_from_the_brand_on(show):
    show.starts()
    show.price(5, 460)
    show.code_name(20)
    pair = next(item for item in show.state.sessions[0].items if item.signal is Signal.LOW_PRICE)
    assert (pair.seen_ms - pair.start_ms, len(pair.ids)) == (15_000, 2)


def test_an_anchor_price_is_no_offer(show):
    show.starts()
    show.code_name(5)
    show.price(20, 460, PriceRole.ANCHOR)
    assert len(show.state.sessions[0].items) == 1


def test_naming_the_brand_again_does_not_count_the_price_twice(show):
    show.starts()
    show.code_name(5)
    show.price(20, 460)
    show.code_name(30)
    assert sum(item.signal is Signal.LOW_PRICE for item in show.state.sessions[0].items) == 1


def test_a_rung_is_emitted_once(show):
    show.starts()
    show.code_name(5)
    assert show.hears(6, Signal.CODE_WORD, 3.0, term="原单") == ["warn"]
    assert show.hears(7, Signal.EVASION, 0.3, term="懂的都懂") == []
    assert show.ticks(600) == []
    assert show.enforcements[0].seal is SealState.NOT_REQUIRED

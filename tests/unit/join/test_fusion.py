"""How signs add up, in numbers that can be checked by hand."""

import math

import pytest

from pipelines.join.evaluate import evaluate, signs
from pipelines.join.fusion import explain, verdict_at
from pipelines.join.rules import needed_nats, posterior
from schemas import Modality, PriceRole, Signal

START_MS = 1_700_000_000_000


def nats(suspicions, policy, at_s=0.0):
    return verdict_at(signs(suspicions, policy), START_MS + round(at_s * 1000), policy).llr


def test_signs_of_different_families_add_up(show, policy):
    both = [
        show.suspicion(Modality.AUDIO, 0, Signal.CODE_WORD, 3.0, term="原单"),
        show.suspicion(Modality.FRAME, 0, Signal.COVERED_LABEL, 2.5),
    ]
    assert nats(both, policy) == pytest.approx(5.5)


def test_weight_halves_in_five_minutes(show, policy):
    one = [show.suspicion(Modality.AUDIO, 0, Signal.CODE_WORD, 3.0, term="原单")]
    assert [nats(one, policy, at_s) for at_s in (0, 300, 600)] == pytest.approx([3.0, 1.5, 0.75], rel=1e-6)


def test_a_sign_does_not_count_before_it_is_on_air(show, policy):
    assert nats([show.suspicion(Modality.AUDIO, 1, Signal.CODE_WORD, 3.0, term="原单")], policy) == 0


@pytest.mark.parametrize("second", [Modality.AUDIO, Modality.DANMAKU, Modality.FRAME])
def test_the_second_sign_of_a_group_counts_half_whatever_its_sense(show, policy, second):
    """2.0 + 1.2 / 2."""
    both = [
        show.suspicion(Modality.AUDIO, 0, Signal.CODE_WORD, 2.0, term="原单"),
        show.suspicion(second, 0, Signal.CODE_WORD, 1.2, term="原单", brand="other"),
    ]
    assert nats(both, policy) == pytest.approx(2.6)


def test_doubts_are_one_group_whatever_their_words(show, policy):
    """0.3 + 0.15 + 0.075."""
    doubts = [
        show.suspicion(Modality.DANMAKU, 0, Signal.DOUBT, 0.3, term=term) for term in ("假的", "真的吗", "高仿吧")
    ]
    assert nats(doubts, policy) == pytest.approx(0.525)


def test_a_family_gives_no_more_than_its_cap(show, policy):
    words = [show.suspicion(Modality.AUDIO, 0, Signal.CODE_WORD, 3.0, term=term) for term in "甲乙丙丁"]
    assert nats(words, policy) == pytest.approx(policy.families["code_word"].cap)


def test_a_modality_gives_no_more_than_its_cap(show, policy):
    """Chat: code words to 4.5, brand to 4.0, doubts to 2.5; together still 4.5."""
    many = [
        *[show.suspicion(Modality.DANMAKU, 0, Signal.CODE_WORD, 3.0, term=term) for term in "甲乙"],
        *[show.suspicion(Modality.DANMAKU, 0, Signal.BRAND_ALIAS, 3.0, brand=brand) for brand in "甲乙"],
        show.suspicion(Modality.DANMAKU, 0, Signal.DOUBT_BURST, 2.5),
    ]
    assert nats(many, policy) == pytest.approx(policy.modalities[Modality.DANMAKU].cap)


def test_a_price_of_one_link_is_not_held_against_the_brand_of_another(show, policy):
    def offered(modality):
        return show.suspicion(modality, 0, Signal.PRICE, 0.0, price_cny=0.1, price_role=PriceRole.OFFER)

    brand = show.suspicion(Modality.LISTING, 0, Signal.BRAND_ALIAS, 2.0, brand="Nike", genuine_low_cny=650.0)
    assert nats([brand, offered(Modality.LISTING)], policy) == pytest.approx(2.0)
    assert nats([brand, offered(Modality.AUDIO)], policy) > 4.0


def test_shares_add_up_to_the_score(show, policy):
    many = [
        *[show.suspicion(Modality.AUDIO, 0, Signal.CODE_WORD, 3.0, term=term) for term in "甲乙"],
        *[show.suspicion(Modality.DANMAKU, 0, Signal.CODE_WORD, 3.0, term=term) for term in "甲乙"],
        show.suspicion(Modality.FRAME, 0, Signal.COVERED_LABEL, 3.0),
    ]
    verdict = explain(signs(many, policy), START_MS, policy)
    assert sum(share for _, share in verdict.shares) == pytest.approx(verdict.llr) == pytest.approx(7.5)


def test_witnesses_are_the_senses_that_reach_their_floor(show, policy):
    many = [
        show.suspicion(Modality.AUDIO, 0, Signal.SILENCE_ORDER, 1.0),
        show.suspicion(Modality.FRAME, 0, Signal.COVERED_LABEL, 0.999),
        show.suspicion(Modality.DANMAKU, 0, Signal.CODE_WORD, 4.0, term="原单"),
        show.suspicion(Modality.LISTING, 0, Signal.LOW_PRICE, 3.0, brand="Gucci"),
    ]
    assert verdict_at(signs(many, policy), START_MS, policy).witnesses == (Modality.AUDIO,)


def test_the_posterior_of_the_prior_is_the_prior(policy):
    assert posterior(0.0, policy) == pytest.approx(policy.prior.probability)


def test_the_arithmetic_at_the_top_of_the_policy_is_right(policy):
    assert [round(needed_nats(line, policy), 2) for line in policy.ladder] == [
        2.4, 3.21, 5.69, 6.79, 7.54, 5.69, 9.19,
    ]  # fmt: skip


def test_a_monstrous_ratio_is_capped_and_no_number_is_no_evidence(show, policy):
    assert nats([show.suspicion(Modality.AUDIO, 0, Signal.CODE_WORD, math.inf, term="原单")], policy) == 4.5
    assert signs([show.suspicion(Modality.AUDIO, 0, Signal.CODE_WORD, math.nan, term="原单")], policy) == []


def test_nothing_comes_to_nothing(policy):
    nothing = evaluate([], policy)
    assert (nothing.reached, nothing.peak) == ({}, None)

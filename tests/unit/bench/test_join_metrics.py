"""The arithmetic of the room figures, on examples that can be worked out by hand."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.bench.join_metrics import (
    at_base_rate,
    brier,
    calibration_error,
    fit_logistic,
    middle,
    noisy_or,
    reliability,
    threshold,
)
from pipelines.bench.quality import rate

SHARES = st.floats(0.001, 0.999)


def test_brier_score_of_four_rooms():
    # (1 - 0.9)^2 + (0 - 0.2)^2 + (1 - 0.6)^2 + (0 - 0.0)^2 = 0.01 + 0.04 + 0.16 + 0
    assert brier([(0.9, True), (0.2, False), (0.6, True), (0.0, False)]) == pytest.approx(0.21 / 4)
    assert brier([]) is None


@given(st.lists(st.tuples(SHARES, st.booleans()), min_size=1))
def test_who_always_says_one_half_scores_a_quarter_and_nobody_more_than_one(predictions):
    assert brier([(0.5, truth) for _, truth in predictions]) == pytest.approx(0.25)
    assert 0 <= brier(predictions) <= 1


def test_wilson_interval_of_nine_in_ten():
    # z = 1.96: middle (0.9 + 3.8416/20) / 1.38416 = 0.78899, reach 1.96 sqrt(0.009 + 0.009604) / 1.38416 = 0.19314
    nine = rate(9, 10)
    assert (nine.low, nine.high) == pytest.approx((0.5958, 0.9821), abs=2e-4)
    assert rate(0, 0).share is None


def test_noisy_or_sums_the_weights_of_signs_and_ignores_what_weighs_nothing():
    # ln 2 and ln 4: accidents with chance 1/2 and 1/4, both at once 1/8
    assert noisy_or([log(2), log(4), 0.0, -3.0]) == pytest.approx(7 / 8)
    assert noisy_or([]) == 0.0


@given(st.lists(st.floats(0, 5), min_size=1), st.floats(0, 5))
def test_noisy_or_grows_with_every_sign(nats, more):
    assert noisy_or([*nats, more]) >= noisy_or(nats)


def test_reliability_and_its_error():
    bins = reliability([(0.05, False), (0.05, False), (0.95, True), (1.0, False)])
    assert [one.rooms for one in bins] == [2, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert bins[9].predicted == pytest.approx(0.975)
    assert bins[9].counterfeit == 0.5
    assert bins[4].counterfeit is None
    assert calibration_error(bins) == pytest.approx((2 * 0.05 + 2 * 0.475) / 4)


def test_threshold_allows_just_so_many_false_cuts():
    peaks = [1.0, 5.0, 3.0, 2.0]
    assert threshold(peaks, hours=100, false_per_hour=0.0) == 5.0  # above the largest: none
    assert threshold(peaks, hours=100, false_per_hour=0.02) == 2.0  # the two at 5 and 3 are allowed
    assert threshold(peaks, hours=1000, false_per_hour=0.02) == 0.0  # all are


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(1, 1000), st.floats(0, 0.1))
def test_no_threshold_cuts_more_honest_rooms_than_allowed(peaks, hours, allowed):
    limit = threshold(peaks, hours, allowed)
    assert sum(peak > limit for peak in peaks) <= max(int(hours * allowed), 0) or limit == 0.0


def test_moving_the_prior_moves_the_posterior_by_the_same_odds():
    # even evidence: the posterior is the prior, and becomes the base rate
    assert at_base_rate(0.001, prior=0.001, base_rate=0.25) == pytest.approx(0.25)
    # odds 1:999 -> 1:1 is a factor of 999 in evidence; at even odds it is 999:1000
    assert at_base_rate(0.5, prior=0.001, base_rate=0.5) == pytest.approx(0.999)


def test_a_logistic_curve_finds_the_share_at_each_score():
    examples = [(0.0, place < 10) for place in range(100)] + [(2.0, place < 80) for place in range(100)]
    curve = fit_logistic(examples)
    assert curve(0.0) == pytest.approx(0.1, abs=0.01)
    assert curve(2.0) == pytest.approx(0.8, abs=0.01)


def test_a_logistic_curve_survives_scores_that_say_nothing_or_everything():
    assert fit_logistic([(1.0, True), (1.0, False)])(1.0) == pytest.approx(0.5, abs=0.01)
    curve = fit_logistic([(float(score), score > 5) for score in range(10)])
    assert curve(0.0) < 0.2
    assert 0.8 < curve(9.0) <= 1.0
    assert 0 <= curve(-1e9) <= curve(1e9) <= 1


def test_the_median():
    assert middle([3.0, 1.0, 2.0]) == 2.0
    assert middle([]) is None

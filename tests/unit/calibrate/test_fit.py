"""The fit on made-up reviews whose truth is known."""

from itertools import pairwise

import numpy as np
import pytest

from pipelines.calibrate.fit import brier, chance_of, fit_logistic, isotonic, score_for


def made_up(weights, intercept, shows=800, seed=1):
    luck = np.random.default_rng(seed)
    nats = luck.gamma(2.0, 1.0, (shows, len(weights))) * (luck.random((shows, len(weights))) < 0.6)
    offset = np.full(shows, -4.0) + luck.random(shows)
    upheld = (luck.random(shows) < chance_of(offset + intercept + nats @ np.array(weights))).astype(float)
    return nats, upheld, offset


@pytest.mark.parametrize("seed", range(5))
def test_the_true_weights_lie_within_the_intervals(seed):
    """95 % intervals: of the 25 values of all seeds, one or two may lie outside; none lies far outside."""
    truth = [0.5, 1.0, 1.6, 2.4]
    found = fit_logistic(*made_up(truth, 0.7, seed=seed))
    intervals = [found.interval(place) for place in range(5)]
    misses = [
        (value, interval) for value, interval in zip([0.7, *truth], intervals, strict=True)
        if not interval[0] <= value <= interval[1]
    ]  # fmt: skip
    assert len(misses) <= 1
    assert np.all(np.abs(found.values - [0.7, *truth]) < 3.5 * found.spread)
    assert all(high - low < 1.5 for low, high in intervals), "800 shows say something"


def test_few_shows_stay_near_the_policy_in_force_and_say_so():
    nats, upheld, offset = made_up([3.0], 0.0, shows=12)
    found = fit_logistic(nats, upheld, offset)
    low, high = found.interval(1)
    assert low < 1.0 < high
    assert high - low > 1.0


def test_shows_that_are_told_apart_completely_do_not_run_away():
    nats = np.array([[0.0]] * 50 + [[9.0]] * 50)
    found = fit_logistic(nats, np.repeat([0.0, 1.0], 50), np.full(100, -4.0))
    assert np.all(np.isfinite(found.values))
    assert found.values[1] < 5


def test_a_family_that_speaks_for_honesty_gets_no_negative_weight():
    nats, upheld, offset = made_up([1.0, 0.0], 0.0)
    nats[:, 1] = (1 - upheld) * 3.0
    found = fit_logistic(nats, upheld, offset)
    assert found.values[2] == 0
    assert found.interval(2) == (0.0, 0.0)


def test_isotonic_blocks_rise_and_hold_every_show():
    luck = np.random.default_rng(3)
    score = np.round(luck.normal(0, 2, 300), 1)
    upheld = (luck.random(300) < chance_of(score)).astype(float)
    blocks = isotonic(score, upheld)
    assert sum(block.shows for block in blocks) == 300
    assert sum(block.upheld for block in blocks) == upheld.sum()
    shares = [block.upheld / block.shows for block in blocks]
    assert all(one < other for one, other in pairwise(shares))
    assert [block.lowest for block in blocks] == sorted({block.lowest for block in blocks})


def test_the_score_from_which_on_a_share_is_reached():
    score = np.repeat([-2.0, 0.0, 2.0], 100)
    upheld = np.concatenate([np.zeros(100), np.repeat([0.0, 1.0], 50), np.ones(100)])
    blocks = isotonic(score, upheld)
    assert [score_for(blocks, rate, 9.0) for rate in (0.3, 0.5, 0.99, 0.999)] == [0.0, 0.0, 2.0, None]
    assert score_for(blocks, 0.99, 1.5) == 1.5, "between 0 and 2 there is no show: what is in force may stay"
    assert 0.0 < score_for(blocks, 0.99, -5.0) < 0.01
    assert score_for(blocks, 0.0, -5.0) == -2.0, "nothing is known below"


def test_isotonic_pools_what_falls():
    blocks = isotonic(np.array([0.0, 1.0, 2.0]), np.array([1.0, 0.0, 0.0]))
    assert [(block.lowest, block.highest, block.shows, block.upheld) for block in blocks] == [(0.0, 2.0, 3, 1)]


def test_brier():
    assert brier(np.array([1.0, 0.5]), np.array([1.0, 0.0])) == 0.125

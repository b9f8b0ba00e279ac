"""The lower bound of Clopper and Pearson, held against published tables and against its definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.effect.precision import lower_bound


@pytest.mark.parametrize(
    ("upheld", "reviewed", "level", "bound"),
    [
        # Two-sided 95 % intervals (so one-sided 97.5 %) as the textbooks print them.
        (8, 10, 0.975, 0.4439),
        (5, 10, 0.975, 0.1871),
        (1, 10, 0.975, 0.0025),
        (9, 10, 0.95, 0.6058),
        # Without any overturned one the bound is the n-th root of 1 - level: the rule of three, exactly.
        (59, 59, 0.95, 0.05 ** (1 / 59)),
        (1, 1, 0.95, 0.05),
        (0, 12, 0.95, 0.0),
        (0, 0, 0.95, 0.0),
    ],
)
def test_worked_examples(upheld, reviewed, level, bound):
    assert lower_bound(upheld, reviewed, level) == pytest.approx(bound, abs=5e-5)


def test_the_figures_that_the_policy_file_tells():
    assert lower_bound(58, 58, 0.95) < 0.95 <= lower_bound(59, 59, 0.95)
    assert lower_bound(91, 92, 0.95) < 0.95 <= lower_bound(92, 93, 0.95)
    assert lower_bound(65, 67, 0.95) < 0.91 <= lower_bound(66, 68, 0.95)


@given(st.integers(1, 60), st.data(), st.floats(0.5, 0.999))
def test_it_is_the_precision_at_which_so_many_right_ones_are_just_possible(reviewed, data, level):
    upheld = data.draw(st.integers(1, reviewed))
    p = lower_bound(upheld, reviewed, level)
    tail = sum(math.comb(reviewed, k) * p**k * (1 - p) ** (reviewed - k) for k in range(upheld, reviewed + 1))
    assert tail == pytest.approx(1 - level, rel=1e-6)
    assert p < upheld / reviewed
    assert lower_bound(upheld, reviewed + 1, level) < p, "an overturned one more, and less is shown"


def test_more_upheld_than_reviewed_is_a_mistake():
    with pytest.raises(ValueError, match="3 upheld of 2"):
        lower_bound(3, 2, 0.95)

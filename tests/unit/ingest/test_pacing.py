"""The pace of a file and the pauses between tries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.pacing import LONGEST_BACKOFF_S, Pacer, backoff_s


@pytest.mark.parametrize(("speed", "wait_s"), [(1.0, 10.0), (2.0, 5.0), (0.5, 20.0), (0.0, 0.0)])
def test_ten_seconds_of_a_show(speed, wait_s):
    pacer = Pacer(speed)
    assert pacer.delay_s(5_000, monotonic_s=100.0) == 0
    assert pacer.delay_s(15_000, monotonic_s=100.0) == wait_s


def test_time_that_has_passed_is_not_waited_for():
    pacer = Pacer(1.0)
    pacer.delay_s(0, monotonic_s=0.0)
    assert pacer.delay_s(1_000, monotonic_s=0.75) == 0.25
    assert pacer.delay_s(1_000, monotonic_s=3.0) == 0


@given(st.floats(0.1, 50), st.lists(st.integers(0, 10_000), max_size=30))
def test_a_reader_that_waits_is_always_on_time(speed, steps):
    pacer, event_ms, now_s = Pacer(speed), 0, 7.0
    pacer.delay_s(0, monotonic_s=now_s)
    for step in steps:
        event_ms += step
        now_s += pacer.delay_s(event_ms, monotonic_s=now_s)
        assert now_s == pytest.approx(7.0 + event_ms / 1000 / speed)


def test_pauses_grow_and_are_capped():
    assert [backoff_s(tries) for tries in range(7)] == [0.5, 1, 2, 4, 8, 10, 10]
    assert backoff_s(10**6) == LONGEST_BACKOFF_S

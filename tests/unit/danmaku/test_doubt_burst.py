"""A burst is many distinct viewers doubting as a share of all that is typed; floods and single voices are none."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.danmaku.doubt_burst import (
    MAX_VIEWERS_KEPT,
    WINDOW_MS,
    BurstState,
    DoubtBurstDetector,
    DoubtCount,
    chance_of,
    doubting_lines,
)
from detectors.danmaku.lines import DanmakuTextDetector
from detectors.text.engine import TextEngine
from schemas import DanmakuBatch, DanmakuLine

DETECTOR = DoubtBurstDetector()


def chat(*lines, session="s"):
    """Lines as (seconds, viewer, whether it doubts), in batches of five."""
    made = [
        (DanmakuLine(line_id=f"{n}", viewer=viewer, time_ms=round(seconds * 1000), text="x"), doubts)
        for n, (seconds, viewer, doubts) in enumerate(lines)
    ]
    for start in range(0, len(made), 5):
        part = made[start : start + 5]
        batch = DanmakuBatch(room="r", session=session, lines=tuple(line for line, _ in part))
        yield DoubtCount(batch=batch, doubting=frozenset(line.line_id for line, doubts in part if doubts))


def run(items, state=None):
    state, found = state or DETECTOR.initial(), []
    for item in items:
        state, suspicions = DETECTOR.judge(state, item)
        found += suspicions
    return state, found


def test_six_viewers_doubting_among_forty_lines_are_a_burst_dated_at_its_recognition():
    lines = [(n, f"v{n}", n >= 34) for n in range(40)]
    _, found = run(chat(*lines))
    assert len(found) == 1, "a burst is reported once"
    assert found[0].start_ms >= 34_000
    assert found[0].facts.viewers >= 3


def test_a_flood_of_innocent_lines_hides_no_burst_but_is_none_itself():
    innocent = [(n / 20, f"v{n}", n % 100 == 0) for n in range(1000)]
    assert run(chat(*innocent))[1] == []


def test_questions_of_every_shop_count_for_no_burst():
    texts = ("是正品吗", "有小票吗", "真的假的", "假货吧", "标怎么遮住了")
    lines = tuple(DanmakuLine(line_id=text, viewer=text, time_ms=1000, text=text) for text in texts)
    batch = DanmakuBatch(room="r", session="s", lines=lines)
    _, found = DanmakuTextDetector(TextEngine.load()).judge(None, batch)
    assert doubting_lines(found) == {"假货吧", "标怎么遮住了"}


def test_one_viewer_doubting_thirty_times_is_no_burst():
    assert run(chat(*[(n, "angry", True) for n in range(30)]))[1] == []


def test_doubts_spread_over_many_minutes_are_no_burst():
    assert (
        run(chat(*[(n * 40, f"v{n}", True) for n in range(2)], *[(n + 200, f"w{n}", False) for n in range(50)]))[1]
        == []
    )


def test_the_next_burst_is_reported_a_window_later():
    first = [(n, f"v{n}", n >= 34) for n in range(40)]
    again = [(130 + n, f"v{n}", n >= 34) for n in range(40)]
    assert len(run(chat(*first, *again))[1]) == 2


def test_a_new_session_starts_with_no_memory():
    half = [(n, f"v{n}", True) for n in range(2)]
    state, _ = run(chat(*half))
    state, found = run(chat((2.5, "v9", True), session="t"), state)
    assert found == []
    assert sum(bucket.messages for bucket in state.buckets) == 1


@pytest.mark.parametrize(("few", "many"), [(3, 30), (5, 60)])
def test_the_same_doubts_say_less_among_more_lines(few, many):
    assert chance_of(3, few) < chance_of(3, many)
    assert chance_of(4, many) < chance_of(3, many)


LINES = st.lists(st.tuples(st.floats(0, 300), st.sampled_from("abcdefghij"), st.booleans()), max_size=120)


@given(LINES)
def test_state_is_bounded_and_survives_storage(lines):
    state, _ = run(chat(*lines))
    assert len(state.buckets) <= WINDOW_MS // 5000 + 1
    assert all(len(bucket.doubters) <= MAX_VIEWERS_KEPT for bucket in state.buckets)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=BurstState) == state

"""Event time of packets: continuous within a timeline, sensible across jumps."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.stream_clock import BACK_MS, FORWARD_MS, StreamClock

START = 1_700_000_000_000
VIDEO, AUDIO = 0, 1


def file_clock(origin_ms: int = 0) -> StreamClock:
    clock = StreamClock(start_ms=START, start_wall_ms=0, live=False)
    clock.begin(origin_ms, wall_ms=0)
    return clock


def live_clock(wall_ms: int, origin_ms: int = 0) -> StreamClock:
    clock = StreamClock(start_ms=START, start_wall_ms=wall_ms, live=True)
    clock.begin(origin_ms, wall_ms=wall_ms)
    return clock


def at(clock, stream, pts_ms, *, wall_ms=0):
    return clock.event_ms(stream, pts_ms, step_ms=40, wall_ms=wall_ms) - START


def test_picture_and_sound_share_the_origin_of_the_file():
    clock = file_clock(origin_ms=1_400)
    assert at(clock, VIDEO, 1_400) == 0
    assert at(clock, AUDIO, 1_423) == 23
    assert at(clock, VIDEO, 1_440) == 40


def test_reordered_pictures_keep_their_own_time():
    clock = file_clock()
    assert [at(clock, VIDEO, pts) for pts in (0, 120, 40, 80, 240)] == [0, 120, 40, 80, 240]


def test_what_lies_before_the_origin_is_on_air_at_the_start():
    clock = file_clock()
    assert at(clock, AUDIO, -23) == 0
    assert at(clock, AUDIO, 0) == 0
    assert at(clock, AUDIO, 23) == 23


def test_a_missing_timestamp_is_one_step_after_the_last():
    clock = file_clock()
    assert [at(clock, VIDEO, pts) for pts in (None, None, 80, None)] == [0, 40, 80, 120]


def test_a_file_whose_counter_starts_again_goes_on_without_a_gap():
    clock = file_clock()
    at(clock, VIDEO, 50_000)
    assert at(clock, VIDEO, 0) == 50_040
    assert at(clock, VIDEO, 40) == 50_080


def test_after_a_jump_picture_and_sound_stay_together():
    clock = file_clock()
    assert (at(clock, VIDEO, 5_000), at(clock, AUDIO, 5_010)) == (5_000, 5_010)
    assert at(clock, VIDEO, 900_000) == 5_050
    assert at(clock, AUDIO, 5_033) == 5_033, "sound that was still on the way belongs to the old timeline"
    assert at(clock, AUDIO, 900_020) == 5_070
    assert at(clock, VIDEO, 900_040) == 5_090


def test_sound_that_was_far_ahead_does_not_fall_back_over_a_jump():
    clock = file_clock()
    assert (at(clock, AUDIO, 9_000), at(clock, VIDEO, 0)) == (9_000, 0)
    assert at(clock, VIDEO, 900_000) == 9_040
    assert at(clock, AUDIO, 891_000) == 9_000 - BACK_MS


def test_a_pause_of_one_stream_is_no_jump_while_the_other_goes_on():
    clock = file_clock()
    at(clock, AUDIO, 0)
    for pts in range(0, 60_000, 40):
        at(clock, VIDEO, pts)
    assert at(clock, AUDIO, 59_990) == 59_990


def test_a_wrapped_mpegts_counter_goes_on():
    wrap = 2**33 // 90
    clock = live_clock(wall_ms=1_000, origin_ms=wrap - 100)
    assert at(clock, VIDEO, wrap - 100, wall_ms=1_000) == 0
    assert at(clock, VIDEO, wrap - 60, wall_ms=1_040) == 40
    assert at(clock, VIDEO, 20, wall_ms=1_120) == 120


def test_a_new_connection_goes_on_at_the_wall_clock():
    clock = live_clock(wall_ms=1_000)
    assert at(clock, VIDEO, 4_000, wall_ms=5_000) == 4_000
    clock.begin(0, wall_ms=12_000)
    assert at(clock, VIDEO, 0, wall_ms=12_000) == 11_000
    assert at(clock, AUDIO, 10, wall_ms=12_001) == 11_010


def test_a_new_connection_never_begins_before_what_was_on_air():
    clock = live_clock(wall_ms=1_000)
    assert at(clock, VIDEO, 9_000, wall_ms=5_000) == 9_000, "the sender was ahead of the wall clock"
    clock.begin(77, wall_ms=6_000)
    assert at(clock, VIDEO, 77, wall_ms=6_000) == 9_000


PACKETS = st.lists(
    st.tuples(
        st.sampled_from([VIDEO, AUDIO]),
        st.one_of(
            st.integers(20, 60), st.integers(-200, 300), st.integers(-20_000, 20_000), st.integers(-(2**40), 2**40),
            st.none(),
        ),
        st.integers(0, 500),
        st.booleans(),
    ),
    max_size=60,
)  # fmt: skip


@given(live=st.booleans(), origin=st.integers(-(2**33), 2**33), packets=PACKETS)
def test_event_time_of_a_stream_hardly_ever_falls(live, origin, packets):
    """Whatever the timestamps do, and however often the source is opened again."""
    wall_ms = 10_000
    clock = StreamClock(start_ms=START, start_wall_ms=wall_ms, live=live)
    clock.begin(origin, wall_ms=wall_ms)
    pts = {VIDEO: origin, AUDIO: origin}
    last: dict[int, int] = {}
    for stream, step, passed_ms, again in packets:
        wall_ms += passed_ms
        if again:
            clock.begin(pts[stream], wall_ms=wall_ms)
            last.clear()
        if step is not None:
            pts[stream] += step
        event = clock.event_ms(stream, None if step is None else pts[stream], step_ms=40, wall_ms=wall_ms)
        assert event >= START
        assert event >= last.get(stream, START) - BACK_MS
        last[stream] = event


@given(st.lists(st.tuples(st.sampled_from([VIDEO, AUDIO]), st.integers(0, FORWARD_MS // 4)), min_size=1, max_size=60))
def test_without_jumps_event_time_is_the_timestamp(packets):
    clock, now = file_clock(origin_ms=123), 123
    for stream, step in packets:
        now += step
        assert at(clock, stream, now) == now - 123

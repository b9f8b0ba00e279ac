"""Which pictures are published, and that laziness loses none of them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.frame_choice import EARLY, KEY_PATIENCE_MS, MAX_KEPT, FrameGrid, LazyDecoding


def chosen(fps: float, times: list[int]) -> list[int]:
    grid = FrameGrid(fps)
    return [time for time in times if grid.take(time, is_key=False)]


def chosen_keys(fps: float, times: list[int]) -> list[int]:
    grid = FrameGrid(fps)
    return [time for time in times if grid.take(time, is_key=True)]


def test_two_a_second_out_of_25():
    assert chosen(2, list(range(0, 2_000, 40))) == [0, 520, 1_000, 1_520]


def test_a_source_slower_than_the_rate_loses_nothing():
    times = [0, 900, 2_000, 2_950]
    assert chosen(2, times) == times


def test_a_third_of_a_picture_a_second_does_not_drift():
    assert chosen(1 / 3, list(range(0, 3_600_001, 40)))[-1] == 3_600_000


@pytest.mark.parametrize("fps", [0, -1, 1e-9, float("nan"), float("inf")])
def test_impossible_rates_are_refused(fps):
    with pytest.raises(ValueError, match="fps must be between"):
        FrameGrid(fps)


@given(
    fps=st.floats(0.01, 60), first=st.integers(0, 2**41),
    steps=st.lists(st.tuples(st.integers(-50, 3_000), st.booleans()), max_size=80),
)  # fmt: skip
def test_one_picture_for_each_point_and_none_is_missed(fps, first, steps):
    grid = FrameGrid(fps)
    interval = Fraction(1000) / Fraction(fps).limit_denominator(1000)
    time, dues = first, []
    for step, is_key in [(0, True), *steps]:
        time = max(0, time + step)
        due = grid.due_ms
        if grid.take(time, is_key=is_key):
            dues.append(grid.due_ms)
            assert time < grid.due_ms <= time + interval * (1 + EARLY) + 1
            assert due is None or time >= due - (interval * EARLY if is_key else 0)
        else:
            assert time < due
    assert dues == sorted(set(dues)), "at most one picture for each point of the grid"


class Decoder:
    """The rules of a real one: a picture needs all before it back to a key, and comes out `delay` packets later."""

    def __init__(self, delay: int) -> None:
        self.delay = delay
        self.last: int | None = None
        self.held: list[tuple[int, int]] = []
        self.decoded = 0

    def feed(self, index: int, time: int, *, key: bool) -> list[tuple[int, int]]:
        assert key or (self.last is not None and index == self.last + 1), "a picture came without its references"
        self.last = index
        self.decoded += 1
        self.held.append((index, time))
        return [self.held.pop(0)] if len(self.held) > self.delay else []

    def drain(self) -> list[tuple[int, int]]:
        out, self.held, self.last = self.held, [], None
        return out


def play(packets: list[tuple[int, bool]], fps: float, delay: int, *, lazily: bool) -> tuple[list[int], Decoder]:
    grid, lazy, decoder = FrameGrid(fps), LazyDecoding(), Decoder(delay)
    published: list[int] = []

    def publish(pictures):
        published.extend(index for index, time in pictures if grid.take(time, is_key=packets[index][1]))

    offered = released = skipped = 0
    for index, (time, key) in enumerate(packets):
        offered += 1
        if not lazily:
            publish(decoder.feed(index, time, key=key))
            continue
        step = lazy.offer((index, time, key), time, is_key=key, grid=grid)
        released, skipped = released + len(step.packets), skipped + step.skipped
        if step.restart:
            publish(decoder.drain())
        for i, t, k in step.packets:
            publish(decoder.feed(i, t, key=k or (step.restart and i == step.packets[0][0])))
    if lazily:
        skipped += lazy.drain()
        assert released + skipped == offered
    publish(decoder.drain())
    return published, decoder


def stream(gaps: list[int], keys: list[bool]) -> list[tuple[int, bool]]:
    time, packets = 1_000, [(1_000, True)]
    for gap, key in zip(gaps, keys, strict=False):
        time += gap
        packets.append((time, key))
    return packets


@given(
    gaps=st.lists(st.integers(1, 700), max_size=120), keys=st.lists(st.booleans(), min_size=120, max_size=120),
    fps=st.sampled_from([0.2, 0.5, 1.0, 2.0, 5.0, 30.0]), delay=st.integers(0, 3),
)  # fmt: skip
def test_lazy_decoding_publishes_what_eager_decoding_would(gaps, keys, fps, delay):
    packets = stream(gaps, keys)
    eager, everything = play(packets, fps, delay, lazily=False)
    lazy, needed = play(packets, fps, delay, lazily=True)
    assert lazy == eager
    assert needed.decoded <= everything.decoded


def test_key_frames_dense_enough_are_all_that_is_decoded():
    packets = [(index * 40, index % 6 == 0) for index in range(488)]  # each 0.24 s
    published, decoder = play(packets, 1.0, 0, lazily=True)
    assert len(published) == decoder.decoded == 20


def test_a_key_frame_a_little_early_is_taken_and_the_rate_stays():
    keys = chosen_keys(2, [0, 400, 620, 1_000, 1_370, 1_380])
    assert keys == [0, 400, 1_000, 1_380], "620 is for no point, 1370 is too early for 1500"


def test_a_new_connection_begins_a_new_grid_but_not_too_soon():
    grid = FrameGrid(2)
    assert grid.take(0, is_key=True)
    grid.restart()
    assert not grid.take(120, is_key=True)
    assert grid.take(7_210, is_key=True)
    assert grid.due_ms == 7_710


def test_between_key_frames_only_the_way_to_the_due_picture_is_decoded():
    packets = [(index * 40, index % 50 == 0) for index in range(500)]  # a key frame each two seconds
    published, decoder = play(packets, 1.0, 0, lazily=True)
    assert len(published) == 20
    assert decoder.decoded == 10 * 26, "0 to 1.0 s of each two seconds"


def test_the_decoder_is_emptied_where_packets_are_missing():
    lazy, grid = LazyDecoding(), FrameGrid(0.5)
    first = lazy.offer("k0", 0, is_key=True, grid=grid)
    assert (list(first.packets), first.restart) == (["k0"], False)
    assert grid.take(0, is_key=True)
    assert lazy.offer("p1", 400, is_key=False, grid=grid).packets == ()
    assert lazy.offer("k2", 800, is_key=True, grid=grid).skipped == 1
    due = lazy.offer("p3", 2_000, is_key=False, grid=grid)
    assert (list(due.packets), due.restart) == (["k2", "p3"], True)


def test_the_decoder_is_fed_until_it_gives_the_wanted_picture_out():
    lazy, grid = LazyDecoding(), FrameGrid(1)
    assert grid.take(0, is_key=True)
    assert list(lazy.offer("k", 900, is_key=True, grid=grid).packets) == ["k"], "early, but a key frame"
    assert list(lazy.offer("p", 940, is_key=False, grid=grid).packets) == ["p"], "so that the decoder lets k go"
    assert grid.take(900, is_key=True)
    assert list(lazy.offer("q", 980, is_key=False, grid=grid).packets) == []


def test_nothing_is_decoded_before_the_first_key_frame():
    lazy = LazyDecoding()
    assert lazy.offer("p", 0, is_key=False, grid=FrameGrid(2)).skipped == 1
    assert list(lazy.offer("k", 40, is_key=True, grid=FrameGrid(2)).packets) == ["k"]


def test_a_stream_without_key_frames_is_decoded_in_the_end():
    lazy = LazyDecoding()
    steps = [lazy.offer(time, time, is_key=False, grid=FrameGrid(2)) for time in range(0, KEY_PATIENCE_MS + 1, 40)]
    assert [len(step.packets) for step in steps] == [0] * (len(steps) - 1) + [1]


def test_what_is_kept_is_bounded():
    lazy, grid = LazyDecoding(), FrameGrid(0.001)
    lazy.offer(0, 0, is_key=True, grid=grid)
    assert grid.take(0, is_key=True)
    sizes = [len(lazy.offer(n, n // 4, is_key=False, grid=grid).packets) for n in range(1, 3 * MAX_KEPT)]
    assert max(sizes) == MAX_KEPT + 1
    assert sum(sizes) >= 2 * MAX_KEPT

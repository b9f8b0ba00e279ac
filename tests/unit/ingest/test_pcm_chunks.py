"""Sound is cut without losing a sample, and its time follows the stream."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.pcm_chunks import GAP_MS, JITTER_MS, PcmChunker

PER_MS = 16


def samples(count: int, first: int = 0) -> bytes:
    return (np.arange(first, first + count) % 30_000).astype("<i2").tobytes()


def push_all(pushes: list[tuple[int, int]], chunk_ms: int = 500):
    chunker, sent, chunks = PcmChunker(chunk_ms), b"", []
    for time_ms, count in pushes:
        pcm = samples(count, len(sent) // 2)
        sent += pcm
        chunks += chunker.push(time_ms, pcm)
    return sent, chunks + chunker.drain()


def test_even_chunks_from_uneven_pieces():
    pushes = [(round(n * 1024 / 44.1), 371) for n in range(200)]
    sent, chunks = push_all(pushes)
    assert b"".join(chunk.pcm for chunk in chunks) == sent
    assert [len(chunk.pcm) for chunk in chunks[:-1]] == [16_000] * (len(chunks) - 1)
    assert [chunk.time_ms for chunk in chunks[:4]] == [0, 500, 1_000, 1_500]


def test_one_piece_of_two_seconds():
    _, chunks = push_all([(1_000, 2_000 * PER_MS)])
    assert [chunk.time_ms for chunk in chunks] == [1_000, 1_500, 2_000, 2_500]


def test_a_gap_begins_a_new_chunk_at_its_own_time():
    _, chunks = push_all([(0, 100 * PER_MS), (100, 100 * PER_MS), (900, 600 * PER_MS)])
    assert [(chunk.time_ms, len(chunk.pcm) // 2 // PER_MS) for chunk in chunks] == [(0, 200), (900, 500), (1_400, 100)]


def test_jitter_does_not_cut():
    pushes = [(n * 20 + (7, -9, 4, 0)[n % 4], 20 * PER_MS) for n in range(100)]
    _, chunks = push_all(pushes)
    assert [len(chunk.pcm) for chunk in chunks] == [16_000] * 4


def test_a_slow_drift_of_the_senders_clock_is_followed():
    """20 ms of sound, but 20.2 ms by the timestamps: after 60 s the difference is 600 ms."""
    pushes = [(round(n * 20.2), 20 * PER_MS) for n in range(3_000)]
    _, chunks = push_all(pushes)
    assert len({len(chunk.pcm) for chunk in chunks}) == 1
    assert abs(chunks[-1].time_ms - round((len(chunks) - 1) * 505)) <= JITTER_MS + 2


@given(
    st.lists(st.tuples(st.integers(-1_500, 3_000), st.integers(0, 9_000)), max_size=60),
    st.sampled_from([100, 500, 1_000]),
)
def test_no_sample_is_lost_and_time_never_falls(steps, chunk_ms):
    time, pushes = 1_000_000, []
    for step, count in steps:
        time = max(0, time + step)
        pushes.append((time, count))
    sent, chunks = push_all(pushes, chunk_ms)
    assert b"".join(chunk.pcm for chunk in chunks) == sent
    times = [chunk.time_ms for chunk in chunks]
    assert times == sorted(times)
    assert all(0 < len(chunk.pcm) <= chunk_ms * PER_MS * 2 for chunk in chunks)


def test_time_does_not_fall_when_sound_comes_in_crumbs_and_late():
    _, chunks = push_all([(1_000, 500 * PER_MS), *[(500, 4)] * 4_000])
    times = [chunk.time_ms for chunk in chunks]
    assert times == sorted(times)


@given(st.integers(GAP_MS + JITTER_MS + 2, 60_000), st.integers(1, 499))
def test_after_any_gap_the_time_is_right(gap_ms, before_ms):
    _, chunks = push_all([(0, before_ms * PER_MS), (before_ms + gap_ms, 500 * PER_MS)])
    assert [chunk.time_ms for chunk in chunks] == [0, before_ms + gap_ms]

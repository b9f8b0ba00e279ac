"""Cutting a room's sound into utterances."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.audio.segment import FRAME_BYTES, MAX_FRAMES, OVERLAP_FRAMES, PcmUtterance, SegmenterState, flush, push
from schemas import AudioChunk

BYTES_A_MS = 32
SILENCE_1S = bytes(1000 * BYTES_A_MS)
SPOKEN_MS = ((500, 3_250), (4_280, 6_850))
"""Where the two sentences of the recording lie."""


def chunk(pcm: bytes, time_ms: int, sequence: int, session: str = "s1") -> AudioChunk:
    return AudioChunk(room="r1", session=session, time_ms=time_ms, sequence=sequence, pcm=pcm)


def run(pcm: bytes, *, sizes: list[int] | None = None, start_ms: int = 0) -> list[PcmUtterance]:
    """Segment `pcm` in chunks of the given sizes in samples, again and again; 500 ms when there are none."""
    sizes = sizes or [8_000]
    state, found, at, sequence = SegmenterState(), [], 0, 0
    while at < len(pcm):
        piece = pcm[at : at + 2 * sizes[sequence % len(sizes)]]
        state, cut = push(state, chunk(piece, start_ms + at // BYTES_A_MS, sequence))
        found += cut
        at, sequence = at + len(piece), sequence + 1
    return found + flush(state)


def cuts(utterances: list[PcmUtterance]) -> list[tuple[int, int, bytes]]:
    return [(one.start_ms, one.end_ms, one.pcm) for one in utterances]


def test_two_sentences_with_a_pause_of_a_second_are_two_utterances(mandarin: bytes) -> None:
    found = run(mandarin, start_ms=1_000_000)
    assert len(found) == 2
    for one, (start_ms, end_ms) in zip(found, SPOKEN_MS, strict=True):
        assert one.start_ms - 1_000_000 == pytest.approx(start_ms - 200, abs=150)
        assert one.end_ms - 1_000_000 == pytest.approx(end_ms + 200, abs=250)


def test_the_sound_of_an_utterance_is_the_sound_of_its_span(mandarin: bytes) -> None:
    for one in run(mandarin):
        assert one.pcm == mandarin[one.start_ms * BYTES_A_MS : one.end_ms * BYTES_A_MS]


def test_silence_and_music_are_skipped(music: bytes) -> None:
    assert run(SILENCE_1S * 10) == []
    assert run(music) == []


def test_noise_and_a_click_are_skipped() -> None:
    noise = np.random.default_rng(1).normal(0, 800, 160_000).astype("<i2").tobytes()
    click = SILENCE_1S + b"\xff\x7f" * 320 + SILENCE_1S
    assert run(noise) == []
    assert run(click) == []


def test_music_25_db_under_the_speech_merges_nothing(mandarin: bytes, music: bytes) -> None:
    speech = np.frombuffer(mandarin, "<i2").astype(float)
    tune = np.resize(np.frombuffer(music, "<i2").astype(float), len(speech))
    tune *= np.std(speech) * 10 ** (-25 / 20) / np.std(tune)
    mixed = run(np.clip(speech + tune, -32_768, 32_767).astype("<i2").tobytes())
    assert len(mixed) == 2
    for one, (start_ms, end_ms) in zip(mixed, SPOKEN_MS, strict=True):
        assert one.start_ms <= start_ms + 60
        assert one.end_ms >= end_ms - 60


def test_music_that_begins_with_the_speech_after_silence_hides_no_pause(mandarin: bytes, music: bytes) -> None:
    speech = np.frombuffer(mandarin, "<i2").astype(float)
    tune = np.resize(np.frombuffer(music, "<i2").astype(float), len(speech))
    tune *= np.std(speech) * 10 ** (-25 / 20) / np.std(tune)
    found = run(SILENCE_1S + (speech + tune).astype("<i2").tobytes())
    assert len(found) == 2


def test_talk_without_a_pause_is_cut_with_an_overlap(mandarin: bytes) -> None:
    syllables = mandarin[600 * BYTES_A_MS : 3_200 * BYTES_A_MS]
    found = run(syllables * 12)
    assert len(found) > 2
    assert max(one.end_ms - one.start_ms for one in found) <= MAX_FRAMES * 20
    for one, following in itertools.pairwise(found):
        assert one.end_ms - following.start_ms in (0, OVERLAP_FRAMES * 20)
    assert any(one.end_ms > following.start_ms for one, following in itertools.pairwise(found))


def test_a_gap_ends_the_utterance_and_starts_afresh(mandarin: bytes) -> None:
    begun = mandarin[: 2_000 * BYTES_A_MS]
    state, _ = push(SegmenterState(), chunk(begun, 0, 0))
    state, found = push(state, chunk(SILENCE_1S, 60_000, 1))
    assert [(one.end_ms, one.last_sequence) for one in found] == [(2_000, 0)]
    assert state.start_ms == 60_000
    assert flush(state) == []


def test_a_new_session_ends_the_utterance_of_the_old_one(mandarin: bytes) -> None:
    state, _ = push(SegmenterState(), chunk(mandarin[: 2_000 * BYTES_A_MS], 0, 0))
    state, found = push(state, chunk(SILENCE_1S, 2_000, 0, session="s2"))
    assert [one.session for one in found] == ["s1"]
    assert state.session == "s2"


def test_jitter_of_the_stream_clock_is_no_gap(mandarin: bytes) -> None:
    steady = run(mandarin)
    state, found = SegmenterState(), []
    for sequence, at in enumerate(range(0, len(mandarin), 16_000)):
        jitter_ms = (-40, 0, 40)[sequence % 3] if sequence else 0
        state, cut = push(state, chunk(mandarin[at : at + 16_000], at // BYTES_A_MS + jitter_ms, sequence))
        found += cut
    assert cuts(found + flush(state)) == cuts(steady)


def test_a_repeated_chunk_is_ignored(mandarin: bytes) -> None:
    state, found = SegmenterState(), []
    for sequence, at in enumerate(range(0, len(mandarin), 16_000)):
        piece = chunk(mandarin[at : at + 16_000], at // BYTES_A_MS, sequence)
        for _ in range(2):
            state, cut = push(state, piece)
            found += cut
    assert cuts(found + flush(state)) == cuts(run(mandarin))


def test_push_does_not_mutate_the_state_it_is_given(mandarin: bytes) -> None:
    state, _ = push(SegmenterState(), chunk(mandarin[:32_000], 0, 0))
    before = (state.held, state.levels, state.history, state.opened_at, state.voiced, state.last_sequence)
    push(state, chunk(mandarin[32_000:64_000], 1_000, 1))
    assert (state.held, state.levels, state.history, state.opened_at, state.voiced, state.last_sequence) == before


@settings(max_examples=40, deadline=None)
@given(sizes=st.lists(st.integers(1, 40_000), min_size=1, max_size=6).filter(lambda sizes: sum(sizes) > 400))
def test_any_chunking_gives_the_same_utterances(mandarin: bytes, sizes: list[int]) -> None:
    assert cuts(run(mandarin, sizes=sizes)) == cuts(run(mandarin))


@settings(max_examples=30, deadline=None)
@given(
    pieces=st.lists(
        st.tuples(st.sampled_from(["loud", "quiet", "noise"]), st.integers(1, 60_000)), min_size=1, max_size=8
    )
)
def test_memory_is_bounded_by_one_utterance_and_one_chunk(pieces: list[tuple[str, int]]) -> None:
    draw = np.random.default_rng(0)
    state, at = SegmenterState(), 0
    for sequence, (kind, samples) in enumerate(pieces):
        level = {"loud": 20_000, "quiet": 3, "noise": 2_000}[kind]
        pcm = draw.integers(-level, level, samples).astype("<i2").tobytes()
        state, _ = push(state, chunk(pcm, at // 16, sequence))
        at += samples
        assert len(state.held) < (MAX_FRAMES + 1) * FRAME_BYTES
        assert len(state.history) <= 300

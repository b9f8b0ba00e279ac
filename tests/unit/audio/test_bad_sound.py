"""Sound that is not what it should be gives bounded utterances or none, and never an error."""

import time

import numpy as np
import pytest

from detectors.audio.segment import MAX_FRAMES, PcmUtterance, SegmenterState, flush, push
from schemas import AudioChunk

LONGEST_MS = MAX_FRAMES * 20


def heard(pcm: bytes, *, piece: int = 16_000) -> list[PcmUtterance]:
    state, found = SegmenterState(), []
    for number, at in enumerate(range(0, len(pcm), piece)):
        chunk = AudioChunk(room="r", session="s", time_ms=at // 32, sequence=number, pcm=pcm[at : at + piece])
        state, more = push(state, chunk)
        found += more
    return found + flush(state)


def samples(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, "<i2").astype(np.float64)


def pcm_of(sound: np.ndarray) -> bytes:
    return np.clip(sound, -32768, 32767).astype("<i2").tobytes()


def test_silence_and_a_constant_are_no_speech() -> None:
    assert heard(bytes(20 * 32_000)) == []
    assert heard(pcm_of(np.full(20 * 16_000, 12_000.0))) == []


def test_speech_on_a_constant_is_cut_as_without(mandarin: bytes) -> None:
    quieter = heard(pcm_of(samples(mandarin) * 0.5))
    assert [(one.start_ms, one.end_ms) for one in heard(pcm_of(samples(mandarin) * 0.5 + 8_000))] == [
        (one.start_ms, one.end_ms) for one in quieter
    ]


@pytest.mark.parametrize("gain", [20, 1_000])
def test_clipped_speech_is_still_cut_into_bounded_utterances(mandarin: bytes, gain: int) -> None:
    found = heard(pcm_of(samples(mandarin) * gain))
    assert found
    assert all(one.end_ms - one.start_ms <= LONGEST_MS for one in found)


@pytest.mark.parametrize("as_if", ["8 kHz", "stereo"])
def test_another_rate_or_two_channels_give_bounded_utterances(mandarin: bytes, as_if: str) -> None:
    sound = samples(mandarin)
    wrong = sound[::2] if as_if == "8 kHz" else np.repeat(sound, 2)
    found = heard(pcm_of(wrong))
    assert all(0 < one.end_ms - one.start_ms <= LONGEST_MS for one in found)
    assert all(one.end_ms <= len(wrong) // 16 for one in found)


def test_an_hour_in_one_chunk_is_cut_as_in_small_ones_and_in_seconds(mandarin: bytes) -> None:
    began = time.process_time()
    hour = (mandarin + bytes(32_000 * 52)) * 60
    found = heard(hour, piece=len(hour))
    assert len(found) >= 60
    assert all(one.end_ms - one.start_ms <= LONGEST_MS for one in found)
    assert time.process_time() - began < 30
    few = hour[: 32_000 * 130]
    assert [one.pcm for one in heard(few, piece=len(few))] == [one.pcm for one in heard(few)]


def test_repeated_chunks_say_nothing_twice(mandarin: bytes) -> None:
    state, found = SegmenterState(), []
    for number, at in enumerate(range(0, len(mandarin) - 16_000, 16_000)):
        chunk = AudioChunk(room="r", session="s", time_ms=at // 32, sequence=number, pcm=mandarin[at : at + 16_000])
        for _ in range(2):
            state, more = push(state, chunk)
            found += more
    once = heard(mandarin[: (number + 1) * 16_000])
    assert [one.start_ms for one in found + flush(state)] == [one.start_ms for one in once]


@pytest.mark.parametrize("jump_ms", [3_000, 86_400_000, -86_400_000])
def test_a_jump_of_time_ends_the_utterance_and_the_room_goes_on(mandarin: bytes, jump_ms: int) -> None:
    day = 2 * 86_400_000
    state, first = push(SegmenterState(), AudioChunk(room="r", session="s", time_ms=day, sequence=0, pcm=mandarin))
    then = day + len(mandarin) // 32 + jump_ms
    state, second = push(state, AudioChunk(room="r", session="s", time_ms=then, sequence=1, pcm=mandarin))
    later = [one for one in second + flush(state) if one.start_ms >= then or (jump_ms < 0 and one.start_ms < day)]
    assert first
    assert later

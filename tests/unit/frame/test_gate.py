import cv2
import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.contract import Image
from detectors.frame.gate import MAX_INTERVAL_MS, STILL_INTERVAL_MS, GateState, Look, LookReason, look


def room(*, caption: str = "", ball: int = 0, light: int = 90) -> Image:
    """A dim room, a caption at the bottom, a ball that may roll along the middle."""
    image = np.full((720, 405, 3), light, dtype=np.uint8)
    cv2.rectangle(image, (0, 560), (405, 720), (60, 50, 40), -1)
    if ball:
        cv2.circle(image, (ball, 360), 40, (230, 220, 60), -1)
    if caption:
        cv2.putText(image, caption, (30, 660), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (255, 255, 255), 3)
    return image


def decisions(*shown: tuple[int, Image]) -> list[Look]:
    state, found = GateState(), []
    for time_ms, image in shown:
        state, decision = look(state, image, time_ms)
        found.append(decision)
    return found


def reasons(*shown: tuple[int, Image]) -> list[LookReason]:
    return [decision.reason for decision in decisions(*shown)]


def test_a_picture_that_stays_is_read_once() -> None:
    still = room(caption="SALE")
    found = decisions((0, still), (1000, still), (2000, still), (3000, still))
    assert [decision.read for decision in found] == [True, False, False, False]


def test_a_caption_that_comes_up_is_read_as_soon_as_it_stays() -> None:
    before, after = room(), room(caption="299")
    assert reasons((0, before), (1000, after), (2000, after), (3000, after)) == [
        LookReason.FIRST, LookReason.MOVING, LookReason.SETTLED, LookReason.STILL,
    ]  # fmt: skip


def test_a_caption_that_changes_its_words_is_read_again() -> None:
    one, other = room(caption="299"), room(caption="199")
    assert reasons((0, one), (1000, other), (2000, other))[-1] is LookReason.SETTLED


def test_a_new_scene_is_read_at_once() -> None:
    assert reasons((0, room()), (1000, room(light=200)))[-1] is LookReason.SCENE


def test_what_keeps_moving_is_read_at_an_interval() -> None:
    shown = [(second * 1000, room(ball=40 + 40 * second)) for second in range(9)]
    read_ms = [time_ms for (time_ms, _), decision in zip(shown, decisions(*shown), strict=True) if decision.read]
    assert read_ms == [0, MAX_INTERVAL_MS, 2 * MAX_INTERVAL_MS]


def test_noise_is_no_change() -> None:
    noise = np.random.default_rng(1)
    still = room(caption="SALE").astype(np.int16)
    shown = [(t * 1000, np.clip(still + noise.normal(0, 8, still.shape), 0, 255).astype(np.uint8)) for t in range(6)]
    assert [decision.read for decision in decisions(*shown)] == [True] + [False] * 5


def test_even_a_still_picture_is_read_again_in_the_end() -> None:
    assert reasons((0, room()), (STILL_INTERVAL_MS - 1, room()), (STILL_INTERVAL_MS, room())) == [
        LookReason.FIRST, LookReason.STILL, LookReason.INTERVAL,
    ]  # fmt: skip


def test_time_that_jumps_back_is_a_new_beginning() -> None:
    assert reasons((60_000, room()), (1000, room()))[-1] is LookReason.FIRST


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (1920, 1080)])
def test_any_size_of_picture_will_do(size: tuple[int, int]) -> None:
    assert decisions((0, np.zeros((*size, 3), dtype=np.uint8)))[0].read


images = st.builds(
    lambda seed, rows, columns: np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), dtype=np.uint8),
    st.integers(0, 5), st.integers(1, 200), st.integers(1, 200),
)  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 10**13), images), min_size=1, max_size=12))
def test_the_state_stays_small_and_can_be_stored(shown: list[tuple[int, Image]]) -> None:
    state = GateState()
    for time_ms, image in shown:
        before = msgspec.json.encode(state)
        after, decision = look(state, image, time_ms)
        assert msgspec.json.encode(state) == before, "the state was mutated"
        assert look(state, image, time_ms) == (after, decision)
        state = msgspec.json.decode(msgspec.json.encode(after), type=GateState)
        assert state == after
        assert len(msgspec.json.encode(state)) < 12_000

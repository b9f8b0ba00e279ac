"""What every detector promises (`detectors.contract`), run over the registry on each detector's own examples."""

import copy
import math
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest

from detectors.contract import Detector, Example, ScreenItem, TextBox, Utterance
from detectors.danmaku.doubt_burst import DoubtCount
from detectors.frame.screen_text import ScreenTextDetector
from detectors.listing.picture import PictureItem
from detectors.registry import RegistryError, build_registry, checked
from detectors.text.engine import TextEngine
from schemas import ConsumerReport, DanmakuBatch, DanmakuLine, ListingAction, ListingChange, Modality, Suspicion

AnyDetector = Detector[Any, Any]
ENGINE = TextEngine.load()
REGISTRY = build_registry(ENGINE)
EXAMPLES = [
    pytest.param(detector, example, id=f"{name}: {example.why}")
    for name, detector in REGISTRY.items()
    for example in detector.examples()
]
SPAN_TOLERANCE_MS = 120_000
"""A burst spans its window, which began before the line that completed it."""

each_detector = pytest.mark.parametrize("detector", REGISTRY.values(), ids=REGISTRY.keys())
each_example = pytest.mark.parametrize(("detector", "example"), EXAMPLES)


def stored(state: Any) -> bytes:
    return msgspec.json.encode(state)


def run(detector: AnyDetector, items: tuple[Any, ...]) -> list[tuple[Any, Any, list[Suspicion]]]:
    """(state before, item, suspicions) of every step."""
    state, steps = detector.initial(), []
    for item in items:
        after, suspicions = detector.judge(state, item)
        steps.append((state, item, suspicions))
        state = after
    return steps


def found_by(detector: AnyDetector, items: tuple[Any, ...]) -> list[Suspicion]:
    return [one for _, _, suspicions in run(detector, items) for one in suspicions]


def moments_ms(item: Any) -> tuple[int, int]:
    """First and last on-air moment of an item."""
    if isinstance(item, DoubtCount):
        return moments_ms(item.batch)
    if isinstance(item, DanmakuBatch):
        times = [line.time_ms for line in item.lines]
        return min(times, default=0), max(times, default=0)
    if isinstance(item, Utterance):
        return item.start_ms, item.end_ms
    time_ms: int = item.time_ms
    return time_ms, time_ms


@each_detector
def test_it_brings_an_example_that_gives_a_signal_and_one_that_gives_none(detector: AnyDetector) -> None:
    examples = detector.examples()
    assert any(example.signals for example in examples), f"{detector.name}: add an Example that gives a signal"
    assert any(not example.signals for example in examples), f"{detector.name}: add an Example that gives no signal"


@each_example
def test_an_example_gives_exactly_its_signals(detector: AnyDetector, example: Example[Any]) -> None:
    assert {one.signal for one in found_by(detector, example.items)} == example.signals, example.why


@each_example
def test_the_same_input_gives_the_same_suspicions(detector: AnyDetector, example: Example[Any]) -> None:
    again = next(one for one in build_registry(ENGINE).values() if one.name == detector.name)
    assert found_by(detector, example.items) == found_by(detector, example.items) == found_by(again, example.items)


@each_example
def test_judging_leaves_the_state_and_the_item_as_they_were(detector: AnyDetector, example: Example[Any]) -> None:
    for state, item, _ in run(detector, example.items):
        state_before, item_before = stored(state), copy.deepcopy(item)
        detector.judge(state, item)
        assert stored(state) == state_before
        assert _plain(item) == _plain(item_before)


@each_example
def test_the_state_can_be_stored_between_any_two_items(detector: AnyDetector, example: Example[Any]) -> None:
    for state, item, suspicions in run(detector, example.items):
        restored = msgspec.json.decode(stored(state), type=type(state))
        assert restored == state
        after, again = detector.judge(restored, item)
        assert again == suspicions
        assert stored(after) == stored(detector.judge(state, item)[0])


@each_example
def test_suspicions_are_well_formed(detector: AnyDetector, example: Example[Any]) -> None:
    for _, item, suspicions in run(detector, example.items):
        first_ms, last_ms = moments_ms(item)
        of = item.batch if isinstance(item, DoubtCount) else item
        for one in suspicions:
            assert (one.room, one.session) == (of.room, of.session)
            assert (one.modality, one.detector, one.detector_version) == (
                detector.modality, detector.name, detector.version,
            )  # fmt: skip
            assert one.start_ms < one.end_ms
            assert first_ms - SPAN_TOLERANCE_MS <= one.start_ms <= last_ms
            assert one.end_ms <= last_ms + SPAN_TOLERANCE_MS
            assert math.isfinite(one.llr)
            assert 0 <= one.score <= 1
            assert msgspec.json.decode(msgspec.json.encode(one), type=Suspicion) == one
            if isinstance(item, ScreenItem):
                _assert_inside(one, item)


@each_example
def test_ids_are_unique(detector: AnyDetector, example: Example[Any]) -> None:
    ids = [one.suspicion_id for one in found_by(detector, example.items)]
    assert len(set(ids)) == len(ids)


GARBAGE = ["", " ", "\u0000", "🧵" * 50, "1:1" * 500, "一" * 5000, "¥" + "9" * 400, "\u202e驴\u200b家", "<>&'\"\\"]


@each_detector
@pytest.mark.parametrize("text", GARBAGE, ids=[f"garbage{number}" for number in range(len(GARBAGE))])
def test_garbage_is_judged_without_an_error(detector: AnyDetector, text: str) -> None:
    for item in _items_saying(detector, text):
        state, suspicions = detector.judge(detector.initial(), item)
        assert all(math.isfinite(one.llr) and 0 <= one.score <= 1 for one in suspicions)
        assert msgspec.json.decode(stored(state), type=type(state)) == state


def _items_saying(detector: AnyDetector, text: str) -> Iterator[Any]:
    match detector.modality:
        case Modality.FRAME:
            for shape in ((1, 1, 3), (720, 405, 3)):
                box = TextBox(text=text, box_xyxy=(0, 0, 1, 1), confidence=0.0)
                yield ScreenItem(
                    room="r", session="s", sequence=0, time_ms=0, image=np.zeros(shape, dtype=np.uint8), boxes=(box,)
                )
        case Modality.AUDIO:
            yield Utterance(room="r", session="s", start_ms=0, end_ms=10, text=text)
        case Modality.DANMAKU:
            line = DanmakuLine(line_id="1", viewer=text, time_ms=0, text=text)
            for lines in ((line, line), ()):
                batch = DanmakuBatch(room="r", session="s", lines=lines)
                yield batch if detector.name == "danmaku-text" else DoubtCount(batch=batch, doubting=frozenset({"1"}))
        case Modality.REPORT:
            yield ConsumerReport(report_id="1", room="r", session="s", time_ms=0, text=text, reporter=text)
        case _ if detector.name == "listing-picture":
            for shape in ((1, 1, 3), (200, 300, 3)):
                yield PictureItem(
                    room="r", session="s", time_ms=0, listing_id=text, number=0, image=np.zeros(shape, dtype=np.uint8)
                )
        case _:
            yield ListingChange(
                room="r", session="s", time_ms=0, listing_id="l", change=ListingAction.ADDED, title=text, price_cny=-1.0
            )


def _plain(item: Any) -> Any:
    """Arrays compare element by element, so compare their bytes."""
    return [
        value.tobytes() if isinstance(value, np.ndarray) else value for value in msgspec.structs.asdict(item).values()
    ]


def _assert_inside(one: Suspicion, item: ScreenItem) -> None:
    assert one.facts.box_xyxy is not None
    left, top, right, bottom = one.facts.box_xyxy
    rows, columns = item.image.shape[:2]
    assert 0 <= left < right <= columns
    assert 0 <= top < bottom <= rows


def test_names_say_what_they_name() -> None:
    screen = REGISTRY["frame-text"]
    with pytest.raises(RegistryError, match="make the two names equal"):
        checked({"frame-words": screen})
    with pytest.raises(RegistryError, match="begin its name with that"):
        checked({"audio-text": screen})
    with pytest.raises(RegistryError, match="lower case"):
        checked({"Frame Text": screen})
    assert isinstance(screen, ScreenTextDetector)
    with pytest.raises(TypeError):
        REGISTRY["frame-text"] = screen  # type: ignore[index]

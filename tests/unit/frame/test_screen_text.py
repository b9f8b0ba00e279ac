import msgspec
import numpy as np
import pytest

from detectors.contract import ScreenItem, TextBox
from detectors.frame.screen_text import MAX_REMEMBERED, REPEAT_MS, ScreenTextDetector, ScreenTextState
from detectors.text.engine import TextEngine
from schemas import PriceRole, Signal, Suspicion


@pytest.fixture(scope="module")
def detector() -> ScreenTextDetector:
    return ScreenTextDetector(TextEngine.load())


def frame(*lines: str | TextBox, time_ms: int = 0, session: str = "s1") -> ScreenItem:
    """A frame with each line 60 pixels under the one before: far enough to be boards of their own."""
    boxes = tuple(
        TextBox(text=line, box_xyxy=(20, 40 + 100 * row, 380, 80 + 100 * row), confidence=0.95)
        if isinstance(line, str) else line
        for row, line in enumerate(lines)
    )  # fmt: skip
    return ScreenItem(
        room="r1", session=session, sequence=time_ms // 1000, time_ms=time_ms, boxes=boxes,
        image=np.zeros((1, 1, 3), dtype=np.uint8),
    )  # fmt: skip


def close(text: str, row: int, column: int = 0) -> TextBox:
    """A piece of one board: rows 10 pixels apart, columns side by side."""
    left, top = 20 + 130 * column, 40 + 50 * row
    return TextBox(text=text, box_xyxy=(left, top, left + 120, top + 40), confidence=0.9 - 0.1 * column)


def judged(detector: ScreenTextDetector, *frames: ScreenItem) -> list[list[Suspicion]]:
    state, found = detector.initial(), []
    for one in frames:
        state, suspicions = detector.judge(state, one)
        found.append(suspicions)
    return found


def test_a_finding_has_its_box_span_and_speaker(detector: ScreenTextDetector) -> None:
    ((found,),) = judged(detector, frame("欢迎光临", "顶级原单", time_ms=7000))
    assert found.signal is Signal.CODE_WORD
    assert found.facts.box_xyxy == (20, 140, 380, 180)
    assert (found.start_ms, found.end_ms) == (7000, 8000)
    assert (found.facts.speaker, found.facts.confidence) == ("screen", 0.95)


def test_a_word_broken_over_two_boxes_is_found_in_the_whole_board(detector: ScreenTextDetector) -> None:
    pieces = (close("顶级原", 0, 0), close("单高仿", 0, 1))
    assert judged(detector, frame(pieces[0], time_ms=1))[0] == []
    found = judged(detector, frame(*pieces))[0]
    assert Signal.CODE_WORD in {one.signal for one in found}
    whole = next(one for one in found if "原单" in one.facts.term)
    assert whole.facts.box_xyxy == (20, 40, 270, 80), "a finding across boxes is placed on the board"
    assert whole.facts.confidence == pytest.approx(0.8), "the least certain piece decides"


def test_the_board_knows_what_its_price_is_compared_with(detector: ScreenTextDetector) -> None:
    found = judged(detector, frame(close("专柜价", 0), close("36800元", 1)))[0]
    prices = [(one.facts.price_cny, one.facts.price_role) for one in found if one.signal is Signal.PRICE]
    assert prices == [(36_800.0, PriceRole.ANCHOR)], "once, and as the anchor that the line above makes it"


def test_a_caption_that_stays_is_reported_once_and_again_after_a_while(detector: ScreenTextDetector) -> None:
    times = (0, 1000, REPEAT_MS - 1, REPEAT_MS)
    found = judged(detector, *(frame("顶级原单", time_ms=time_ms) for time_ms in times))
    assert [len(one) for one in found] == [1, 0, 0, 1]


def test_another_session_starts_anew(detector: ScreenTextDetector) -> None:
    found = judged(detector, frame("顶级原单"), frame("顶级原单", time_ms=1000, session="s2"))
    assert [len(one) for one in found] == [1, 1]


def test_other_words_are_other_findings(detector: ScreenTextDetector) -> None:
    found = judged(detector, frame("今日特价299元"), frame("今日特价199元", time_ms=1000))
    assert [[one.facts.price_cny for one in each] for each in found] == [[299.0], [199.0]]


def test_a_price_that_is_read_with_another_sign_is_the_same_price(detector: ScreenTextDetector) -> None:
    found = judged(detector, frame("专柜¥18000"), frame("专柜￥18000", time_ms=1000))
    assert [len(one) for one in found] == [1, 0]


def test_the_state_is_bounded(detector: ScreenTextDetector) -> None:
    state = ScreenTextState()
    for number in range(MAX_REMEMBERED + 20):
        state, _ = detector.judge(state, frame(f"特价{number + 10}元", time_ms=number))
    assert len(state.reported) == MAX_REMEMBERED
    assert msgspec.json.decode(msgspec.json.encode(state), type=ScreenTextState) == state

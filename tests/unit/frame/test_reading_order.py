import itertools

import pytest

from detectors.contract import TextBox
from detectors.frame.reading_order import boards, union


def box(text: str, left: int, top: int, right: int, bottom: int) -> TextBox:
    return TextBox(text=text, box_xyxy=(left, top, right, bottom), confidence=0.9)


NAME, PRICE, UNIT = box("名", 20, 100, 180, 130), box("299", 20, 140, 110, 200), box("元", 120, 150, 160, 190)


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        pytest.param((), [], id="nothing"),
        pytest.param((PRICE, UNIT, NAME), [["名", "299", "元"]], id="lines of a board and pieces of a line"),
        pytest.param((NAME, box("远", 20, 300, 180, 330)), [["名"], ["远"]], id="far below"),
        pytest.param((NAME, box("旁", 300, 100, 390, 130)), [["名"], ["旁"]], id="far beside"),
        pytest.param((NAME, box("下", 200, 140, 390, 170)), [["名"], ["下"]], id="below, but not under it"),
        pytest.param((NAME, box("巨", 20, 140, 390, 260)), [["名"], ["巨"]], id="four times as tall"),
        pytest.param(
            (box("左", 10, 10, 60, 40), box("右", 70, 18, 120, 46), box("下", 10, 52, 60, 80)),
            [["左", "右", "下"]], id="a line that is not quite level",
        ),
    ],
)  # fmt: skip
def test_boards(boxes: tuple[TextBox, ...], expected: list[list[str]]) -> None:
    for order in itertools.permutations(boxes):
        assert [[one.text for one in board] for board in boards(order)] == expected


def test_a_box_that_bridges_two_boards_makes_them_one() -> None:
    upper, lower, bridge = box("上", 10, 10, 200, 40), box("下", 10, 90, 200, 120), box("中", 10, 50, 200, 80)
    assert len(boards((upper, lower))) == 2
    assert [[one.text for one in board] for board in boards((upper, lower, bridge))] == [["上", "中", "下"]]


def test_union_is_around_all() -> None:
    assert union((NAME, PRICE, UNIT)) == (20, 100, 180, 200)

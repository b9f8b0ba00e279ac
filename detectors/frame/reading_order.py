"""Boards: text boxes that belong together, in the order in which people read them.

OCR cuts a board into lines and a line into pieces. A price and the name it belongs to, or a code word that was
broken over two lines, are seen only in the whole.
"""

from detectors.contract import TextBox

Box = tuple[int, int, int, int]

SAME_LINE_OVERLAP = 0.5
"""Two boxes are on one line when they share this much of the lower one's height."""
LINE_GAP_HEIGHTS = 1.5
"""Pieces of a line may be this many heights of the taller one apart."""
BOARD_GAP_HEIGHTS = 1.0
"""Lines of a board may be this many heights of the lower line apart."""
HEIGHT_RATIO = 3.0
"""On one board a price is written up to three times as tall as its name; beyond that it is another board."""


def boards(boxes: tuple[TextBox, ...]) -> tuple[tuple[TextBox, ...], ...]:
    """Group boxes that belong to one board; each group in reading order, groups from the top.

    Boxes are joined when they are neighbours on a line, or when one stands close under the other. The cost is the
    square of the number of boxes, which `MAX_BOXES` of the detector bounds.
    """
    groups: list[list[TextBox]] = []
    for box in sorted(boxes, key=lambda one: (one.box_xyxy[1], one.box_xyxy[0])):
        touching = [group for group in groups if any(_neighbours(box.box_xyxy, other.box_xyxy) for other in group)]
        merged = [box, *(member for group in touching for member in group)]
        groups = [group for group in groups if group not in touching]
        groups.append(merged)
    ordered = [tuple(_in_reading_order(group)) for group in groups]
    return tuple(sorted(ordered, key=lambda group: (union(group)[1], union(group)[0])))


def union(boxes: tuple[TextBox, ...]) -> Box:
    """Smallest upright box, pixels, around all of `boxes`."""
    lefts, tops, rights, bottoms = zip(*(box.box_xyxy for box in boxes), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _in_reading_order(group: list[TextBox]) -> list[TextBox]:
    lines: list[list[TextBox]] = []
    for box in sorted(group, key=lambda one: one.box_xyxy[1]):
        line = next((line for line in lines if _on_one_line(box.box_xyxy, line[0].box_xyxy)), None)
        if line is None:
            lines.append([box])
        else:
            line.append(box)
    return [box for line in lines for box in sorted(line, key=lambda one: one.box_xyxy[0])]


def _neighbours(one: Box, other: Box) -> bool:
    heights = one[3] - one[1], other[3] - other[1]
    if max(heights) > HEIGHT_RATIO * min(heights):
        return False
    if _on_one_line(one, other):
        return max(one[0], other[0]) - min(one[2], other[2]) <= LINE_GAP_HEIGHTS * max(heights)
    beside = min(one[2], other[2]) > max(one[0], other[0])
    return beside and max(one[1], other[1]) - min(one[3], other[3]) <= BOARD_GAP_HEIGHTS * min(heights)


def _on_one_line(one: Box, other: Box) -> bool:
    shared = min(one[3], other[3]) - max(one[1], other[1])
    return shared >= SAME_LINE_OVERLAP * min(one[3] - one[1], other[3] - other[1])

"""Goods held before the lens: a collar whose label hides under tape, and a shoe tongue with an open label."""

import functools
import random

from draw import HEIGHT, WIDTH, Colour, Sheet, sway
from figure import HOSTS, draw_hand
from goods import tape


def collar_with_taped_label(sheet: Sheet, t_s: float) -> None:
    """The inside of a jacket's collar; beige tape crosses the label, its first and last letters stick out."""
    sheet.lay(_lining())
    label = _woven_label("MAISON", "PARIS").with_shadow(4, 4)
    middle = (216 + sway(t_s, 4.1, 4), 372 + sway(t_s, 2.9, 3))
    tilt = sway(t_s, 5.0, 1.5) - 2
    sheet.lay_turned(label, middle, tilt)
    sheet.lay_turned(tape(176, 82, "#cdb583"), (middle[0] - 2, middle[1] - 14), tilt + 5)
    _thumbs(sheet, "night", middle[1] + 92)


def tongue_with_open_label(sheet: Sheet, t_s: float, lines: tuple[str, ...]) -> None:
    """The inside of a shoe's tongue with its size label, nothing on it."""
    sheet.lay(_mesh())
    label = _printed_label(lines)
    sheet.lay_turned(label, (216 + sway(t_s, 4.4, 4), 380 + sway(t_s, 3.1, 3)), sway(t_s, 5.2, 1.5) + 1)
    _thumbs(sheet, "day", 520)


def _thumbs(sheet: Sheet, look: str, y: float) -> None:
    for side, x in ((-1, 30), (1, WIDTH - 30)):
        sheet.curve([(x + side * 60, y + 190), (x + side * 26, y + 60), (x, y)], HOSTS[look].top, 62)
        big = Sheet(90, 90)
        draw_hand(big, HOSTS[look], (45, 45), side)
        big.image = big.image.resize((big.image.width * 2, big.image.height * 2))
        sheet.lay(big.with_shadow(4, 6), (x - 90, y - 90))


@functools.lru_cache
def _lining() -> Sheet:
    cloth = Sheet()
    cloth.gradient((196, 178, 190), (170, 150, 165))
    _weave(cloth, (90, 60, 90, 46), (255, 240, 250, 60), 9)
    silk = Sheet()
    silk.blob(
        [(30, 250), (120, 292), (216, 306), (312, 292), (402, 250), (470, 420), (470, 820), (-40, 820),
         (-40, 420)],
        "#3d2f45",
    )  # fmt: skip
    cloth.lay(silk.with_shadow(-4, 10))
    for x in range(-40, 480, 58):
        cloth.curve([(x, 330), (x + 14, 520), (x - 8, 790)], (255, 255, 255, 14), 16)
    cloth.curve([(-10, 196), (100, 262), (216, 284), (332, 262), (442, 196)], "#2b2230", 16)
    cloth.curve([(-10, 192), (100, 258), (216, 280), (332, 258), (442, 192)], "#5b4a62", 3)
    return cloth


@functools.lru_cache
def _mesh() -> Sheet:
    cloth = Sheet()
    cloth.gradient((150, 156, 166), (120, 126, 138))
    for y in range(0, HEIGHT, 9):
        for x in range(0, WIDTH, 9):
            cloth.disc((x + (y // 9 % 2) * 4.5, y), 2.4, (60, 66, 78, 150))
    tongue = Sheet()
    tongue.blob([(70, 190), (216, 150), (362, 190), (392, 420), (380, 790), (52, 790), (40, 420)], "#d7dbe1")
    tongue.blob([(92, 214), (216, 180), (340, 214), (362, 420), (352, 790), (80, 790), (70, 420)], "#e9ecf0")
    cloth.lay(tongue.with_shadow(4, 12))
    for x in range(84, 352, 6):
        cloth.stroke([(x, 640), (x + 3, 640)], "#9aa3b0", 1.5)
    return cloth


def _weave(cloth: Sheet, dark: Colour, light: Colour, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(5000):
        x, y = dice.uniform(0, WIDTH), dice.uniform(0, 330)
        cloth.stroke([(x, y), (x + dice.choice((-7, 7)), y + 5)], dice.choice((dark, light)), 1.8)


@functools.lru_cache
def _woven_label(above: str, below: str) -> Sheet:
    label = Sheet(320, 170)
    label.panel((8, 8, 312, 162), "#f7f4ee", 3)
    for y in range(10, 162, 3):
        label.stroke([(10, y), (310, y)], (120, 110, 120, 26), 1)
    for x in range(14, 308, 7):
        label.stroke([(x, 13), (x + 3, 13)], "#b9b0b6", 1.5)
        label.stroke([(x, 157), (x + 3, 157)], "#b9b0b6", 1.5)
    label.text((160, 68), above, 62, "#19161c")
    label.text((160, 132), below, 28, "#19161c")
    return label


@functools.lru_cache
def _printed_label(lines: tuple[str, ...]) -> Sheet:
    label = Sheet(286, 66 + 44 * len(lines))
    label.panel((8, 8, 278, 58 + 44 * len(lines)), "#fbfbf9", 4, edge="#8b919b")
    for row, words in enumerate(lines):
        label.text((143, 42 + 44 * row), words, 26, "#20242b", bold=False)
    for bar in range(28):
        if (bar * 7) % 5 != 1:
            label.stroke([(60 + bar * 6, 28 + 44 * len(lines)), (60 + bar * 6, 44 + 44 * len(lines))], "#20242b", 2)
    return label.with_shadow(4, 5)

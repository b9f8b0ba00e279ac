"""The goods on show. No mark of any real brand is drawn: no letters, monograms or emblems on jacket, bag or shoe."""

import functools
import random

from draw import Colour, Sheet, smooth


@functools.lru_cache
def tweed_jacket() -> Sheet:
    """A short collarless jacket with dark trim, 240 x 250, held at its shoulders (46, 30) and (194, 30)."""
    cloth = Sheet(240, 250)
    cloth.blob([(44, 34), (14, 60), (6, 190), (40, 202), (58, 90)], "#b9a7b5")
    cloth.blob([(196, 34), (226, 60), (234, 190), (200, 202), (182, 90)], "#b9a7b5")
    body = [(88, 18), (44, 30), (54, 110), (48, 232), (120, 240), (192, 232), (186, 110), (196, 30), (152, 18)]
    cloth.polygon(smooth(body, steps=6), "#cdbcc8")
    cloth.lay(_tweed(cloth))
    for x in (116, 124):
        cloth.curve([(x, 52), (x, 236)], "#2b2230", 4)
    cloth.curve([(88, 20), (100, 46), (120, 54), (140, 46), (152, 20)], "#2b2230", 6)
    cloth.curve([(50, 230), (120, 238), (190, 230)], "#2b2230", 5)
    for side in (-1, 1):
        cloth.curve([(120 + side * 112, 186), (120 + side * 82, 198)], "#2b2230", 5)
        for top in (104, 172):
            left, right = sorted((120 + side * 22, 120 + side * 58))
            cloth.panel((left, top, right, top + 34), "#c2b0bd", 4)
            cloth.stroke([(left, top + 2), (right, top + 2)], "#2b2230", 4)
            cloth.disc(((left + right) / 2, top + 10), 3.5, "#d9b45a")
    for y in (80, 122, 164, 206):
        cloth.disc((131, y), 5, "#d9b45a")
        cloth.disc((130, y - 1), 2, "#f6e3a4")
    return cloth.with_shadow()


def _tweed(cloth: Sheet) -> Sheet:
    """Short flecks of yarn, cut to the cloth."""
    dice = random.Random(11)
    yarn = Sheet(240, 250)
    for _ in range(1500):
        x, y = dice.uniform(0, 240), dice.uniform(0, 250)
        shade: Colour = dice.choice([(70, 50, 80, 120), (240, 225, 235, 150), (190, 90, 130, 110), (90, 100, 140, 100)])
        yarn.stroke([(x, y), (x + dice.choice((-4, 4)), y + 3)], shade, 1.2)
    yarn.clip_to(cloth)
    return yarn


@functools.lru_cache
def tote_bag() -> Sheet:
    """A brown tote, 230 x 250, its front plate hidden under beige tape, held by the handle at (115, 30)."""
    bag = Sheet(230, 250)
    bag.curve([(66, 100), (78, 34), (115, 18), (152, 34), (164, 100)], "#6f4526", 9)
    bag.curve([(66, 100), (78, 36), (115, 21), (152, 36), (164, 100)], "#9a6a3f", 3)
    bag.polygon([(28, 92), (202, 92), (218, 226), (206, 240), (24, 240), (12, 226)], "#5a3a25")
    bag.polygon([(28, 92), (202, 92), (207, 130), (23, 130)], "#6d4930")
    bag.polygon([(16, 196), (214, 196), (218, 226), (206, 240), (24, 240), (12, 226)], "#8a5c38")
    for x in (60, 160):
        bag.polygon([(x, 92), (x + 12, 92), (x + 12, 196), (x, 196)], "#8a5c38")
        bag.disc((x + 6, 104), 4, "#e2c06a")
    for x in range(22, 212, 8):
        bag.stroke([(x, 200), (x + 4, 200)], "#d7b58a", 1.2)
    bag.panel((84, 138, 146, 172), "#c9a24f", 4)
    bag.lay_turned(tape(96, 42, "#d8c39a"), (116, 156), 6)
    return bag.with_shadow()


@functools.lru_cache
def tape(width: int, height: int, colour: str) -> Sheet:
    """A torn strip of cloth tape with toothed ends, a fold of light and a soft shadow round its edges."""
    strip = Sheet(width + 24, height + 24)
    dice = random.Random(width)
    teeth = range(12, height + 13, 4)
    left = [(12 + dice.uniform(-2, 5), y) for y in teeth]
    right = [(width + 12 + dice.uniform(-5, 2), y) for y in reversed(teeth)]
    strip.polygon([*left, *right], colour)
    shine = Sheet(width + 24, height + 24)
    for y in range(12, height + 12, 3):
        shine.stroke([(12, y), (width + 12, y)], (255, 255, 255, 22), 1)
    shine.polygon([(12, 16), (width + 12, 12 + height * 0.3), (width + 12, 12 + height * 0.45), (12, 26)],
                  (255, 255, 255, 46))  # fmt: skip
    shine.polygon([(width * 0.62, 8), (width * 0.66, 8), (width * 0.6, height + 14)], (0, 0, 0, 34))
    shine.stroke([(12, 13), (width + 12, 13)], (255, 255, 255, 90), 1.5)
    shine.stroke([(12, height + 10), (width + 12, height + 10)], (0, 0, 0, 90), 2)
    shine.clip_to(strip)
    strip.lay(shine)
    return strip.with_shadow(3, 3, 0.55)


@functools.lru_cache
def running_shoe() -> Sheet:
    """A grey running shoe from its side, 270 x 170, toe to the left."""
    shoe = Sheet(270, 170)
    shoe.blob(
        [(20, 120), (22, 98), (70, 82), (120, 58), (150, 28), (176, 22), (184, 44), (222, 40), (244, 22), (254, 60),
         (252, 122), (140, 130)],
        "#aeb4bd",
    )  # fmt: skip
    shoe.blob([(24, 118), (26, 98), (70, 84), (86, 104), (84, 122)], "#8b919b")
    shoe.blob([(204, 50), (244, 26), (254, 62), (252, 120), (206, 122), (196, 84)], "#6e7a8a")
    shoe.blob([(120, 60), (150, 30), (174, 24), (182, 46), (160, 78), (120, 106), (104, 84)], "#d7dbe1")
    for x in (112, 126, 140, 154):
        shoe.stroke([(x, 92 - (x - 112) * 0.95), (x + 24, 100 - (x - 112) * 0.95)], "#f7f8fa", 5)
    for x in (150, 166, 182):
        shoe.curve([(x, 118), (x + 10, 96), (x + 14, 74)], "#e9744f", 4)
    shoe.polygon(smooth([(14, 118), (60, 124), (140, 126), (256, 114), (262, 140), (240, 150), (60, 150), (18, 142)]),
                 "#f3f1ea")  # fmt: skip
    shoe.curve([(18, 140), (60, 147), (150, 148), (242, 147), (260, 138)], "#5a6470", 5)
    return shoe.with_shadow()


@functools.lru_cache
def flower_vase() -> Sheet:
    """Artificial peonies in a white vase, 150 x 210."""
    vase = Sheet(150, 210)
    dice = random.Random(5)
    for x, y in ((44, 70), (106, 66), (75, 36), (60, 98), (98, 98)):
        vase.curve([(75, 150), ((75 + x) / 2 - 4, 120), (x, y)], "#5d8a55", 4)
        vase.blob([(x - 30, y + 26), (x - 12, y + 14), (x - 4, y + 30)], "#76a568")
    for x, y in ((44, 70), (106, 66), (75, 36), (60, 98), (98, 98)):
        tone = dice.choice([(236, 128, 142), (244, 164, 150), (228, 110, 130)])
        for petal in range(14):
            dx, dy = dice.uniform(-15, 15), dice.uniform(-13, 13)
            light = round(dice.uniform(0, 18))
            vase.disc((x + dx, y + dy), 9, (tone[0], tone[1] + light, tone[2] + light, 235 if petal else 255), 8)
        vase.disc((x, y), 5, "#f6d27a")
    vase.blob([(54, 140), (96, 140), (104, 178), (92, 200), (58, 200), (46, 178)], "#f8f6f2")
    vase.blob([(88, 142), (97, 142), (104, 178), (92, 200), (84, 200), (94, 176)], "#ddd8d0")
    return vase.with_shadow()

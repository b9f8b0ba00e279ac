"""The two rooms without their people: a dim studio at night, a bright shop by day."""

import functools
import random

from draw import HEIGHT, WIDTH, Colour, Sheet


@functools.lru_cache
def backdrop(look: str) -> Sheet:
    """The whole picture behind the host, for `night` or `day`."""
    return _night() if look == "night" else _day()


def table(sheet: Sheet, look: str) -> None:
    """The counter in front of the host, from y = 590 down."""
    top: Colour = "#4a2f3f" if look == "night" else "#d9b48a"
    front: Colour = "#33202e" if look == "night" else "#c39a6e"
    sheet.polygon([(0, 606), (WIDTH, 606), (WIDTH, HEIGHT), (0, HEIGHT)], front)
    sheet.polygon([(24, 588), (WIDTH - 24, 588), (WIDTH, 612), (0, 612)], top)
    sheet.stroke([(0, 613), (WIDTH, 613)], (255, 255, 255, 40), 2)
    sheet.lay(_on_the_table(look), (WIDTH - 132, 512))


@functools.lru_cache
def _on_the_table(look: str) -> Sheet:
    """A pile at the right end, 140 x 110: folded clothes at night, shoe boxes by day."""
    pile = Sheet(140, 110)
    tones = ("#8d5a6b", "#c9b9a6", "#4d4a68", "#a9757f") if look == "night" else ("#c86b4a", "#4f7d83", "#e3c9a2")
    height = 88 / len(tones)
    for layer, tone in enumerate(tones):
        top, inset = 8 + layer * height, (layer % 2) * 6
        pile.panel((14 + inset, top, 130, top + height - 1), tone, 9 if look == "night" else 3)
        pile.panel((14 + inset, top + height * 0.6, 130, top + height - 1), (0, 0, 0, 40), 4)
        if look == "day":
            pile.panel((30 + inset, top + 8, 64 + inset, top + 20), (255, 255, 255, 200), 2)
    return pile.with_shadow(4, 5)


def _night() -> Sheet:
    room = Sheet()
    room.gradient((34, 22, 48), (74, 38, 66))
    lamp = Sheet()
    lamp.disc((216, 330), 170, (255, 190, 150, 110), 210)
    room.lay(lamp.blurred(50))
    tube = Sheet()
    tube.stroke([(14, 130), (14, 560)], "#ff5fa2", 4)
    tube.stroke([(418, 130), (418, 560)], "#7f6bff", 4)
    room.lay(tube.blurred(9))
    room.lay(tube)
    for side in (0, 1):
        rail = Sheet(150, 420)
        rail.stroke([(8, 20), (142, 20)], "#8d8494", 5)
        rail.stroke([(20 if side == 0 else 130, 20), (20 if side == 0 else 130, 410)], "#6f6777", 5)
        dice = random.Random(3 + side)
        for hook in range(6):
            x = 22 + hook * 20
            tone = dice.choice(["#8d5a6b", "#4d4a68", "#a58c7a", "#6b7a74", "#b06a62", "#3b3446"])
            rail.curve([(x, 20), (x + 3, 32)], "#c9c2cf", 2)
            rail.blob([(x, 32), (x + 16, 46), (x + 17, 210 + dice.uniform(-20, 30)), (x - 14, 214), (x - 13, 46)], tone)
            rail.curve([(x + 8, 60), (x + 9, 190)], (0, 0, 0, 50), 3)
        room.lay(rail.blurred(1.2), (-10 if side == 0 else 292, 190))
    return room


def _day() -> Sheet:
    room = Sheet()
    room.gradient((252, 246, 236), (240, 222, 198))
    light = Sheet()
    light.polygon([(0, 120), (190, 100), (320, 600), (60, 640)], (255, 255, 255, 120))
    room.lay(light.blurred(24))
    for row, y in enumerate((240, 350, 460, 570)):
        for left, right in ((0, 124), (308, WIDTH)):
            room.panel((left - 8, y, right + 8, y + 10), "#b98d62", 2)
            room.panel((left - 8, y + 10, right + 8, y + 14), (90, 60, 30, 60), 2)
            _shoe_boxes(room, left, right, y, seed=row * 2 + (left > 0))
    room.blob([(330, 236), (320, 190), (342, 206), (352, 168), (366, 204), (388, 186), (378, 236)], "#6d9a62")
    room.panel((334, 214, 376, 240), "#c9744f", 5)
    return room


def _shoe_boxes(room: Sheet, left: int, right: int, shelf_y: int, seed: int) -> None:
    """Three boxes on a shelf; each has a light lid and a plain sticker."""
    dice = random.Random(seed)
    for place in range(3):
        x = left + 4 + place * (right - left - 8) / 3
        width, height = (right - left) / 3 - 8, dice.uniform(48, 76)
        tone = dice.choice(["#4f7d83", "#d8d2c6", "#c86b4a", "#6d7480", "#e3c9a2"])
        room.panel((x, shelf_y - height, x + width, shelf_y), tone, 3)
        room.panel((x - 1, shelf_y - height, x + width + 1, shelf_y - height + 14), (255, 255, 255, 70), 3)
        room.panel((x + 6, shelf_y - 26, x + width - 6, shelf_y - 10), (255, 255, 255, 190), 2)

"""The two hosts: drawn people who do not exist. Head and hands move a little, the mouth follows the sound."""

from dataclasses import dataclass

from draw import Colour, Point, Sheet, sway


@dataclass(frozen=True)
class Look:
    """What one host looks like."""

    skin: Colour
    shade: Colour
    hair: Colour
    top: Colour
    top_dark: Colour
    cap: bool
    glasses: bool


HOSTS = {
    "night": Look("#e9bf9f", "#d3a382", "#2a1a1f", "#34303f", "#262330", cap=True, glasses=True),
    "day": Look("#f6d3b8", "#e2b293", "#4a2f22", "#3f7f74", "#326a60", cap=False, glasses=False),
}


def draw_host(sheet: Sheet, look: Look, centre: Point, hands: tuple[Point, Point], *, t_s: float, mouth: float) -> None:
    """Draw a host to the hips.

    `centre` is the middle of the neck, `mouth` how far the mouth is open (0..1), `hands` the left and the right
    hand's middle in the picture's sense.
    """
    x, y = centre[0] + sway(t_s, 3.7, 2.5), centre[1] + sway(t_s, 2.3, 1.5)
    head = (x + sway(t_s, 4.9, 3.0), y - 62 + sway(t_s, 3.1, 1.5))
    _back_hair(sheet, look, head)
    _body(sheet, look, (x, y))
    _arm(sheet, look, (x - 66, y + 56), hands[0], -1)
    _arm(sheet, look, (x + 66, y + 56), hands[1], 1)
    _head(sheet, look, head, t_s, mouth)


def draw_hand(sheet: Sheet, look: Look, at: Point, side: int) -> None:
    """A closed hand whose thumb points to the picture's middle; `side` is -1 on the left, 1 on the right."""
    x, y = at
    sheet.disc(at, 15, look.skin, 17)
    for finger in range(3):
        sheet.stroke([(x - side * 4, y - 8 + finger * 8), (x - side * 14, y - 9 + finger * 8)], look.skin, 8)
        sheet.stroke([(x - side * 6, y - 4 + finger * 8), (x - side * 15, y - 5 + finger * 8)], look.shade, 1.2)


def _back_hair(sheet: Sheet, look: Look, head: Point) -> None:
    x, y = head
    drop = 100 if look.cap else 48
    sheet.blob(
        [(x, y - 66), (x + 48, y - 40), (x + 56, y + 20), (x + 54, y + drop), (x, y + drop + 8), (x - 54, y + drop),
         (x - 56, y + 20), (x - 48, y - 40)],
        look.hair,
    )  # fmt: skip


def _body(sheet: Sheet, look: Look, neck: Point) -> None:
    x, y = neck
    sheet.blob(
        [(x - 20, y + 18), (x - 66, y + 34), (x - 84, y + 70), (x - 74, y + 180), (x - 82, y + 330),
         (x + 82, y + 330), (x + 74, y + 180), (x + 84, y + 70), (x + 66, y + 34), (x + 20, y + 18)],
        look.top,
    )  # fmt: skip
    sheet.blob([(x - 26, y + 20), (x, y + 62), (x + 26, y + 20), (x + 18, y + 14), (x - 18, y + 14)], look.top_dark)
    sheet.blob([(x - 17, y - 28), (x - 19, y + 20), (x, y + 46), (x + 19, y + 20), (x + 17, y - 28)], look.skin)
    sheet.blob([(x - 17, y - 18), (x - 16, y - 4), (x, y + 8), (x + 16, y - 4), (x + 17, y - 18)], look.shade)


def _arm(sheet: Sheet, look: Look, shoulder: Point, hand: Point, side: int) -> None:
    elbow = ((shoulder[0] + hand[0]) / 2 + side * 34, (shoulder[1] + hand[1]) / 2 + 34)
    sheet.curve([shoulder, elbow, hand], look.top_dark, 40)
    sheet.curve([shoulder, elbow, hand], look.top, 35)
    draw_hand(sheet, look, hand, side)


def _head(sheet: Sheet, look: Look, head: Point, t_s: float, mouth: float) -> None:
    x, y = head
    for side in (-1, 1):
        sheet.disc((x + side * 41, y + 4), 8, look.shade, 11)
    sheet.blob(
        [(x, y - 56), (x + 36, y - 34), (x + 41, y + 4), (x + 30, y + 38), (x, y + 54), (x - 30, y + 38),
         (x - 41, y + 4), (x - 36, y - 34)],
        look.skin,
    )  # fmt: skip
    _face(sheet, look, head, t_s, mouth)
    _fringe(sheet, look, head)


def _face(sheet: Sheet, look: Look, head: Point, t_s: float, mouth: float) -> None:
    x, y = head
    for side in (-1, 1):
        sheet.disc((x + side * 24, y + 22), 8, (235, 130, 120, 90), 5)
        sheet.curve([(x + side * 9, y - 17), (x + side * 18, y - 19), (x + side * 26, y - 15)], look.hair, 3)
        if look.glasses:
            sheet.panel((x + side * 18 - 16, y - 8, x + side * 18 + 16, y + 14), "#1c1a22", 9)
            sheet.stroke([(x + side * 18 - 8, y + 6), (x + side * 18 - 2, y - 3)], (255, 255, 255, 90), 3)
        elif t_s % 3.4 < 0.14:
            sheet.curve([(x + side * 17 - 7, y + 1), (x + side * 17, y + 4), (x + side * 17 + 7, y + 1)], "#3a2a26", 3)
        else:
            sheet.disc((x + side * 17, y + 1), 7, "#ffffff", 6)
            sheet.disc((x + side * 17 + sway(t_s, 5.3, 1.0), y + 1), 5.2, "#3a2a26", 6)
            sheet.disc((x + side * 17 + 2, y - 2), 1.8, "#ffffff")
            sheet.curve([(x + side * 9, y - 2), (x + side * 17, y - 6), (x + side * 26, y - 1)], "#3a2a26", 2.5)
    if look.glasses:
        sheet.stroke([(x - 4, y), (x + 4, y)], "#1c1a22", 3)
    sheet.curve([(x - 3, y + 18), (x, y + 21), (x + 4, y + 18)], look.shade, 2.5)
    if mouth < 0.12:
        sheet.curve([(x - 11, y + 32), (x, y + 36), (x + 11, y + 32)], "#b4454a", 3.5)
    else:
        sheet.disc((x, y + 34), 11, "#b4454a", 3 + 5 * mouth)
        sheet.disc((x, y + 35), 8, "#6d1f2b", 1.5 + 3.5 * mouth)


def _fringe(sheet: Sheet, look: Look, head: Point) -> None:
    x, y = head
    sheet.blob(
        [(x - 43, y + 12), (x - 46, y - 30), (x, y - 66), (x + 46, y - 30), (x + 43, y + 12), (x + 34, y - 22),
         (x + 6, y - 36), (x - 20, y - 26), (x - 34, y - 14)],
        look.hair,
    )  # fmt: skip
    if look.cap:
        sheet.blob([(x - 48, y - 26), (x - 38, y - 62), (x, y - 78), (x + 38, y - 62), (x + 48, y - 26)], "#15131b")
        sheet.blob([(x - 50, y - 28), (x, y - 36), (x + 50, y - 28), (x + 44, y - 14), (x, y - 22), (x - 44, y - 14)],
                   "#0e0c12")  # fmt: skip

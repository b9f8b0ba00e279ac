"""Draws pictures of covered labels, open labels and everything that looks like one, from a seed.

    python tests/unit/frame/draw_labels.py FOLDER --first 0 --count 200

writes JPEGs named `<kind>-<seed>.jpg`; kinds that begin with `covered` are positive. Needs a CJK font, for instance
Debian's fonts-wqy-microhei. No brand, shop or person is drawn; words are made up. Seeds below `EVALUATION_SEED` are for
setting thresholds, the others only for measuring.
"""

import argparse
import io
import math
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

EVALUATION_SEED = 1_000_000
FINE = 2
FONT_FILE = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
SIZES = ((405, 720), (432, 768), (540, 960), (720, 1280))
TAPES = {
    "black": (22, 22, 24), "beige": (214, 190, 148), "brown": (150, 104, 62), "blue": (44, 92, 178),
    "silver": (176, 180, 186), "white": (246, 246, 244), "red": (190, 40, 44), "green": (52, 128, 82),
    "yellow": (232, 200, 64), "grey": (112, 114, 118),
}  # fmt: skip
LABELS = (
    ((250, 249, 246), (24, 22, 26)), ((238, 230, 212), (70, 52, 40)), ((26, 24, 28), (222, 196, 130)),
    ((24, 34, 66), (236, 236, 240)), ((128, 30, 40), (244, 228, 190)), ((206, 208, 212), (40, 42, 48)),
    ((252, 252, 252), (160, 30, 40)), ((226, 206, 176), (90, 50, 30)),
)  # fmt: skip
WORDS = (
    "MAISON",
    "LORENA",
    "VESTRA",
    "OMBRA",
    "ATELIER",
    "HEIGHTS",
    "NORDA",
    "COTTON",
    "PARADE",
    "青禾",
    "云裳",
    "素锦",
    "雅集",
)
SMALL = (
    "100% COTTON",
    "MADE IN EU",
    "SIZE M",
    "165/88A",
    "Paris",
    "面料:纯棉",
    "洗涤说明",
    "执行标准 GB/T",
    "合格证",
    "est. 1988",
    "XL 42",
)
Colour = tuple[int, int, int]


class Picture:
    """An RGBA surface drawn `FINE` times larger."""

    def __init__(self, width: float, height: float, fill: tuple[int, ...] = (0, 0, 0, 0)) -> None:
        self.width, self.height = width, height
        self.image = Image.new("RGBA", (round(width * FINE), round(height * FINE)), fill)
        self.draw = ImageDraw.Draw(self.image)

    def rect(
        self, box: tuple[float, ...], fill: Colour, radius: float = 0, outline: Colour | None = None, line: float = 1
    ) -> None:
        scaled = [value * FINE for value in box]
        self.draw.rounded_rectangle(scaled, radius * FINE, fill, outline, max(1, round(line * FINE)))

    def polygon(self, points: list[tuple[float, float]], fill: tuple[int, ...]) -> None:
        self.draw.polygon([(x * FINE, y * FINE) for x, y in points], fill)

    def oval(self, box: tuple[float, ...], fill: tuple[int, ...]) -> None:
        self.draw.ellipse([value * FINE for value in box], fill)

    def line(self, points: list[tuple[float, float]], fill: tuple[int, ...], width: float) -> None:
        self.draw.line([(x * FINE, y * FINE) for x, y in points], fill, max(1, round(width * FINE)))

    def text(self, middle: tuple[float, float], words: str, size: float, fill: Colour, *, bold: bool = False) -> None:
        face = ImageFont.truetype(FONT_FILE, max(6, round(size * FINE)))
        self.draw.text(
            (middle[0] * FINE, middle[1] * FINE), words, fill, face, anchor="mm",
            stroke_width=round(size * FINE / 24) if bold else 0, stroke_fill=fill,
        )  # fmt: skip

    def lay(self, other: "Picture", middle: tuple[float, float], turn: float = 0.0, *, shadow: float = 0.0) -> None:
        turned = other.image.rotate(turn, Image.Resampling.BICUBIC, expand=True)
        left, top = round(middle[0] * FINE - turned.width / 2), round(middle[1] * FINE - turned.height / 2)
        if shadow:
            shade = Image.new("RGBA", turned.size, (0, 0, 0, 0))
            shade.putalpha(turned.getchannel("A").point(lambda value: int(value * shadow)))
            padded = Image.new("RGBA", (turned.width + 24, turned.height + 24), (0, 0, 0, 0))
            padded.paste(shade, (14, 15))
            self._over(padded.filter(ImageFilter.GaussianBlur(5)), left - 12, top - 12)
        self._over(turned, left, top)

    def _over(self, image: Image.Image, left: int, top: int) -> None:
        crop = image.crop((max(0, -left), max(0, -top), image.width, image.height))
        self.image.alpha_composite(crop, (max(0, left), max(0, top)))


def _near(colour: Colour, dice: random.Random, by: int = 12) -> Colour:
    return tuple(min(255, max(0, value + dice.randint(-by, by))) for value in colour)  # type: ignore[return-value]


def _any_colour(dice: random.Random, low: int = 20, high: int = 235) -> Colour:
    return dice.randint(low, high), dice.randint(low, high), dice.randint(low, high)


def _cloth(dice: random.Random, width: int, height: int) -> Picture:
    """A ground that fills the picture: shaded, woven, striped, checked, folded."""
    base = np.array(_any_colour(dice), dtype=np.float32)
    rows, columns = np.mgrid[0 : height * FINE, 0 : width * FINE].astype(np.float32) / FINE
    shade = (rows * dice.uniform(-0.06, 0.06) + columns * dice.uniform(-0.08, 0.08)) - 10
    kind = dice.choice(("plain", "weave", "stripes", "checks", "folds", "noise"))
    noise = np.random.default_rng(dice.randrange(1 << 30))
    if kind == "weave":
        shade += dice.uniform(4, 16) * np.sign(
            np.sin(rows * dice.uniform(0.8, 2)) * np.sin(columns * dice.uniform(0.8, 2))
        )
    elif kind == "stripes":
        shade += dice.uniform(8, 40) * np.sign(np.sin((rows * dice.uniform(-1, 1) + columns) / dice.uniform(3, 14)))
    elif kind == "checks":
        step = dice.uniform(8, 40)
        shade += dice.uniform(8, 30) * (np.sign(np.sin(rows / step * 3)) + np.sign(np.sin(columns / step * 3))) / 2
    elif kind == "folds":
        shade += dice.uniform(8, 26) * np.sin((columns + dice.uniform(-0.5, 0.5) * rows) / dice.uniform(14, 50))
    elif kind == "noise":
        shade += noise.normal(0, dice.uniform(4, 18), shade.shape).astype(np.float32)
    pixels = np.clip(base + shade[:, :, None], 0, 255).astype(np.uint8)
    picture = Picture(width, height)
    picture.image = Image.fromarray(pixels).convert("RGBA")
    picture.draw = ImageDraw.Draw(picture.image)
    return picture


def _label(dice: random.Random, width: float, height: float) -> tuple[Picture, Colour]:
    """A sewn or hung label with its words; returns its ground colour too."""
    ground, ink = dice.choice(LABELS)
    ground, ink = _near(ground, dice, 8), _near(ink, dice, 8)
    label = Picture(width, height)
    shape = dice.choice(("square", "square", "rounded", "oval"))
    if shape == "oval":
        label.oval((1, 1, width - 1, height - 1), ground)
    else:
        label.rect((1, 1, width - 1, height - 1), ground, 0 if shape == "square" else min(width, height) * 0.14)
    if shape != "oval" and dice.random() < 0.35:
        inset = min(width, height) * 0.06
        label.rect((inset, inset, width - inset, height - inset), ground, 0, ink, dice.uniform(0.8, 2))
    if dice.random() < 0.3:
        for y in range(3, int(height) - 3, 3):
            label.line([(3, y), (width - 3, y)], (*_near(ground, dice, 5), 90), 1)
    margin = 0.16 if shape == "oval" else 0.06
    first = dice.choice(WORDS)
    room = width * (1 - 2 * margin - 0.08)
    size = min(height * dice.uniform(0.24, 0.42), room / (len(first) * (0.68 if first.isascii() else 1.05)))
    label.text((width / 2, height * dice.uniform(0.34, 0.48)), first, size, ink, bold=dice.random() < 0.6)
    lines = dice.randint(1, 2) if height > 60 else 1
    for row in range(lines):
        words = dice.choice(SMALL)
        small = min(height * 0.14, room / (len(words) * (0.56 if words.isascii() else 0.9)))
        label.text((width / 2, height * (0.70 + 0.15 * row)), words, small, ink)
    return label, ground


def _far(one: Colour, other: Colour) -> float:
    return math.dist(one, other)


def _tape(dice: random.Random, width: float, height: float, colour: Colour) -> Picture:
    """A strip with straight long sides; ends cut or torn; a little shine or a crease."""
    strip = Picture(width + 8, height + 4)
    torn = dice.random() < 0.45
    jag = 4.0 if torn else 0.0
    steps = max(3, int(height / 5))
    left = [(4 + dice.uniform(-jag, jag) / 2, 2 + height * i / steps) for i in range(steps + 1)]
    right = [(width + 4 + dice.uniform(-jag, jag) / 2, 2 + height * i / steps) for i in range(steps, -1, -1)]
    strip.polygon([*left, *right], (*colour, 255))
    alpha = strip.image.getchannel("A")
    shine = Picture(width + 8, height + 4)
    if dice.random() < 0.5:
        at, thick = dice.uniform(0, 0.7), dice.uniform(0.1, 0.3)
        shine.polygon(
            [
                (0, height * at),
                (width + 8, height * (at + 0.1)),
                (width + 8, height * (at + thick)),
                (0, height * (at + thick)),
            ],
            (255, 255, 255, dice.randint(8, 40)),
        )
    if dice.random() < 0.3:
        x = dice.uniform(0.2, 0.8) * width
        shine.polygon([(x, 0), (x + 3, 0), (x + dice.uniform(-6, 6), height + 4)], (0, 0, 0, dice.randint(15, 40)))
    laid = Image.alpha_composite(strip.image, shine.image)
    laid.putalpha(alpha)
    strip.image = laid
    return strip


def _finish(dice: random.Random, picture: Picture, *, size: tuple[int, int]) -> bytes:
    """Down to size, light, blur, sensor noise, JPEG."""
    image = picture.image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    if dice.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(dice.uniform(0.3, 1.1) * size[0] / 405))
    pixels = np.asarray(image, dtype=np.float32) * dice.uniform(0.72, 1.12)
    noise = np.random.default_rng(dice.randrange(1 << 30))
    pixels += noise.normal(0, dice.uniform(0, 5), pixels.shape)
    out = io.BytesIO()
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=dice.randint(55, 92))
    return out.getvalue()


WIDTH, HEIGHT = 405, 720
Scene = Callable[[random.Random], Picture]


def _place(dice: random.Random, width: float, height: float) -> tuple[float, float]:
    return (
        dice.uniform(width / 2 + 12, max(WIDTH - width / 2 - 12, width / 2 + 13)),
        dice.uniform(height / 2 + 60, HEIGHT - height / 2 - 60),
    )


def _label_size(dice: random.Random) -> tuple[float, float]:
    width = dice.uniform(110, 330)
    return width, width * dice.uniform(0.38, 0.85)


def covered(dice: random.Random) -> Picture:
    """A label on cloth with a strip over its name."""
    picture = _cloth(dice, WIDTH, HEIGHT)
    width, height = _label_size(dice)
    label, ground = _label(dice, width, height)
    colours = [_near(tone, dice, 10) for tone in TAPES.values()]
    colours = [tone for tone in colours if _far(tone, ground) > 60]
    strip = _tape(dice, width * dice.uniform(0.5, 1.35), height * dice.uniform(0.26, 0.55), dice.choice(colours))
    middle, turn = _place(dice, width, height), dice.uniform(-16, 16)
    picture.lay(label, middle, turn, shadow=dice.choice((0, 0.3, 0.5)))
    offset = (dice.uniform(-0.1, 0.1) * width, dice.uniform(-0.22, 0.06) * height)
    angle = math.radians(-turn)
    shifted = (
        middle[0] + offset[0] * math.cos(angle) - offset[1] * math.sin(angle),
        middle[1] + offset[0] * math.sin(angle) + offset[1] * math.cos(angle),
    )
    picture.lay(strip, shifted, turn + dice.choice((0, dice.uniform(-14, 14))), shadow=dice.choice((0, 0.3, 0.5)))
    return picture


def covered_patch(dice: random.Random) -> Picture:
    """A square patch over the middle, or a strip set upright over one end of the name."""
    picture = _cloth(dice, WIDTH, HEIGHT)
    width, height = _label_size(dice)
    label, ground = _label(dice, width, height)
    colours = [tone for tone in (_near(tone, dice, 10) for tone in TAPES.values()) if _far(tone, ground) > 60]
    patch = _tape(dice, width * dice.uniform(0.3, 0.55), height * dice.uniform(0.55, 1.2), dice.choice(colours))
    middle, turn = _place(dice, width, height), dice.uniform(-16, 16)
    picture.lay(label, middle, turn, shadow=dice.choice((0, 0.3)))
    picture.lay(
        patch,
        (middle[0] + dice.uniform(-0.25, 0.25) * width, middle[1]),
        turn + dice.uniform(-12, 12),
        shadow=dice.choice((0, 0.4)),
    )
    return picture


def open_label(dice: random.Random) -> Picture:
    """The same labels with nothing on them."""
    picture = _cloth(dice, WIDTH, HEIGHT)
    width, height = _label_size(dice)
    label, _ = _label(dice, width, height)
    picture.lay(label, _place(dice, width, height), dice.uniform(-16, 16), shadow=dice.choice((0, 0.3, 0.5)))
    return picture


def design_label(dice: random.Random) -> Picture:
    """An open label whose design has a bar, a frame or a block of colour, with or without words in it."""
    picture = _cloth(dice, WIDTH, HEIGHT)
    width, height = _label_size(dice)
    ground, ink = dice.choice(LABELS)
    label = Picture(width, height)
    label.rect((1, 1, width - 1, height - 1), ground, dice.choice((0, 8)))
    accent = _any_colour(dice)
    kind = dice.choice(("header", "rules", "flag", "mark"))
    if kind == "header":
        label.rect((1, 1, width - 1, height * 0.38), accent)
        label.text((width / 2, height * 0.2), dice.choice(WORDS), height * 0.2, (255, 255, 255), bold=True)
    elif kind == "rules":
        for y in (0.3, 0.62):
            label.rect((width * 0.08, height * y, width * 0.92, height * y + 3), ink)
    elif kind == "flag":
        label.rect((width * 0.08, height * 0.12, width * 0.16, height * 0.34), accent)
        label.rect((width * 0.16, height * 0.12, width * 0.24, height * 0.34), _any_colour(dice))
    else:
        label.rect((width * 0.4, height * 0.08, width * 0.6, height * 0.32), accent, 4)
        label.text((width / 2, height * 0.2), "M", height * 0.16, (255, 255, 255), bold=True)
    for y in (0.5, 0.8):
        words = dice.choice(SMALL + WORDS)
        label.text((width / 2, height * y), words, min(height * 0.15, width * 0.8 / (len(words) * 0.7)), ink)
    picture.lay(label, _place(dice, width, height), dice.uniform(-12, 12), shadow=dice.choice((0, 0.4)))
    return picture


def boards(dice: random.Random) -> Picture:
    """Banners, price boards and captions with a coloured band."""
    picture = _cloth(dice, WIDTH, HEIGHT)
    for _ in range(dice.randint(1, 3)):
        width, height = dice.uniform(150, 340), dice.uniform(70, 190)
        board = Picture(width, height)
        ground, ink = dice.choice(LABELS)
        board.rect((0, 0, width, height), ground, dice.choice((0, 6, 12)), _any_colour(dice), 2)
        band = dice.uniform(0.25, 0.45)
        board.rect((2, 2, width - 2, height * band), _any_colour(dice))
        title = dice.choice(("直播专享价", "今日特惠", "限时抢购", "主推款"))
        board.text(
            (width / 2, height * band / 2), title, min(height * band * 0.6, width / 6), (255, 255, 255), bold=True
        )
        board.text((width / 2, height * (1 + band) / 2), f"¥{dice.randint(59, 2999)}", height * 0.32, ink, bold=True)
        picture.lay(board, _place(dice, width, height), dice.choice((0, 0, dice.uniform(-6, 6))), shadow=0.4)
    return picture


def overlays(dice: random.Random) -> Picture:
    """The app's own layer: cards with a picture of the goods, buttons, bars, bubbles."""
    picture = _cloth(dice, WIDTH, HEIGHT)
    for row in range(dice.randint(2, 5)):
        y = 470 + row * 44
        picture.rect((10, y, 10 + dice.uniform(120, 260), y + 34), (30, 30, 34), 16)
        picture.text(
            (90, y + 17), dice.choice(("小鱼: 好看", "来了来了", "多少钱呀", "有没有大码")), 16, (255, 255, 255)
        )
    card_x, card_y = dice.uniform(20, 190), dice.uniform(120, 380)
    picture.rect((card_x, card_y, card_x + 200, card_y + 84), (255, 255, 255), 8)
    picture.rect((card_x + 8, card_y + 8, card_x + 76, card_y + 76), _any_colour(dice), 6)
    picture.text((card_x + 136, card_y + 24), dice.choice(("秋款外套", "纯棉短袖", "帆布包")), 20, (30, 30, 34))
    picture.text((card_x + 120, card_y + 58), f"¥{dice.randint(29, 999)}", 20, (220, 40, 50), bold=True)
    picture.rect((card_x + 164, card_y + 50, card_x + 194, card_y + 74), (220, 40, 50), 10)
    bar = dice.uniform(40, 90)
    picture.rect((20, bar, 260, bar + 26), (250, 250, 250), 13)
    picture.rect((20, bar, 20 + dice.uniform(60, 200), bar + 26), (250, 120, 40), 13)
    picture.text((330, bar + 13), "已抢 82%", 16, (255, 255, 255))
    return picture


def garments(dice: random.Random) -> Picture:
    """Clothes with belts, ribbons, pockets and printed words."""
    picture = _cloth(dice, WIDTH, HEIGHT)
    tone = _any_colour(dice)
    left, right = dice.uniform(60, 110), dice.uniform(300, 350)
    picture.polygon([(left, 180), (right, 180), (right + 24, 660), (left - 24, 660)], (*tone, 255))
    belt = dice.uniform(360, 460)
    picture.rect((left - 14, belt, right + 14, belt + dice.uniform(16, 44)), _any_colour(dice), 2)
    picture.rect((190, belt - 4, 226, belt + 40), (200, 170, 90), 4)
    if dice.random() < 0.5:
        picture.text((205, 290), dice.choice(WORDS), 44, _any_colour(dice), bold=True)
    elif dice.random() < 0.5:
        picture.rect((220, 240, 290, 320), _near(tone, dice, 30), 4, _near(tone, dice, 40), 2)
    box = dice.uniform(560, 600)
    picture.rect((30, box, 180, box + 100), _any_colour(dice))
    picture.rect((96, box, 114, box + 100), _any_colour(dice))
    return picture


def held_board(dice: random.Random) -> Picture:
    """A host whose hands hold a board with words, fingers over its edge."""
    picture = _cloth(dice, WIDTH, HEIGHT)
    skin = _near((232, 190, 160), dice, 18)
    picture.oval((140, 120, 270, 280), skin)
    picture.polygon([(90, 720), (110, 330), (300, 330), (320, 720)], (*_any_colour(dice), 255))
    width, height = dice.uniform(190, 280), dice.uniform(100, 150)
    board = Picture(width, height)
    ground, ink = dice.choice(LABELS)
    board.rect((0, 0, width, height), ground, dice.choice((0, 10)))
    for y in (0.3, 0.7):
        board.text(
            (width / 2, height * y),
            dice.choice(("新店开业", "全场包邮", "关注主播", "支持退换")),
            height * 0.24,
            ink,
            bold=True,
        )
    y = dice.uniform(430, 520)
    picture.lay(board, (205, y), dice.uniform(-5, 5), shadow=0.4)
    for x in (205 - width / 2, 205 + width / 2):
        for finger in range(4):
            top = y - 30 + finger * 17
            picture.rect((x - 26, top, x + 26, top + 15), _near(skin, dice, 6), 7)
        picture.line([(x, y + 20), (x + (x - 205) * 0.5, 720)], (*skin, 255), 38)
    return picture


def clutter(dice: random.Random) -> Picture:
    """Shelves of boxes with stickers, books, a wall chart, colour swatches."""
    picture = _cloth(dice, WIDTH, HEIGHT)
    for shelf in range(3):
        y, x = 200 + shelf * 150, 8.0
        while x < 390:
            width, height = dice.uniform(26, 84), dice.uniform(60, 120)
            picture.rect((x, y - height, x + width, y), _any_colour(dice), 2)
            if dice.random() < 0.6:
                picture.rect((x + 4, y - height * 0.6, x + width - 4, y - height * 0.3), _any_colour(dice), 2)
            if dice.random() < 0.5 and width > 40:
                picture.text(
                    (x + width / 2, y - height * 0.45),
                    dice.choice(("鞋", "包", "38", "41", "L")),
                    18,
                    _any_colour(dice),
                )
            x += width + dice.uniform(2, 12)
        picture.rect((0, y, WIDTH, y + 10), (150, 110, 70))
    chart_x = dice.uniform(20, 180)
    picture.rect((chart_x, 540, chart_x + 200, 690), (252, 252, 250))
    for row in range(4):
        picture.rect((chart_x + 6, 548 + row * 35, chart_x + 60, 574 + row * 35), _any_colour(dice))
        picture.text((chart_x + 130, 561 + row * 35), dice.choice(SMALL), 16, (40, 40, 44))
    return picture


SCENES: dict[str, Scene] = {
    "covered": covered, "covered-patch": covered_patch, "open": open_label, "design": design_label, "boards": boards,
    "overlays": overlays, "garments": garments, "held": held_board, "clutter": clutter,
}  # fmt: skip


def draw(kind: str, seed: int) -> bytes:
    """One JPEG; the same kind and seed always give the same picture."""
    dice = random.Random(f"{kind}/{seed}")
    return _finish(dice, SCENES[kind](dice), size=dice.choice(SIZES))


def main() -> None:
    """Write `count` pictures of every kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=50)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for kind in SCENES:
        for seed in range(options.first, options.first + options.count):
            (options.folder / f"{kind}-{seed}.jpg").write_bytes(draw(kind, seed))


if __name__ == "__main__":
    main()

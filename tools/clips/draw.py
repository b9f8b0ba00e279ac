"""A small drawing surface: flat shapes with soft shadows, in the clip's own pixels.

Coordinates are pixels of the finished clip, x to the right, y down. Everything is drawn `FINE` times larger and
reduced at the end, which is cheaper than anti-aliasing each shape.
"""

import functools
import math
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Point = tuple[float, float]
Colour = str | tuple[int, int, int] | tuple[int, int, int, int]

WIDTH, HEIGHT = 432, 768
FINE = 2
FONT_FILE = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"
"""From Debian's fonts-wqy-microhei."""


@functools.lru_cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The one typeface, `size` pixels tall in the finished clip."""
    return ImageFont.truetype(FONT_FILE, size * FINE)


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 10) -> list[Point]:
    """A Catmull-Rom curve through `points`: hand-set corners become the outline of something soft."""
    ring = list(points)
    padded = [ring[-1], *ring, ring[0], ring[1]] if closed else [ring[0], *ring, ring[-1]]
    curve: list[Point] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            curve.append((_catmull(a[0], b[0], c[0], d[0], t), _catmull(a[1], b[1], c[1], d[1], t)))
    return curve


def _catmull(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


class Sheet:
    """A transparent picture to draw on, `width` x `height` finished pixels."""

    def __init__(self, width: float = WIDTH, height: float = HEIGHT) -> None:
        """Start empty."""
        self.image = Image.new("RGBA", (round(width * FINE), round(height * FINE)))
        self._draw = ImageDraw.Draw(self.image)

    def polygon(self, points: Sequence[Point], fill: Colour) -> None:
        """A filled shape with straight edges."""
        self._paint(fill, points, 1, lambda draw, at: draw.polygon(at, fill=fill))

    def blob(self, points: Sequence[Point], fill: Colour) -> None:
        """A filled shape with a smooth outline through `points`."""
        self.polygon(smooth(points), fill)

    def stroke(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        """A round-ended line through `points`, straight between them."""
        pen, cap = round(width * FINE), width * FINE / 2

        def ink(draw: ImageDraw.ImageDraw, at: list[Point]) -> None:
            draw.line(at, fill=fill, width=pen)
            for x, y in at:  # round joints too: Pillow's own leave slivers where a thick line bends
                draw.ellipse((x - cap, y - cap, x + cap, y + cap), fill=fill)

        self._paint(fill, points, width, ink)

    def curve(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        """A round-ended smooth line through `points`."""
        self.stroke([*smooth(points, closed=False), points[-1]], fill, width)

    def disc(self, centre: Point, radius: float, fill: Colour, height: float | None = None) -> None:
        """A circle, or an ellipse with half height `height`."""
        (x, y), ry = centre, radius if height is None else height
        corners = [(x - radius, y - ry), (x + radius, y + ry)]
        self._paint(fill, corners, 1, lambda draw, at: draw.ellipse(at, fill=fill))

    def panel(
        self, box: tuple[float, float, float, float], fill: Colour, round_by: float = 8, edge: Colour | None = None
    ) -> None:
        """A rectangle (left, top, right, bottom) with round corners and, if wanted, a 3 px edge."""
        edge_width = 3 * FINE if edge else 0
        self._paint(
            fill,
            [box[:2], box[2:]],
            1,
            lambda draw, at: draw.rounded_rectangle(at, round_by * FINE, fill=fill, outline=edge, width=edge_width),
        )

    def _paint(
        self,
        fill: Colour,
        points: Sequence[Point],
        margin: float,
        ink: Callable[[ImageDraw.ImageDraw, list[Point]], None],
    ) -> None:
        """Let `ink` draw at `points`, given in the sheet's own fine pixels.

        Pillow's pens overwrite an RGBA picture, glass included; what is translucent is drawn aside and laid over.
        """
        fine = [(x * FINE, y * FINE) for x, y in points]
        if isinstance(fill, str) or len(fill) == 3:
            ink(self._draw, fine)
            return
        left = math.floor(min(x for x, _ in fine) - margin * FINE)
        top = math.floor(min(y for _, y in fine) - margin * FINE)
        right = math.ceil(max(x for x, _ in fine) + margin * FINE)
        bottom = math.ceil(max(y for _, y in fine) + margin * FINE)
        left, top = max(0, left), max(0, top)
        right, bottom = min(self.image.width, right), min(self.image.height, bottom)
        if left >= right or top >= bottom:
            return
        glass = Image.new("RGBA", (right - left, bottom - top))
        ink(ImageDraw.Draw(glass), [(x - left, y - top) for x, y in fine])
        self.image.alpha_composite(glass, (left, top))

    def text(self, centre: Point, words: str, size: int, fill: Colour, *, bold: bool = True) -> None:
        """One line of text around `centre`."""
        self._draw.text(
            (centre[0] * FINE, centre[1] * FINE),
            words,
            font=font(size),
            fill=fill,
            anchor="mm",
            stroke_width=1 if bold else 0,
        )

    def gradient(self, top: tuple[int, int, int], bottom: tuple[int, int, int]) -> None:
        """Fill the sheet from `top` to `bottom` colour."""
        mix = np.linspace(0, 1, self.image.height)[:, None, None]
        column = np.array(top) * (1 - mix) + np.array(bottom) * mix
        rgb = np.broadcast_to(column, (self.image.height, self.image.width, 3)).astype(np.uint8)
        self.image.paste(Image.fromarray(rgb))

    def clip_to(self, mask: "Sheet") -> None:
        """Keep only what lies on `mask`'s opaque part."""
        alpha = np.minimum(np.asarray(self.image.getchannel("A")), np.asarray(mask.image.getchannel("A")))
        self.image.putalpha(Image.fromarray(alpha))

    def lay(self, other: "Sheet", at: Point = (0, 0)) -> None:
        """Put `other` on this sheet with its top left corner at `at`; parts outside are cut."""
        self.image.alpha_composite(
            other.image.crop((max(0, -round(at[0] * FINE)), max(0, -round(at[1] * FINE)), *other.image.size)),
            (max(0, round(at[0] * FINE)), max(0, round(at[1] * FINE))),
        )

    def lay_turned(self, other: "Sheet", centre: Point, degrees: float) -> None:
        """Put `other` on this sheet, its middle at `centre`, turned counter-clockwise about it."""
        turned = Sheet(0.5, 0.5)
        turned.image = other.image.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
        half_width, half_height = turned.image.width / FINE / 2, turned.image.height / FINE / 2
        self.lay(turned, (centre[0] - half_width, centre[1] - half_height))

    def blurred(self, radius: float) -> "Sheet":
        """A copy out of focus."""
        copy = Sheet(0.5, 0.5)
        copy.image = self.image.filter(ImageFilter.GaussianBlur(radius * FINE))
        return copy

    def with_shadow(self, drop: float = 5, soft: float = 6, strength: float = 0.45) -> "Sheet":
        """A copy that casts a shadow `drop` pixels down."""
        dark = Image.new("RGBA", self.image.size, (10, 5, 15, 0))
        dark.putalpha(self.image.getchannel("A").point(lambda a: round(a * strength)))
        result = Sheet(self.image.width / FINE, self.image.height / FINE)
        result.image.alpha_composite(dark.filter(ImageFilter.GaussianBlur(soft * FINE)), (0, round(drop * FINE)))
        result.image.alpha_composite(self.image)
        return result


def sway(t_s: float, period_s: float, amount: float, phase: float = 0.0) -> float:
    """A slow back and forth of +-`amount`."""
    return amount * math.sin(2 * math.pi * (t_s / period_s + phase))

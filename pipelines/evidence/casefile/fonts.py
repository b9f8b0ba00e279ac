"""Chinese type for a case file: Noto Sans CJK SC (OFL), cut down to the characters of the case.

The font comes as a wheel (manimgx-fonts-cjk), so page and PDF look the same on every machine, also on one without any
Chinese font. It is variable and has cubic outlines, which not every PDF reader takes: the outlines of one weight are
drawn into a plain TrueType font.
"""

import io
import re
import unicodedata
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk
import msgspec
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from pipelines.evidence.casefile.case import Case

COLLECTION = Path(manimgx_fonts_cjk.__file__).with_name("NotoSansCJK-VF.otf.ttc")
_SIMPLIFIED = "Noto Sans CJK SC"
_WEIGHT = 420
"""A little above regular (400): print from cheap printers stays readable."""
_ERROR = 1.0
"""Most that a curve may be off, of 1000 units to the em."""
_PRINTED = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py")))
"""Words that every case file has are in these sources."""
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Characters that cannot be seen, or turn the text around them."""


def shown(text: str) -> str:
    """The text with a sign in place of each character that hides or turns something."""
    return _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", text)


class Fonts:
    """The font of one case."""

    def __init__(self, ttf: bytes) -> None:
        self.ttf = ttf
        self._known = {"\n", *map(chr, TTFont(io.BytesIO(ttf)).getBestCmap())}

    @classmethod
    def of(cls, case: Case) -> "Fonts":
        """Cut the font down to what the case says."""
        lean = msgspec.structs.replace(case, shots=(), clips=(), sound=None)
        said = msgspec.json.encode(lean).decode() + "".join(shot.caption for shot in case.shots)
        return cls(_cut({*said, *_PRINTED, *map(chr, range(0x20, 0x7F)), "\N{REPLACEMENT CHARACTER}", "〔", "〕"}))

    def spelled(self, text: str) -> str:
        """The text with the name of each character that the font does not have: a donkey may stand for a brand."""
        return "".join(one if one in self._known else _name(one) for one in shown(text))

    def woff(self) -> bytes:
        """For the page; WOFF2 would need one more package."""
        font, out = TTFont(io.BytesIO(self.ttf)), io.BytesIO()
        font.flavor = "woff"
        font.save(out)
        return out.getvalue()


def _name(character: str) -> str:
    if unicodedata.category(character) == "Mn":
        return ""  # how the one before is drawn
    return f"〔{unicodedata.name(character, f'U+{ord(character):X}')}〕"


def _cut(characters: set[str]) -> bytes:
    with _simplified() as whole:
        return _drawn(whole, characters)


def _drawn(whole: Any, characters: set[str]) -> bytes:  # noqa: ANN401  fontTools is untyped
    named = {ord(one): name for one in characters if (name := whole.getBestCmap().get(ord(one)))}
    outlines = whole.getGlyphSet(location={"wght": _WEIGHT})
    names = list(dict.fromkeys([".notdef", *named.values()]))
    glyphs, widths = {}, {}
    for name in names:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, _ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
        widths[name] = round(outlines[name].width)
    builder = FontBuilder(whole["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(named)
    builder.setupGlyf(glyphs)
    lefts = {name: glyphs[name].xMin if glyphs[name].numberOfContours else 0 for name in names}
    builder.setupHorizontalMetrics({name: (widths[name], lefts[name]) for name in names})
    high, low = whole["hhea"].ascent, whole["hhea"].descent
    builder.setupHorizontalHeader(ascent=high, descent=low)
    builder.setupNameTable({"familyName": "Noto Sans CJK SC Cut", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=high, sTypoDescender=low, usWinAscent=high, usWinDescent=-low)
    builder.setupPost()
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _simplified() -> Any:  # noqa: ANN401  fontTools is untyped
    """The face for simplified Chinese; the caller closes it."""
    number = 0
    while True:
        font = TTFont(COLLECTION, fontNumber=number, lazy=True)
        if font["name"].getDebugName(1) == _SIMPLIFIED:
            return font
        font.close()
        number += 1

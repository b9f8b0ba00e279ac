"""Characters that stand for others: look-alike letters, variant forms, symbols and emoji read as words.

Own tables. Look-alikes follow Unicode's confusables in the part that matters here: letters that a reader takes for
A to Z. Symbols are those that viewers and hosts use in place of a word.
"""

from collections.abc import Mapping
from types import MappingProxyType


def _rows(*pairs: tuple[str, str]) -> dict[str, str]:
    return {odd: plain for odds, plains in pairs for odd, plain in zip(odds, plains, strict=True)}


def _letters(first: int) -> dict[str, str]:
    return {chr(first + k): chr(ord("a") + k) for k in range(26)}


LOOKALIKES: Mapping[str, str] = MappingProxyType({
    **_rows(
        ("авсеһіјкмнорѕтухԁԛԝьѵӏ", "abcehijkmhopstyxdqwbvl"),  # Cyrillic
        ("αβγεικνορτυχωηκ", "abyeikvoptuxwnk"),  # Greek
        ("ᒪᐯᑕᗪᑌᗩᗷᗴᖴᕼᒍᛕᗰᑎᑭᔕ丅ᐸ", "lvcduabefhjkmnpstc"),  # Canadian syllabics and the like
        ("∨∧∪⊂ⅴℓıɩʟᴠᴀᴄᴅɢɪɴɵøłđ", "vaucvliilvacdginoold"),
        ("❶❷❸❹❺❻❼❽❾", "123456789"),
    ),
    **_letters(0x1F150), **_letters(0x1F170), **_letters(0x1F1E6),
})  # fmt: skip

VARIANTS: Mapping[str, str] = MappingProxyType(_rows(
    ("厡髙倣彷佊単岀圎迊徳査裡峯羣衆強値観驢貨餽囍⺅犭氵", "原高仿仿彼单出圆匝德查里峰群众强值观驴货馈喜亻犭氵"),
    ("伩亾囯镸冋岺冭冮巜", "信人国长同岭冭冮巜"),
))  # fmt: skip

SYMBOL_WORDS: Mapping[str, str] = MappingProxyType({
    "🫏": "驴", "🐴": "马", "🐎": "马", "🏠": "家", "🏡": "家", "👜": "包", "👝": "包", "🎒": "包", "👛": "包",
    "👟": "鞋", "👞": "鞋", "👠": "鞋", "⌚": "表", "👵": "奶奶", "🥛": "奶", "🔥": "货", "💩": "屎", "👑": "皇冠",
    "🐧": "企鹅", "🛰": "卫星", "🐭": "鼠", "🐀": "鼠", "🐁": "鼠", "🐱": "猫", "🐈": "猫", "👻": "鬼", "💧": "水",
    "🌊": "水", "🟢": "绿", "💚": "绿", "🌲": "树", "🌳": "树", "🦢": "鹅", "🐦": "鸟", "🌸": "花", "❤": "心",
    "💌": "信", "📧": "信", "✉": "信", "📩": "信", "🍑": "桃", "☁": "云", "🎈": "气球", "🍀": "四叶草",
    "🏭": "厂", "🅿": "p", "Ⓜ": "m", "➕": "加", "+": "加", "＋": "加", ":": "比", "：": "比", "∶": "比",
    "🧼": "皂", "🐮": "牛", "🍺": "酒", "🈴": "合", "🉐": "得", "🈚": "无", "🆚": "比",
    "🇻": "v", "🥬": "菜", "📦": "货", "🚚": "货", "🧥": "衣", "👗": "裙", "🪙": "币", "💰": "钱", "📱": "手机",
})  # fmt: skip
"""One code point each: a variation selector or keycap after it vanishes by itself."""

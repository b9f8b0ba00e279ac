"""Characters that stand for others: look-alike letters, variant forms, symbols and emoji read as words.

Look-alikes are Unicode's confusables for the letters a to z (data/letters.tsv) under own rows, which add what Chinese
chat writes and decide where Unicode leaves a choice (capital I and l are one class there). Symbols are those that
viewers and hosts use in place of a word (data/symbols.csv).
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).parent.parent / "data"
LETTERS_FILE = DATA / "letters.tsv"
SYMBOLS_FILE = DATA / "symbols.csv"


def _rows(*pairs: tuple[str, str]) -> dict[str, str]:
    return {odd: plain for odds, plains in pairs for odd, plain in zip(odds, plains, strict=True)}


def _letters(first: int) -> dict[str, str]:
    return {chr(first + k): chr(ord("a") + k) for k in range(26)}


def _confusables() -> dict[str, str]:
    rows = (line.split("\t") for line in LETTERS_FILE.read_text(encoding="utf-8").splitlines())
    return {odd: letter for letter, characters in rows for odd in characters}


LOOKALIKES: Mapping[str, str] = MappingProxyType({
    **_confusables(),
    **_rows(
        ("авсеһіјкмнорѕтухԁԛԝьѵӏ", "abcehijkmhopstyxdqwbvl"),  # Cyrillic
        ("αβγεικνορτυχωηκ", "abyeikvoptuxwnk"),  # Greek
        ("ᒪᐯᑕᗪᑌᗩᗷᗴᖴᕼᒍᛕᗰᑎᑭᔕ丅ᐸ", "lvcduabefhjkmnpstc"),  # Canadian syllabics and the like
        ("∨∧∪⊂ⅴℓıɩʟᴠᴀᴄᴅɢɪɴɵøłđðƚɫ", "vaucvliilvacdginoolddll"),
        ("ДдЯяИиШшЭэ", "aarrnnwwee"),  # by their shape alone
        ("ʙᴇꜰʜᴊᴋᴍᴘʀꜱᴛᴜᴡʏᴢ", "befhjkmprstuwyz"),  # small capitals
        ("ɐᗅΛλ∆ΔÅㄚ⍺", "aaaaaaaaa"),  # an A without its bar; ㄚ is the phonetic letter for it
    ),
    **_letters(0x1F150), **_letters(0x1F170), **_letters(0x1F1E6),
})  # fmt: skip

VARIANTS: Mapping[str, str] = MappingProxyType(_rows(
    ("厡髙倣彷佊単岀圎迊徳査裡峯羣衆強値観驢貨餽囍⺅犭氵", "原高仿仿彼单出圆匝德查里峰群众强值观驴货馈喜亻犭氵"),
    ("伩亾囯镸冋岺冭冮巜眞嬭馫鞵厰衜鼡の", "信人国长同岭冭冮巜真奶香鞋厂道鼠的"),
    # The forms that radicals take within a character, from the block CJK Radicals Supplement.
    ("⺁⺅⺈⺊⺋⺌⺍⺖⺗⺘⺡⺢⺣⺤⺥⺧⺨⺩⺫⺬⺭⺮⺯⺰", "厂亻刀卜卩小小忄小扌氵水灬爫爫牛犭王目示礻竹糸纟"),
    ("⺱⺲⺶⺷⺸⺹⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻎", "罒罒羊羊羊耂月臼艹艹艹虎衤西西见角讠贝足车辶辶辶"),
    ("⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻬", "阝钅长长长门阝雨青韦页风飞食食食饣马骨鬼鱼鸟卤麦黄齐"),
    ("⻮⻰⻳", "齿龙龟"),
))  # fmt: skip


def _symbols() -> dict[str, str]:
    rows = csv.DictReader(SYMBOLS_FILE.read_text(encoding="utf-8").splitlines())
    return {symbol: row["word"] for row in rows for symbol in row["symbols"]}


SYMBOL_WORDS: Mapping[str, str] = MappingProxyType(_symbols())
"""One code point each: a variation selector or keycap after it vanishes by itself."""

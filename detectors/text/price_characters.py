"""What a character can be in a price: the necessary side of `prices`, for those who look at many lines.

Each is a regular expression of one character. A change to the grammar of prices that hears a number in more places
must be let through here: tests/property/test_screen.py holds `price_hint` against `find_prices`.
"""

import re

from detectors.text.numbers import KEYCAP
from detectors.text.price_words import ANCHOR_WORDS, OFFER_WORDS

NUMERALS = "零〇一幺二两俩三四五六七八九十百千万"
_COUNTED = "零〇一幺二两俩三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖"
_CIRCLED = "⓪①-⑨❶-❾➀-➈➊-➒"
_MONEY = rf"[\d十百千万拾佰仟萬块元圆米位张{_CIRCLED}]"

HINT = re.compile(rf"{_MONEY}|[{_COUNTED}]{{2}}")
"""No text holds a price without one of these characters, or two of the others in a row."""


def _last_characters(words: str) -> str:
    """Characters that one of the alternatives can end in."""
    ends = set()
    for word in words.split("|"):
        plain = re.sub(r"\(.*?\)", "", word)
        ends.add(plain.removesuffix("?")[-1])
        if plain.endswith("?"):
            ends.add(plain[-3])
    return "".join(sorted(ends))


CHARACTERS = {
    "money": _MONEY,
    "counted": f"[{_COUNTED}]",
    "numeral": rf"[\d几仨{NUMERALS}壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬兩{_CIRCLED}]",
    # Right behind a numeral, it makes a price of it.
    "unit": rf"[块元圆米rR🥕🍚⭕位张把多来出左{KEYCAP}]",
    # Anywhere in the text, one makes a price possible.
    "sign": r"[¥￥$🥕💰币bBwWkK\u212a千洋]",
    "point": r"[.点上]",
    # 四百六, 上百, 2万5: the short spoken form needs no other word.
    "large": "[百千万佰仟萬]",
    # 39一件.
    "one": "[一壹]",
    "piece": r"[件个只双条瓶盒套台斤箱袋包支]",
    # 300个包邮.
    "ge": "个",
    # The end of what `price_words.BARE_CUE` finds.
    "before": "[家价卖了是要着才只也都就好大概差不多得地的买收们小近将快摆挂跟你我咱这店收款头标边里儿天队下:："
    "包袋鞋表衣套服裤裙恤巾带帽镜链镯指钉环红水霜华机盒酒烟"
    rf"{_last_characters(OFFER_WORDS + '|' + ANCHOR_WORDS)}]",
    # The beginning of what `price_words.OFFER_AFTER` finds.
    "after": r"[多来块元米rR钱就都直能可全统带拿到包秒上给搞出甩起的价卖归够]",
    # The beginning of what `price_words.BUNDLE_END` finds.
    "end": r"[，。！？,!?;；\s~～包到带拿秒]",
    # 一号链接四百六.
    "linked": "[链号]",
    # 1,299.
    "comma": "[,，]",
    "blank": r"\s",
}  # fmt: skip

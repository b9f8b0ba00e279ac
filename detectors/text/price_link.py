"""Which purchase link and which goods a price is said of: 一号链接四百六, 三号链接的包包 九块九."""

import re
from collections.abc import Sequence

import msgspec

from detectors.text.numbers import read_number

_NUMBER = r"(?P<{}>[0-9]{{1,3}}|[一二两三四五六七八九]?十?[一二三四五六七八九十]|两)"
LINK = re.compile(
    rf"{_NUMBER.format('a')}号?链接|链接{_NUMBER.format('b')}号?(?![0-9零一二三四五六七八九十百千万])"
    rf"|{_NUMBER.format('c')}号(?:宝贝|商品|款|包|鞋|表|位)"
)
NEAR = re.compile(r"(?:的|是|卖|价格|就|要|只要|只|才|今天|现在|给你们?|到手|咱们|我们|[:：，,\s])*$")
"""What may stand between the link and its price beside the goods."""
GOODS = re.compile(
    r"(?:包包|手提包|双肩包|斜挎包|托特包|钱包|卡包|包|运动鞋|板鞋|鞋子|鞋|手表|腕表|表|羽绒服|卫衣|外套|大衣|衣服|裤子|裙子|T恤|围巾|丝巾|皮带|腰带|帽子|墨镜"
    r"|眼镜|项链|手链|手镯|戒指|耳钉|口红|香水|面霜|精华|耳机|手机|吹风机|茅台|酒|烟)"
)
GOODS_BETWEEN = 6
"""Letters between a link and its price: 一号链接这个包包四百六."""


class Link(msgspec.Struct, frozen=True):
    """A link that is spoken of."""

    number: int
    start: int
    end: int


def find_links(text: str) -> list[Link]:
    """Links named in readable text, in order."""
    links = []
    for found in LINK.finditer(text):
        number = read_number(found["a"] or found["b"] or found["c"])
        if number:
            links.append(Link(int(number), found.start(), found.end()))
    return links


def link_at(links: Sequence[Link], place: int) -> int | None:
    """Number of the link last named before a place; None before the first."""
    return next((link.number for link in reversed(links) if link.end <= place), None)


def follows_link(text: str, links: list[Link], start: int) -> bool:
    """True when only small words and one kind of goods stand between a link and the number at `start`."""
    before = [link for link in links if link.end <= start]
    if not before:
        return False
    between = NEAR.sub("", text[before[-1].end : start])
    return len(between) <= GOODS_BETWEEN and (not between or GOODS.search(between) is not None)


def item_before(text: str, links: list[Link], start: int) -> str:
    """The goods named last before a price, not before its link; empty when none is."""
    begin = max((link.end for link in links if link.end <= start), default=max(0, start - 2 * GOODS_BETWEEN))
    found = list(GOODS.finditer(text, begin, start))
    return found[-1][0] if found else ""


WORN = re.compile(
    r"(?:包包?|手袋|表|衣|外套|羽绒服?|大衣|风衣|马甲|T恤|t恤|裤|裙|皮带|腰带|围巾|丝巾|墨镜|眼镜|手镯|手链|项链|戒指|耳钉|耳环|礼盒|吹风机|面霜|香水)$"
)
"""Behind these three digits are a price; behind shoes and telephones they are a size or a memory."""


def worn_before(text: str, start: int) -> bool:
    """True when goods that carry no number of their own stand before a place: LV桶包 480."""
    return WORN.search(text[max(0, start - GOODS_BETWEEN) : start].rstrip()) is not None


def named_before(text: str, start: int) -> bool:
    """True when a kind of goods stands right before a place: 手表|四百六."""
    start = len(text[:start].rstrip(" "))
    return any(found.end() == start for found in GOODS.finditer(text, max(0, start - GOODS_BETWEEN), start))

"""Prices as they are said, shown and typed: 四百六, 九块九, 1w2, ¥468, 468米, 三位数, and whether offer or anchor.

Number words are read by cn2an (`numbers.py`); which number is a price is a grammar of our own: cn2an turns a height
(一米六五) into a length and a bundle (拍一发三二十九块九) into nonsense. A bare number is a price only beside a word
that says so; anything uncertain is left out.
"""

import re
from collections.abc import Iterable

import msgspec

from detectors.text.context import loosen
from detectors.text.fold import Folded
from detectors.text.hits import Hit
from detectors.text.numbers import DIGITS, UNITS, read_number, readable
from detectors.text.price_characters import HINT, NUMERALS
from detectors.text.price_codes import Coded, find_coded, find_discounts
from detectors.text.price_link import Link, find_links, follows_link, item_before, link_at, named_before, worn_before
from detectors.text.price_words import (
    APART_AFTER,
    APART_BEFORE,
    BARE_CUE,
    BUNDLE_AFTER,
    BUNDLE_END,
    CUE,
    DISCOUNT_AFTER,
    DISCOUNT_BEFORE,
    EACH_AFTER,
    EACH_BEFORE,
    KIND_AFTER,
    LENGTH_NEAR,
    MEASURE_AFTER,
    MEASURE_BEFORE,
    OFFER_AFTER,
    OFFER_AGAIN,
    PIECE_AFTER,
    PROMOTION,
    SPOKEN,
    WEAK_OFFERS,
)
from schemas import MatchKind, PriceRole, Signal

MAGNITUDES = {"百": 100, "千": 1000, "k": 1000, "个千": 1000, "万": 10_000, "w": 10_000, "个w": 10_000}

LEAST, MOST = 0.5, 5_000_000.0
"""Yuan; outside are counts and telephone numbers."""

SMALL_PIECES = 10
"""Under this many 块 may be pieces: 两块布, 一块表."""

LOOK_BACK = 12
LOOK_AHEAD = 6

LINK_HINT, NUMBER_HINT, DISCOUNT_HINT = "链接", "号", "折"

NO_NUMBERS = frozenset({"万一", "一一", "618", "520", "1111", "1212", "六一八"})
"""What if; one by one; days of sales."""
PAIR = re.compile(r"[零〇一二两俩三四五六七八九]{2}")
"""九九 after a word of price: two digits one by one. Two that follow each other (两三) are a range of things."""

NUMBER = re.compile(
    r"(?P<sign>[¥￥$🥕💰]|rmb|人民币)?\s?"
    rf"(?P<number>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|[{NUMERALS}]+?(?=一[件个只双条瓶盒套台斤])|[{NUMERALS}]+(?:点[零一二三四五六七八九]{{1,2}})?)"
    r"(?P<magnitude>个[w千]|[kw千万百](?![a-z]))?(?P<rest>(?<=[kw千万百])[0-9]{1,3}(?![0-9]))?"
    r"(?P<vagueness>多|来|出头|左右)?"
    r"(?P<unit>块钱|块|元|圆|米|rmb|r(?![a-z])|🥕|🍚|个?⭕|大洋)?(?P<decimal>(?<=块)[0-9一二三四五六七八九](?!包(?!邮)|[0-9十百千万个件斤条双只瓶盒套袋箱台张支本份串枚]))?"
)
HUNDREDS = re.compile(r"[一二两三四五六七八九]百(?:[一二三四五六七八九]十?)?[一二三四五六七八九]?")
"""Between two pauses of a line that names a brand this is its price: 二百九十九."""
DIALLED = re.compile(r"[零〇一幺二三四五六七八九]{3}")
"""A price told digit by digit, so that no filter reads it: 六五零."""
BARE_DIGITS = re.compile(r"[0-9]{3}")
"""Behind goods, with nothing else behind it, on screens and in listings: LV桶包 480. Four are a model's number too."""
ODDLY_WRITTEN = re.compile(r"[壹贰貳叁參肆伍陆陸柒捌玖拾佰仟０-９①-⑨❶-❾➀-➈➊-➒⓪]")
"""Digits that nobody writes a size in: 柒拾玖, ⑤⑨."""
UNIT = re.compile(r"块钱|块|元|圆")
UNIT_END = re.compile(r"块钱|块|元|圆|米")


class Written(msgspec.Struct, frozen=True):
    """A text in readable, loose form with its offsets and the links that it names."""

    folded: Folded
    loose: str
    original: str
    links: list[Link]
    named: frozenset[int] = frozenset()
    """Places of the original behind the names of brands."""

    def behind_name(self, start: int) -> bool:
        """True when a brand is named right before a place of the loose text."""
        return self.folded.starts[start] in self.named or (
            start > 0 and self.loose[start - 1] == " " and self.folded.starts[start - 1] in self.named
        )

    def hit(self, start: int, end: int, value: float, role: PriceRole, original: str) -> Hit:
        """A price between two places of the loose text."""
        first, last = self.folded.starts[start], self.folded.ends[end - 1]
        return Hit(
            signal=Signal.PRICE, term="", surface=original[first:last], start=first, end=last, match=MatchKind.EXACT,
            price_cny=round(value, 2), price_role=role,
            link_number=link_at(self.links, start), item=item_before(self.loose, self.links, start),
        )  # fmt: skip


def find_prices(text: str, *, named: Iterable[int] = ()) -> list[Hit]:
    """Prices in `text`, in order, with their role, and the link and goods where these are said.

    Args:
        text: any.
        named: where the names of brands and their code names end: a number right there is a price (水鬼六五零).
    """
    if not HINT.search(text):
        return []
    folded = readable(text)
    plain = loosen(folded.text)
    loose = PROMOTION.sub(lambda found: "，" * len(found[0]), plain)
    links = find_links(plain) if LINK_HINT in plain or NUMBER_HINT in plain else []
    written = Written(folded, loose, text, links, frozenset(named))
    hits: list[Hit] = []
    previous_end = 0
    for start, end, least, most in _amounts(written):
        role = _role(loose, start, end, previous_end)
        hits.append(written.hit(start, end, least if role == PriceRole.ANCHOR else most, role, text))
        previous_end = end
    return _with_discounts(written, hits, text) if hits and DISCOUNT_HINT in loose else hits


def _amounts(written: Written) -> list[tuple[int, int, float, float]]:
    """Start, end, least and most of each price; plain numbers are both."""
    loose, coded = written.loose, find_coded(written.loose)
    found = [(one.start, _unit_end(loose, one), one.least, one.most) for one in coded if _is_coded_price(written, one)]
    follows = bool(found)
    for number in NUMBER.finditer(loose):
        start, end = number.start() + len(number[0]) - len(number[0].lstrip()), number.end()
        if any(start < one.end and one.start < end for one in coded):
            continue
        value = _value(number)
        if value is None or not LEAST <= value <= MOST:
            continue
        if _is_price(written, number, value, start=start, follows=follows):
            found.append((start, end, value, value))
            follows = True
    return sorted(found)


def _unit_end(text: str, coded: Coded) -> int:
    unit = UNIT_END.match(text, coded.end)
    return unit.end() if unit else coded.end


def _is_coded_price(written: Written, coded: Coded) -> bool:
    text = written.loose
    before, after = text[max(0, coded.start - LOOK_BACK) : coded.start], text[coded.end : coded.end + LOOK_AHEAD]
    if DISCOUNT_BEFORE.search(before) or after[:1] in ("万", "千", "亿"):
        return False
    if coded.sure or UNIT.match(text, coded.end):
        return True
    if after.startswith("米"):
        return _is_yuan_metre(before, after[1:], coded.most)
    if MEASURE_AFTER.search(after):
        return False
    alone = written.named and APART_BEFORE.search(before) and BUNDLE_END.search(after)
    return bool(alone) or OFFER_AFTER.search(after) is not None or BARE_CUE.search(before) is not None


def _with_discounts(written: Written, hits: list[Hit], text: str) -> list[Hit]:
    """专柜三万六 今天一折: a share of the anchor before it, where no offer follows."""
    for start, end, share in find_discounts(written.loose):
        place = written.folded.starts[start]
        before = [hit for hit in hits if hit.end <= place]
        if before and before[-1].price_role == PriceRole.ANCHOR and not any(hit.start >= place for hit in hits):
            hits.append(written.hit(start, end, (before[-1].price_cny or 0.0) * share, PriceRole.OFFER, text))
    return hits


def _value(found: re.Match[str]) -> float | None:
    if found["number"] in NO_NUMBERS or (found["number"] in UNITS and not (found["vagueness"] or found["unit"])):
        return None
    if found["unit"] and not found["decimal"] and PAIR.fullmatch(found["number"]) and _is_range(found["number"]):
        return float(DIGITS[found["number"][1]])  # 七八块
    value = read_number(found["number"])
    if value is None:
        return None
    if found["magnitude"]:
        scale = MAGNITUDES[found["magnitude"]]
        value *= scale
        if found["rest"]:  # 2k8 is 2800, 1w25 is 12500
            value += int(found["rest"]) * scale / 10 ** len(found["rest"])
    elif found["rest"]:
        return None
    if found["decimal"]:
        value += DIGITS[found["decimal"]] / 10
    return value


def _is_price(written: Written, found: re.Match[str], value: float, *, start: int, follows: bool) -> bool:
    text = written.loose
    before = text[max(0, start - LOOK_BACK) : start]
    after = text[found.end() : found.end() + LOOK_AHEAD]
    if DISCOUNT_BEFORE.search(before) or DISCOUNT_AFTER.search(after):
        return False
    if found["sign"]:
        return True
    unit = found["unit"]
    if unit == "米":
        return _is_yuan_metre(before, after, value)
    if unit and found["number"] in UNITS and not found["vagueness"] and KIND_AFTER.search(after):
        return False
    if unit in ("块", "圆"):
        return bool(found["decimal"]) or value >= SMALL_PIECES or PIECE_AFTER.search(after) is not None
    return bool(unit) or _is_bare_price(written, found, before, after, start=start, follows=follows)


def _is_yuan_metre(before: str, after: str, value: float) -> bool:
    """米 is a word for yuan that dodges the filters; a length needs no such guess."""
    if (
        value < SMALL_PIECES
        or (re.match(r"[0-9零一二三四五六七八九半]", after) and not EACH_AFTER.match(after))
        or LENGTH_NEAR.search(before[-6:] + after[:4])
    ):
        return False
    closes = (
        re.match(r"[，。！？,!?;；\s]|$|行不行|行吗|可以[吗不]|能不能|卖[吗不]|出不出", after) is not None
        or EACH_AFTER.match(after) is not None
    )
    return closes or CUE.search(before) is not None or OFFER_AFTER.search(after) is not None


def _is_bare_price(
    written: Written, found: re.Match[str], before: str, after: str, *, start: int, follows: bool
) -> bool:
    """No currency is named. `follows`: a price came before in this text, so 是199 is one too."""
    if len(found["number"]) + len(found["magnitude"] or "") < 2:  # noqa: PLR2004 - one digit is a count
        return False
    bound = EACH_BEFORE.search(before) is not None or follows_link(written.loose, written.links, start)
    if MEASURE_AFTER.search(after) or (MEASURE_BEFORE.search(before) and not bound):
        return False
    ends, cued = BUNDLE_END.search(after) is not None, BARE_CUE.search(before) is not None
    if PAIR.fullmatch(found["number"]):
        return ends and cued and not _is_range(found["number"])
    if cued or EACH_AFTER.search(after) or OFFER_AFTER.search(after):
        return True
    apart = APART_BEFORE.search(before) is not None and ends
    again = follows and (apart or OFFER_AGAIN.search(before) is not None)
    return bool(found["rest"]) or again or (ends and bound) or _stands_apart(written, found, before, after, start)


def _stands_apart(written: Written, found: re.Match[str], before: str, after: str, start: int) -> bool:
    """A short spoken form (四百六), a price of several (29.9三双) or 一千出头 between two pauses, or behind goods."""
    apart, ends = APART_BEFORE.search(before) is not None, BUNDLE_END.search(after) is not None
    dialled = DIALLED.fullmatch(found["number"]) is not None
    odd = ODDLY_WRITTEN.search(written.original, written.folded.starts[start], written.folded.ends[found.end() - 1])
    if ends and worn_before(written.loose, start) and (dialled or odd or BARE_DIGITS.fullmatch(found["number"])):
        return True
    behind = (apart and written.named) or named_before(written.loose, start)
    whole = behind and ends and HUNDREDS.fullmatch(found["number"])
    if whole or (dialled and ends and (written.behind_name(start) or named_before(written.loose, start))):
        return True
    if apart and BUNDLE_AFTER.search(after) and "." in found["number"]:
        return True
    if found["vagueness"] in ("出头", "左右"):
        return ends and apart
    spoken = SPOKEN.search(found["number"]) is not None
    behind_goods = ends and (named_before(written.loose, start) or written.behind_name(start))
    return spoken and (behind_goods or (apart and APART_AFTER.search(after) is not None))


def _is_range(pair: str) -> bool:
    return DIGITS[pair[1]] == DIGITS[pair[0]] + 1


def _role(text: str, start: int, end: int, previous_end: int) -> PriceRole:
    before = text[max(previous_end, start - LOOK_BACK) : start]
    if OFFER_AFTER.search(text[end : end + LOOK_AHEAD]):
        return PriceRole.OFFER
    cues = list(CUE.finditer(before))
    strong = [cue for cue in cues if cue["anchor"]] or cues
    if strong and strong[-1]["anchor"]:
        later = [cue for cue in cues if cue.start() > strong[-1].start() and cue[0] not in WEAK_OFFERS]
        return PriceRole.OFFER if later else PriceRole.ANCHOR
    return PriceRole.OFFER

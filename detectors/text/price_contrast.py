"""A seller's own price beside what others are said to ask, told without a currency: 国金挂两万八那只，我这里三百二.

`prices` is careful with bare numbers, as one alone may count anything. Two of them, one beside a word for where else
the goods are sold, the other beside a word for the seller's own offer, need no such care.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from detectors.text.context import loosen
from detectors.text.numbers import read_number, readable

MAGNITUDES = {"w": 10_000, "k": 1000, "万": 10_000, "千": 1000, "百": 100}

AMOUNT = re.compile(
    r"(?<![0-9.第])(?:[¥￥]\s?)?"
    r"(?P<digits>[0-9]+(?:\.[0-9]+)?)(?P<magnitude>[wk千万百](?![a-z]))?(?P<unit>块(?P<tenth>[一二三四五六七八九0-9])?|元)?"
    r"|(?P<words>[一二两三四五六七八九几十百千万零]{2,}(?=块|[^一二两三四五六七八九几十百千万零]|$))(?P<spoken>块(?P<tenths>[一二三四五六七八九])?)?"
)
MEASURE = re.compile(
    r"\s?(?:多|来|出头)?(?:克|斤|公斤|毫升|ml|米|厘米|公分|寸|码|号|楼|年|月|日|天|小时|分钟|次|人|个人|件|只|双|条|瓶|盒|支|套|单|粉|层|度|[%％]|折|倍|代|岁"
    r"|针|g|cm|mm|色|档|位|名|期|位数|平|里|页|公里|枚|张(?!红)|多?(?:单|名|位)|\.[0-9]|[a-z0-9])",
    re.IGNORECASE,
)
"""Behind a number these make it no price."""

OWN = re.compile(
    r"(?:我这儿?|我这里|我这边|我家|我手上这[块只双件]|我|咱|咱们|咱家|咱这|咱这里|我们|我们家|鄙人|在下|这边|这里|这儿|今天|今日|今晚|今儿|本场|到手|给你|给您|收你|收您|您给"
    r"|你给|你花|兄弟价|骨折|只要|只收|就收|直播间|现在|上车|[→➡]|->)"
    r"[，,:：\s]?(?:给|收|只收|就收|就|才|只要|只|卖|拿|给你|给您|收你|收您|打包|[¥￥]|现在|今天|都|也)*[，,]?\s?$"
)
"""Right before the seller's own price."""
OWN_AFTER = re.compile(
    r"\s?(?:块钱?|元)?(?:带走|拿走|出[，。！\s]|出$|奉上|到手|封顶|拿去|拎走|抱走|随便|一瓶|一双|一只|一条|两副|一箱)"
)
"""Right behind it, where no word of the seller's stands before."""

ELSEWHERE = re.compile(
    r"专柜|柜台|柜上|柜里|柜价|公价|官网|发售价|市场价|商场|门店|正价店|免税店?|店里|苹果店|得物|外面|外边|人家|别人家|挂牌|挂着?|标价|标着?|炒到|炒|香港|巴黎|欧洲"
    r"|王府井|太古汇?|国金|恒隆|万象城|德基|银泰|亨得利|skp|原来|正品|真的|排队|配货|加价|app"
)
"""Said of where the goods cost more, within `REACH` letters before the higher price."""
REACH = 12
"""Letters that are looked at before a number: a clause (own choice; it also bounds the time that a long text takes)."""
OF_THAT_PRICE = re.compile(r"\s?(?:块|元)?(?:的|那[块只双条件款]|那款)")
"""Behind the higher price: 五万块的蓝气球，您给六百."""


class Contrast(msgspec.Struct, frozen=True):
    """The seller's own price and the higher one; places are those of the original text."""

    own: float
    other: float
    start: int
    end: int


class _Amount(msgspec.Struct, frozen=True):
    value: float
    start: int
    end: int


def find_contrast(text: str) -> Contrast | None:
    """The steepest contrast between the seller's own price and one named before it; None when there is none."""
    folded = readable(text)
    loose = loosen(folded.text)
    if not ELSEWHERE.search(loose) and "的" not in loose and "那" not in loose:
        return None
    amounts = list(_amounts(loose))
    if len(amounts) < 2:  # noqa: PLR2004 - a contrast takes two
        return None
    own, other = min(_contrasts(loose, amounts), key=lambda pair: pair[0].value / pair[1], default=(None, 0.0))
    if own is None:
        return None
    return Contrast(own.value, other, folded.starts[own.start], folded.ends[own.end - 1])


def _contrasts(loose: str, amounts: Iterable[_Amount]) -> Iterator[tuple[_Amount, float]]:
    """Own prices below the highest that was named elsewhere so far, with it: one pass, whatever the text's length."""
    highest = 0.0
    for one in amounts:
        if one.value < highest and _is_own(loose, one):
            yield one, highest
        if _is_elsewhere(loose, one):
            highest = max(highest, one.value)


def _amounts(loose: str) -> Iterator[_Amount]:
    for found in AMOUNT.finditer(loose):
        if not found["unit"] and not found["spoken"] and MEASURE.match(loose, found.end()):
            continue
        value = _value(found)
        if value is not None and value >= 1:
            yield _Amount(value, found.start(), found.end())


def _value(found: re.Match[str]) -> float | None:
    tenth = found["tenth"] or found["tenths"]
    if found["words"]:
        words = found["words"].replace("十几", "十").replace("几", "三")
        value = read_number(words)
    else:
        value = float(found["digits"]) * MAGNITUDES.get(found["magnitude"] or "", 1)
    if value is None or not tenth:
        return value
    return value + (read_number(tenth) or 0) / 10


def _is_elsewhere(loose: str, one: _Amount) -> bool:
    named = ELSEWHERE.search(loose, max(0, one.start - REACH), one.start)
    return named is not None or OF_THAT_PRICE.match(loose, one.end) is not None


def _is_own(loose: str, one: _Amount) -> bool:
    before = OWN.search(loose, max(0, one.start - REACH), one.start)
    return before is not None or OWN_AFTER.match(loose, one.end) is not None


BARE_END = re.compile(r"\s?(?:清|包邮|起|走|带走|拿走|一[件条支只双瓶箱个块副盒]|[两三四五]双|限|[，,。！!？\s]|$)")


def bare_amounts(text: str) -> list[Contrast]:
    """Numbers that close a thought, which are prices where a brand's goods are named: 卡家螺丝手镯，六十八，要几号手围.

    `other` is 0: nothing is compared.
    """
    folded = readable(text)
    loose = loosen(folded.text)
    return [
        Contrast(one.value, 0.0, folded.starts[one.start], folded.ends[one.end - 1])
        for one in _amounts(loose)
        if BARE_END.match(loose, one.end)
        and ELSEWHERE.search(loose, max(0, one.start - REACH), one.start) is None
        and (loose[one.start] not in "0123456789" or "块" in loose[one.start : one.end])
    ]

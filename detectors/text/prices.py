"""Prices as they are said, shown and typed: 四百六, 九块九, 1w2, ¥468, 468米, 三位数.

Own grammar: the number readers on the package index turn a height (一米六五) into a length and a bundle
(拍一发三二十九块九) into nonsense, and none knows an offer from an anchor. A bare number is a price only beside a word
that says so.
"""

import re

from detectors.text.context import loosen
from detectors.text.hits import Hit
from schemas import MatchKind, PriceRole, Signal

DIGITS = {
    c: v
    for v, cs in enumerate(("零〇0", "一幺1", "二两俩2", "三3", "四4", "五5", "六6", "七7", "八8", "九9"))
    for c in cs
}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
MAGNITUDES = {"百": 100, "千": 1000, "k": 1000, "个千": 1000, "万": 10_000, "w": 10_000, "个w": 10_000}
VAGUE = {
    "两位数": 99, "三位数": 999, "四位数": 9999,
    "几十": 90, "几百": 900, "几千": 9000, "几万": 90_000, "好几万": 90_000,
}  # fmt: skip
"""A range counts as its upper end, so that a price is never taken for lower than it may be."""

LEAST, MOST = 0.5, 5_000_000.0
"""Yuan; outside are counts and telephone numbers."""

SMALL_PIECES = 10
"""Under this many 块 may be pieces: 两块布, 一块表."""

LOOK_BACK = 12
LOOK_AHEAD = 6

_ANCHOR = (
    r"专柜|官网|官方价|原价|市场价|吊牌|正价|专卖店|商场|门店|国内|国外|免税店|平时|外面|别人|别家|市面|公价|旗舰店|划线|日常价|之前|以前|上次"
    r"|不要|不用|不是|不卖|别再花|实体店|代购|定价|标价|零售价|得物|天猫|京东|某东|某宝|真品|原来"
)
_OFFER = (
    r"今天|今晚|现在|今日|到手|只要|只需|仅需|仅要|就要|直播间|我们|咱们?|咱家|券后|秒杀|活动|福利|特价|一口价|拍下|卖你|给你|给到|价格|优惠价|秒|开价|才|只卖|仅|直接"
    r"|不到|拿货|批发|工厂价|成本|亏本|价|卖|就|报价|要价|带走|一共|总共|售"
)
CUE = re.compile(rf"(?P<anchor>{_ANCHOR})|(?P<offer>{_OFFER})")
OFFER_AFTER = re.compile(
    r"^\s*(?:多|来)?(?:块|元|米|r)?(?:钱)?(?:就|都|直接|能|可以|全部|统统)?(?:带走|拿走|到手|包邮|秒|上车|带回家|给到|搞定|拿下|出(?!头)|甩|起(?![来步床]))"
)
EACH_AFTER = re.compile(r"^一[件个只双条瓶盒套台斤箱袋包支]")
"""39一件: what follows is one piece, so this is its price."""
APART_BEFORE = re.compile(r"(?:^|[，。！？,!?;；\s:])$")
APART_AFTER = re.compile(r"^(?:$|出头|左右|[，。！？,!?;；\s~～])")
SPOKEN = re.compile(r"[百千万][一二三四五六七八九]$")
"""四百六, 两万八: the short form is used for money and, with a measure behind it, for weights and counts."""
BARE_CUE = re.compile(rf"(?:{_OFFER}|{_ANCHOR})(?:[家价卖了是要着才只也都就好大概差不多得地的买收]|[:：\s])*$")
DISCOUNT_BEFORE = re.compile(
    r"(?:减|优惠(?!价)|(?<!用)券(?!后)|返|省|便宜|红包|定金|订金|预付|邮费|运费|差价|满|补贴|押金|降|涨|赚|抵|罚|赔|充值|话费|尾款)(?:了|的|您|你|个|到|去|掉|是|约|:)*$"
)
DISCOUNT_AFTER = re.compile(r"^(?:的|元|块|块钱)?(?:券|优惠|红包|定金|订金|运费|邮费|无门槛|补贴|积分|差价|话费|押金)")
MEASURE_BEFORE = re.compile(
    r"(?:身高|体重|个子|净重|第|满|库存|还有|剩|最后|粉丝|点赞|腰围|胸围|臀围|衣长|裤长|长|宽|高|厚|净含量|型号|款号|编号|电话|微信|年龄|今年|拍|发|买|共|号|码|群|倍|扣|排|限|约|至|:[0-9]+)$"
)
MEASURE_AFTER = re.compile(
    r"^(?:[个件只双条斤克号码度岁年月日天点分秒人次楼层级折期厘公毫寸支片箱盒瓶袋套张台位单倍代组排颗粒根枚卷匹名家款种样色尺升吨环束扇部辆本句遍届周季步线g%％.:：/*×xX\-]|小时|以上|公斤|千克|毫|平米|平方|ml|mm|cm|kg|mg|km|gb|[a-z])"
)
LENGTH_NEAR = re.compile(r"布|面料|长|宽|高|远|跑|绳|线|卷|距离|深|水下|个子|楼|走|里|尺|外|处|内|游|米线")
PIECE_AFTER = re.compile(
    r"^(?:[，。！？,!?;；\s、~～]|$|钱|毛|的|就|一|都|多|起|以|拿|带|包邮|到手|秒|上|直|给|两|[0-9]|[零一二三四五六七八九])"
)

_CN = "零〇一幺二两俩三四五六七八九十百千万"
NUMBER = re.compile(
    r"(?P<sign>[¥￥$]|rmb|人民币)?\s?"
    rf"(?:(?P<vague>好?几[十百千万]|[两三四]位数)|(?P<number>[0-9]{{1,3}}(?:,[0-9]{{3}})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|[{_CN}]+?(?=一[件个只双条瓶盒套台斤])|[{_CN}]+(?:点[零一二三四五六七八九]{{1,2}})?))"
    r"(?P<magnitude>个[w千]|[kw千万百](?![a-z]))?(?P<rest>(?<=[kw千万百])[0-9]{1,3}(?![0-9]))?"
    r"(?P<vagueness>多|来|出头|左右)?"
    r"(?P<unit>块钱|块|元|圆|米|rmb|r(?![a-z])|🥕|大洋)?(?P<decimal>(?<=块)[0-9一二三四五六七八九](?![0-9十百千万个件]))?"
)
COUNTED_CHARACTER = re.compile(r"[零一幺二两三四五六七八九]")
MONEY_CHARACTER = re.compile(r"[0-9十百千万块元圆米位]")
"""No text holds a price without one of these, or three of the others in a row; `screen` relies on it."""
NUMERAL_CHARACTER = re.compile(rf"[0-9０-９几{_CN}]")
UNIT_CHARACTER = re.compile(r"[块元圆米rR🥕位多来出左]")
POINT_CHARACTER = re.compile(r"[.点]")
SIGN_CHARACTER = re.compile(r"[¥￥$币bBwWkK\u212a千洋]")
"""Nor one without a sign, a numeral before a unit or another numeral, or a numeral behind a point."""
HINT = re.compile(rf"{MONEY_CHARACTER.pattern}|{COUNTED_CHARACTER.pattern}{{3}}")


def find_prices(text: str) -> list[Hit]:
    """Prices in `text`, in order, with their role; anything uncertain is left out."""
    if not HINT.search(text):
        return []
    loose = loosen(text)
    hits: list[Hit] = []
    previous_end = 0
    for found in NUMBER.finditer(loose):
        value = _value(found)
        if value is None or not LEAST <= value <= MOST or not _is_price(loose, found, value, follows=bool(hits)):
            continue
        start, end = found.start() + (len(found[0]) - len(found[0].lstrip())), found.end()
        role = _role(loose, start, end, previous_end)
        hits.append(
            Hit(
                signal=Signal.PRICE, term="", surface=text[start:end], start=start, end=end, match=MatchKind.EXACT,
                price_cny=value, price_role=role,
            )
        )  # fmt: skip
        previous_end = end
    return hits


def read_number(text: str) -> float | None:
    """Value of a Chinese or Arabic number as spoken: 四百六 460, 幺九九 199, 两万八 28000; None when it is none."""
    plain = text.replace(",", "")
    if "点" in plain:  # 九十九点九
        whole, _, tenths = plain.partition("点")
        value = read_number(whole)
        return None if value is None else value + float("0." + "".join(str(DIGITS[c]) for c in tenths))
    if plain and plain[0].isascii():
        return float(plain)
    if all(c in DIGITS for c in plain):
        return float("".join(str(DIGITS[c]) for c in plain)) if plain else None
    return _read_units(plain)


def _read_units(text: str) -> float | None:
    total = section = 0
    digit: int | None = None
    last_unit, skipped = 1, False
    for character in text:
        if character in DIGITS:
            if digit not in (None, 0):
                return None
            digit = DIGITS[character]
            skipped = skipped or digit == 0
            continue
        unit = UNITS[character]
        if unit == UNITS["万"]:
            total = (section + (digit or 0) or 1) * unit
            section = 0
        else:
            section += (1 if digit is None else digit or 1) * unit
        digit, last_unit, skipped = None, unit, False
    short = digit is not None and last_unit > UNITS["十"] and not skipped  # 四百六: the 六 stands one step lower
    return float(total + section + (digit or 0) * (last_unit // 10 if short else 1))


def _value(found: re.Match[str]) -> float | None:
    if found["vague"]:
        return float(VAGUE[found["vague"]]) if found["vague"] in VAGUE else None
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
    return round(value, 2)


def _is_price(text: str, found: re.Match[str], value: float, *, follows: bool) -> bool:
    start = found.start() + len(found[0]) - len(found[0].lstrip())
    before = text[max(0, start - LOOK_BACK) : start]
    after = text[found.end() : found.end() + LOOK_AHEAD]
    if DISCOUNT_BEFORE.search(before) or DISCOUNT_AFTER.search(after):
        return False
    if found["sign"]:
        return True
    unit = found["unit"]
    if unit == "米":
        return _is_yuan_metre(before, after, value)
    if unit in ("块", "圆"):
        return bool(found["decimal"]) or value >= SMALL_PIECES or PIECE_AFTER.search(after) is not None
    if unit:
        return True
    return _is_bare_price(found, before, after, follows=follows)


def _is_yuan_metre(before: str, after: str, value: float) -> bool:
    """米 is a word for yuan that dodges the filters; a length needs no such guess."""
    if (
        value < SMALL_PIECES
        or re.match(r"[0-9零一二三四五六七八九半]", after)
        or LENGTH_NEAR.search(before[-6:] + after[:4])
    ):
        return False
    closes = re.match(r"[，。！？,!?;；\s]|$", after) is not None
    return closes or CUE.search(before) is not None or OFFER_AFTER.search(after) is not None


def _is_bare_price(found: re.Match[str], before: str, after: str, *, follows: bool) -> bool:
    """No currency is named. `follows`: a price came before in this text, so 是199 is one too."""
    if found["vague"]:
        return OFFER_AFTER.search(after) is not None or BARE_CUE.search(before) is not None
    if len(found["number"]) + len(found["magnitude"] or "") < 2:  # noqa: PLR2004 - one digit is a count
        return False
    if MEASURE_AFTER.search(after) or MEASURE_BEFORE.search(before):
        return False
    if EACH_AFTER.search(after) or OFFER_AFTER.search(after) or BARE_CUE.search(before):
        return True
    if found["rest"] or (follows and before.endswith("是")):
        return True
    apart = APART_BEFORE.search(before) and APART_AFTER.search(after)
    return apart is not None and SPOKEN.search(found["number"]) is not None


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


WEAK_OFFERS = frozenset({"价", "价格", "卖", "就", "才", "售", "直接", "一共", "总共"})
"""Words that go with either role: 专柜价, 专柜就卖."""

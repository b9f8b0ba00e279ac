"""Turn the hits of one text into suspicions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec

from detectors.contract import TextItem
from detectors.text.acting import is_acting
from detectors.text.context import loosen
from detectors.text.engine import TextEngine
from detectors.text.hits import SELLING_SIDE, Hit
from detectors.text.price_contrast import ELSEWHERE, Contrast, bare_amounts, find_contrast
from detectors.text.price_link import Link, find_links, link_at
from detectors.text.trace import Trace
from detectors.text.violations import violations_named
from detectors.text.weights import (
    ACTING_LLR,
    ACTING_TALK_SCORE,
    COUNTER_PRICE,
    contrast_weight,
    counter_price_weight,
    low_price_weight,
)
from schemas import Facts, MatchKind, Modality, PriceRole, Signal, Suspicion, Violation, suspicion_id

CONTEXT_CHARS = 200

CATEGORIES: Mapping[Signal, tuple[Violation, ...]] = MappingProxyType(
    {
        Signal.CODE_WORD: (Violation.FAKE_AS_GENUINE, Violation.INTELLECTUAL_PROPERTY),
        Signal.BRAND_ALIAS: (Violation.INTELLECTUAL_PROPERTY,),
        Signal.LOW_PRICE: (
            Violation.FAKE_AS_GENUINE,
            Violation.INTELLECTUAL_PROPERTY,
            Violation.PRICE_FAR_BELOW_KNOWING,
        ),
        Signal.ADMISSION: (Violation.FAKE_AS_GENUINE, Violation.INTELLECTUAL_PROPERTY),
        Signal.EVASION: (Violation.FAKE_AS_GENUINE,),
        Signal.SILENCE_ORDER: (Violation.FAKE_AS_GENUINE,),
        Signal.SALES_TALK: (Violation.FAKE_AS_GENUINE,),
        Signal.DOUBT: (Violation.FAKE_AS_GENUINE,),
        Signal.OFF_PLATFORM: (Violation.OFF_PLATFORM_PAY,),
    }
)
"""Legal categories that a signal hints at: code names and prices point at passing off fakes and at the owner's mark."""

GOODS, SMALL, COSMETICS = "goods", "small", "cosmetics"
COSMETIC_TALK = re.compile(
    r"口红|唇釉|唇膏|香水|粉底|眼影|腮红|面霜|精华|气垫|洗面奶|洁面|水乳|面膜|美妆|护肤|睫毛膏|隔离|防晒|小样|沐浴|身体乳"
)
SMALL_TALK = re.compile(
    r"丝巾|围巾|卡包|卡夹|零钱包|钱包|钱夹|皮带|腰带|钥匙|领带|发带|发夹|耳钉|耳环|胸针|戒指|袖扣|眼镜|墨镜|帽|袜"
)
OTHER_OFFER = re.compile(
    r"片装|旅行装|体验装|分装|空瓶|空盒|空礼盒|纸袋|购物袋|手提袋|衣架|滤网|滤芯|风嘴|支架|置物架|收纳|充电[线器头]|数据线|电池|贴膜|钢化膜|保护膜|保护壳|配件|零件|耗材|通用"
    r"|表盒|表布|表扣|表节|包挂|包带|肩带|扣子|拉链|补色|改色|换底|贴底|修复|抛光|洗护|鉴定费|抽奖|福袋|免单|代金|每天|一天|日均|每月|月租|课程|教程|教学|图册|画册|传记|(?<!证)书(?!包)|相框|摆件|仿皮"
    r"|今天这个|旁边的|送我的|手账|胶带|色系|配色|卖的是|冒充|报警|举报|骗|上当|警惕|小心|警方|等级|粉丝牌|不是[^，。]{0,6}包|冰淇淋|迎宾|王子|茅台镇|巧克力|代言|平价|不输|媲美|不买|不用买|[^0-9][1-9]\s?(?:ml|毫升)|1[0-5]\s?(?:ml|毫升)"
    r"|二手|中古|闲置|二奢|定金|订金|预付|预约|尾款|邮费|运费|小样|中样|试用装|分期|每期|首付|每克|一克|一针|清洗|保养|护理|维修|回收|租|挂件|钥匙扣|贴纸|手机壳|保护套|表带|鞋带|鞋垫|防尘袋|包装盒|杂志|海报|模型|兼容|内胆|平替|风格|自己设计|自家设计|原创设计|自有品牌|自主品牌|自己的?(?:品牌|牌子)"
)
"""Talk that explains a low price, or prices something else: a part, a service, goods in a brand's style."""


def judge_text(
    engine: TextEngine, item: TextItem, *, modality: Modality, detector: str, version: str, trace: Trace | None = None
) -> list[Suspicion]:
    """Judge one piece of text. The same item always gives the same suspicions with the same ids.

    Args:
        engine: what to scan with.
        item: its `source_id` and span go into the ids.
        modality: where the text came from.
        detector: name of the detector that asks, for the suspicion.
        version: that detector's version.
        trace: is told of everything that was found, dropped or not.
    """
    hits = engine.scan(item.text, speaker=item.speaker, trace=trace)
    return _judged(engine, item, hits, modality=modality, detector=detector, version=version, trace=trace)


def judge_texts(
    engine: TextEngine, items: Sequence[TextItem], *, speaker: str, modality: Modality, detector: str, version: str
) -> list[list[Suspicion]]:
    """As `judge_text` for each of many texts by one kind of speaker, in a fraction of the time."""
    found = engine.scan_lines([item.text for item in items], speaker=speaker)
    return [
        _judged(engine, item, hits, modality=modality, detector=detector, version=version)
        for item, hits in zip(items, found, strict=True)
    ]


def _judged(
    engine: TextEngine,
    item: TextItem,
    hits: list[Hit],
    *,
    modality: Modality,
    detector: str,
    version: str,
    trace: Trace | None = None,
) -> list[Suspicion]:
    hits += _low_prices(engine, item.text, hits, item.speaker)
    found = [_suspicion(engine, item, hit, modality=modality, detector=detector, version=version) for hit in hits]
    if item.speaker in SELLING_SIDE and not is_acting(found):  # else code words have said it all
        talk = engine.judge.hits(item.text, item.speaker, hits, acting_score=ACTING_TALK_SCORE)
        found += [_suspicion(engine, item, hit, modality=modality, detector=detector, version=version) for hit in talk]
        hits += talk
    if trace:
        trace.hits = [msgspec.structs.replace(hit, llr=one.llr) for hit, one in zip(hits, found, strict=True)]
    return found


def _low_prices(engine: TextEngine, text: str, hits: Iterable[Hit], speaker: str) -> list[Hit]:
    """The lowest offer against each brand named in the text, or against what others are said to ask."""
    hits = list(hits)
    offers = [hit for hit in hits if hit.price_role == PriceRole.OFFER and hit.price_cny is not None]
    selling = speaker in SELLING_SIDE
    contrast = find_contrast(text) if selling and (offers or ELSEWHERE.search(text)) else None
    bare = bare_amounts(text) if selling and not offers and any(_names_goods(text, hit) for hit in hits) else []
    if not (offers or contrast or bare) or OTHER_OFFER.search(loosen(text)):
        return []
    offers += [_offer(text, one) for one in bare]
    return (
        offers and (_under_genuine(engine, text, hits, offers) or _under_counter(text, hits, offers))
    ) or _under_others(text, contrast)


def _offer(text: str, one: Contrast) -> Hit:
    return Hit(
        signal=Signal.PRICE, term="", surface=text[one.start : one.end], start=one.start, end=one.end,
        match=MatchKind.EXACT, price_cny=one.own, price_role=PriceRole.OFFER,
    )  # fmt: skip


def _under_others(text: str, contrast: Contrast | None) -> list[Hit]:
    """The seller's own price against what others are said to ask."""
    if contrast is None:
        return []
    excused = OWN_SEASON.search(text) is not None
    same = SAME_GOODS.search(loosen(text)) is not None and not excused
    llr = contrast_weight(contrast.own / contrast.other, contrast.other, same=same, excused=excused)
    if not llr:
        return []
    return [msgspec.structs.replace(
        _offer(text, contrast), signal=Signal.LOW_PRICE, term=COUNTER_PRICE, risk=1.0, counter_cny=contrast.other,
        llr=llr,
    )]  # fmt: skip


def _under_genuine(engine: TextEngine, text: str, hits: list[Hit], offers: list[Hit]) -> list[Hit]:
    links = find_links(loosen(text))
    lowest: dict[str, Hit] = {}
    for named in hits:
        if _names_goods(text, named):
            for offer in offers:
                best = lowest.get(named.brand)
                if _same_link(links, named, offer) and (best is None or (offer.price_cny or 0) < (best.price_cny or 0)):
                    lowest[named.brand] = offer
    buying = BUYER.search(text) is not None
    sold = {hit.brand for hit in hits if _names_goods(text, hit) and _is_of_goods(text, hit, hits)}
    lows = []
    for brand, offer in sorted(lowest.items()):
        llr = _price_llr(engine, text, brand, offer.price_cny or 0.0, of_goods=brand in sold)
        if llr and brand in sold and CODED_UNIT.search(offer.surface):
            llr = max(llr, ACTING_LLR)
        if llr:
            lows.append(
                msgspec.structs.replace(offer, signal=Signal.LOW_PRICE, brand=brand, risk=1.0, dealt=buying, llr=llr)
            )
    return lows


CODED_UNIT = re.compile(r"[🍚⭕🥕]$")
"""Yuan in a sign that no filter reads: an honest seller of the brand at a third of its price has nothing to dodge."""


BUYER = re.compile(
    r"要[一两][只双件个块条]|能拿(?:走|不|吗|下)|拿走|带走|来[一两三二]?[只双件个块条]|我要[一两]?[只双件个块条那]|给我留|给个价|怎么拍|下单|转[你给]|行不行|行吗|卖不卖|出不出"
)
"""A viewer who orders at the price; who only wonders at it (LV才九十九？) is no buyer."""


def _same_link(links: Sequence[Link], named: Hit, offer: Hit) -> bool:
    """False when the brand is said of one link and the price of another: 一号链接香家包 二号链接袜子九块九."""
    link = link_at(links, named.start)
    return link is None or offer.link_number in (None, link)


def _under_counter(text: str, hits: list[Hit], offers: list[Hit]) -> list[Hit]:
    """The lowest offer against what the seller says that a counter asks for the same goods, no brand named."""
    counter = max((hit.price_cny or 0.0 for hit in hits if _is_counter_price(text, hit)), default=0.0)
    offer = min(offers, key=lambda hit: hit.price_cny or 0.0)
    excused = OWN_SEASON.search(text) is not None
    same = SAME_GOODS.search(loosen(text)) is not None and not excused
    llr = counter_price_weight(_share(offer, counter, text), same=same, excused=excused) if counter else 0.0
    if not llr:
        return []
    return [msgspec.structs.replace(
        offer, signal=Signal.LOW_PRICE, term=COUNTER_PRICE, risk=1.0, counter_cny=counter, llr=llr,
        dealt=BUYER.search(text) is not None,
    )]  # fmt: skip


PLACES = "位数"


def _share(offer: Hit, counter: float, text: str) -> float:
    """The offer's share of the counter's price; two numbers of places (五位数, 三位数) are 100 to 1."""
    both_coded = PLACES in offer.surface and text.count(PLACES) > 1
    return (10.0 ** (len(str(int(offer.price_cny or 0.0))) - 1) if both_coded else offer.price_cny or 0.0) / counter


def _is_counter_price(text: str, hit: Hit) -> bool:
    asked = hit.price_role == PriceRole.ANCHOR and (hit.price_cny or 0.0) >= COUNTER_LEAST_CNY
    where = max(0, hit.start - COUNTER_REACH), hit.start
    return asked and (
        COUNTER.search(text, *where) is not None
        or ((hit.price_cny or 0.0) >= TAG_LEAST_CNY and TAG.search(text, *where) is not None)
    )


COUNTER = re.compile(
    r"专柜|柜[上里]|公价|官网|官方(?!特卖|折扣)|专卖店|免税店|正品|商场|门店|品牌店|店里|店内|柜台|橱窗|人家|正店|柜姐|导购|恒隆|万象城|银泰|国金|太古里|德基|skp|旗舰店"
)
"""Where the genuine goods are sold. 原价 and 吊牌价 are no such place: every shop sets its own."""
TAG = re.compile(r"吊牌")
TAG_LEAST_CNY = 8000.0
"""From here on a hang tag is a luxury maker's: shops that set their own tags stay below (own choice)."""
SAME_GOODS = re.compile(
    r"一样|一模一样|同一|没区别|没差别|分不出|分得出|看不出|看得出|认不出|认得出|认出来|谁知道|标|logo|盒子|礼盒|证书|小票|大牌|名牌|名表|同款|同料|同厂|刻码|票据"
)
"""Said of an offer far under the counter's price: sameness, the mark, and what comes with genuine goods."""
OWN_SEASON = re.compile(
    r"奥莱|奥特莱斯|过季|断码|去年|我们品牌|品牌方|自家|官方|会员|尾款|换季|旧款|自己的|我们自己|我贴我的|我们的名|授权|没牌子|没有牌子|无牌|各是各的"
)
"""Honest reasons to ask a tenth of what the counter does."""
COUNTER_REACH = 8
COUNTER_LEAST_CNY = 2000.0
"""Under this, a tenth of the counter's price may be a real clearance (own choice)."""


def _names_goods(text: str, hit: Hit) -> bool:
    """A brand, a certain alias, or an ambiguous alias with a kind of goods behind it: 椰子鞋, not 椰子.

    The style of a bag (水桶包) is any maker's.
    """
    if hit.signal == Signal.BRAND_ALIAS and hit.risk < CERTAIN_ALIAS_RISK:
        return WORN_GOODS.search(text[hit.end : hit.end + GOODS_REACH]) is not None
    return hit.signal in (Signal.BRAND, Signal.BRAND_ALIAS) and bool(hit.brand)


CERTAIN_ALIAS_RISK = 0.5
GOODS_REACH = 5
WORN_GOODS = re.compile(r"包(?![子装邮裹])|鞋|表|外套|羽绒|衣|裤|裙|皮带|腰带|围巾|丝巾|手镯|项链|同款")


def _low_price_weight(engine: TextEngine, text: str, brand: str, price: float) -> float:
    low = genuine_low(engine, text, brand)
    return low_price_weight(price / low) if low else 0.0


def _price_llr(engine: TextEngine, text: str, brand: str, price: float, *, of_goods: bool) -> float:
    """Weight of a low price; not enough to act where the brand may be said of something else."""
    llr = _low_price_weight(engine, text, brand, price)
    return llr if of_goods else min(llr, BESIDE_LLR)


BESIDE_LLR = 1.3
"""Weight of the third step."""


def _is_of_goods(text: str, named: Hit, hits: Iterable[Hit]) -> bool:
    """The name is said of goods: a kind or a model of the brand follows it, or what goods come with stands in the line.

    In 爱马仕橙的沙发巾 and 耐克那家店门口的奶茶 it is said of something else.
    """
    if NO_GOODS.match(text, named.end):
        return False
    if GOODS_NAMED.match(text, named.end) or GOODS_WITHIN.search(named.surface) or COMES_WITH.search(text):
        return True
    if any(0 <= hit.start - named.end <= BESIDE_CHARS for hit in hits if hit.signal == Signal.PRICE):
        return True
    return any(other.brand == named.brand and other is not named and other.term != named.term for other in hits)


_GOODS = (
    r"(?:包包?(?![子装邮裹])|手袋|腋下|腰包|托特|鞋|靴|手?表(?![带盒扣布演示])|衣|外套|羽绒|大衣|风衣|马甲|卫衣|T恤|t恤|裤|裙|西装"
    r"|皮带|腰带|围巾|丝巾|帽|墨镜|眼镜|手?镯|手链|项链|戒指|耳[钉环饰]|胸针|吊坠|钱夹|卡夹|口红|唇釉|香水|面霜|精华|粉底|气垫|眼霜"
    r"|耳机|手机|平板|吹风机|卷发棒|吸尘器|酒|烟|一瓶|一只|一双|一块|一条|这[块只双条]|那[块只双条]|只要|全套|全场)"
)
_CLAUSE = r"[^，。！？,!?;；\s]{0,6}?"
GOODS_NAMED = re.compile(rf"{_CLAUSE}\s?{_CLAUSE}{_GOODS}(?![套架膜贴试小色味挂刷油线])")
NO_GOODS = re.compile(r"[橙蓝粉绿色风套架膜贴]|色系|试色|那家|隔壁|门口")
"""Behind a brand's name: its colour, a part for its goods, a place."""
BESIDE_CHARS = 4
"""Characters from a brand's name to its price, with which nothing else can be meant: 加拿大鹅派克，四张."""
GOODS_WITHIN = re.compile(r"神仙水|手镯|手机|耳机|羽绒|冲锋衣|外套|口红|面霜|香水|包|鞋|表|粉水|小[棕黑]瓶|小金条|唇釉")
COMES_WITH = re.compile(
    r"带盒|全套|盒子|礼盒|袋子|证书|小票|橙盒|包装齐|标都|带标|有标|机械|断货|现货|尺码|色号|手围|橡胶带|[白黑蓝绿]盘|随机色|起拍|只收|黑红"
)


def genuine_low(engine: TextEngine, text: str, brand: str) -> float | None:
    """Lowest genuine price known for the brand's goods that the text is about, yuan; None when unknown."""
    lows = engine.tables.genuine_low
    if COSMETIC_TALK.search(text):
        return lows.get((brand, COSMETICS))
    if SMALL_TALK.search(text):
        return lows.get((brand, SMALL))
    return lows.get((brand, GOODS), lows.get((brand, COSMETICS)))


def _suspicion(
    engine: TextEngine, item: TextItem, hit: Hit, *, modality: Modality, detector: str, version: str
) -> Suspicion:
    about = f"{hit.term}|{hit.brand}|{hit.start}"
    return Suspicion(
        suspicion_id=suspicion_id(
            session=item.session, detector=detector, version=version, source=item.source_id,
            start_ms=item.start_ms, end_ms=item.end_ms, signal=hit.signal, about=about,
        ),
        room=item.room, session=item.session, modality=modality, detector=detector, detector_version=version,
        signal=hit.signal, start_ms=item.start_ms, end_ms=item.end_ms, llr=hit.llr, score=_score(hit, item.speaker),
        facts=Facts(
            surface=hit.surface, context=_around(item.text, hit), term=hit.term, match=hit.match,
            speaker=item.speaker, brand=hit.brand, price_cny=hit.price_cny, price_role=hit.price_role,
            link_number=hit.link_number, item=hit.item, genuine_low_cny=genuine_low(engine, item.text, hit.brand)
            if hit.price_cny or (_names_goods(item.text, hit) and not OTHER_OFFER.search(loosen(item.text)))
            else None,
            folds=hit.folds, cues=hit.decisions if hit.signal == Signal.SALES_TALK else (),
        ),
        categories=_categories(item.text, hit), lexicon_version=engine.version,
    )  # fmt: skip


def _categories(text: str, hit: Hit) -> tuple[Violation, ...]:
    if hit.counter_cny is not None:  # the price that it is compared with is the seller's own word
        return (Violation.FAKE_AS_GENUINE, Violation.MISLEADING_PRICE)
    named = CATEGORIES.get(hit.signal, ())
    if hit.signal in (Signal.ADMISSION, Signal.CODE_WORD):
        return tuple(dict.fromkeys((*named, *violations_named(text))))
    return named


def _score(hit: Hit, speaker: str) -> float:
    plain_viewer = speaker not in SELLING_SIDE and not hit.evasive and not hit.dealt
    return round(hit.risk / 2 if plain_viewer else hit.risk, 3)


def _around(text: str, hit: Hit) -> str:
    """At most 200 characters of the text with the hit in the middle."""
    spare = max(0, CONTEXT_CHARS - (hit.end - hit.start))
    start = max(0, min(hit.start - spare // 2, len(text) - CONTEXT_CHARS))
    return text[start : start + CONTEXT_CHARS]

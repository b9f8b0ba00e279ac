"""Reasons that a reviewer understands, in Chinese and English."""

from collections.abc import Callable, Iterable

from msgspec import Struct

from pipelines.join.state import Item, Said
from schemas import EvidenceRef, Modality, Reason, Rung, Signal

MAX_EVIDENCE = 16
"""Source records named per reason: the strongest; the bundle holds them all."""
TWO_DIGITS = 10
"""From here on a percentage has two digits before the point."""
MAX_SUSPICIONS = 32
"""Suspicion ids named per reason, strongest first, so that an event of eight reasons stays under 32 KiB."""

NO_RUNG = "none"

_SPEAKERS: dict[str, tuple[str, str]] = {
    "host": ("主播说", "host said"),
    "viewer": ("观众发", "viewer wrote"),
    "screen": ("画面写", "screen showed"),
    "listing": ("商品链接写", "listing said"),
    "report": ("消费者投诉说", "complaint said"),
}
_SPEAKER_OF = {
    Modality.AUDIO: "host",
    Modality.FRAME: "screen",
    Modality.DANMAKU: "viewer",
    Modality.LISTING: "listing",
    Modality.REPORT: "report",
}
_WORDS: dict[Signal, tuple[str, str]] = {
    Signal.CODE_WORD: ("售假行话", "trade word"),
    Signal.OFF_PLATFORM: ("引导站外交易的话", "words leading off the platform"),
    Signal.SILENCE_ORDER: ("禁言要求", "order not to type"),
    Signal.EVASION: ("规避审核的话", "words dodging the rules"),
    Signal.ADMISSION: ("承认售假的话", "admission"),
    Signal.SALES_TALK: ("疑似售假的话术", "plain talk of selling counterfeits"),
    Signal.GUARANTEE: ("保真承诺", "guarantee"),
    Signal.DOUBT: ("质疑真伪的话", "doubt"),
    Signal.COUNTERFEIT_REPORT: ("商品是假货", "the goods are fake"),
}
_SIGHTS: dict[Signal, tuple[str, str]] = {
    Signal.COVERED_LABEL: ("商品标签被遮盖", "label of the goods covered"),
    Signal.LOGO: ("出现品牌标识", "brand logo shown"),
    Signal.ALTERED_PICTURE: ("商品图片被涂改", "picture of the goods altered"),
    Signal.LINK_REMOVED: ("购买链接被删除", "purchase link removed"),
    Signal.REPLAY_DELETED: ("直播回放被删除", "replay deleted"),
    Signal.MISMATCH: ("播出商品与链接商品不符", "goods on air are not the goods listed"),
    Signal.LINK_SWAPPED: ("直播中链接被换成其他商品", "a purchase link was put on other goods during the show"),
    Signal.GENERIC_TITLE: ("链接标题只写品类", "the title of a link names only a kind of goods"),
    Signal.NO_LINK: ("口播报价却没有任何购买链接", "prices on air and no purchase link at all"),
    Signal.CAMERA: ("画面异常", "something is wrong with the picture of the camera"),
    Signal.HOT_CLOSE: ("深夜人多时突然关播", "closed late at night while most viewers were there"),
}


_RUNGS: dict[str, tuple[str, str]] = {
    NO_RUNG: ("不处置", "no action"),
    Rung.OBSERVE: ("重点巡查", "observe"),
    Rung.WARN: ("警告", "warn"),
    Rung.WARN_VIEWERS: ("提示观众", "warn the viewers"),
    Rung.LIMIT_TRAFFIC: ("限制流量", "limit traffic"),
    Rung.REMOVE_LINK: ("下架链接", "remove the link"),
    Rung.REVIEW: ("人工复核", "review"),
    Rung.CUT: ("切断直播", "cut"),
}
"""The rungs of a room; a policy's ladder has no others (refusals.py)."""

About = tuple[str, Modality, Signal]
"""Group, modality and signal: the signs that share a reason."""


class _Line(Struct):
    items: list[Item]
    contribution: float


def about(item: Item) -> About:
    """What a reason with this sign is about."""
    return item.group, item.modality, item.signal


def reasons_of(
    shares: Iterable[tuple[Item, float]], limit: int, rung_without: Callable[[About], str] = lambda _about: ""
) -> tuple[Reason, ...]:
    """At most `limit` reasons, the largest contribution first; signs of one group, modality and signal share one.

    Args:
        shares: the counted signs of a verdict and what each gave.
        limit: most reasons.
        rung_without: gives the rung that is reached without a reason, empty when the action would be the same.
    """
    lines: dict[About, _Line] = {}
    for item, share in shares:
        line = lines.setdefault(about(item), _Line([], 0.0))
        line.items.append(item)
        line.contribution += share
    ordered = sorted(lines.items(), key=lambda pair: (-pair[1].contribution, pair[0]))
    return tuple(_reason(line, rung_without(key)) for key, line in ordered[:limit])


def _reason(line: _Line, rung_without: str) -> Reason:
    first = line.items[0]
    rung_zh, rung_en = _RUNGS[rung_without] if rung_without else ("", "")
    text_zh, text_en = _text(first)
    if len(line.items) > 1:
        text_zh, text_en = f"{text_zh}(共 {len(line.items)} 次)", f"{text_en} ({len(line.items)} times)"
    return Reason(
        text_zh=text_zh,
        text_en=text_en,
        signal=first.signal,
        modality=first.modality,
        start_ms=min(item.start_ms for item in line.items),
        end_ms=max(item.end_ms for item in line.items),
        contribution=line.contribution,
        suspicion_ids=tuple(dict.fromkeys(one for item in line.items for one in item.ids))[:MAX_SUSPICIONS],
        evidence=evidence_of(line.items)[:MAX_EVIDENCE],
        rung_without=rung_without,
        change_zh=rung_zh and f"若无此项:{rung_zh}",
        change_en=rung_en and f"without it: {rung_en}",
    )


def evidence_of(items: Iterable[Item]) -> tuple[EvidenceRef, ...]:
    """Source records of some signs, each once, in the order of the signs."""
    return tuple(dict.fromkeys(ref for item in items for ref in item.evidence))


def _text(item: Item) -> tuple[str, str]:
    said = item.said
    who_zh, who_en = _SPEAKERS.get(said.speaker) or _SPEAKERS[_SPEAKER_OF[item.modality]]
    match item.signal:
        case Signal.BRAND_ALIAS | Signal.BRAND:
            zh, en = _quote(said, item.modality)
            return f"{who_zh}暗语{zh},指向 {said.brand}", f"{who_en} code name {en} for {said.brand}"
        case Signal.LOW_PRICE | Signal.PRICE:
            return _price_text(said)
        case Signal.DOUBT_BURST:
            number = f" {said.viewers} 名" if said.viewers else "多名"
            number_en = str(said.viewers) if said.viewers else "several"
            return f"短时间内{number}观众质疑真伪", f"{number_en} viewers doubted the goods within a short time"
        case Signal.MISMATCH if said.term:
            return (
                f"主播说暗语「{said.term}」(指向 {said.brand}),链接标题只写「{said.surface}」",
                f"code name {said.term} for {said.brand} on air, while the link says only {said.surface}",
            )
        case signal if signal in _WORDS:
            zh, en = _quote(said, item.modality)
            kind_zh, kind_en = _WORDS[signal]
            return f"{who_zh}{kind_zh}{zh}", f"{who_en} {kind_en} {en}".rstrip()
        case signal:
            kind_zh, kind_en = _SIGHTS[signal]
            brand = f":{said.brand}" if said.brand else ""
            return f"{kind_zh}{brand}", f"{kind_en}{brand.replace(':', ': ')}"


def _quote(said: Said, modality: Modality) -> tuple[str, str]:
    """Quote the term, and the surface text where it differs."""
    term = said.term or said.surface
    if not term:
        return "", ""
    if not said.surface or said.surface == term:
        return f"「{term}」", term
    verb_zh, verb_en = ("听写", "heard as") if modality is Modality.AUDIO else ("原文", "written")
    return f"「{term}」({verb_zh}:{said.surface})", f"{term} ({verb_en} {said.surface})"


def _price_text(said: Said) -> tuple[str, str]:
    if not (said.price_cny and said.genuine_low_cny):
        quoted_zh, quoted_en = (f"「{said.surface}」", f" {said.surface}") if said.surface else ("", "")
        if not said.brand:
            return f"报价{quoted_zh}远低于其自称的专柜价", f"offered{quoted_en} far below the counter price it names"
        return (
            f"报价{quoted_zh}远低于 {said.brand} 正品价",
            f"offered{quoted_en} far below the genuine price of {said.brand}",
        )
    is_named = said.surface and said.surface != said.brand
    named_zh, named_en = (f"(「{said.surface}」)", f" (named {said.surface})") if is_named else ("", "")
    price, low = f"¥{said.price_cny:,.10g}", f"¥{said.genuine_low_cny:,.10g}"
    percent = _percent(said.price_cny / said.genuine_low_cny)
    return (
        f"报价 {price},为 {said.brand}{named_zh} 正品最低价 {low} 的 {percent} %",
        f"offered at {price}, {percent} % of the lowest genuine price {low} of {said.brand}{named_en}",
    )


def _percent(ratio: float) -> str:
    """Write a share with two digits: 0.69, 3.2, 24."""
    percent = ratio * 100
    return f"{percent:.2g}" if percent < TWO_DIGITS else f"{percent:.0f}"

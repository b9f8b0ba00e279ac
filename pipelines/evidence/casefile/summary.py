"""What happened, in plain words."""

from pipelines.evidence.casefile.case import Action, Case
from pipelines.evidence.casefile.words import MODALITIES, SEALS, clock, moment, percent, span_en, span_zh, yuan
from schemas import Modality, Rung, SealState

_SEVERE = (Rung.CUT, Rung.REMOVE_LINK, Rung.REVIEW, Rung.LIMIT_TRAFFIC, Rung.WARN_VIEWERS, Rung.WARN, Rung.OBSERVE)
_SENSES = {
    Modality.FRAME: "picture",
    Modality.AUDIO: "sound",
    Modality.DANMAKU: "chat",
    Modality.LISTING: "purchase links",
    Modality.REPORT: "complaints",
}


def severest(actions: tuple[Action, ...]) -> Action | None:
    """The action that stands out: the severest that was not itself a taking back."""
    ranked = [one for one in actions if not one.compensates and one.rung in _SEVERE]
    return min(ranked, key=lambda one: (_SEVERE.index(Rung(one.rung)), one.at_ms), default=None)


def summary_of(case: Case) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Short sentences, in Chinese and in English."""
    told = [_show(case), _signs(case), _verdict(case), _prices(case), _removals(case), _missing(case)]
    said = [one for one in told if one is not None]
    return tuple(zh for zh, _ in said), tuple(en for _, en in said)


def _show(case: Case) -> tuple[str, str]:
    end_zh = ",尚未结束" if case.ended_ms is None else f",至 {clock(case.ended_ms)} 结束"
    end_en = ", not over yet" if case.ended_ms is None else f" until {clock(case.ended_ms)}"
    title = f"「{case.title}」" if case.title else ""
    return (
        f"{moment(case.started_ms)}(北京时间),直播间 {case.room} 开播{title},主播 {case.host or '未知'}{end_zh}。",
        f"Room {case.room}, host {case.host or 'unknown'}, was on air from {moment(case.started_ms)} (UTC+8){end_en}.",
    )


def _signs(case: Case) -> tuple[str, str] | None:
    if not case.marks:
        return None
    senses = [one for one in Modality if any(mark.modality == one for mark in case.marks)]
    strongest = max(case.marks, key=lambda mark: mark.nats)
    where_zh, where_en = "、".join(MODALITIES[one] for one in senses), ", ".join(_SENSES[one] for one in senses)
    best_zh = f"其中最有力的一处:{clock(strongest.start_ms)} {strongest.text_zh}。"
    zh = f"系统在{where_zh}中发现 {len(case.marks)} 处售假迹象,{best_zh}"
    en = f"{len(case.marks)} signs of counterfeit selling were found in {where_en}; the strongest at "
    return zh, f"{en}{clock(strongest.start_ms)}: {strongest.text_en}."


def _verdict(case: Case) -> tuple[str, str] | None:
    action = severest(case.actions)
    if action is None:
        return ("系统没有对该场直播采取处置。", "No action was taken on this show.")
    last_zh = f",{action.outcomes[-1].status_zh}" if action.outcomes else ""
    last_en = f", {action.outcomes[-1].status}" if action.outcomes else ""
    seal = SealState(action.seal)
    at, reached = clock(action.at_ms), percent(action.posterior)
    zh = f"{at} 售假可能性达到 {reached},决定:{action.rung_zh}({action.authority_zh}){last_zh};{SEALS[seal]}。"
    en = f"At {at} the likelihood reached {reached}; decided: {action.rung} ({action.authority}){last_en}; "
    return zh, f"{en}evidence: {action.seal}."


def _prices(case: Case) -> tuple[str, str] | None:
    if not case.prices:
        return None
    worst = min(case.prices, key=lambda one: one.offer_cny / one.genuine_low_cny)
    share = percent(worst.offer_cny / worst.genuine_low_cny)
    offer, genuine = yuan(worst.offer_cny), yuan(worst.genuine_low_cny)
    zh = f"{worst.brand} 报价 {offer},仅为已知正品最低价 {genuine} 的 {share}。"
    return zh, f"{worst.brand} was offered at {offer}, {share} of the lowest genuine price known ({genuine})."


def _removals(case: Case) -> tuple[str, str] | None:
    if not case.removals:
        return None
    zh, en = [], []
    for one in case.removals:
        when_zh, when_en = "", ""
        if one.after_end_ms is not None:
            before = one.after_end_ms < 0
            when_zh = f"下播{'前' if before else '后'} {span_zh(one.after_end_ms)}"
            when_en = f" {span_en(one.after_end_ms)} {'before' if before else 'after'} the end of the show"
        zh.append(f"{one.what_zh}于{when_zh or clock(one.at_ms)}被删除,删除前{'已' if one.captured else '未'}取证")
        en.append(f"{one.what_en} deleted{when_en}; captured: {'yes' if one.captured else 'no'}")
    return ";".join(zh) + "。", "; ".join(en) + "."


def _missing(case: Case) -> tuple[str, str] | None:
    if not case.missing:
        return None
    return (
        f"部分原始数据封存时已不可得:{';'.join(case.missing)}。",
        f"Some records could no longer be had when it was sealed: {'; '.join(case.missing)}.",
    )

"""Autonomy events in words, Chinese and English, with the numbers that decided."""

from msgspec import structs

from pipelines.effect.earned import bound, counts
from pipelines.effect.fleet import Fleet, Record, Standing
from pipelines.effect.terms import AutonomyTerms
from schemas import Autonomy, AutonomyChange


def in_force(fleet: Fleet, change: AutonomyChange, now_ms: int) -> Autonomy:
    """Return an event without words and counts: what changed, and what is in force after it."""
    by_standing = {
        standing: tuple(sorted(line for line, record in fleet.records.items() if record.standing is standing))
        for standing in Standing
    }
    order = fleet.order
    return Autonomy(
        sequence=fleet.sequence,
        change=change,
        time_ms=now_ms,
        policy_version=fleet.policy_version,
        text_zh="",
        text_en="",
        halted=fleet.halted_ms is not None,
        exhausted=fleet.exhausted,
        promoted=by_standing[Standing.PROMOTED],
        demoted=by_standing[Standing.DEMOTED],
        ordered_halt=fleet.ordered_halt,
        ordered_by="" if order is None else order.by,
        ordered_why="" if order is None else order.why,
        ordered_ms=None if order is None else order.at_ms,
    )


def of_line(event: Autonomy, line: str, record: Record, terms: AutonomyTerms) -> Autonomy:
    """Add a line and what its reviewed actions show."""
    upheld, overturned = counts(record)
    return structs.replace(
        event,
        line=line,
        confirmed=upheld,
        overturned=overturned,
        lower_bound=bound(record, terms),
        bar=terms.promote_bar if event.change is AutonomyChange.PROMOTED else terms.keep_bar,
    )


def in_words(event: Autonomy) -> Autonomy:
    """Add the words."""
    zh, en = _words(event)
    return structs.replace(event, text_zh=zh, text_en=en)


def _words(event: Autonomy) -> tuple[str, str]:
    minutes = event.window_ms / 60_000
    match event.change:
        case AutonomyChange.PROMOTED | AutonomyChange.DEMOTED:
            return _line_words(event)
        case AutonomyChange.HALTED:
            return (
                f"熔断:{minutes:g} 分钟内请求自主处置 {event.fired} 次,通常不超过 {event.allowed:g} 次;全部转人工复核",
                f"breaker: {event.fired} requests in {minutes:g} minutes, usual are {event.allowed:g}; people decide",
            )
        case AutonomyChange.RESUMED:
            return (
                f"熔断解除:已暂停 {minutes:g} 分钟,恢复自主处置",
                f"breaker closed: after {minutes:g} minutes actions may be carried out without a person again",
            )
        case AutonomyChange.EXHAUSTED:
            return (
                f"本小时自主处置额度已用完({event.fired}/{event.allowed:g});其余转人工复核",
                f"the hour's budget is used up ({event.fired} of {event.allowed:g}); further actions go to a reviewer",
            )
        case AutonomyChange.RENEWED:
            return (
                f"自主处置额度恢复({event.fired}/{event.allowed:g})",
                f"the hour's budget has room again ({event.fired} of {event.allowed:g})",
            )
        case AutonomyChange.ORDERED_HALT | AutonomyChange.ORDERED_RESUME:
            return _order_words(event)


def _line_words(event: Autonomy) -> tuple[str, str]:
    reviewed = event.confirmed + event.overturned
    zh = f"复核 {reviewed} 件,维持 {event.confirmed} 件,推翻 {event.overturned} 件"
    en = f"{reviewed} reviewed, {event.confirmed} upheld, {event.overturned} overturned"
    bounds_zh = f"精确率下限 {event.lower_bound or 0.0:.3f},门槛 {event.bar or 0.0:.3f}"
    bounds_en = f"lower bound of its precision {event.lower_bound or 0.0:.3f}, bar {event.bar or 0.0:.3f}"
    if event.change is AutonomyChange.PROMOTED:
        return f"策略行「{event.line}」升为自主:{zh};{bounds_zh}", (
            f"policy line {event.line} may act by itself: {en}; {bounds_en}"
        )
    return f"策略行「{event.line}」不再自主:{zh};{bounds_zh}", (
        f"policy line {event.line} may not act by itself any more: {en}; {bounds_en}"
    )


def _order_words(event: Autonomy) -> tuple[str, str]:
    who, why = event.ordered_by, event.ordered_why
    if event.ordered_halt:
        return (
            f"人工叫停全部自主处置({who}:{why});全部转人工复核,直到人工恢复",
            f"{who} stopped all autonomous actions ({why}); people decide until somebody lets them go on",
        )
    return f"人工恢复自主处置({who}:{why})", f"{who} lets autonomous actions go on ({why})"

"""Chinese words for what the messages name by code, and how times and prices are written."""

from datetime import UTC, datetime, timedelta, timezone

from schemas import Authority, Modality, OutcomeStatus, Rung, SealState

CHINA = timezone(timedelta(hours=8))

RUNGS = {
    Rung.OBSERVE: "重点巡查",
    Rung.WARN: "警告主播",
    Rung.WARN_VIEWERS: "提示观众",
    Rung.LIMIT_TRAFFIC: "限制流量",
    Rung.REMOVE_LINK: "下架链接",
    Rung.REVIEW: "送人工复核",
    Rung.CUT: "切断直播",
    Rung.TRAIN: "培训",
    Rung.EXTEND_SETTLEMENT: "延长结算",
    Rung.FREEZE: "冻结保证金",
    Rung.REFUND: "先行退款",
    Rung.EARLY_WARNING: "预警",
    Rung.SUSPEND: "暂停权限",
    Rung.CLOSE: "关闭账号",
    Rung.BLACKLIST: "列入黑名单",
    Rung.REFER: "移送公安",
}
AUTHORITIES = {
    Authority.SHADOW: "仅记录,不执行",
    Authority.REVIEW: "须经人工同意",
    Authority.AUTONOMOUS: "系统自动执行",
}
STATUSES = {
    OutcomeStatus.RECEIVED: "已收到",
    OutcomeStatus.APPLIED: "已执行",
    OutcomeStatus.FAILED: "执行失败",
    OutcomeStatus.EXPIRED: "逾期未执行",
    OutcomeStatus.CONFIRMED: "复核维持",
    OutcomeStatus.OVERTURNED: "复核撤销",
}
SEALS = {
    SealState.NOT_REQUIRED: "无须先封存",
    SealState.SEALED: "处置前已封存证据",
    SealState.DEADLINE: "等待封存至时限后处置",
}
MODALITIES = {
    Modality.FRAME: "画面",
    Modality.AUDIO: "声音",
    Modality.DANMAKU: "弹幕",
    Modality.LISTING: "链接",
    Modality.REPORT: "投诉",
}
KINDS = {"bundle": "音视频及记录", "records": "互动记录", "deletion": "删除凭证", "hold": "保全", "audit": "查阅记录"}


def clock(ms: int) -> str:
    """20:01:12, China Standard Time."""
    return datetime.fromtimestamp(ms / 1000, tz=CHINA).strftime("%H:%M:%S")


def moment(ms: int) -> str:
    """2026-11-24 20:01:12 (China Standard Time)."""
    return datetime.fromtimestamp(ms / 1000, tz=CHINA).strftime("%Y-%m-%d %H:%M:%S")


def moment_utc(ms: int) -> str:
    """The same moment as RFC 3339 in UTC, for machines and other countries."""
    return datetime.fromtimestamp(ms / 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def span_zh(ms: int) -> str:
    """4 分钟, 35 秒."""
    seconds = round(abs(ms) / 1000)
    if seconds < 60:  # noqa: PLR2004  a minute
        return f"{seconds} 秒"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} 小时 {minutes} 分钟" if hours else f"{minutes} 分钟"


def span_en(ms: int) -> str:
    """4 min, 35 s."""
    seconds = round(abs(ms) / 1000)
    if seconds < 60:  # noqa: PLR2004  a minute
        return f"{seconds} s"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def yuan(amount: float) -> str:
    """¥36,000; with two digits where there are cents."""
    return f"¥{amount:,.0f}" if amount == int(amount) else f"¥{amount:,.2f}"


def percent(share: float) -> str:
    """99.7 %, never 100 %: no evidence is certain."""
    return f"{min(share, 0.999) * 100:.1f} %" if share > 0.1 else f"{share * 100:.2g} %"  # noqa: PLR2004  digits

"""What lifecycle events say: signs (a replay deleted, a show closed while it was hot) and circumstances.

A circumstance is known before the first sign and does not fade during the show, so it moves the prior instead of being
summed with the signs: the history of host and merchants, an opening late at night, another company in the room. Each
is bounded, and so is their sum: no history acts by itself, and none clears a room.

Several such events of a show leave, for each kind, the circumstance that weighs most; their order does not matter.
"""

from collections import Counter
from collections.abc import Iterable
from math import exp

from msgspec import structs

from pipelines.join.rules import Policy
from pipelines.join.state import Session
from pipelines.quantities import log_odds
from schemas import AccountHistory, Circumstance, Lifecycle, LifecycleChange, Modality, Signal, Suspicion, stable_id
from schemas.accounts import is_account

HOUR_MS, DAY_MS, MINUTE_MS = 3_600_000, 86_400_000, 60_000


def contradiction_in(event: Lifecycle) -> str:
    """What in an event cannot be true, with what to correct; empty when nothing.

    What two events say against each other is not refused: which of them is wrong nobody knows, and the judgement must
    not depend on which came first. Records add up, the latest end counts, the weightiest history holds.
    """
    if min(event.viewers or 0, event.peak_viewers or 0) < 0:
        return "viewers below 0; send the number, or leave it out where it is not known"
    if event.viewers is not None and event.peak_viewers is not None and event.viewers > event.peak_viewers:
        return f"{event.viewers} viewers at the end, {event.peak_viewers} at most before; correct one of the two"
    if twice := [name for name, times in Counter(one.account for one in event.history).items() if times > 1]:
        return f"history of {twice[0]} twice; send one entry for each account"
    return next(filter(None, (_wrong_in(one, event.time_ms) for one in event.history)), "")


def _wrong_in(one: AccountHistory, told_ms: int) -> str:
    if not is_account(one.account):
        return f"history of {one.account!r}; write host:<id> or merchant:<id>"
    if one.offences < 0 or one.clean < 0:
        return f"history of {one.account}: shows below 0; correct offences and clean"
    if one.last_offence_ms is not None and (one.offences == 0 or one.last_offence_ms > told_ms):
        return (
            f"history of {one.account}: {one.offences} offences, the last at {one.last_offence_ms}, told at {told_ms}; "
            "correct the number or leave last_offence_ms out"
        )
    return ""


def replay_deleted(event: Lifecycle, policy: Policy) -> Suspicion:
    """Make the suspicion that a deleted replay is."""
    return _sign(event, Signal.REPLAY_DELETED, policy.lifecycle.replay_deleted_nats)


def hot_close(event: Lifecycle, policy: Policy) -> Suspicion | None:
    """Make the suspicion that the end of a show is when it comes at night and most viewers were still there."""
    rule = policy.lifecycle
    if event.viewers is None or event.peak_viewers is None or not _is_night(event, policy):
        return None
    is_hot = event.peak_viewers >= rule.hot_viewers and event.viewers >= rule.hot_share * event.peak_viewers
    return _sign(event, Signal.HOT_CLOSE, rule.hot_close_nats) if is_hot else None


def inform(session: Session, event: Lifecycle, policy: Policy) -> None:
    """Take in what a `started` or `history` event says of the past; moments judged already are judged anew."""
    known = dict(session.circumstances)
    for kind, new in _circumstances(event, policy):
        old = known.get(kind)
        if old is None or (new.nats, new.text_zh) > (old.nats, old.text_zh):
            known[kind] = new
    if known != session.circumstances:
        session.circumstances = dict(sorted(known.items()))
        session.evaluated_to_ms = session.revise_from_ms = None
        session.ceilings = {}


def with_circumstances(session: Session, policy: Policy) -> Policy:
    """The policy with the prior of this session."""
    if not session.circumstances:
        return policy
    shift = min(sum(one.nats for one in session.circumstances.values()), policy.prior.most_nats)
    odds = exp(policy.prior_nats + shift)
    return structs.replace(policy, prior=structs.replace(policy.prior, probability=odds / (1 + odds)))


def _circumstances(event: Lifecycle, policy: Policy) -> Iterable[tuple[str, Circumstance]]:
    prior = policy.prior
    if history := _history(event, policy):
        yield "history", history
    if event.change is not LifecycleChange.STARTED:
        return
    if _is_night(event, policy) and prior.night_nats:
        yield "night", Circumstance(text_zh="深夜开播", text_en="opened late at night", nats=prior.night_nats)
    before = set(event.previous_merchants)
    if event.merchants and before and before.isdisjoint(event.merchants) and prior.other_company_nats:
        text_zh, text_en = "同一直播间换了商家主体", "another company sells in the same room"
        yield "company", Circumstance(text_zh=text_zh, text_en=text_en, nats=prior.other_company_nats)


def _history(event: Lifecycle, policy: Policy) -> Circumstance | None:
    """The history of the host, or of the merchants together, whichever speaks more against the room.

    A clean host does not clear a merchant; of a hundred merchants, one offender says little.
    """
    groups = [
        [one for one in event.history if one.account.startswith("host:")],
        [one for one in event.history if not one.account.startswith("host:")],
    ]
    shifts = [(_history_nats(group, event.time_ms, policy), group) for group in groups if group]
    nats, group = max(shifts, key=lambda pair: pair[0], default=(0.0, []))
    if not nats:
        return None
    offences, clean = sum(one.offences for one in group), sum(one.clean for one in group)
    who_zh, who_en = ("主播", "host") if group is groups[0] else ("商家", "merchants")
    return Circumstance(
        text_zh=f"{who_zh}历史:{offences} 场确认违规,{clean} 场无违规",
        text_en=f"history of the {who_en}: {offences} shows with confirmed offences, {clean} clean",
        nats=nats,
    )


def _history_nats(group: list[AccountHistory], now_ms: int, policy: Policy) -> float:
    """Log-odds of the rate of offences, smoothed towards the prior by imagined shows, less the prior's log-odds."""
    prior = policy.prior
    offences = sum(_faded(one, now_ms, policy) for one in group)
    shows = offences + sum(max(0, one.clean) for one in group) + prior.imagined_shows
    rate = (offences + prior.imagined_shows * prior.probability) / shows
    return min(max(log_odds(rate) - policy.prior_nats, -prior.history_down_nats), prior.history_up_nats)


def _faded(one: AccountHistory, now_ms: int, policy: Policy) -> float:
    """Offences, halved in each half-life since the newest."""
    age_ms = 0 if one.last_offence_ms is None else max(0, now_ms - one.last_offence_ms)
    return float(max(0, one.offences) * 0.5 ** (age_ms / (policy.prior.offence_half_life_days * DAY_MS)))


def _is_night(event: Lifecycle, policy: Policy) -> bool:
    rule = policy.lifecycle
    offset = rule.utc_offset_minutes if event.utc_offset_minutes is None else event.utc_offset_minutes
    hour = (event.time_ms + offset * MINUTE_MS) // HOUR_MS % 24
    if rule.night_from_hour <= rule.night_to_hour:
        return rule.night_from_hour <= hour < rule.night_to_hour
    return hour >= rule.night_from_hour or hour < rule.night_to_hour


def _sign(event: Lifecycle, signal: Signal, nats: float) -> Suspicion:
    return Suspicion(
        suspicion_id=stable_id(event.session, "lifecycle", event.change, event.time_ms),
        room=event.room,
        session=event.session,
        modality=Modality.LISTING,
        detector="lifecycle",
        detector_version="1",
        signal=signal,
        start_ms=event.time_ms,
        end_ms=event.time_ms,
        llr=nats,
        score=1.0,
    )

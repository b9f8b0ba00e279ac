"""From shows to strikes: what the join decided, what became of it, and who was host and merchant.

Decisions, outcomes and the start of a show come on three topics in any order; what a show counts is a function of all
three together. A show counts once against each account, by its strongest action that was applied or confirmed and not
overturned. Shows are told again whenever that changes, so an overturned cut takes its strike away.
"""

from msgspec.structs import replace

from pipelines.cases.events import Outputs
from pipelines.cases.history import accounts_of, ask, digest
from pipelines.cases.rules import Policy
from pipelines.cases.state import Fate, RoomAction, RoomRecord, Show
from schemas import (
    CaseNote,
    Enforcement,
    KnowingSign,
    Lifecycle,
    LifecycleChange,
    Outcome,
    OutcomeStatus,
    Rung,
    Strike,
    Violation,
    stable_id,
)


def step_room(
    state: RoomRecord, event: Enforcement | Outcome | Lifecycle, now_ms: int, policy: Policy
) -> tuple[RoomRecord, Outputs]:
    """Apply one event of a room."""
    show = next((one for one in state.shows if one.session == event.session), Show(session=event.session))
    match event:
        case Enforcement():
            show = _decided(show, event, policy)
        case Outcome():
            show = _answered(show, event.action_id, event.status, event.time_ms, policy)
        case Lifecycle():
            show = _live(show, event)
    strikes = _strikes(state.key, show, policy)
    fresh = {account: one for account, one in strikes.items() if show.told.get(account) != digest(one)}
    revision = state.revision + bool(fresh)
    notes = tuple(
        CaseNote(sender=state.key, to=account, revision=revision, time_ms=now_ms, body=strike)
        for account, strike in sorted(fresh.items())
    )
    show = replace(show, told=show.told | {account: digest(one) for account, one in fresh.items()})
    shows = sorted(
        (show, *(one for one in state.shows if one.session != show.session)),
        key=lambda one: (one.newest_ms, one.session),
    )
    dropped = max(0, len(shows) - policy.limits.shows)
    state = replace(state, revision=revision, shows=tuple(shows[dropped:]))
    asked = [ask(state, one, now_ms, policy) for one in state.shows]
    asking = tuple(note for _, notes in asked for note in notes)
    state = replace(state, revision=revision + bool(asking), shows=tuple(one for one, _ in asked))
    return state, Outputs(notes=(*notes, *asking), overflow=dropped)


def _decided(show: Show, event: Enforcement, policy: Policy) -> Show:
    newest_ms = max(show.newest_ms, event.decided_at_ms)
    if event.compensates:
        return _answered(show, event.compensates, OutcomeStatus.OVERTURNED, event.decided_at_ms, policy)
    if event.action_id in show.actions or len(show.actions) >= policy.limits.actions:
        return show
    action = RoomAction(
        rung=event.rung,
        decided_at_ms=event.decided_at_ms,
        posterior=event.posterior,
        bundle_id=event.bundle_id,
        categories=event.categories,
        signals=tuple(sorted({reason.signal for reason in event.reasons})),
    )
    return replace(show, actions=show.actions | {event.action_id: action}, newest_ms=newest_ms)


def _answered(show: Show, action_id: str, status: OutcomeStatus, time_ms: int, policy: Policy) -> Show:
    known = show.fates.get(action_id)
    if known is None and len(show.fates) >= policy.limits.actions:
        return show
    fate = (known or Fate()).after(status, time_ms)
    return replace(show, fates=show.fates | {action_id: fate}, newest_ms=max(show.newest_ms, time_ms))


def _live(show: Show, event: Lifecycle) -> Show:
    newest_ms = max(show.newest_ms, event.time_ms)
    if event.change is LifecycleChange.ENDED:
        show = replace(show, ended=True)
    if event.change is not LifecycleChange.STARTED:
        return replace(show, newest_ms=newest_ms) if show.actions or show.hosts else show
    return replace(
        show,
        started_ms=min(event.time_ms, event.time_ms if show.started_ms is None else show.started_ms),
        newest_ms=newest_ms,
        hosts=tuple(sorted({*show.hosts, *([event.host] if event.host else [])})),
        merchants=tuple(sorted({*show.merchants, *event.merchants})),
    )


def _strikes(room: str, show: Show, policy: Policy) -> dict[str, Strike]:
    """What the show counts against each account, 0 where all was overturned.

    A show for which two hosts were named strikes nobody: one of the two events is wrong, and the wrong person must not
    pay for it. That host and merchants sold together is told in any case.
    """
    hosts, merchants = accounts_of(show, policy)
    spoken = {
        action_id: (action, show.fates[action_id])
        for action_id, action in show.actions.items()
        if action_id in show.fates and show.fates[action_id].counts and policy.strikes.rungs.get(action.rung, 0.0) > 0
    }
    counted = {key: (action, fate) for key, (action, fate) in spoken.items() if fate.known_ms is not None}
    if not hosts or not spoken:
        return {}
    whole = _strike(room, show, counted if len(hosts) == 1 else {}, policy)
    return {
        account: replace(
            whole,
            strike_id=stable_id("strike", room, show.session, account),
            partners=tuple(merchants if account in hosts else hosts),
        )
        for account in [*hosts, *merchants]
    }


def _strike(room: str, show: Show, counted: "_Counted", policy: Policy) -> Strike:
    return Strike(
        strike_id="",
        room=room,
        session=show.session,
        rung=_strongest(counted, policy) if counted else Rung.WARN,
        at_ms=min((action.decided_at_ms for action, _ in counted.values()), default=0),
        known_ms=min((fate.known_ms or 0 for _, fate in counted.values()), default=0),
        points=_points(counted, policy),
        confirmed=any(fate.confirmed_ms is not None for _, fate in counted.values()),
        posterior=max((action.posterior for action, _ in counted.values()), default=0.0),
        action_ids=tuple(sorted(counted)),
        bundle_ids=tuple(sorted({action.bundle_id for action, _ in counted.values()} - {""})),
        categories=tuple(one for one in Violation if any(one in action.categories for action, _ in counted.values())),
        knowing=_knowing(show, counted, policy),
        merchants=len(show.merchants),
    )


_Counted = dict[str, tuple[RoomAction, Fate]]


def _points(counted: _Counted, policy: Policy) -> float:
    rules = policy.strikes
    return max(
        (
            rules.rungs[action.rung] * (rules.applied if fate.confirmed_ms is None else rules.confirmed)
            for action, fate in counted.values()
        ),
        default=0.0,
    )


def _strongest(counted: _Counted, policy: Policy) -> Rung:
    return max((action.rung for action, _ in counted.values()), key=lambda rung: (policy.strikes.rungs[rung], rung))


def _knowing(show: Show, counted: _Counted, policy: Policy) -> tuple[KnowingSign, ...]:
    """Signs of knowing in the reasons of what counted, and going on after a warning of the same show."""
    signals = {signal for action, _ in counted.values() for signal in action.signals}
    warned = [
        fate.known_ms
        for action_id, fate in show.fates.items()
        if fate.known_ms is not None and action_id in show.actions and show.actions[action_id].rung is Rung.WARN
    ]
    went_on = any(action.decided_at_ms > at_ms for at_ms in warned for action, _ in counted.values())
    return tuple(
        sign
        for sign in KnowingSign
        if signals & set(policy.signs[sign].signals) or (sign is KnowingSign.WENT_ON and went_on)
    )

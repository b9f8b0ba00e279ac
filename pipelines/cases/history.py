"""The past of those who are on air, for the join's prior: a room asks, its accounts answer, the join is told.

    room     a show starts                  -> OnAir to host and merchants (and when it ends: was it clean)
    account  OnAir, and whatever changes its past while it is on air -> Past to the room
    room     all have answered              -> one `history` event for the join, again when an answer changes

The room waits for all: of a hundred merchants one offender says little, and the join keeps the weightiest history that
it heard, so half an answer would stay. The past of a show leaves the show itself out, or what a reviewer confirms would
raise the suspicion that led to it; and only what a reviewer confirmed counts. Histories are not read by cases, so a
chain of notes ends with them.
"""

import msgspec
from msgspec.structs import replace

from pipelines.cases.events import Outputs
from pipelines.cases.evidence import own_items
from pipelines.cases.rules import Policy
from pipelines.cases.state import Account, HeldPast, OwnShow, RoomRecord, Show
from schemas import AccountHistory, CaseNote, Lifecycle, LifecycleChange, OnAir, Past, stable_id


def digest(message: msgspec.Struct) -> str:
    """Short text that differs when the message does."""
    return stable_id(msgspec.json.encode(message).decode())


def accounts_of(show: Show, policy: Policy) -> tuple[list[str], list[str]]:
    """Hosts and merchants of a show, as accounts; of merchants as many as an account remembers partners."""
    hosts = [f"host:{one}" for one in show.hosts]
    return hosts, [f"merchant:{one}" for one in show.merchants][: policy.limits.partners]


def ask(state: RoomRecord, show: Show, now_ms: int, policy: Policy) -> tuple[Show, tuple[CaseNote, ...]]:
    """Tell the accounts of a show that it is on air or over, when that has changed for them."""
    if show.started_ms is None:
        return show, ()
    hosts, merchants = accounts_of(show, policy)
    over = _is_over(show, state)
    body = OnAir(session=show.session, on_air=not over, clean=_is_clean(show))
    said = digest(body)
    fresh = [one for one in (*hosts, *merchants) if show.asked.get(one) != said]
    notes = tuple(
        CaseNote(sender=state.key, to=one, revision=state.revision + 1, time_ms=now_ms, body=body) for one in fresh
    )
    asked = show.asked | dict.fromkeys(fresh, said)
    return replace(show, asked=asked, pasts={} if over else show.pasts), notes


def hear_past(state: RoomRecord, note: CaseNote, past: Past) -> tuple[RoomRecord, Outputs]:
    """Take an account's word; tell the join when all have spoken and something is new."""
    show = next((one for one in state.shows if one.session == past.session), None)
    if show is None or _is_over(show, state) or note.sender not in show.asked:
        return state, Outputs()
    held = show.pasts.get(note.sender)
    if held is not None and held.revision >= note.revision:
        return state, Outputs()
    pasts = show.pasts | {note.sender: HeldPast(revision=note.revision, history=past.history)}
    show, outputs = replace(show, pasts=pasts), Outputs()
    history = tuple(pasts[one].history for one in sorted(pasts))
    event = Lifecycle(
        room=state.key, session=show.session, time_ms=0, change=LifecycleChange.HISTORY, history=history
    )  # fmt: skip
    known = any(one.offences or one.clean for one in history)
    if known and pasts.keys() == show.asked.keys() and digest(event) != show.history_told:
        show = replace(show, history_told=digest(event))
        # An on-air moment may be ahead of our clock; a past that is told before it happened would be refused.
        newest_ms = max((one.last_offence_ms or 0 for one in history), default=0)
        outputs.histories = (replace(event, time_ms=max(note.time_ms, newest_ms)),)
    shows = tuple(show if one.session == show.session else one for one in state.shows)
    return replace(state, shows=shows), outputs


def note_show(state: Account, room: str, revision: int, told: OnAir, policy: Policy) -> Account:
    """Remember that the account is on air, or how it ended; the oldest shows leave whether they were clean."""
    known = state.shows.get(told.session)
    if known is not None and known.revision >= revision:
        return state
    show = OwnShow(
        revision=revision, room=room, on_air=told.on_air, clean=told.clean, told=known.told if known is not None else ""
    )
    rest = {session: one for session, one in state.shows.items() if session != told.session}
    shows, clean = {**rest, told.session: show}, state.folded_clean
    while len(shows) > policy.limits.shows:
        oldest = next((session for session, one in shows.items() if not one.on_air), next(iter(shows)))
        clean += shows.pop(oldest).clean
    return replace(state, shows=shows, folded_clean=clean)


def answer_rooms(state: Account, policy: Policy) -> tuple[Account, list[tuple[str, Past]]]:
    """What the rooms where the account is on air have not been told of its past."""
    shows, notes = dict(state.shows), []
    for session, show in state.shows.items():
        if not show.on_air:
            continue
        past = Past(session=session, history=_past(state, session, policy))
        if show.told != digest(past):
            shows[session] = replace(show, told=digest(past))
            notes.append((show.room, past))
    return (replace(state, shows=shows), notes) if notes else (state, [])


def _past(state: Account, session: str, policy: Policy) -> AccountHistory:
    """Shows a reviewer confirmed and goods found fake, each show once; one with many merchants says too little."""
    offences = {
        (item.strike.session if item.strike is not None else item.sales.session if item.sales else "") or item.id: item
        for item in own_items(state, policy)
        if item.confirmed and not item.company
    }
    offences.pop(session, None)
    clean = sum(one.clean for other, one in state.shows.items() if other != session and other not in offences)
    return AccountHistory(
        account=state.key,
        offences=len(offences),
        clean=state.folded_clean + clean,
        last_offence_ms=max((item.at_ms for item in offences.values()), default=None),
    )


def _is_over(show: Show, state: RoomRecord) -> bool:
    """Whether it has ended, or its end was missed: another one of the room has begun since."""
    began_ms = show.started_ms or 0
    return show.ended or any(one.started_ms is not None and one.started_ms > began_ms for one in state.shows)


def _is_clean(show: Show) -> bool:
    """Seen to its end, and no action stands: none was decided, or all were overturned."""
    stands = (one for one in show.actions if one not in show.fates or not show.fates[one].overturned)
    return show.ended and not any(stands)

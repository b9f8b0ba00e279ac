"""Which sessions of a room are to be sealed: folded from its lifecycle and seal requests. Pure."""

import msgspec

from pipelines.evidence.plan import RECORDS_MS, Watched
from schemas import Lifecycle, LifecycleChange, SealRequest


class RoomWatch(msgspec.Struct, frozen=True, kw_only=True):
    """The sessions of a room whose chains are not closed, by id."""

    sessions: dict[str, Watched] = {}


decode_watch = msgspec.msgpack.Decoder(RoomWatch).decode


def note(watch: RoomWatch, message: Lifecycle | SealRequest, *, keeps_all: bool) -> RoomWatch:
    """The room after a message.

    Args:
        watch: before it.
        message: what was said.
        keeps_all: whether pictures and sound of every show are kept.
    """
    sessions = dict(watch.sessions)
    known = sessions.get(message.session)
    if isinstance(message, SealRequest):
        begun = known or Watched(session=message.session, started_ms=message.start_ms, keeps_all=keeps_all)
        sessions[message.session] = msgspec.structs.replace(begun, request=message)
    elif message.change is LifecycleChange.STARTED and known is None:
        sessions = {name: _ended(one, message.time_ms) for name, one in sessions.items()}  # a room has one show
        sessions[message.session] = Watched(session=message.session, started_ms=message.time_ms, keeps_all=keeps_all)
    elif message.change is LifecycleChange.STARTED and known is not None:
        started_ms = min(known.started_ms, message.time_ms)
        sessions[message.session] = msgspec.structs.replace(known, started_ms=started_ms)
    elif message.change is LifecycleChange.ENDED:
        # The start of a show that was on air before this was installed is not known.
        begun = known or Watched(session=message.session, started_ms=max(0, message.time_ms - RECORDS_MS))
        sessions[message.session] = _ended(begun, message.time_ms)
    return RoomWatch(sessions=sessions)


def without(watch: RoomWatch, closed: set[str]) -> RoomWatch:
    """The room without some sessions."""
    return RoomWatch(sessions={name: one for name, one in watch.sessions.items() if name not in closed})


def _ended(watched: Watched, time_ms: int) -> Watched:
    return watched if watched.ended_ms is not None else msgspec.structs.replace(watched, ended_ms=time_ms)

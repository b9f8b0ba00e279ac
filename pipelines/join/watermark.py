"""How far a session has been seen.

Each modality has a position: the latest on-air moment that its suspicions and progress marks have named. The watermark
is the earliest position of the modalities that hold the room (policy: those that come as a stream and take time to
judge) and are live, that is, were heard of within the idle timeout of processing time; when none is live it is the
latest position of all. It never goes back. A modality that was never heard of does not hold the room.
"""

from pipelines.join.rules import Policy
from pipelines.join.state import Position, Session
from schemas import Modality


def reach(session: Session, modality: Modality, up_to_ms: int, now_ms: int) -> None:
    """Note that a modality was heard of at `now_ms` and has come to `up_to_ms`."""
    old = session.positions.get(modality)
    if old is not None:
        up_to_ms, now_ms = max(up_to_ms, old.up_to_ms), max(now_ms, old.arrival_ms)
    session.positions = {**session.positions, modality: Position(up_to_ms, now_ms)}


def advance(session: Session, now_ms: int, policy: Policy) -> None:
    """Move the watermark."""
    if not session.positions:
        return
    live = [
        place.up_to_ms
        for modality, place in session.positions.items()
        if policy.modalities[modality].holds and now_ms - place.arrival_ms < policy.idle_ms
    ]
    mark_ms = min(live) if live else max(place.up_to_ms for place in session.positions.values())
    if session.watermark_ms is None or mark_ms > session.watermark_ms:
        session.watermark_ms = mark_ms


def is_settled(session: Session, now_ms: int, policy: Policy) -> bool:
    """Whether nothing has come for so long that nothing is waited for any more."""
    return now_ms - session.arrival_ms > policy.idle_ms + policy.lateness_ms


def is_over(session: Session, furthest_ms: int, now_ms: int, policy: Policy) -> bool:
    """Whether the session can be closed.

    `furthest_ms` is the furthest watermark of the room's sessions; a later show proves that this one has passed.
    """
    silent_ms = now_ms - session.arrival_ms
    if silent_ms > round(policy.time.silence_close_seconds * 1000) + policy.lateness_ms:
        return True
    if session.ended_ms is None:
        return False
    return furthest_ms > session.ended_ms + policy.lateness_ms or is_settled(session, now_ms, policy)

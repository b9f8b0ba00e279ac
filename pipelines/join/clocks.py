"""Sources whose clock is off: noticed, put right within a bound, and beyond it kept away from the room's watermark.

What a source reports arrives some time after it was on air: its lag, processing time less on-air time. The lag of a
right clock is small and moves; that of a wrong one is large and stays. A clock is off when

- it is ahead of processing time, or
- its lag has stayed the same for a while and differs from the lags of the other senses heard of lately by more than any
  detector is slow and any event may be late. Several others outvote it; of two, the one further from processing time
  is off.

While a backlog is read, all lags are long and shrink together, so none stays the same and nothing is noticed. A
detector slower than the bound cannot be told from a clock that is behind: its signs count when they come. All this
needs a disagreement larger than the allowed lateness: within it, order and delay of events still change nothing.

Events of a clock that is off by no more than the bound are moved by the error. Beyond the bound the sense no longer has
a position: it neither holds nor moves the watermark, and its suspicions leave in `Outputs.skewed`. It is believed again
when its clock is right again.
"""

from statistics import median_low

from msgspec import Struct, structs

from pipelines.join.rules import Policy
from pipelines.join.state import Clock, Session
from schemas import Modality


class Reading(Struct, frozen=True):
    """What is made of one event's time."""

    offset_ms: int = 0
    """To be added to the event's times."""
    usable: bool = True
    """False: the clock is off beyond the bound."""


def read_clock(session: Session, modality: Modality, time_ms: int, now_ms: int, policy: Policy) -> Reading:
    """Hear of an event at the on-air moment that its source says; keeps the session's clocks."""
    old = session.clocks.get(modality)
    if old is not None and not (old.skewed or old.offset_ms) and time_ms <= old.furthest_ms:
        return Reading()  # a straggler says nothing of the clock
    clock = _heard(old, time_ms, now_ms, policy)
    error_ms = _error(session, modality, clock, now_ms, policy)
    rules = policy.clocks
    if clock.offset_ms and abs(error_ms - clock.offset_ms) <= rules.steady_ms:
        error_ms = clock.offset_ms  # one offset for all events, so that their distances stay what they are
    skewed = abs(error_ms) > rules.correction_ms
    clock = structs.replace(clock, offset_ms=0 if skewed else error_ms, skewed=skewed)
    if clock.offset_ms != (old.offset_ms if old else 0) or (skewed and not (old and old.skewed)):
        _distrust(session, modality)
    session.clocks = {**session.clocks, modality: clock}
    return Reading(clock.offset_ms, usable=not skewed)


def _heard(old: Clock | None, time_ms: int, now_ms: int, policy: Policy) -> Clock:
    lag_ms = now_ms - time_ms
    if old is None:
        return Clock(furthest_ms=time_ms, lag_ms=lag_ms, heard_ms=now_ms, steady_lag_ms=lag_ms, steady_from_ms=now_ms)
    clock = structs.replace(old, furthest_ms=max(time_ms, old.furthest_ms), lag_ms=lag_ms, heard_ms=now_ms)
    if abs(lag_ms - old.steady_lag_ms) <= policy.clocks.steady_ms:
        return clock
    return structs.replace(clock, steady_lag_ms=lag_ms, steady_from_ms=now_ms)


def _error(session: Session, modality: Modality, clock: Clock, now_ms: int, policy: Policy) -> int:
    """By how many ms the clock is behind (below 0: ahead); 0 when it is in order."""
    rules = policy.clocks
    bound_ms = rules.disagreement_ms + policy.lateness_ms
    if -rules.ahead_ms <= clock.lag_ms <= bound_ms and all(one.lag_ms <= bound_ms for one in session.clocks.values()):
        return 0  # live, and all is well: no need to compare
    lags = {
        other: one.lag_ms
        for other, one in session.clocks.items()
        if other is not modality and not one.skewed and not one.offset_ms and now_ms - one.heard_ms < policy.idle_ms
    }
    if clock.lag_ms < -rules.ahead_ms:
        return clock.lag_ms - (median_low(lags.values()) if lags else 0)
    if not lags:
        was_off = (clock.skewed or clock.offset_ms != 0) and abs(clock.lag_ms) > bound_ms
        return clock.lag_ms if was_off else 0
    error_ms = clock.lag_ms - median_low(lags.values())
    if abs(error_ms) <= bound_ms:
        return 0
    if len(lags) == 1 and abs(clock.lag_ms) < abs(error_ms - clock.lag_ms):
        _doubt(session, next(iter(lags)), now_ms, policy)
        return 0
    return error_ms if _is_steady(clock, now_ms, policy) else 0


def _doubt(session: Session, other: Modality, now_ms: int, policy: Policy) -> None:
    """The other one is off; its own next event will say by how much."""
    clock = session.clocks[other]
    if _is_steady(clock, now_ms, policy):
        session.clocks = {**session.clocks, other: structs.replace(clock, skewed=True)}
        _distrust(session, other)


def _is_steady(clock: Clock, now_ms: int, policy: Policy) -> bool:
    return now_ms - clock.steady_from_ms >= policy.clocks.steady_ms


def _distrust(session: Session, modality: Modality) -> None:
    """Forget how far a sense has come, and let the watermark follow the others, back if need be."""
    if modality in session.positions:
        session.positions = {other: place for other, place in session.positions.items() if other is not modality}
        session.watermark_ms = None

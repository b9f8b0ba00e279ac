"""Quarantine for an entry of the gallery that suddenly is found everywhere: then it is the entry that is wrong."""

import msgspec

WINDOW_MS = 600_000
"""Rooms are counted over ten minutes."""
LEAST_ROOMS = 5
MOST_SHARE = 0.3
"""An entry found in more rooms than five, and than this share of those watched, is quarantined: even a brand that is in
fashion is not shown in every third room within ten minutes (own choice)."""
QUARANTINE_MS = 3_600_000


class FloodState(msgspec.Struct, frozen=True, kw_only=True):
    """Rooms seen and rooms with a finding, each with the last time, ms."""

    rooms: dict[str, int] = {}
    found: dict[str, dict[str, int]] = {}
    """Entry to rooms."""
    until: dict[str, int] = {}
    """Entry to the end of its quarantine."""


def watch(state: FloodState, room: str, entries: frozenset[str], time_ms: int) -> FloodState:
    """The state after a frame of `room` in which `entries` were found."""
    rooms = _recent({**state.rooms, room: time_ms}, time_ms)
    found = {entry: recent for entry, of in state.found.items() if (recent := _recent(of, time_ms))}
    until = {entry: end for entry, end in state.until.items() if end > time_ms}
    for entry in entries:
        found[entry] = {**found.get(entry, {}), room: time_ms}
        if len(found[entry]) > max(LEAST_ROOMS, MOST_SHARE * len(rooms)):
            until[entry] = time_ms + QUARANTINE_MS
    return FloodState(rooms=rooms, found=found, until=until)


def _recent(times: dict[str, int], now_ms: int) -> dict[str, int]:
    return {key: time_ms for key, time_ms in times.items() if now_ms - time_ms < WINDOW_MS}

"""Which rooms of a join worker still wait for something, and so need a tick when nothing else arrives."""

IDLE_MS = 1_000
"""A room that received a record within this time needs no tick."""
GONE_MS = 60_000
"""A room whose own ticks do not come back has moved to another worker, which ticks it instead."""


class AwakeRooms:
    """Open rooms by the processing time of their last record."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._first_tick: dict[str, int] = {}

    def __len__(self) -> int:
        """Rooms with an open session."""
        return len(self._seen)

    def note(self, room: str, now_ms: int, *, is_open: bool) -> None:
        """A record of the room was applied."""
        self._first_tick.pop(room, None)
        if is_open:
            self._seen[room] = now_ms
        else:
            self._seen.pop(room, None)

    def idle(self, now_ms: int) -> list[str]:
        """Rooms to tick now."""
        rooms = [room for room, seen_ms in self._seen.items() if now_ms - seen_ms >= IDLE_MS]
        for room in rooms:
            if now_ms - self._first_tick.setdefault(room, now_ms) > GONE_MS:
                del self._seen[room], self._first_tick[room]
        return [room for room in rooms if room in self._seen]

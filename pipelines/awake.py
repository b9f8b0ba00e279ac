"""Which rooms of a join worker, and accounts of a cases worker, wait for something and need a tick to notice it."""

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


class DueAccounts:
    """Accounts by the processing time at which their actions have to be looked after."""

    def __init__(self) -> None:
        self._due_ms: dict[str, int] = {}

    def note(self, account: str, due_ms: int | None) -> None:
        """Remember when an account is due; None: never."""
        if due_ms is None:
            self._due_ms.pop(account, None)
        else:
            self._due_ms[account] = due_ms

    def take(self, now_ms: int) -> list[str]:
        """Accounts to tick now; each once, for the tick is noted when it comes, here or where the account has moved."""
        due = [account for account, due_ms in self._due_ms.items() if due_ms <= now_ms]
        for account in due:
            del self._due_ms[account]
        return due

"""How fast a file plays, and how long to wait before a new try. Pure: the clocks are arguments."""

FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 10.0
"""An encoder that crashed is back within seconds; a server that is down is not helped by more tries."""


class Pacer:
    """Lets event time pass as fast as the wall clock, or `speed` times as fast."""

    def __init__(self, speed: float) -> None:
        """Set the speed; 0 means as fast as possible."""
        self._speed = speed
        self._first: tuple[int, float] | None = None

    def delay_s(self, event_ms: int, *, monotonic_s: float) -> float:
        """Seconds to wait now before `event_ms` is on air; 0 when it is time or late."""
        if self._speed <= 0:
            return 0.0
        if self._first is None:
            self._first = (event_ms, monotonic_s)
        first_event_ms, first_monotonic_s = self._first
        return max(0.0, first_monotonic_s + (event_ms - first_event_ms) / 1000 / self._speed - monotonic_s)


def backoff_s(tries: int) -> float:
    """Seconds to wait before the next try, after `tries` ones in a row that failed: 0.5, 1, 2, 4, 8, then 10."""
    return min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(tries, 10))

"""When changes have settled: a burst of published entries is one reload, not one for each."""

QUIET_S = 0.3
"""Nothing new for so long: the publisher is done."""
AT_MOST_S = 1.5
"""Changes that keep coming wait no longer; with a second for building, five seconds are kept."""


class Settling:
    """Says when changes that were noted are to be acted on."""

    def __init__(self) -> None:
        self._first_s: float | None = None
        self._last_s = 0.0

    def note(self, now_s: float) -> None:
        """A change came."""
        self._last_s = now_s
        if self._first_s is None:
            self._first_s = now_s

    def due(self, now_s: float) -> bool:
        """Whether to act now; once True, the changes so far count as acted on."""
        if self._first_s is None:
            return False
        if now_s - self._last_s < QUIET_S and now_s - self._first_s < AT_MOST_S:
            return False
        self._first_s = None
        return True

"""Utterances that wait for recognition: who is next, and what is given up when the ears cannot keep up.

Rooms in which something was found go first, then whoever waits longest; a room's own utterances keep their order, and
only one of a room is taken at a time. An utterance that nobody got to in time is given up, soonest in rooms where
nothing was ever found: hearing all of a few rooms too late would help in none.
"""

from collections import OrderedDict, deque

import msgspec

from detectors.audio.segment import PcmUtterance

RISKY_LLR = 2.0
"""What the findings of a session must weigh for it to go first: about one code word (2.0 to 3.0 in the lexicon)."""
RISKY_PATIENCE = 3
"""An utterance of such a session may wait three times as long before it is given up (own choice)."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One utterance in the queue."""

    utterance: PcmUtterance
    risk_llr: float
    """Sum of what was found in its session before."""

    @property
    def risky(self) -> bool:
        """Whether its room goes first and is given up last."""
        return self.risk_llr >= RISKY_LLR

    def is_late(self, now_ms: int, patience_ms: int) -> bool:
        """Whether it has waited, from its end on air, longer than it may."""
        return now_ms - self.utterance.end_ms > patience_ms * (RISKY_PATIENCE if self.risky else 1)


class WaitingRooms:
    """The queue: utterances by session, in order."""

    def __init__(self) -> None:
        self._rooms: OrderedDict[tuple[str, str], deque[Waiting]] = OrderedDict()

    def __len__(self) -> int:
        """Utterances that wait."""
        return sum(map(len, self._rooms.values()))

    def add(self, waiting: Waiting) -> None:
        """Put an utterance behind the others of its session."""
        key = waiting.utterance.room, waiting.utterance.session
        self._rooms.setdefault(key, deque()).append(waiting)

    def take(self, most: int) -> list[Waiting]:
        """The next utterances, at most one of each session, and take them out."""
        heads = sorted(
            self._rooms, key=lambda key: (not self._rooms[key][0].risky, self._rooms[key][0].utterance.end_ms)
        )
        return [self._pop(key) for key in heads[:most]]

    def give_up(self, now_ms: int, patience_ms: int) -> list[Waiting]:
        """Take out what is too late to be worth hearing, in each session in order.

        Args:
            now_ms: processing time.
            patience_ms: how long after its end on air an utterance may wait; three times that in a risky room.
        """
        late = []
        for key in list(self._rooms):
            while key in self._rooms and self._rooms[key][0].is_late(now_ms, patience_ms):
                late.append(self._pop(key))
        return late

    def _pop(self, key: tuple[str, str]) -> Waiting:
        queue = self._rooms[key]
        first = queue.popleft()
        if not queue:
            del self._rooms[key]
        return first

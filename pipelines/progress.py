"""Tells the join how far a modality has been judged, so that its watermark advances when nothing is suspicious."""

from collections import OrderedDict

from schemas import Modality, Progress

EVERY_MS = 1_000
"""On-air time between two marks of a room: a mark costs a record, a later decision costs at most this long."""
MAX_ROOMS = 10_000


class ProgressMarks:
    """Remembers when each room was last marked; bounded, a forgotten room is simply marked again."""

    def __init__(self, modality: Modality) -> None:
        self._modality = modality
        self._marked: OrderedDict[tuple[str, str], int] = OrderedDict()

    def up_to(self, room: str, session: str, time_ms: int) -> tuple[Progress, ...]:
        """Mark a session as judged up to `time_ms`, or nothing when the last mark is recent."""
        last_ms = self._marked.get((room, session))
        if last_ms is not None and last_ms <= time_ms < last_ms + EVERY_MS:
            return ()
        self._marked[room, session] = time_ms
        self._marked.move_to_end((room, session))
        if len(self._marked) > MAX_ROOMS:
            self._marked.popitem(last=False)
        return (Progress(room=room, session=session, modality=self._modality, up_to_ms=time_ms),)

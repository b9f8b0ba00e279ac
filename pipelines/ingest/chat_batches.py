"""Chat lines into records: batches of one show, short in time and number. Pure: the time of arrival is an argument.

A record is dear in Faust, a line is not; but a line must not wait. A batch goes out when any of these is reached.
"""

import msgspec

from pipelines.ingest.chat_lines import RoomLine
from schemas import DanmakuBatch, DanmakuLine

BATCH_MS = 200
"""Longest wait of a line for others, and longest span of event time in one batch (contract of `live-danmaku`)."""

BATCH_LINES = 500
BATCH_BYTES = 128 * 1024
"""Text bytes in one batch. JSON writes a control character as six bytes, ids and times take 150 bytes a line: even so
a batch stays below the megabyte that the topic takes."""

_Show = tuple[str, str]


class _Open(msgspec.Struct):
    since_ms: float
    lines: list[DanmakuLine]
    first_ms: int
    last_ms: int
    size: int


class ChatBatcher:
    """Collects the lines of many rooms; one open batch for each show."""

    def __init__(self) -> None:
        self._open: dict[_Show, _Open] = {}

    def add(self, item: RoomLine, *, now_ms: float) -> list[DanmakuBatch]:
        """Add a line that arrived at `now_ms` (any clock); returns the batches that are complete by that."""
        show = (item.room, item.session)
        line, size = item.line, len(item.line.text.encode("utf-8", "surrogatepass"))
        complete: list[DanmakuBatch] = []
        batch = self._open.get(show)
        if batch is not None and not _fits(batch, line, size):
            complete.append(self._close(show))
            batch = None
        if batch is None:
            batch = _Open(since_ms=now_ms, lines=[], first_ms=line.time_ms, last_ms=line.time_ms, size=0)
            self._open[show] = batch
        batch.lines.append(line)
        batch.first_ms, batch.last_ms = min(batch.first_ms, line.time_ms), max(batch.last_ms, line.time_ms)
        batch.size += size
        if len(batch.lines) >= BATCH_LINES:
            complete.append(self._close(show))
        return complete

    def due(self, *, now_ms: float) -> list[DanmakuBatch]:
        """Batches whose first line has waited long enough by `now_ms`."""
        waited = [show for show, batch in self._open.items() if now_ms - batch.since_ms >= BATCH_MS]
        return [self._close(show) for show in waited]

    def deadline_ms(self) -> float | None:
        """When the next batch will be due, on the clock of `add`; None when nothing waits."""
        return min((batch.since_ms + BATCH_MS for batch in self._open.values()), default=None)

    def drain(self) -> list[DanmakuBatch]:
        """Everything that waits."""
        return [self._close(show) for show in list(self._open)]

    def _close(self, show: _Show) -> DanmakuBatch:
        room, session = show
        return DanmakuBatch(room=room, session=session, lines=tuple(self._open.pop(show).lines))


def _fits(batch: _Open, line: DanmakuLine, size: int) -> bool:
    span_ms = max(batch.last_ms, line.time_ms) - min(batch.first_ms, line.time_ms)
    return span_ms <= BATCH_MS and batch.size + size <= BATCH_BYTES

"""Reading up to the live edge: what a server sends at once when we connect was on air before."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from pipelines.ingest.opening import MediaPacket, pts_ms

_WAITED_MS = 15
"""A packet that let us wait this long was not there already: 15 ms is less than the distance of two pictures."""

_MOST_PACKETS = 4_096
_MOST_BACKLOG_MS = 60_000


class LiveEdge(NamedTuple):
    """The packets read so far and how old the first one was."""

    packets: list[MediaPacket]
    backlog_ms: int
    """How long before the last packet the first one was on air."""


def read_to_live_edge(packets: Iterator[MediaPacket], monotonic_ms: Callable[[], float]) -> LiveEdge:
    """Read until a packet lets us wait, which is the one that is on air now.

    Opening a source, too, reads some seconds ahead to find its streams. Without this, the event time of live
    sources would run ahead of the wall clock by that much.

    Raises:
        av.error.FFmpegError: the source broke.
    """
    read: list[MediaPacket] = []
    before_ms = monotonic_ms()
    for packet in packets:
        read.append(packet)
        now_ms = monotonic_ms()
        if now_ms - before_ms >= _WAITED_MS or len(read) >= _MOST_PACKETS:
            break
        before_ms = now_ms
    times = [time for packet in read if (time := pts_ms(packet.pts, packet.stream)) is not None]
    backlog_ms = times[-1] - times[0] if times else 0
    return LiveEdge(packets=read, backlog_ms=min(max(backlog_ms, 0), _MOST_BACKLOG_MS))

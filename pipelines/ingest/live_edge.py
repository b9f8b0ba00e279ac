"""Reading up to the live edge: what a server sends at once when we connect was on air before.

Opening a source, too, reads some seconds ahead to find its streams. If the first packet were taken as on air now, the
event time of live sources would run ahead of the wall clock by all that. So: read while packets are simply there; the
first one that lets us wait marks a moment, and whatever comes at once with it (one packet over RTMP, a whole segment
over HLS) was on air by then. Pure but for reading: packets, their times and the clock are arguments.
"""

from collections.abc import Callable, Iterator
from typing import Generic, NamedTuple, TypeVar

Packet = TypeVar("Packet")

WAITED_MS = 15
"""A packet that let us wait this long was not there already: less than the distance of two pictures."""

MOST_PACKETS = 4_096
"""Packets read ahead at most: a minute of a usual stream."""

MOST_AGE_MS = 60_000


class _Broken(Iterator[Packet]):
    """Nothing more comes; who asks is told why."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __next__(self) -> Packet:
        raise self._error


class LiveEdge(NamedTuple, Generic[Packet]):
    """The packets read so far and how old they are."""

    packets: list[Packet]
    rest: Iterator[Packet]
    """What follows; raises what the source raised, if it broke meanwhile."""
    age_ms: int
    """How long ago, by the time of the last read, the first packet was on air."""


def read_to_live_edge(
    packets: Iterator[Packet],
    *,
    breaks: type[Exception],
    time_of: Callable[[Packet], int | None],
    monotonic_ms: Callable[[], float],
) -> LiveEdge[Packet]:
    """Read until a packet lets us wait for the second time.

    Args:
        packets: a live source.
        breaks: what it raises when it breaks; what was read before is not lost.
        time_of: timestamp of a packet, milliseconds; None if it has none.
        monotonic_ms: a clock that never goes back.
    """
    read: list[Packet] = []
    edge_ms: float | None = None
    edge_time: int | None = None
    rest = packets
    before_ms = monotonic_ms()
    while len(read) < MOST_PACKETS:
        try:
            packet = next(packets)
        except StopIteration:
            break
        except breaks as error:
            rest = _Broken(error)
            break
        now_ms = monotonic_ms()
        waited, before_ms = now_ms - before_ms >= WAITED_MS, now_ms
        read.append(packet)
        if waited and edge_ms is not None:
            break
        edge_ms = now_ms if waited else edge_ms
        time_ms = time_of(packet)
        if time_ms is not None and (edge_time is None or waited or time_ms > edge_time):
            edge_time = time_ms
    first = next((time for packet in read if (time := time_of(packet)) is not None), None)
    if first is None or edge_time is None:
        return LiveEdge(read, rest, 0)
    since_edge_ms = 0.0 if edge_ms is None else before_ms - edge_ms
    return LiveEdge(read, rest, min(max(round(edge_time - first + since_edge_ms), 0), MOST_AGE_MS))

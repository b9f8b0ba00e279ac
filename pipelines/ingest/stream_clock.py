"""From a stream's own timestamps to event time. Pure: the wall clock's time is an argument.

Timestamps of live streams jump: the sender restarts its encoder, a 33-bit or 32-bit counter wraps, an advertisement is
spliced in, the connection is made anew. Each stretch without a jump is a timeline with one offset between timestamp
and event time; picture and sound of a source share timelines, so that they stay together. Promises:

- within a timeline, differences of event time are differences of timestamps;
- a new timeline of a file goes on where the last one ended; one of a live source goes on at the wall clock's distance
  from the start, and never before the last event time given out;
- the event time of one stream never falls by more than `BACK_MS` from one call to the next (pictures are given in
  decoding order, which is not the order of showing), and never before the start.
"""

import msgspec

BACK_MS = 1_000
"""Timestamps of one stream that fall by more are a jump; B-frames reorder by at most 16 pictures (640 ms at 25/s)."""

FORWARD_MS = 10_000
"""A larger step forward is a jump, unless another stream came along; packet loss and a pause stay well below."""


class _Timeline(msgspec.Struct):
    offset_ms: int
    """Event time minus timestamp."""
    last_pts_ms: int
    """Largest timestamp seen on it, of any stream."""


class _Position(msgspec.Struct):
    timeline: _Timeline
    pts_ms: int
    event_ms: int


class StreamClock:
    """Event time of the packets of one show, over all its connections."""

    def __init__(self, *, start_ms: int, start_wall_ms: int, live: bool) -> None:
        """Start the clock.

        Args:
            start_ms: event time of the first moment, milliseconds since the epoch.
            start_wall_ms: what the wall clock said at that moment; used for live sources only.
            live: whether time goes on while nothing arrives.
        """
        self._start_ms = start_ms
        self._start_wall_ms = start_wall_ms
        self._live = live
        self._last_ms = start_ms
        self._newest: _Timeline | None = None
        self._positions: dict[int, _Position] = {}

    def begin(self, origin_pts_ms: int, *, wall_ms: int) -> None:
        """Begin a connection; `origin_pts_ms` is the smallest timestamp to expect at its beginning."""
        self._positions.clear()
        self._newest = self._new_timeline(origin_pts_ms, step_ms=0, wall_ms=wall_ms)

    def event_ms(self, stream: int, pts_ms: int | None, *, step_ms: int, wall_ms: int) -> int:
        """Event time of a packet.

        Args:
            stream: index of the stream in its container.
            pts_ms: its timestamp; None where the container has none: then one step after the stream's last packet.
            step_ms: usual distance between packets of this stream.
            wall_ms: the wall clock now.
        """
        position = self._positions.get(stream)
        if pts_ms is None:
            pts_ms = self._guess_pts(position, step_ms)
        timeline = self._timeline_for(position, pts_ms)
        if timeline is None:
            timeline = self._newest = self._new_timeline(pts_ms, step_ms=step_ms, wall_ms=wall_ms)
        event_ms = max(pts_ms + timeline.offset_ms, self._start_ms)
        if position is not None:
            event_ms = max(event_ms, position.event_ms - BACK_MS)
        timeline.last_pts_ms = max(timeline.last_pts_ms, pts_ms)
        self._positions[stream] = _Position(timeline=timeline, pts_ms=pts_ms, event_ms=event_ms)
        self._last_ms = max(self._last_ms, event_ms)
        return event_ms

    def _guess_pts(self, position: _Position | None, step_ms: int) -> int:
        if position is not None:
            return position.pts_ms + step_ms
        return self._newest.last_pts_ms if self._newest is not None else 0

    def _timeline_for(self, position: _Position | None, pts_ms: int) -> _Timeline | None:
        """Find the timeline that a timestamp continues; None when it is a jump to a new one."""
        newest = self._newest
        if position is None or newest is None:
            return newest
        own, step = position.timeline, pts_ms - position.pts_ms
        if -BACK_MS <= step <= FORWARD_MS:
            return own
        if step > 0 and _near(pts_ms, own):
            return own
        return newest if newest is not own and _near(pts_ms, newest) else None

    def _new_timeline(self, pts_ms: int, *, step_ms: int, wall_ms: int) -> _Timeline:
        if self._live:
            event_ms = max(self._last_ms, self._start_ms + wall_ms - self._start_wall_ms)
        else:
            event_ms = self._last_ms + step_ms
        return _Timeline(offset_ms=event_ms - pts_ms, last_pts_ms=pts_ms)


def _near(pts_ms: int, timeline: _Timeline) -> bool:
    return abs(pts_ms - timeline.last_pts_ms) <= FORWARD_MS

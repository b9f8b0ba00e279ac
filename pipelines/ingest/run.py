"""The loop of one source: open, read, publish, and come to an orderly end whatever happens to the stream."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple
from urllib.parse import urlsplit

from pipelines.errors import SourceError
from pipelines.ingest.audio import AudioTrack
from pipelines.ingest.frame_choice import FrameGrid
from pipelines.ingest.live_edge import read_to_live_edge
from pipelines.ingest.opening import MediaPacket, Source, open_source, pts_ms
from pipelines.ingest.pacing import Pacer, backoff_s
from pipelines.ingest.pcm_chunks import PcmChunker
from pipelines.ingest.show import Sender, Show
from pipelines.ingest.source import Ending, IngestSummary, SourceSpec, session_id
from pipelines.ingest.stream_clock import StreamClock
from pipelines.ingest.video import VideoTrack
from pipelines.settings import Settings
from schemas import LifecycleChange

_STABLE_MS = 5_000
"""A connection that brought this much of the show was a good one: the next break starts with a full set of tries."""

_CUT_SHORT_MS = 1_000
"""A file that ends this much before its header says was cut short: streams of one file end some packets apart."""

_USUAL_STEP_MS = 40
"""Distance of two packets where the container does not say: 25 pictures a second."""

_REPORT_EVERY_S = 5.0

Report = Callable[[IngestSummary], None]


class _End(NamedTuple):
    ending: Ending
    detail: str = ""
    may_come_back: bool = False


def run_source(
    spec: SourceSpec, sender: Sender, settings: Settings, *, stop: threading.Event, report: Report = lambda _: None
) -> IngestSummary:
    """Publish a source from its beginning to its end; returns when it is over, lost, or `stop` is set.

    Blocks at most as long as one read may take (`source_read_timeout_s`) beyond a set `stop`. The sender is not
    flushed: whoever made it closes it.

    Args:
        spec: what to ingest.
        sender: where records go, a `Publisher`.
        settings: the settings.
        stop: set it to end early.
        report: called about every five seconds with the counts so far.

    Raises:
        SourceError: it could not be opened at all; nothing was published.
        DeliveryError: Kafka did not take a record.
    """
    return _Run(spec, sender, settings, stop, report).run()


class _Run:
    """One source over all its connections."""

    def __init__(
        self, spec: SourceSpec, sender: Sender, settings: Settings, stop: threading.Event, report: Report
    ) -> None:
        self._spec = spec
        self._settings = settings
        self._stop = stop
        self._report = report
        self._summary = IngestSummary(room=spec.room, session=spec.session)
        self._show = Show(spec, sender, self._summary)
        self._clock: StreamClock | None = None
        self._grid = FrameGrid(spec.fps)
        self._chunker = PcmChunker()
        self._connection_ms = 0
        self._began_s = self._reported_s = time.monotonic()

    def run(self) -> IngestSummary:
        """Play until the end."""
        tries = 0
        while True:
            end = self._connect_and_play()
            if not end.may_come_back or self._stop.is_set():
                break
            if self._connection_ms >= _STABLE_MS:
                tries = 0
            if tries >= self._spec.max_retries:
                end = end._replace(detail=f"{end.detail}; given up after {tries} retries")
                break
            self._stop.wait(backoff_s(tries))
            tries += 1
            self._summary.reconnects += 1
        return self._finish(end)

    def _connect_and_play(self) -> _End:
        self._connection_ms = 0
        try:
            source = open_source(self._spec.url, self._settings)
        except SourceError as error:
            parts = urlsplit(self._spec.url)
            remote = bool(parts.netloc) and parts.scheme != "file"
            return _End(Ending.SOURCE_LOST, str(error), may_come_back=remote)
        with source.container:
            try:
                return self._play(source)
            except SourceError as error:
                return _End(Ending.SOURCE_LOST, str(error), may_come_back=source.live)

    def _play(self, source: Source) -> _End:
        packets, clock = self._begin(source, source.packets())
        video = VideoTrack(source.video, self._grid, self._show, self._settings) if source.video else None
        audio = AudioTrack(source.audio, self._chunker, self._show) if source.audio else None
        pacer = Pacer(0 if source.live else self._spec.speed)
        first_ms: int | None = None
        event_ms = self._summary.start_ms
        try:
            for packet in packets:
                packet_ms = self._event_ms(clock, packet)
                self._stop.wait(pacer.delay_s(packet_ms, monotonic_s=time.monotonic()))
                if self._stop.is_set():
                    return _End(Ending.STOPPED)
                track = video if packet.stream is source.video else audio
                if track is not None:
                    track.feed(packet, packet_ms)
                first_ms = packet_ms if first_ms is None else first_ms
                event_ms = max(event_ms, packet_ms)
                self._connection_ms = event_ms - first_ms
                self._maybe_report()
        finally:
            for finished in (video, audio):
                if finished is not None:
                    finished.finish()
        return self._end_of_data(source, played_ms=event_ms - self._summary.start_ms)

    def _begin(self, source: Source, packets: Iterator[MediaPacket]) -> tuple[Iterable[MediaPacket], StreamClock]:
        """Set the clock on the first packet of a connection, and start the show on the first of all."""
        wall_ms, origin_ms = _wall_ms(), source.origin_ms()
        if source.live:
            edge = read_to_live_edge(
                packets,
                breaks=SourceError,
                time_of=_stamp_ms,
                monotonic_ms=lambda: time.monotonic() * 1000,
            )
            wall_ms = _wall_ms() - edge.age_ms
            packets = chain(edge.packets, edge.rest)
            origin_ms = next((stamp for packet in edge.packets if (stamp := _stamp_ms(packet)) is not None), 0)
        if self._clock is None:
            self._clock = self._start_show(wall_ms, live=source.live)
        self._clock.begin(origin_ms, wall_ms=wall_ms)
        return packets, self._clock

    def _start_show(self, wall_ms: int, *, live: bool) -> StreamClock:
        summary = self._summary
        summary.start_ms = wall_ms if self._spec.start_ms is None else self._spec.start_ms
        summary.last_ms = summary.start_ms
        summary.session = self._spec.session or session_id(self._spec.room, summary.start_ms)
        self._show.lifecycle(LifecycleChange.STARTED)
        return StreamClock(start_ms=summary.start_ms, start_wall_ms=wall_ms, live=live)

    def _event_ms(self, clock: StreamClock, packet: MediaPacket) -> int:
        return clock.event_ms(
            packet.stream_index,
            _stamp_ms(packet),
            step_ms=pts_ms(packet.duration, packet.stream) or _USUAL_STEP_MS,
            wall_ms=_wall_ms(),
        )

    def _end_of_data(self, source: Source, *, played_ms: int) -> _End:
        if not source.ends_itself:
            detail = f"{source.url} broke off: the server ended the stream"
            return _End(Ending.SOURCE_LOST, detail, may_come_back=True)
        if source.duration_ms is not None and played_ms < source.duration_ms - _CUT_SHORT_MS:
            detail = f"{source.url} is cut short: {played_ms / 1000:.1f} s of {source.duration_ms / 1000:.1f} s"
            return _End(Ending.SOURCE_LOST, detail)
        return _End(Ending.ENDED)

    def _finish(self, end: _End) -> IngestSummary:
        if self._clock is None and not self._stop.is_set():
            raise SourceError(end.detail)
        summary = self._summary
        summary.ending = Ending.STOPPED if self._stop.is_set() else end.ending
        summary.detail = end.detail
        if self._clock is not None:
            if summary.ending is Ending.SOURCE_LOST:
                self._show.lifecycle(LifecycleChange.SOURCE_LOST, detail=end.detail)
            self._show.lifecycle(LifecycleChange.ENDED, detail=summary.ending)
        summary.wall_ms = round((time.monotonic() - self._began_s) * 1000)
        return summary

    def _maybe_report(self) -> None:
        now_s = time.monotonic()
        if now_s - self._reported_s >= _REPORT_EVERY_S:
            self._reported_s = now_s
            self._report(self._summary)


def _stamp_ms(packet: MediaPacket) -> int | None:
    """When a packet is shown or heard, by its stream's clock; when it is decoded, where nothing else is known."""
    return pts_ms(packet.pts if packet.pts is not None else packet.dts, packet.stream)


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000

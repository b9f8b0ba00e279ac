"""The picture track of one connection: decodes what leads to the due pictures and publishes those."""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from pipelines.ingest.frame_choice import FrameGrid, LazyDecoding
from pipelines.ingest.jpeg import encode_jpeg
from pipelines.ingest.opening import MediaPacket
from pipelines.ingest.show import Show
from pipelines.settings import Settings
from schemas.topics import LIVE_FRAMES

_TIMES_KEPT = 512
"""Packets inside the decoder whose event time is remembered; a decoder holds at most some tens."""


class _Shown(NamedTuple):
    time_ms: int
    is_key: bool


class VideoTrack:
    """Packets in, JPEG frames out."""

    def __init__(self, stream: VideoStream, grid: FrameGrid, show: Show, settings: Settings) -> None:
        self._stream = stream
        self._grid = grid
        self._show = show
        self._settings = settings
        self._lazy: LazyDecoding[MediaPacket] = LazyDecoding()
        self._times: dict[int | None, _Shown] = {}
        self._last_fed = _Shown(0, is_key=False)
        grid.restart()
        context = stream.codec_context
        context.thread_count = 1  # rooms run side by side, and frame threads would hold pictures back
        if context.has_b_frames:
            context.skip_frame = "NONREF"  # nothing needs these pictures, and others lie close by

    def feed(self, packet: MediaPacket, time_ms: int) -> None:
        """Take a packet; publishes the pictures that are due."""
        summary = self._show.summary
        summary.video_packets += 1
        self._times[packet.pts] = shown = _Shown(time_ms, is_key=packet.is_keyframe)
        if len(self._times) > _TIMES_KEPT:
            del self._times[next(iter(self._times))]
        step = self._lazy.offer(packet, time_ms, is_key=shown.is_key, grid=self._grid)
        summary.skipped_packets += step.skipped
        if step.restart:
            self._drain_decoder()
        for due in step.packets:
            self._last_fed = self._times.get(due.pts, shown)
            self._publish(self._decode(due))

    def finish(self) -> None:
        """Publish what the decoder still holds, if it is due: the connection is over."""
        self._show.summary.skipped_packets += self._lazy.drain()
        self._drain_decoder()

    def _decode(self, packet: MediaPacket | None) -> Sequence[VideoFrame]:
        try:
            frames = self._stream.decode(packet)
        except av.error.EOFError:
            return ()  # drained before
        except av.error.FFmpegError:
            self._show.summary.decode_errors += 1
            return ()
        self._show.summary.decoded_pictures += len(frames)
        return frames

    def _drain_decoder(self) -> None:
        self._publish(self._decode(None))
        self._stream.codec_context.flush_buffers()

    def _publish(self, frames: Sequence[VideoFrame]) -> None:
        for frame in frames:
            shown = self._times.get(frame.pts, self._last_fed)
            if self._grid.take(shown.time_ms, is_key=shown.is_key):
                self._publish_one(frame, shown.time_ms)

    def _publish_one(self, frame: VideoFrame, time_ms: int) -> None:
        settings = self._settings
        jpeg = None
        if frame.width * frame.height <= settings.max_image_pixels:  # a stream may change its size on the way
            jpeg = encode_jpeg(
                frame,
                pixel_aspect=self._stream.sample_aspect_ratio or Fraction(1),
                long_side_px=settings.frame_long_side_px,
                quality=settings.jpeg_quality,
                max_bytes=LIVE_FRAMES.max_message_bytes,
            )
        if jpeg is None:
            self._show.summary.dropped_frames += 1
        else:
            self._show.frame(time_ms, jpeg)

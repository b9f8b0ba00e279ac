"""The sound track of one connection: decoded, resampled to 16 kHz mono, cut into chunks."""

from collections.abc import Sequence

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from pipelines.ingest.opening import MediaPacket, pts_ms
from pipelines.ingest.pcm_chunks import PcmChunker
from pipelines.ingest.show import Show
from schemas.media import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ


class AudioTrack:
    """Packets in, PCM chunks out."""

    def __init__(self, stream: AudioStream, chunker: PcmChunker, show: Show) -> None:
        self._stream = stream
        self._chunker = chunker
        self._show = show
        self._resampler = _new_resampler()
        self._shape: tuple[str, str, int] | None = None
        self._end_ms = 0

    def feed(self, packet: MediaPacket, time_ms: int) -> None:
        """Take a packet; publishes the chunks that are full."""
        packet_ms = pts_ms(packet.pts, self._stream)
        next_ms = time_ms
        for frame in self._decode(packet):
            frame_ms = pts_ms(frame.pts, self._stream)
            # A decoder may trim the beginning of a packet; where both have a timestamp, the frame's is finer.
            first_ms = next_ms if packet_ms is None or frame_ms is None else time_ms + frame_ms - packet_ms
            self._resample(frame, first_ms)
            next_ms = first_ms + round(frame.samples * 1000 / frame.sample_rate)

    def finish(self) -> None:
        """Publish the rest, as a shorter chunk: the connection is over."""
        for frame in self._decode(None):
            self._resample(frame, self._end_ms)
        self._push(self._end_ms, self._resampler.resample(None))
        self._publish_rest()

    def _decode(self, packet: MediaPacket | None) -> Sequence[AudioFrame]:
        try:
            return self._stream.decode(packet)
        except av.error.EOFError:
            return ()  # drained before
        except av.error.FFmpegError:
            self._show.summary.decode_errors += 1
            return ()

    def _resample(self, frame: AudioFrame, time_ms: int) -> None:
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._shape is not None and shape != self._shape:  # a resampler takes one shape only
            self._push(self._end_ms, self._resampler.resample(None))
            self._resampler = _new_resampler()
        self._shape = shape
        frame.pts = None  # the resampler counts samples; time is ours
        self._push(time_ms, self._resampler.resample(frame))

    def _push(self, time_ms: int, frames: Sequence[AudioFrame]) -> None:
        for frame in frames:
            pcm = bytes(frame.planes[0])[: frame.samples * BYTES_PER_SAMPLE]
            self._publish(time_ms, pcm)
            time_ms += round(frame.samples * 1000 / SAMPLE_RATE_HZ)
        self._end_ms = time_ms

    def _publish(self, time_ms: int, pcm: bytes) -> None:
        for chunk in self._chunker.push(time_ms, pcm):
            self._show.sound(chunk.time_ms, chunk.pcm)

    def _publish_rest(self) -> None:
        for chunk in self._chunker.drain():
            self._show.sound(chunk.time_ms, chunk.pcm)


def _new_resampler() -> AudioResampler:
    return AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)

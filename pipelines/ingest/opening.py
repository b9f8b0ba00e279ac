"""Opening a source: a container with at most one picture and one sound stream, and time limits on every read."""

from collections.abc import Iterator
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from urllib.parse import urlsplit

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Disposition, Stream
from av.video.stream import VideoStream

from pipelines.errors import SourceError
from pipelines.settings import Settings

if TYPE_CHECKING:
    MediaPacket: TypeAlias = Packet[Stream]
    """A packet of any stream; the type parameter exists for type checkers only."""
else:
    MediaPacket = Packet

_LIVE_SCHEMES = frozenset({"rtmp", "rtmps", "rtmpt", "rtsp", "rtsps", "srt", "udp", "rtp", "tcp"})
_SAID_DURATION = ("mp4", "matroska", "flv")
"""Formats whose header says how long the file is; for others PyAV's duration is an estimate."""

_PROBE_OPTIONS = {"analyzeduration": "2000000", "probesize": "2000000"}
"""Two seconds (in microseconds) and two megabytes find both streams; the default of five seconds is waiting time."""


class Source(NamedTuple):
    """An opened source."""

    url: str
    """For messages: without secrets."""
    container: InputContainer
    video: VideoStream | None
    audio: AudioStream | None
    live: bool
    ends_itself: bool
    """Whether the end of the data means that the show is over: files, and HLS, whose playlist says so."""
    duration_ms: int | None
    """Length that the file's header promises; None when nothing does."""

    def packets(self) -> Iterator[MediaPacket]:
        """Packets of both streams in the order of the container.

        Raises:
            SourceError: it broke off, or brought nothing within the time limit.
        """
        demuxed = self.container.demux([stream for stream in (self.video, self.audio) if stream is not None])
        timeout_s = float(self.container.read_timeout or inf)
        while True:
            asked_s = monotonic()
            try:
                packet = next(demuxed)
            except StopIteration:
                return
            except av.error.FFmpegError as error:
                raise SourceError(f"{self.url} broke off: {why(error, timeout_s)}") from error
            if packet.size:
                yield packet
            elif monotonic() - asked_s >= timeout_s:  # HLS calls its own time limit an end
                raise SourceError(f"{self.url} broke off: {_silence(timeout_s)}")

    def origin_ms(self) -> int:
        """Smallest timestamp to expect at the beginning of a file."""
        starts = [pts_ms(s.start_time, s) for s in (self.video, self.audio) if s and s.start_time is not None]
        return min((start for start in starts if start is not None), default=0)


def open_source(url: str, settings: Settings) -> Source:
    """Open a file or stream.

    Raises:
        SourceError: it cannot be opened, has neither picture nor sound, or pictures larger than the settings allow.
    """
    live_scheme = urlsplit(url).scheme in _LIVE_SCHEMES
    try:
        container = av.open(
            url,
            mode="r",
            options=_options(url),
            timeout=(settings.source_open_timeout_s, settings.source_read_timeout_s),
            metadata_errors="replace",
        )
    except (av.error.FFmpegError, ValueError) as error:
        raise SourceError(f"cannot open {public_url(url)}: {why(error, settings.source_open_timeout_s)}") from error
    try:
        return _choose_streams(container, url, settings, live_scheme=live_scheme)
    except SourceError:
        container.close()
        raise


def public_url(url: str) -> str:
    """Strip user, password and query, which may hold keys, for messages."""
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        return url
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def why(error: Exception, timeout_s: float) -> str:
    """One sentence on what went wrong."""
    if isinstance(error, av.error.ExitError):
        return _silence(timeout_s)
    if isinstance(error, av.error.FileNotFoundError):
        return "there is no such file"
    if isinstance(error, av.error.InvalidDataError):
        return "this is not a video or sound format that can be read, or the file is damaged"
    if isinstance(error, av.error.FFmpegError):
        return error.strerror or type(error).__name__
    return str(error)


def pts_ms(pts: int | None, stream: Stream) -> int | None:
    """Convert a timestamp of a stream to milliseconds."""
    if pts is None or stream.time_base is None:
        return None
    return round(pts * stream.time_base * 1000)


def _silence(timeout_s: float) -> str:
    return f"no data for {timeout_s:g} s"


def _options(url: str) -> dict[str, str]:
    scheme = urlsplit(url).scheme
    options = dict(_PROBE_OPTIONS)
    if scheme.startswith("rtmp"):
        options["rtmp_live"] = "live"
    if scheme.startswith("rtsp"):
        options["rtsp_transport"] = "tcp"  # lost UDP packets are broken pictures
    if urlsplit(url).path.endswith(".m3u8"):
        options["live_start_index"] = "-1"  # begin at the live edge and not three segments before
    return options


def _choose_streams(container: InputContainer, url: str, settings: Settings, *, live_scheme: bool) -> Source:
    pictures = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    video = max(pictures, key=lambda s: s.width * s.height, default=None)
    audio = next(iter(container.streams.audio), None)
    if video is None and audio is None:
        raise SourceError(f"{public_url(url)} has neither pictures nor sound")
    if video is not None and video.width * video.height > settings.max_image_pixels:
        raise SourceError(
            f"{public_url(url)} has pictures of {video.width}x{video.height}; DAJIA_MAX_IMAGE_PIXELS allows "
            f"{settings.max_image_pixels} pixels"
        )
    for stream in container.streams:
        if stream is not video and stream is not audio:
            stream.discard = Discard.all
    duration_ms = container.duration // 1000 if container.duration and container.duration > 0 else None
    live = live_scheme or (bool(urlsplit(url).netloc) and urlsplit(url).scheme != "file" and duration_ms is None)
    said = any(name in container.format.name for name in _SAID_DURATION)
    return Source(
        url=public_url(url),
        container=container,
        video=video,
        audio=audio,
        live=live,
        ends_itself=not live or container.format.name == "hls",
        duration_ms=duration_ms if said and not live else None,
    )

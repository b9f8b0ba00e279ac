"""Makes one MP4 of a room's pictures and sound: H.264 and AAC, with the moov box first, as browsers play it.

A picture is shown from its on-air moment until the next one; where sound is missing there is silence. Frame rates vary,
so presentation times are milliseconds since the clip's first moment, which `Clip.starts_ms` says.
"""

import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import msgspec
import numpy as np

from schemas.cloudevents import format_time
from schemas.media import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, AudioChunk, Frame

LAST_FRAME_MS = 500
"""How long the last picture is shown: ingest cuts two a second."""
CRF = "26"
"""x264's quality: text on labels is still read at 1280 px; the original pictures are in the bundle too."""
PRESET = "veryfast"
SOUND_BITS_PER_S = 48_000
JITTER_SAMPLES = SAMPLE_RATE_HZ // 50
"""20 ms."""
_MILLISECONDS = Fraction(1, 1000)
Picture = Any
"""Pixels, uint8 of height x width x 3."""


class Clip(msgspec.Struct, frozen=True):
    """An MP4 and how its times are those on air."""

    mp4: bytes
    starts_ms: int
    """On-air moment at which the clip's time is 0."""
    frames: tuple[tuple[int, int], ...]
    """Presentation time and on-air moment of each picture, milliseconds."""
    damaged: tuple[int, ...]
    """Sequence numbers of pictures that cannot be decoded; their bytes are kept all the same."""


def make_clip(frames: Sequence[Frame], sound: Sequence[AudioChunk]) -> Clip | None:
    """The clip of some pictures and sound of one session; None when there is nothing to show or hear."""
    frames = sorted(frames, key=lambda one: (one.time_ms, one.sequence))
    sound = sorted(sound, key=lambda one: (one.time_ms, one.sequence))
    pictures = [(one.time_ms, picture) for one in frames if (picture := _picture(one)) is not None]
    shown = {time_ms for time_ms, _ in pictures}
    damaged = tuple(one.sequence for one in frames if one.time_ms not in shown)
    moments = [time_ms for time_ms, _ in pictures[:1]] + [one.time_ms for one in sound[:1]]
    if not moments:
        return None
    starts_ms = min(moments)
    with tempfile.TemporaryDirectory() as scratch:  # to put the moov box first, FFmpeg reads the file again
        path = Path(scratch) / "clip.mp4"
        with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            container.metadata["creation_time"] = format_time(starts_ms)
            shows = _Show(container, pictures) if pictures else None
            sounds = _Sound(container, starts_ms) if sound else None
            times = shows.encode(pictures, starts_ms) if shows else []
            if sounds:
                sounds.encode(sound)
        return Clip(path.read_bytes(), starts_ms, tuple(times), damaged)


class _Show:
    """The video stream; later pictures take the size of the first."""

    def __init__(self, container: "av.container.OutputContainer", pictures: Sequence[tuple[int, Picture]]) -> None:
        self._container = container
        height, width, _ = pictures[0][1].shape
        stream = container.add_stream("libx264", rate=25, options={"preset": PRESET, "crf": CRF, "bf": "0"})
        stream.width, stream.height = max(2, width // 2 * 2), max(2, height // 2 * 2)  # H.264 4:2:0 needs even sides
        stream.pix_fmt, stream.thread_count = "yuv420p", 1  # one thread: the same pictures give the same bytes
        stream.codec_context.time_base = _MILLISECONDS
        self._stream = stream

    def encode(self, pictures: Sequence[tuple[int, Picture]], starts_ms: int) -> list[tuple[int, int]]:
        """Encode all pictures; returns presentation time and on-air moment of each."""
        times: list[tuple[int, int]] = []
        size = (self._stream.width, self._stream.height)
        for time_ms, picture in pictures:
            pts = time_ms - starts_ms
            if times and pts <= times[-1][0]:
                continue  # two pictures of one moment: the first is shown
            self._add(picture, size, pts)
            times.append((pts, time_ms))
        self._add(pictures[-1][1], size, times[-1][0] + LAST_FRAME_MS)  # so that the last one is seen
        self._container.mux(self._stream.encode(None))
        return times

    def _add(self, picture: Picture, size: tuple[int, int], pts: int) -> None:
        same = picture if picture.shape[1::-1] == size else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(same), format="bgr24")
        frame.pts, frame.time_base = pts, _MILLISECONDS
        self._container.mux(self._stream.encode(frame))


class _Sound:
    """The audio stream."""

    def __init__(self, container: "av.container.OutputContainer", starts_ms: int) -> None:
        self._container, self._starts_ms = container, starts_ms
        self._stream = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="mono")
        self._stream.bit_rate = SOUND_BITS_PER_S

    def encode(self, sound: Sequence[AudioChunk]) -> None:
        """Encode all sound."""
        for at, samples in _without_gaps(sound, self._starts_ms):
            frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE_HZ, at, Fraction(1, SAMPLE_RATE_HZ)
            self._container.mux(self._stream.encode(frame))
        self._container.mux(self._stream.encode(None))


def _without_gaps(sound: Sequence[AudioChunk], starts_ms: int) -> Iterator[tuple[int, "np.ndarray[Any, Any]"]]:
    """Place and samples of each chunk, silence between them where sound is missing; what was there already is left out.

    A chunk that is off its place by less than `JITTER_SAMPLES` follows the one before: on-air times are whole
    milliseconds, and a click of silence every half second would be heard.
    """
    at = 0
    for chunk in sound:
        begins = (chunk.time_ms - starts_ms) * SAMPLE_RATE_HZ // 1000
        samples = np.frombuffer(chunk.pcm[: len(chunk.pcm) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE], dtype="<i2")
        if begins > at + JITTER_SAMPLES:
            yield at, np.zeros(begins - at, dtype="<i2")
            at = begins
        samples = samples[at - begins :] if begins < at - JITTER_SAMPLES else samples
        if samples.size:
            yield at, samples
            at += samples.size


def _picture(frame: Frame) -> Picture | None:
    """The pixels of a frame, BGR; None when it cannot be decoded."""
    data = np.frombuffer(frame.jpeg, dtype=np.uint8)
    return cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None

"""What to ingest, and what came of it."""

from enum import StrEnum
from typing import Annotated

import msgspec

from pipelines.ingest.frame_choice import HIGHEST_FPS, LOWEST_FPS

DEFAULT_FPS = 2.0
"""Pictures a second: a label or a board shown for a second is seen twice; OCR decides itself what has changed."""

DEFAULT_RETRIES = 5
"""New tries after a live source broke: about 15 s of waiting in all (see `pacing.backoff_s`)."""

LATEST_MS = 126_230_400_000_000
"""Latest time taken, 4000 years after 1970: what is impossible is for the readers to judge, but two such times must add
up to a date before the year 10000, which RFC 3339 can still write."""

EventTime = Annotated[int, msgspec.Meta(ge=0, le=LATEST_MS)]
"""Milliseconds, since the epoch or since the start of a show."""


class SourceSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One source and the room it belongs to."""

    url: str
    """Anything PyAV reads: a file, rtmp, rtsp, hls, flv, srt …"""
    room: str
    session: str = ""
    """Show id; made from the room and the start when empty (see `session_id`)."""
    fps: Annotated[float, msgspec.Meta(ge=LOWEST_FPS, le=HIGHEST_FPS)] = DEFAULT_FPS
    """Pictures a second."""
    speed: Annotated[float, msgspec.Meta(ge=0)] = 1.0
    """How fast a file plays: 1 as on air, 2 twice as fast, 0 as fast as possible. Live sources have their own pace."""
    start_ms: EventTime | None = None
    """Event time of the first moment, milliseconds since the epoch; the wall clock's when None."""
    host: str = ""
    title: str = ""
    merchants: tuple[str, ...] = ()
    lifecycle: bool = True
    """Whether to publish started, source-lost and ended; False where the platform does."""
    max_retries: Annotated[int, msgspec.Meta(ge=0)] = DEFAULT_RETRIES
    """New tries in a row after a live source broke off or did not open."""


class Ending(StrEnum):
    """How a source came to its end."""

    ENDED = "ended"
    """The stream said itself that it was over."""
    SOURCE_LOST = "source-lost"
    """It broke off, was cut short, or did not come back."""
    STOPPED = "stopped"
    """We were told to stop."""


class IngestSummary(msgspec.Struct, kw_only=True):
    """Counts of one source; grows while it runs."""

    room: str
    session: str = ""
    ending: Ending = Ending.STOPPED
    detail: str = ""
    frames: int = 0
    """Pictures published."""
    audio_chunks: int = 0
    audio_ms: int = 0
    """Sound published, milliseconds."""
    frame_bytes: int = 0
    video_packets: int = 0
    """Compressed pictures received."""
    decoded_pictures: int = 0
    """Pictures that came out of the decoder."""
    skipped_packets: int = 0
    """Compressed pictures that were never given to the decoder, because none of them was needed."""
    decode_errors: int = 0
    dropped_frames: int = 0
    """Pictures that were due but larger than the settings or the topic allow."""
    reconnects: int = 0
    start_ms: int = 0
    """Event time of the first moment."""
    last_ms: int = 0
    """Last on-air moment that was published."""
    wall_ms: int = 0
    """How long it took, milliseconds of the wall clock."""


def session_id(room: str, start_ms: int) -> str:
    """Id of the show of `room` that began at `start_ms`: the same for everyone who knows these two."""
    return f"{room}-{start_ms}"

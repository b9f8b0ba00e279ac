"""What ingest cuts out of a live stream: single pictures and short pieces of sound.

The payload of these two types is the media itself; their words travel in CloudEvents headers.
"""

import msgspec

SAMPLE_RATE_HZ = 16_000
"""Sampling rate of every audio chunk: what the speech models expect."""

BYTES_PER_SAMPLE = 2
"""PCM s16le: two bytes a sample, one channel."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One picture of a live room."""

    room: str
    session: str
    time_ms: int
    """On-air moment, milliseconds since the epoch."""
    sequence: int
    """Counts the frames of a session from 0."""
    jpeg: bytes


class AudioChunk(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a room's sound: PCM s16le, 16 kHz, mono."""

    room: str
    session: str
    time_ms: int
    """On-air moment of the first sample, milliseconds since the epoch."""
    sequence: int
    """Counts the chunks of a session from 0."""
    pcm: bytes

    @property
    def duration_ms(self) -> int:
        """Length of the chunk in milliseconds, rounded down."""
        return len(self.pcm) // BYTES_PER_SAMPLE * 1000 // SAMPLE_RATE_HZ

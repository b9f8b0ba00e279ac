"""Sound in pieces of equal length with the event time of their first sample. Pure.

Time is counted in samples and led gently by the stream's timestamps: jitter (RTMP rounds to milliseconds, phones send
in bursts) does not cut the sound, a slow drift of the sender's clock is followed, a real gap begins a new chunk.
Chunk times never fall.
"""

import msgspec

from schemas.media import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ

CHUNK_MS = 500
"""A record is dear in Faust; half a second adds little to the time that an utterance takes to end."""

GAP_MS = 100
"""Timestamps further ahead than this are a gap. Jitter stays in the tens of milliseconds; a lost syllable is longer."""

JITTER_MS = 5
"""Timestamps that are off by no more are taken as right: containers round to milliseconds, or to 90 kHz ticks."""

_SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000


class PcmChunk(msgspec.Struct, frozen=True):
    """PCM s16le, 16 kHz, mono, from `time_ms` on."""

    time_ms: int
    pcm: bytes


class PcmChunker:
    """Collects samples of one show and cuts them into chunks."""

    def __init__(self, chunk_ms: int = CHUNK_MS) -> None:
        self._chunk_samples = chunk_ms * _SAMPLES_PER_MS
        self._kept = bytearray()
        self._next: int | None = None
        """Time of the sample after the kept ones, in samples since the epoch."""

    def push(self, time_ms: int, pcm: bytes) -> list[PcmChunk]:
        """Add whole samples whose first one belongs to `time_ms`; returns the chunks that are full."""
        samples = len(pcm) // BYTES_PER_SAMPLE
        time = time_ms * _SAMPLES_PER_MS
        chunks: list[PcmChunk] = []
        if self._next is None:
            self._next = time
        ahead = time - self._next
        if ahead > GAP_MS * _SAMPLES_PER_MS:
            chunks += self.drain()
            self._next = time
        elif abs(ahead) > JITTER_MS * _SAMPLES_PER_MS:
            # At most a quarter of what came, so that time goes on; behind is caught up slowly, never by going back.
            slack = min(_SAMPLES_PER_MS, samples // 4)
            self._next += max(-slack, min(slack, ahead))
        self._kept += pcm
        self._next += samples
        while len(self._kept) >= self._chunk_samples * BYTES_PER_SAMPLE:
            chunks.append(self._cut(self._chunk_samples))
        return chunks

    def drain(self) -> list[PcmChunk]:
        """Cut what is left as a shorter chunk."""
        return [self._cut(len(self._kept) // BYTES_PER_SAMPLE)] if self._kept else []

    def _cut(self, samples: int) -> PcmChunk:
        assert self._next is not None
        first = self._next - len(self._kept) // BYTES_PER_SAMPLE
        pcm = bytes(self._kept[: samples * BYTES_PER_SAMPLE])
        del self._kept[: samples * BYTES_PER_SAMPLE]
        return PcmChunk(time_ms=first // _SAMPLES_PER_MS, pcm=pcm)

"""Reads the sound of any file that PyAV opens: wav, mp3, flac, mp4 and so on."""

from collections.abc import Iterator
from pathlib import Path

import av

from pipelines.errors import SourceError
from schemas.media import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, AudioChunk

CHUNK_MS = 500
"""Length of the chunks of a file, as ingest cuts them from a stream."""


def read_audio(path: Path) -> Iterator[bytes]:
    """Yield the sound of a file piece by piece as PCM s16le, 16 kHz, mono.

    Damaged packets are left out.

    Raises:
        SourceError: it cannot be opened, has no sound, or nothing of it can be decoded.
    """
    if not path.is_file():
        raise SourceError("is no file")
    decoded = 0
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise SourceError("has no sound")
            stream = container.streams.audio[0]
            resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
            for packet in container.demux(stream):
                try:
                    frames = packet.decode()
                except av.error.InvalidDataError:
                    continue
                for frame in frames:
                    for piece in resampler.resample(frame):
                        decoded += piece.samples
                        yield _pcm(piece)
            if decoded:
                yield from (_pcm(piece) for piece in resampler.resample(None))
    except av.error.FFmpegError as error:
        raise SourceError(f"cannot be decoded: {error.strerror or error}") from error
    if not decoded:
        raise SourceError("no sound in it can be decoded")


def audio_chunks(path: Path, *, room: str, session: str) -> Iterator[AudioChunk]:
    """Yield the sound of a file as chunks whose times begin at 0.

    Raises:
        SourceError: as `read_audio`.
    """
    size = CHUNK_MS * SAMPLE_RATE_HZ // 1000 * BYTES_PER_SAMPLE
    held, sequence = b"", 0
    for piece in read_audio(path):
        held += piece
        while len(held) >= size:
            yield AudioChunk(
                room=room, session=session, time_ms=sequence * CHUNK_MS, sequence=sequence, pcm=held[:size]
            )
            held, sequence = held[size:], sequence + 1
    if held:
        yield AudioChunk(room=room, session=session, time_ms=sequence * CHUNK_MS, sequence=sequence, pcm=held)


def _pcm(frame: av.AudioFrame) -> bytes:
    return bytes(frame.to_ndarray())

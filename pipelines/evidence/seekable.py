"""A seekable file whose bytes are made when they are read: fetched in ranges, or decrypted."""

import io
from abc import abstractmethod
from typing import Any


class SeekableBytes(io.RawIOBase):
    """Knows its size and place; a subclass gives the bytes."""

    def __init__(self, size: int) -> None:
        self._size, self._at = size, 0

    @abstractmethod
    def _bytes_at(self, at: int, count: int) -> bytes:
        """Some of the `count` bytes from `at` on, at least one before the end and none behind it."""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that its place can be set."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Set the place; as of every file."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401  any buffer, as the base class says
        """Read some bytes from the place on; 0 at the end."""
        got = self._bytes_at(self._at, len(buffer))
        buffer[: len(got)] = got
        self._at += len(got)
        return len(got)

"""Lines from a file, pipe or terminal without being stuck in it: every read has a time limit."""

import os
import select

MOST_LINE_BYTES = 64 * 1024
"""A longer line is cut here, and the rest of it is thrown away: what comes in must not fill the memory."""

_READ_BYTES = 64 * 1024


class LineReader:
    """Reads lines of a file descriptor; the last line may lack its newline."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = bytearray()
        self._overlong = False
        self._end_of_file = False

    @property
    def ended(self) -> bool:
        """Whether all lines have been given out."""
        return self._end_of_file and not self._buffer

    def next_line(self, timeout_s: float) -> bytes | None:
        """Return the next line without its newline; None when none is complete within `timeout_s` seconds."""
        line = self._take()
        if line is None and not self._end_of_file and select.select([self._descriptor], [], [], timeout_s)[0]:
            data = os.read(self._descriptor, _READ_BYTES)
            self._end_of_file = not data
            self._buffer += data
            line = self._take()
        return line

    def _take(self) -> bytes | None:
        end = self._buffer.find(b"\n")
        if end < 0:
            if self._end_of_file and self._buffer:
                end = len(self._buffer)
            elif len(self._buffer) > MOST_LINE_BYTES:
                return self._cut()
            else:
                return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        if self._overlong:  # the rest of a line that was cut
            self._overlong = False
            return self._take()
        return line[:MOST_LINE_BYTES]

    def _cut(self) -> bytes | None:
        line = None if self._overlong else bytes(self._buffer[:MOST_LINE_BYTES])
        self._overlong = True
        self._buffer.clear()
        return line

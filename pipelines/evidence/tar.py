"""Tar archives of which there is one form only: nothing in them is free but names and bytes.

Every header is what `header` makes and everything between is zeros, so a changed bit is found wherever it is. Any tar
program reads them.
"""

import hashlib
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

BLOCK = tarfile.BLOCKSIZE
RECORD = tarfile.RECORDSIZE
_PIECE = 1 << 20


class TarError(Exception):
    """The archive is not in the one form; the message says where."""


def write_tar(path: Path, files: Iterable[tuple[str, bytes]]) -> None:
    """Write files in the order given."""
    size = 0
    with path.open("wb") as out:
        for name, data in files:
            for piece in (_header(name, len(data)), data, bytes(-len(data) % BLOCK)):
                size += out.write(piece)
        size += out.write(bytes(2 * BLOCK))
        out.write(bytes(-size % RECORD))


def read_tar(stream: BinaryIO, whole: "hashlib._Hash | None" = None) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield the name of each file and its bytes, which are read piece by piece or skipped with the next file.

    Args:
        stream: the archive.
        whole: updated with every byte of the archive.

    Raises:
        TarError: it is not in the one form.
    """
    reader = _Reader(stream, whole)
    while any(block := reader.exactly(BLOCK)):
        try:
            member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except tarfile.HeaderError as error:
            raise TarError(f"the tar header at byte {reader.at - BLOCK} is damaged: {error}") from error
        if _header_or_nothing(member) != block:
            raise TarError(f"the tar header of {member.name!r} at byte {reader.at - BLOCK} was changed")
        end = reader.at + member.size
        yield member.name, reader.pieces(end)
        for _ in reader.pieces(end):
            pass
        if any(reader.exactly(-member.size % BLOCK)):
            raise TarError(f"there are bytes behind the end of {member.name!r}")
    tail = reader.exactly(BLOCK + -(reader.at + BLOCK) % RECORD)
    if any(tail) or stream.read(1):
        raise TarError("there are bytes behind the end of the archive")


class _Reader:
    """Counts and hashes what is read."""

    def __init__(self, stream: BinaryIO, whole: "hashlib._Hash | None") -> None:
        self._stream, self._whole = stream, whole
        self.at = 0

    def exactly(self, size: int) -> bytes:
        data = self._stream.read(size) if size else b""
        if len(data) != size:
            raise TarError(f"the archive ends at byte {self.at + len(data)}, in the middle")
        if self._whole is not None:
            self._whole.update(data)
        self.at += size
        return data

    def pieces(self, end: int) -> Iterator[bytes]:
        while self.at < end:
            yield self.exactly(min(_PIECE, end - self.at))


def _header_or_nothing(member: tarfile.TarInfo) -> bytes:
    try:
        return _header(member.name, member.size)
    except ValueError:
        return b""


def _header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = size
    return member.tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape")

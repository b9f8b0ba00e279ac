"""A vault in a folder.

    objects/<key>       the bytes
    about/<…>.json      StoredObject: key, size, hash, end of retention, hold; named by the SHA-256 of the key
    incoming/           what is being written
    lock                held for a moment by whoever changes something (flock)

A new object is written to `incoming`, flushed to the disk, and renamed; `about` is written before the rename, so an
object never lacks its retention. The folder's file system must keep `fsync` and `rename` (local disks, NFSv4).
It refuses deletion, but whoever owns the disk can delete all the same: that is found by the chain. Object lock on S3 is
what an administrator cannot get round.
"""

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from pipelines.errors import VaultMissingError, VaultRefusedError, VaultUnreachableError
from pipelines.evidence.keys import checked
from pipelines.evidence.refusals import check_deletion, told
from pipelines.evidence.vault import StoredObject

_BLOCK = 1 << 20


class FolderVault:
    """A `Vault` in the folder `root`, which is made when it is not there."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._objects, self._about, self._incoming = root / "objects", root / "about", root / "incoming"
        with told(root):
            for folder in (self._objects, self._about, self._incoming):
                folder.mkdir(parents=True, exist_ok=True)

    def put(self, key: str, source: Path, *, retain_until_ms: int) -> None:
        """Store the bytes of `source`; see `Vault.put`."""
        target = self._objects / checked(key)
        with told(self._root), self._incoming_file() as (file, path):
            size, sha256 = _copied(source, file)
            about = StoredObject(key=key, size=size, sha256=sha256, retain_until_ms=retain_until_ms)
            with self._locked():
                present = self.stat(key)
                if present is not None:
                    self._again(present, about)
                    return
                self._write_about(about)
                target.parent.mkdir(parents=True, exist_ok=True)
                path.rename(target)
                _flush_folders(target.parent, self._root)

    def open(self, key: str) -> BinaryIO:
        """Return a reader of the bytes; see `Vault.open`."""
        with told(self._root):
            try:
                return (self._objects / checked(key)).open("rb")
            except FileNotFoundError as error:
                raise VaultMissingError(
                    f"the vault {self._root} has no {key}; `dajia evidence list` shows it"
                ) from error

    def stat(self, key: str) -> StoredObject | None:
        """What is known of an object; None when there is none."""
        with told(self._root):
            self._must_be_there()
            if not (self._objects / checked(key)).is_file():
                return None
            return msgspec.json.decode(self._about_path(key).read_bytes(), type=StoredObject)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """All objects whose keys begin with `prefix`, by key."""
        with told(self._root):
            self._must_be_there()
            start = self._objects / prefix.rpartition("/")[0]
            found = sorted(str(path.relative_to(self._objects)) for path in start.rglob("*") if path.is_file())
        for key in found:
            about = self.stat(key) if key.startswith(prefix) else None
            if about is not None:  # it may have been deleted meanwhile
                yield about

    def delete(self, key: str, *, now_ms: int) -> None:
        """Delete an object; see `Vault.delete`."""
        with told(self._root), self._locked():
            about = self.stat(key)
            if about is None:
                return
            check_deletion(about, now_ms)
            target = self._objects / key
            target.unlink()
            _flush(target.parent)
            self._about_path(key).unlink()

    def hold(self, key: str, *, on: bool) -> None:
        """Put an object under a legal hold, or lift it."""
        with told(self._root), self._locked():
            about = self.stat(key)
            if about is None:
                raise VaultMissingError(f"the vault {self._root} has no {key} to hold; `dajia evidence list` shows it")
            self._write_about(msgspec.structs.replace(about, held=on))

    def _again(self, present: StoredObject, wanted: StoredObject) -> None:
        if present.sha256 != wanted.sha256:
            raise VaultRefusedError(
                f"{present.key} is sealed with other bytes (sha256 {present.sha256}); evidence is never overwritten"
            )
        if wanted.retain_until_ms > present.retain_until_ms:
            self._write_about(msgspec.structs.replace(present, retain_until_ms=wanted.retain_until_ms))

    def _about_path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._about / name[:2] / f"{name}.json"

    def _write_about(self, about: StoredObject) -> None:
        target = self._about_path(about.key)
        with self._incoming_file() as (file, path):
            file.write(msgspec.json.encode(about))
            _to_disk(file)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)
            _flush_folders(target.parent, self._root)

    @contextlib.contextmanager
    def _incoming_file(self) -> Iterator[tuple[BinaryIO, Path]]:
        self._must_be_there()
        number, name = tempfile.mkstemp(dir=self._incoming)
        path = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                yield file, path
        finally:
            path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._root / "lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _must_be_there(self) -> None:
        """A disk that is not mounted must not look like an empty vault."""
        if not self._incoming.is_dir():
            raise VaultUnreachableError(f"the vault {self._root} has gone; is its disk mounted?")


def _copied(source: Path, file: BinaryIO) -> tuple[int, str]:
    """Copy `source` to the disk; its size in bytes and SHA-256."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as bytes_of:
        while block := bytes_of.read(_BLOCK):
            digest.update(block)
            size += file.write(block)
    _to_disk(file)
    return size, digest.hexdigest()


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_folders(folder: Path, root: Path) -> None:
    """Flush `folder` and those above it up to `root`: any of them may be new."""
    while folder != root:
        _flush(folder)
        folder = folder.parent


def _flush(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)

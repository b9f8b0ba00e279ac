r"""Encryption at rest: any vault, with AES-256-GCM in front of it.

An encrypted object is a header and chunks:

    magic       8 bytes   b"DAJIAE1\n"
    salt       16 bytes   HMAC-SHA256(key, object key, 0, sha256)[:16]: equal bytes become equal bytes, so that a put
                          can be repeated
    size        8 bytes   of the plain text, big-endian
    sha256     32 bytes   of the plain text
    chunks                64 KiB of plain text each (the last one shorter, or empty), each followed by its 16-byte tag

The chunks' key is HKDF-SHA256(key, salt, info = "dajia evidence 1"). The nonce of a chunk is its number (11 bytes,
big-endian) and a byte that is 1 for the last chunk only; header and object key are the additional data. So nothing
can be cut off, moved, or put under another name. Who has the 32-byte key verifies with these lines and any AES library.
"""

import hashlib
import hmac
import io
import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipelines.errors import SettingsError, VaultDamagedError
from pipelines.evidence.seekable import SeekableBytes
from pipelines.evidence.vault import StoredObject, Vault

MAGIC = b"DAJIAE1\n"
CHUNK = 64 << 10
_TAG = 16
_SALT = 16
_HEADER = struct.Struct(">8s16sQ32s")
KEY_BYTES = 32


def read_key(path: Path) -> bytes:
    """Read a vault key: a file of 32 bytes, or of 64 hexadecimal digits.

    Raises:
        SettingsError: it is neither, or cannot be read.
    """
    try:
        data = path.read_bytes()
        key = data if len(data) == KEY_BYTES else bytes.fromhex(data.decode("ascii"))
    except (OSError, ValueError) as error:
        raise SettingsError(f"DAJIA_VAULT_KEY_FILE={path}: {error}; make one with `openssl rand -hex 32`") from error
    if len(key) != KEY_BYTES:
        raise SettingsError(f"DAJIA_VAULT_KEY_FILE={path} holds {len(key)} bytes; make one with `openssl rand -hex 32`")
    return key


class EncryptedVault:
    """A `Vault` that keeps only encrypted bytes in `inner`."""

    def __init__(self, inner: Vault, key: bytes) -> None:
        self._inner, self._key = inner, key

    def put(self, key: str, source: Path, *, retain_until_ms: int) -> None:
        """Encrypt into a temporary file and store that; see `Vault.put`."""
        with source.open("rb") as plain, tempfile.NamedTemporaryFile(prefix="dajia-") as coded:
            sha256 = hashlib.file_digest(plain, "sha256").digest()
            plain.seek(0)
            salt = hmac.digest(self._key, key.encode() + b"\0" + sha256, "sha256")[:_SALT]
            header = _HEADER.pack(MAGIC, salt, source.stat().st_size, sha256)
            coded.write(header)
            for chunk in _encrypted(plain, self._cipher(salt), header + key.encode()):
                coded.write(chunk)
            coded.flush()
            self._inner.put(key, Path(coded.name), retain_until_ms=retain_until_ms)

    def open(self, key: str) -> BinaryIO:
        """Return a seekable reader of the plain bytes; see `Vault.open`."""
        inner = self._inner.open(key)
        try:
            header = inner.read(_HEADER.size)
            salt, size, _ = _parts(header, key)
        except BaseException:
            inner.close()
            raise
        raw = _Plain(inner, self._cipher(salt), header + key.encode(), size, key)
        return cast("BinaryIO", io.BufferedReader(raw, CHUNK))

    def stat(self, key: str) -> StoredObject | None:
        """What is known of an object; size and hash are those of the plain bytes."""
        about = self._inner.stat(key)
        return None if about is None else self._plain(about)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """All objects whose keys begin with `prefix`, by key."""
        yield from map(self._plain, self._inner.list(prefix))

    def delete(self, key: str, *, now_ms: int) -> None:
        """Delete an object; see `Vault.delete`."""
        self._inner.delete(key, now_ms=now_ms)

    def hold(self, key: str, *, on: bool) -> None:
        """Put an object under a legal hold, or lift it."""
        self._inner.hold(key, on=on)

    def _plain(self, about: StoredObject) -> StoredObject:
        with self._inner.open(about.key) as file:
            _, size, sha256 = _parts(file.read(_HEADER.size), about.key)
        return msgspec.structs.replace(about, size=size, sha256=sha256.hex())

    def _cipher(self, salt: bytes) -> AESGCM:
        derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"dajia evidence 1").derive(self._key)
        return AESGCM(derived)


def _parts(header: bytes, key: str) -> tuple[bytes, int, bytes]:
    if len(header) != _HEADER.size or not header.startswith(MAGIC):
        raise VaultDamagedError(f"{key} is not encrypted as this release does it; was it put without a vault key?")
    _, salt, size, sha256 = _HEADER.unpack(header)
    return salt, size, sha256


def _encrypted(plain: BinaryIO, cipher: AESGCM, about: bytes) -> Iterator[bytes]:
    number, chunk = 0, plain.read(CHUNK)
    while True:
        following = plain.read(CHUNK)
        yield cipher.encrypt(_nonce(number, last=not following), chunk, about)
        if not following:
            return
        number, chunk = number + 1, following


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")


class _Plain(SeekableBytes):
    """Decrypts the chunk that is read."""

    def __init__(self, inner: BinaryIO, cipher: AESGCM, about: bytes, size: int, key: str) -> None:
        super().__init__(size)
        self._inner, self._cipher, self._about, self._key = inner, cipher, about, key
        self._last = max(0, (size - 1) // CHUNK)

    def _bytes_at(self, at: int, count: int) -> bytes:
        if at >= self._size and self._size:  # of an empty object too, the one chunk is checked
            return b""
        number, inside = divmod(at, CHUNK)
        return self._chunk(number)[inside : inside + count]

    def close(self) -> None:
        self._inner.close()
        super().close()

    def _chunk(self, number: int) -> bytes:
        """Decrypt a chunk; the last must also be the end of the object."""
        last = number == self._last
        self._inner.seek(_HEADER.size + number * (CHUNK + _TAG))
        coded = self._inner.read(CHUNK + _TAG + last)
        try:
            return self._cipher.decrypt(_nonce(number, last=last), coded, self._about)
        except (InvalidTag, ValueError) as error:
            raise VaultDamagedError(
                f"{self._key} cannot be decrypted from byte {number * CHUNK} on: it was changed, or the vault key is "
                "another one"
            ) from error

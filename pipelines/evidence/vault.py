"""The vault: write once, read often, delete only when the law allows it.

A vault is a folder, or a bucket with object lock; `open_vault` chooses by the setting `vault`. Keys: `keys.py`. All
methods raise a `VaultError` that says what to do next, and never leave half an object behind.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import urlsplit

import msgspec

from pipelines.errors import SettingsError
from pipelines.settings import Settings


class StoredObject(msgspec.Struct, frozen=True, kw_only=True):
    """What a vault knows about one of its objects."""

    key: str
    size: int
    """Bytes as they were put, whatever the vault makes of them."""
    sha256: str
    """Of those bytes, hexadecimal."""
    retain_until_ms: int
    """Milliseconds since the epoch; the object cannot be deleted before."""
    held: bool = False
    """Under a legal hold: it cannot be deleted at all until that is lifted."""


class Vault(Protocol):
    """Where evidence is kept."""

    def put(self, key: str, source: Path, *, retain_until_ms: int) -> None:
        """Store the bytes of the file `source`: whole and on the disk when this returns, or not at all.

        Putting equal bytes again changes nothing, but that a later end of retention is taken over. Of several writers
        of one key, one succeeds.

        Raises:
            VaultRefusedError: other bytes lie under `key`.
            VaultFullError, VaultReadOnlyError, VaultUnreachableError: try again later.
        """

    def open(self, key: str) -> BinaryIO:
        """Return a seekable reader of the bytes as they were put; the caller closes it.

        Raises:
            VaultMissingError: there is no such object.
            VaultDamagedError: an encrypted object is not what was written, or the key is another one; also from reads.
        """

    def stat(self, key: str) -> StoredObject | None:
        """What is known of an object; None when there is none."""

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """All objects whose keys begin with `prefix`, by key."""

    def delete(self, key: str, *, now_ms: int) -> None:
        """Delete an object; deleting what is not there changes nothing.

        Raises:
            VaultRefusedError: its retention has not ended at `now_ms`, or it is under a legal hold.
        """

    def hold(self, key: str, *, on: bool) -> None:
        """Put an object under a legal hold, or lift it.

        Raises:
            VaultMissingError: there is no such object.
        """


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_vault(settings: Settings) -> Vault:
    """Return the vault that the settings name: a folder, or `s3://bucket/prefix`.

    Raises:
        SettingsError: the setting names neither.
        VaultError: it cannot be used; the message says why.
    """
    vault = _kept_in(settings)
    if settings.vault_key_file is None:
        return vault
    from pipelines.evidence.encryption import EncryptedVault, read_key  # noqa: PLC0415  it knows StoredObject

    return EncryptedVault(vault, read_key(settings.vault_key_file))


def _kept_in(settings: Settings) -> Vault:
    parts = urlsplit(settings.vault)
    if parts.scheme == "s3" and parts.netloc:
        from pipelines.evidence.s3_vault import S3Vault  # noqa: PLC0415  boto3 loads slowly

        return S3Vault(parts.netloc, parts.path, endpoint=settings.vault_s3_endpoint, encrypt=settings.vault_s3_encrypt)
    if "://" in settings.vault:
        raise SettingsError(f"DAJIA_VAULT={settings.vault}: a vault is a folder or s3://bucket/prefix")
    from pipelines.evidence.folder_vault import FolderVault  # noqa: PLC0415  it knows StoredObject

    return FolderVault(Path(settings.vault).expanduser())

"""A vault in an S3 bucket with object lock.

Every object is put with a retention in COMPLIANCE mode, which nobody can shorten, the account's owner included, and
with `If-None-Match: *`, so that of several writers one succeeds. Its SHA-256 is in the object's metadata. Credentials
and region come from where boto3 looks for them (environment, profile, instance role).
"""

import contextlib
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import boto3.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pipelines.errors import (
    VaultError,
    VaultFullError,
    VaultMissingError,
    VaultReadOnlyError,
    VaultRefusedError,
    VaultUnreachableError,
)
from pipelines.evidence.keys import checked
from pipelines.evidence.refusals import check_deletion
from pipelines.evidence.seekable import SeekableBytes
from pipelines.evidence.vault import StoredObject, sha256_of

_READ_AHEAD = 1 << 20
"""Bytes fetched at once; a tar of evidence is read from front to back."""
_WHOLE_BYTES = 5 << 30
"""Most that S3 takes in one put; `If-None-Match` with several parts is left out, as not every server has it."""
_MISSING = {"404", "NoSuchKey", "NotFound"}
_READ_ONLY = {"AccessDenied", "403", "Forbidden", "MethodNotAllowed", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
_FULL = {"QuotaExceeded", "InsufficientStorage", "507", "XMinioStorageFull", "EntityTooLarge"}
_PRESENT = {"PreconditionFailed", "412", "ConditionalRequestConflict"}


class S3Vault:
    """A `Vault` under `prefix` in `bucket`, which must have object lock."""

    def __init__(self, bucket: str, prefix: str = "", *, endpoint: str | None = None, encrypt: bool = False) -> None:
        """Check the bucket.

        Args:
            bucket: its name.
            prefix: in front of all keys; "" for none.
            endpoint: URL of the server; Amazon's when None.
            encrypt: ask the server to encrypt at rest (SSE-S3).

        Raises:
            VaultError: it cannot be reached, or has no object lock.
        """
        self._bucket, self._prefix = bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._extra = {"ServerSideEncryption": "AES256"} if encrypt else {}
        config = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "max_attempts": 3})
        with self._told():
            self._client: Any = boto3.session.Session().client("s3", endpoint_url=endpoint, config=config)
            try:
                lock = self._client.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]
            except ClientError as error:
                if _code(error) != "ObjectLockConfigurationNotFoundError":
                    raise
                lock = {}
        if lock.get("ObjectLockEnabled") != "Enabled":
            raise VaultReadOnlyError(
                f"bucket {bucket} has no object lock; make one with `--object-lock-enabled-for-bucket`"
            )

    def put(self, key: str, source: Path, *, retain_until_ms: int) -> None:
        """Store the bytes of `source`; see `Vault.put`."""
        size, sha256 = source.stat().st_size, sha256_of(source)
        if size > _WHOLE_BYTES:
            raise VaultRefusedError(
                f"{key} has {size} bytes; an object in S3 may have {_WHOLE_BYTES}. Seal shorter parts"
            )
        with self._told(), source.open("rb") as body:
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._name(key),
                    Body=body,
                    Metadata={"sha256": sha256},
                    IfNoneMatch="*",
                    ChecksumAlgorithm="SHA256",
                    ObjectLockMode="COMPLIANCE",
                    ObjectLockRetainUntilDate=_date(retain_until_ms),
                    **self._extra,
                )
            except ClientError as error:
                if _code(error) not in _PRESENT:
                    raise
                self._again(key, sha256, retain_until_ms)

    def open(self, key: str) -> BinaryIO:
        """Return a seekable reader that fetches what is read; see `Vault.open`."""
        about = self._head(key)
        if about is None:
            raise VaultMissingError(f"bucket {self._bucket} has no {key}; `dajia evidence list` shows it")
        return cast(
            "BinaryIO", io.BufferedReader(_Ranges(about.size, lambda a, b: self._range(key, a, b)), _READ_AHEAD)
        )

    def stat(self, key: str) -> StoredObject | None:
        """What is known of an object; None when there is none."""
        return self._head(key)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """All objects whose keys begin with `prefix`, by key."""
        pages = self._client.get_paginator("list_objects_v2")
        with self._told():
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix):
                for item in page.get("Contents", ()):
                    about = self._head(item["Key"].removeprefix(self._prefix))
                    if about is not None:
                        yield about

    def delete(self, key: str, *, now_ms: int) -> None:
        """Delete the version of an object; see `Vault.delete`. The server refuses too, by its own clock."""
        about = self._head(key)
        if about is None:
            return
        check_deletion(about, now_ms)
        with self._told(f"{key} is locked in bucket {self._bucket}"):
            for version in self._versions(key):
                self._client.delete_object(Bucket=self._bucket, Key=self._name(key), VersionId=version)

    def hold(self, key: str, *, on: bool) -> None:
        """Put an object under a legal hold, or lift it."""
        with self._told():
            try:
                self._client.put_object_legal_hold(
                    Bucket=self._bucket, Key=self._name(key), LegalHold={"Status": "ON" if on else "OFF"}
                )
            except ClientError as error:
                if _code(error) in _MISSING:
                    raise VaultMissingError(f"bucket {self._bucket} has no {key} to hold") from error
                raise

    def _name(self, key: str) -> str:
        return self._prefix + checked(key)

    def _head(self, key: str) -> StoredObject | None:
        with self._told():
            try:
                head = self._client.head_object(Bucket=self._bucket, Key=self._name(key))
            except ClientError as error:
                if _code(error) in _MISSING:
                    return None
                raise
        until = head.get("ObjectLockRetainUntilDate")
        return StoredObject(
            key=key,
            size=head["ContentLength"],
            sha256=head["Metadata"].get("sha256", ""),
            retain_until_ms=int(until.timestamp() * 1000) if until else 0,
            held=head.get("ObjectLockLegalHoldStatus") == "ON",
        )

    def _again(self, key: str, sha256: str, retain_until_ms: int) -> None:
        present = self._head(key)
        if present is None or present.sha256 != sha256:
            there = "" if present is None else f" (sha256 {present.sha256})"
            raise VaultRefusedError(f"{key} is sealed with other bytes{there}; evidence is never overwritten")
        if retain_until_ms > present.retain_until_ms:
            retention = {"Mode": "COMPLIANCE", "RetainUntilDate": _date(retain_until_ms)}
            self._client.put_object_retention(Bucket=self._bucket, Key=self._name(key), Retention=retention)

    def _range(self, key: str, start: int, end: int) -> bytes:
        with self._told():
            got = self._client.get_object(Bucket=self._bucket, Key=self._name(key), Range=f"bytes={start}-{end - 1}")
            body: bytes = got["Body"].read()
            return body

    def _versions(self, key: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=self._name(key))
        found = [item for page in pages for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))]
        return iter([str(item["VersionId"]) for item in found if item["Key"] == self._name(key)])

    @contextlib.contextmanager
    def _told(self, refused: str = "") -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            raise self._meaning(_code(error), refused, str(error)) from error
        except (BotoCoreError, OSError) as error:
            raise VaultUnreachableError(
                f"the vault s3://{self._bucket} cannot be reached ({error}); check DAJIA_VAULT_S3_ENDPOINT, network "
                "and credentials"
            ) from error

    def _meaning(self, code: str, refused: str, text: str) -> VaultError:
        where = f"the vault s3://{self._bucket}/{self._prefix}"
        if refused and code in {*_READ_ONLY, "ObjectLocked", "InvalidRequest"}:
            return VaultRefusedError(f"{refused}: {text}")
        if code in _FULL:
            return VaultFullError(f"{where} is full ({text}); raise the quota. Seals are tried again meanwhile")
        if code in _READ_ONLY:
            return VaultReadOnlyError(
                f"{where} does not let us ({text}); check the credentials and the bucket's policy"
            )
        return VaultUnreachableError(f"{where} answers with an error ({text}); check DAJIA_VAULT and the server")


class _Ranges(SeekableBytes):
    """A file of which each read fetches a range."""

    def __init__(self, size: int, fetch: Callable[[int, int], bytes]) -> None:
        super().__init__(size)
        self._fetch = fetch

    def _bytes_at(self, at: int, count: int) -> bytes:
        end = min(at + count, self._size)
        return self._fetch(at, end) if at < end else b""


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _date(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, tz=UTC)

"""Who read what of the vault: each session whose payloads a command opened gets an entry in its chain.

The entry is written when the command has read and before it shows anything; if it cannot be written, nothing is shown.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from pipelines.evidence.chain import Kind, Signer
from pipelines.evidence.chain_store import SessionChain
from pipelines.evidence.sessions import stored_entry
from pipelines.evidence.vault import StoredObject, Vault


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who reads, and what for."""

    by: str
    command: str
    why: str


class AuditedVault:
    """A `Vault` that remembers which payloads were opened."""

    def __init__(self, inner: Vault) -> None:
        self._inner = inner
        self.opened: dict[str, set[str]] = {}
        """Prefix of a session -> names of its payloads."""

    def put(self, key: str, source: Path, *, retain_until_ms: int) -> None:
        """See `Vault.put`."""
        self._inner.put(key, source, retain_until_ms=retain_until_ms)

    def open(self, key: str) -> BinaryIO:
        """See `Vault.open`; a payload is remembered."""
        prefix, _, name = key.rpartition("/")
        if name.endswith(".tar"):
            self.opened.setdefault(prefix, set()).add(name)
        return self._inner.open(key)

    def stat(self, key: str) -> StoredObject | None:
        """See `Vault.stat`."""
        return self._inner.stat(key)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """See `Vault.list`."""
        return self._inner.list(prefix)

    def delete(self, key: str, *, now_ms: int) -> None:
        """See `Vault.delete`."""
        self._inner.delete(key, now_ms=now_ms)

    def hold(self, key: str, *, on: bool) -> None:
        """See `Vault.hold`."""
        self._inner.hold(key, on=on)


@contextlib.contextmanager
def audited(vault: Vault, signer: Signer, reader: Reader, now_ms: int) -> Iterator[AuditedVault]:
    """A vault whose reads are in the chains when the block ends, however it ends.

    Raises:
        VaultError: an entry cannot be written.
    """
    watched = AuditedVault(vault)
    try:
        yield watched
    finally:
        for prefix, names in sorted(watched.opened.items()):
            first = stored_entry(vault, f"{prefix}/chain/00000000.json")
            facts = {"by": reader.by, "command": reader.command, "why": reader.why, "read": ",".join(sorted(names))}
            SessionChain(vault, signer, first.room, first.session).append(Kind.AUDIT, facts, sealed_ms=now_ms)

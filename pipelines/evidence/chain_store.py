"""A session's chain in a vault: read once, then added to, by several processes if need be.

The key of an entry holds its number, and a vault never overwrites: of two writers of one number one is refused, reads
what the other wrote and tries the next. A payload is put before its entry, so an entry never lacks its payload; one
whose entry is missing after a crash is taken up by `orphans`.
"""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipelines.errors import VaultRefusedError
from pipelines.evidence.chain import ChainEntry, Kind, Signer, append, sign, stored_bytes
from pipelines.evidence.keys import chain_key, session_prefix
from pipelines.evidence.sessions import stored_entry
from pipelines.evidence.vault import StoredObject, Vault

DAY_MS = 86_400_000
RETENTION_MS = (3 * 366 + 2) * DAY_MS
"""Three years from the end of the show. A payload is sealed before the show ends, so two days are added: no deletion is
possible before, and `dajia evidence expire` counts from the end of the show."""
_TRIES = 100


class SessionChain:
    """The entries of one session, as far as they were read."""

    def __init__(self, vault: Vault, signer: Signer, room: str, session: str) -> None:
        self._vault, self._signer, self.room, self.session = vault, signer, room, session
        self.entries: list[ChainEntry] = []

    def refresh(self) -> "SessionChain":
        """Read what was added since.

        Raises:
            VaultError: the vault does not answer, or an entry is damaged.
        """
        while self._vault.stat(key := chain_key(self.room, self.session, len(self.entries))) is not None:
            self.entries.append(stored_entry(self._vault, key))
        return self

    def append(
        self, kind: Kind, facts: Mapping[str, str], *, sealed_ms: int, payload: StoredObject | None = None
    ) -> ChainEntry:
        """Add an entry; behind what another process added meanwhile.

        Raises:
            VaultError: the vault does not take it.
        """
        for _ in range(_TRIES):
            self.refresh()
            entry = append(
                self.entries[-1] if self.entries else None,
                room=self.room,
                session=self.session,
                kind=kind,
                sealed_ms=sealed_ms,
                payload="" if payload is None else payload.key,
                sha256="" if payload is None else payload.sha256,
                size=0 if payload is None else payload.size,
                facts=facts,
            )
            signed = sign(entry, self._signer)
            key = chain_key(self.room, self.session, signed.seq)
            try:
                put_bytes(self._vault, key, stored_bytes(signed), retain_until_ms=sealed_ms + RETENTION_MS)
            except VaultRefusedError:
                continue
            self.entries.append(signed)
            return signed
        raise VaultRefusedError(f"the chain of {self.session} is written by others all the time; try again later")

    def orphans(self) -> Iterator[StoredObject]:
        """Payloads that no entry names: a process ended between the two."""
        named = {entry.payload for entry in self.entries}
        for stored in self._vault.list(session_prefix(self.room, self.session)):
            if stored.key.endswith(".tar") and stored.key not in named:
                yield stored


def put_bytes(vault: Vault, key: str, data: bytes, *, retain_until_ms: int) -> None:
    """Put some bytes into a vault.

    Raises:
        VaultError: as of `Vault.put`.
    """
    with tempfile.NamedTemporaryFile() as scratch:
        scratch.write(data)
        scratch.flush()
        vault.put(key, Path(scratch.name), retain_until_ms=retain_until_ms)

"""Reads what a vault holds of sessions: entries of their chains, and the files of their payloads."""

from collections.abc import Iterator
from itertools import groupby

import msgspec

from pipelines.errors import VaultDamagedError, VaultMissingError
from pipelines.evidence.bag import read_bag
from pipelines.evidence.chain import ChainEntry, Kind, read_entry
from pipelines.evidence.keys import SESSIONS
from pipelines.evidence.tar import TarError
from pipelines.evidence.vault import Vault


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """The chain of one session, as it is stored."""

    entries: tuple[ChainEntry, ...]

    @property
    def room(self) -> str:
        """Its room."""
        return self.entries[0].room

    @property
    def session(self) -> str:
        """Its session."""
        return self.entries[0].session

    def kept(self) -> tuple[ChainEntry, ...]:
        """Entries with a payload that was not deleted."""
        deleted = {one.facts.get("payload") for one in self.entries if one.kind is Kind.DELETION}
        return tuple(one for one in self.entries if one.payload and one.payload not in deleted)


def sessions(vault: Vault, prefix: str = SESSIONS) -> Iterator[Session]:
    """All sessions of a vault.

    Raises:
        VaultError: the vault does not answer, or an entry is damaged.
    """
    keys = (stored.key for stored in vault.list(prefix) if "/chain/" in stored.key)
    for _, found in groupby(keys, key=lambda key: key.rpartition("/chain/")[0]):
        yield Session(entries=tuple(stored_entry(vault, key) for key in found))


def stored_entry(vault: Vault, key: str) -> ChainEntry:
    """One entry of a chain.

    Raises:
        VaultError: the vault does not answer, or the entry is damaged.
    """
    with vault.open(key) as stored:
        data = stored.read()
    try:
        return read_entry(data)
    except ValueError as error:
        raise VaultDamagedError(f"{key}: {error}; `dajia evidence verify` says what else is wrong") from error


def bag_files(vault: Vault, entry: ChainEntry, *, media: bool = True) -> dict[str, bytes]:
    """The files of an entry's payload; without `media` neither clip nor pictures nor sound.

    Raises:
        VaultDamagedError: it is no bag, or not there.
    """
    wanted = (lambda _: True) if media else (lambda name: not name.startswith(("data/media/", "data/clip.mp4")))
    try:
        with vault.open(entry.payload) as stream:
            return read_bag(stream, wanted)
    except (TarError, VaultMissingError) as error:
        raise VaultDamagedError(f"{entry.payload}: {error}; `dajia evidence verify` says what else is wrong") from error

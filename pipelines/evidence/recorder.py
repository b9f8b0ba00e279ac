"""Seals one payload: reads the span back, writes the bag, puts it into the vault, adds the entry to the chain.

A process may end anywhere in it. Before the payload is put, nothing has happened; between payload and entry, the next
one finds a payload that proves itself and gives it its entry; after the entry, the plan says that the work is done.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from pipelines.errors import VaultRefusedError
from pipelines.evidence.bag import check_bag, write_bag
from pipelines.evidence.bundle import Context, ReadBack, make_payload
from pipelines.evidence.chain import ChainEntry, Kind, Signer, key_id_of
from pipelines.evidence.chain_store import RETENTION_MS, SessionChain
from pipelines.evidence.keys import payload_key
from pipelines.evidence.plan import Span, Watched, Work, next_work
from pipelines.evidence.vault import StoredObject, Vault
from schemas.topics import (
    CONSUMER_REPORTS,
    ENFORCEMENT_EVENTS,
    ENFORCEMENT_OUTCOMES,
    LIVE_AUDIO,
    LIVE_DANMAKU,
    LIVE_FRAMES,
    LIVE_LISTINGS,
    ROOM_LIFECYCLE,
    SUSPICION_EVENTS,
)

RECORD_TOPICS = (
    LIVE_DANMAKU,
    LIVE_LISTINGS,
    ROOM_LIFECYCLE,
    SUSPICION_EVENTS,
    CONSUMER_REPORTS,
    ENFORCEMENT_EVENTS,
    ENFORCEMENT_OUTCOMES,
)
"""What the interaction records of a session are."""
BUNDLE_TOPICS = (LIVE_FRAMES, LIVE_AUDIO, *RECORD_TOPICS)


class Reader(Protocol):
    """Reads a session's records back."""

    def read(self, room: str, session: str, topics: Sequence[str], start_ms: int, end_ms: int) -> ReadBack:
        """The records of a span, by their timestamps."""

    def is_suspicious(self, room: str, session: str, start_ms: int, end_ms: int) -> bool:
        """Whether anything in the span speaks against the session."""


class Recorder:
    """Seals what the plan says, session by session; for use in one thread."""

    def __init__(
        self,
        vault: Vault,
        signer: Signer,
        reader: Reader,
        *,
        part_ms: int,
        quiet_ms: int,
        clock: Callable[[], int],
        code_version: str,
    ) -> None:
        self._vault, self._signer, self._reader = vault, signer, reader
        self._part_ms, self._quiet_ms, self._clock, self._code = part_ms, quiet_ms, clock, code_version

    def open(self, room: str, session: str) -> SessionChain:
        """The chain of a session; payloads that a crash left without entry get theirs."""
        chain = SessionChain(self._vault, self._signer, room, session).refresh()
        for stored in chain.orphans():
            if info := self._own(chain, stored):
                facts: dict[str, str] = json.loads(info["Facts"])
                chain.append(Kind(info["Kind"]), facts, sealed_ms=int(info["Sealed-Ms"]), payload=stored)
        return chain

    def seal_next(
        self,
        chain: SessionChain,
        watched: Watched,
        quiet: list[Span],
        policy: tuple[str, str],
    ) -> ChainEntry | None:
        """Seal the next payload of a session; None: nothing is due now, or what was due needs no media.

        Args:
            chain: of the session.
            watched: what is known of it.
            quiet: spans without suspicion, added to here.
            policy: version and text of the policy in force.

        Raises:
            VaultError: the vault does not take it; nothing is lost, it is to be tried again.
            BrokerError: Kafka does not answer.
        """
        work = next_work(watched, chain.entries, quiet, self._clock(), self._part_ms)
        if work is None:
            return None
        if work.kind is Kind.BUNDLE and work.why != "request" and self._is_quiet(chain, work):
            quiet.append((work.start_ms, work.end_ms))
            return None
        topics = BUNDLE_TOPICS if work.kind is Kind.BUNDLE else RECORD_TOPICS
        # What is said about the last moments of a show comes after them.
        until_ms = self._clock() if work.closes else work.end_ms
        names = [topic.name for topic in topics]
        back = self._reader.read(chain.room, chain.session, names, work.start_ms, until_ms)
        context = Context(
            room=chain.room,
            session=chain.session,
            request=None if watched.request is None else msgspec.to_builtins(watched.request),
            policy_version=policy[0],
            policy_toml=policy[1],
            code_version=self._code,
        )
        return self.seal(chain, work, back, context)

    def seal(self, chain: SessionChain, work: Work, back: ReadBack, context: Context) -> ChainEntry:
        """Seal what was read back."""
        sealed_ms = self._clock()
        seq = len(chain.entries)
        payload = make_payload(work, seq, sealed_ms, back, context)
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "bag.tar"
            write_bag(path, payload.name, payload.files, payload.info, self._signer)
            stored = self._put(chain, seq, work.kind, path, max(sealed_ms, work.end_ms) + RETENTION_MS)
        return chain.append(work.kind, payload.facts, sealed_ms=sealed_ms, payload=stored)

    def _put(self, chain: SessionChain, seq: int, kind: Kind, path: Path, retain_until_ms: int) -> StoredObject:
        key = payload_key(chain.room, chain.session, seq, kind.value)
        self._vault.put(key, path, retain_until_ms=retain_until_ms)
        stored = self._vault.stat(key)
        if stored is None:
            raise VaultRefusedError(f"{key} is not there right after it was put; look at the vault")
        return stored

    def _is_quiet(self, chain: SessionChain, work: Work) -> bool:
        if self._quiet_ms == 0:
            return False
        return not self._reader.is_suspicious(
            chain.room, chain.session, work.start_ms - self._quiet_ms, work.end_ms + self._quiet_ms
        )

    def _own(self, chain: SessionChain, stored: StoredObject) -> dict[str, str] | None:
        """The fields of a payload that we signed for this session; None of anything else, which stays without entry."""
        keys = {key_id_of(self._signer.public_key): self._signer.public_key}
        with self._vault.open(stored.key) as stream:
            faults, seen = check_bag(stream, stored.key, keys)
        own = (json.dumps(chain.room), json.dumps(chain.session))
        is_own = not faults and (seen.info.get("Room"), seen.info.get("Session")) == own
        return seen.info if is_own else None

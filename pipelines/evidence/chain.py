"""The hash chain of a session: what an entry says, how it is signed, and what is wrong with a chain. Pure.

An entry is stored as canonical JSON (sorted keys, no spaces, UTF-8) and names the sha256 of the stored bytes of the
entry before it, so none can be changed, taken out, put in or moved without a fault in this or the next one.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pipelines.evidence.keys import chain_key
from schemas import Fault, stable_id

VERSION = 1
"""Of the format of entries and bundles."""
KEY_ID_HEX_CHARS = 32


class Kind(StrEnum):
    """What an entry records."""

    BUNDLE = "bundle"
    """A part of an incident, with picture and sound."""
    RECORDS = "records"
    """The interaction records of a session, or of a part of a long one."""
    DELETION = "deletion"
    """Certificate that a payload was deleted."""
    HOLD = "hold"
    AUDIT = "audit"
    """Somebody read the vault."""


class ChainEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a session's chain."""

    version: int = VERSION
    room: str
    session: str
    seq: int
    """Counts the entries of a session from 0."""
    kind: Kind
    sealed_ms: int
    """Wall clock when it was sealed, milliseconds since the epoch."""
    payload: str = ""
    """Key of the payload object in the vault; empty where there is none."""
    sha256: str = ""
    """Of the payload, hex."""
    size: int = 0
    """Of the payload, bytes."""
    previous: str = ""
    """Sha256 of the stored bytes of the entry before; empty for the first."""
    facts: dict[str, str] = {}
    """What the entry is about, by its kind: README.md lists them."""
    key_id: str = ""
    """Id of the public key, see `key_id_of`."""
    signature: str = ""
    """Ed25519 over `signed_bytes`, base64."""


class Signer(Protocol):
    """Signs with a key that may lie in a file or with a key service."""

    @property
    def public_key(self) -> bytes:
        """The raw public key, 32 bytes."""

    def sign(self, data: bytes) -> bytes:
        """The Ed25519 signature of data, 64 bytes."""


def canonical(value: Any) -> bytes:  # noqa: ANN401  anything that JSON has
    """JSON of which there is one form only: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def stored_bytes(entry: ChainEntry) -> bytes:
    """The bytes of an entry in the vault."""
    return canonical(msgspec.to_builtins(entry))


def signed_bytes(entry: ChainEntry) -> bytes:
    """What the signature of an entry covers: all fields but the signature."""
    fields = msgspec.to_builtins(entry)
    del fields["signature"]
    return canonical(fields)


def digest(entry: ChainEntry) -> str:
    """Sha256 of an entry's stored bytes: what the next entry names."""
    return hashlib.sha256(stored_bytes(entry)).hexdigest()


def read_entry(data: bytes) -> ChainEntry:
    """Read a stored entry.

    Raises:
        ValueError: it is none, or not in the canonical form.
    """
    entry = msgspec.json.decode(data, type=ChainEntry)
    if stored_bytes(entry) != data:
        raise ValueError("not the canonical form of an entry")
    return entry


def append(
    previous: ChainEntry | None,
    *,
    room: str,
    session: str,
    kind: Kind,
    sealed_ms: int,
    payload: str = "",
    sha256: str = "",
    size: int = 0,
    facts: Mapping[str, str],
) -> ChainEntry:
    """The unsigned entry that follows `previous`."""
    return ChainEntry(
        room=room,
        session=session,
        seq=0 if previous is None else previous.seq + 1,
        kind=kind,
        sealed_ms=sealed_ms if previous is None else max(sealed_ms, previous.sealed_ms),  # a clock put back
        payload=payload,
        sha256=sha256,
        size=size,
        previous="" if previous is None else digest(previous),
        facts=dict(facts),
    )


def sign(entry: ChainEntry, signer: Signer) -> ChainEntry:
    """The entry with key id and signature."""
    named = msgspec.structs.replace(entry, key_id=key_id_of(signer.public_key), signature="")
    return msgspec.structs.replace(named, signature=base64.b64encode(signer.sign(signed_bytes(named))).decode())


def key_id_of(public_key: bytes) -> str:
    """Id of a raw public key: the beginning of its sha256."""
    return hashlib.sha256(public_key).hexdigest()[:KEY_ID_HEX_CHARS]


def is_signed(data: bytes, signature: str, public_key: bytes) -> bool:
    """Whether `signature` (base64) is that of `data`."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(base64.b64decode(signature, validate=True), data)
    except (InvalidSignature, ValueError):
        return False
    return True


def bundle_id(room: str, session: str, seq: int) -> str:
    """Id of what the entry `seq` of a session seals."""
    return stable_id("bundle", room, session, seq)


def check_chain(entries: Sequence[ChainEntry], keys: Mapping[str, bytes]) -> list[Fault]:
    """What is wrong with the entries of one session, given in the order of their places.

    Args:
        entries: as they are stored.
        keys: raw public keys that are trusted, by id.
    """
    faults: list[Fault] = []
    before: ChainEntry | None = None
    for place, entry in enumerate(entries):
        since_ms = 0 if before is None else before.sealed_ms
        where = chain_key(entry.room, entry.session, place)
        faults += [Fault(what=what, where=where, since_ms=since_ms) for what in _faults_of(place, entry, before, keys)]
        before = entry
    return faults


def _faults_of(place: int, entry: ChainEntry, before: ChainEntry | None, keys: Mapping[str, bytes]) -> Iterable[str]:
    if entry.key_id not in keys:
        yield f"signed with key {entry.key_id or '(none)'}, which is not among the trusted ones"
    elif not is_signed(signed_bytes(entry), entry.signature, keys[entry.key_id]):
        yield "the signature does not fit: the entry was changed, or made by somebody else"
    if entry.version != VERSION:
        yield f"format version {entry.version}; this release reads {VERSION}"
    if entry.seq != place:
        yield f"entry {place} says that it is entry {entry.seq}: one was taken out, put in or moved"
    if entry.previous != ("" if before is None else digest(before)):
        yield "does not follow the entry before it: that one was changed, or one was taken out, put in or moved"
    if before is None:
        return
    if (entry.room, entry.session) != (before.room, before.session):
        yield f"belongs to session {entry.session} of room {entry.room}, the one before to another"
    if entry.sealed_ms < before.sealed_ms:
        yield "was sealed before the entry that it follows: a clock was changed"

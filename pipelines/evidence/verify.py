"""Checks stored evidence in a folder: offline, with nothing but the files and the public key.

Every byte of every object is read. A payload that has the hash in its signed entry is proven by that; of one that has
not, the bag inside says which file was changed.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from pipelines.errors import InputError
from pipelines.evidence.bag import check_bag
from pipelines.evidence.chain import ChainEntry, Kind, check_chain, digest, read_entry
from pipelines.evidence.keys import session_prefix
from pipelines.evidence.plan import RECORDS_MS, is_closed
from pipelines.evidence.vault import sha256_of
from schemas import ChainRoot, Fault

OPEN_MS = 2 * RECORDS_MS
"""An open chain grows at least every six hours; one without an entry for so long was cut at its end or left."""


class Report(msgspec.Struct, kw_only=True):
    """What a check found."""

    faults: list[Fault] = []
    notes: list[str] = []
    """What is no fault, but has to be known."""
    sessions: int = 0
    entries: int = 0
    payloads: int = 0
    bytes: int = 0
    """Read and hashed."""


def verify(
    path: Path, keys: Mapping[str, bytes], *, now_ms: int, roots: Iterable[ChainRoot] = (), deep: bool = False
) -> Report:
    """Check a bundle (a tar file), a session, a room or a whole vault (a folder).

    Args:
        path: where it lies.
        keys: raw public keys that are trusted, by id.
        now_ms: wall clock, to tell a chain that was left open from one that is still written.
        roots: published roots; they show that a chain was cut at its end, or is missing as a whole.
        deep: look into every bag, not only into those whose hash is wrong.

    Raises:
        InputError: there is nothing of the kind at `path`.
    """
    if path.is_file():
        return _verify_bundle(path, keys)
    is_whole = (path / "sessions").is_dir() or (path / "objects").is_dir()
    path = path / "objects" if (path / "objects").is_dir() else path  # a folder vault keeps other things beside them
    report, known = Report(), {(one.room, one.session): one for one in roots}
    folders = sorted(one.parent for one in (path, *path.rglob("chain")) if one.name == "chain" and one.is_dir())
    if not folders and not known:
        raise InputError(f"{path}: no evidence here; give a vault's folder, a session's or a bundle")
    for folder in folders:
        check = _SessionCheck(folder, keys, deep=deep)
        check.run(known.pop(check.name, None), now_ms)
        report.faults += check.report.faults
        report.notes += check.report.notes
        report.sessions += 1
        report.entries += check.report.entries
        report.payloads += check.report.payloads
        report.bytes += check.report.bytes
    if is_whole:
        report.faults += [
            Fault(what="the chain is missing, but its root was published", where=session_prefix(room, session))
            for room, session in known
        ]
    return report


def _verify_bundle(path: Path, keys: Mapping[str, bytes]) -> Report:
    with path.open("rb") as stored:
        faults, seen = check_bag(stored, path.name, keys)
    note = f"{path.name} has sha256 {seen.sha256}; its place in the chain is checked with its session's folder"
    return Report(faults=faults, notes=[note], payloads=1, bytes=path.stat().st_size)


class _SessionCheck:
    """One session's folder: `chain/` and the payloads beside it."""

    def __init__(self, folder: Path, keys: Mapping[str, bytes], *, deep: bool) -> None:
        self._folder, self._keys, self._deep = folder, keys, deep
        self.report = Report()
        self.entries = list(self._read())
        first = self.entries[0] if self.entries else None
        self.name = (first.room, first.session) if first else ("", "")

    def run(self, root: ChainRoot | None, now_ms: int) -> None:
        """Check everything."""
        self.report.faults += check_chain(self.entries, self._keys)
        self.report.faults += self._placed()
        deleted = {one.facts.get("payload", "") for one in self.entries if one.kind is Kind.DELETION}
        named = set()
        since_ms = 0
        for entry in self.entries:
            self.report.entries += 1
            if entry.payload:
                named.add(entry.payload.rpartition("/")[2])
                self.report.faults += self._payload(entry, since_ms, is_deleted=entry.payload in deleted)
            since_ms = entry.sealed_ms
        self.report.faults += [
            Fault(what="was put in: no entry of the chain names it", where=self._where(one.name), since_ms=since_ms)
            for one in sorted(self._folder.glob("*.tar"))
            if one.name not in named
        ]
        self._check_end(root, now_ms, since_ms)

    def _read(self) -> Iterator[ChainEntry]:
        for path in sorted((self._folder / "chain").glob("*.json")):
            data = path.read_bytes()
            self.report.bytes += len(data)
            try:
                yield read_entry(data)
            except (ValueError, msgspec.MsgspecError) as error:
                self.report.faults.append(Fault(what=f"is damaged: {error}", where=self._where(f"chain/{path.name}")))

    def _placed(self) -> Iterator[Fault]:
        folder = f"sessions/{self._folder.parent.name}/{self._folder.name}/"
        for place, entry in enumerate(self.entries):
            own = session_prefix(entry.room, entry.session)
            if self._folder.parent.parent.name == "sessions" and own != folder:
                what = f"belongs to session {entry.session} of room {entry.room}, not to this folder"
                yield Fault(what=what, where=self._where(f"chain/{place:08d}.json"))

    def _payload(self, entry: ChainEntry, since_ms: int, *, is_deleted: bool) -> list[Fault]:
        name = entry.payload.rpartition("/")[2]
        where, path = self._where(name), self._folder / name
        if not path.is_file():
            if is_deleted:
                self.report.notes.append(f"{where} was deleted; its certificate is in the chain")
                return []
            return [
                Fault(what="is missing, and no certificate says that it was deleted", where=where, since_ms=since_ms)
            ]
        self.report.payloads += 1
        self.report.bytes += path.stat().st_size
        is_right = sha256_of(path) == entry.sha256
        if is_right and not self._deep:
            return []
        with path.open("rb") as stored:
            faults, seen = check_bag(stored, where, self._keys)
        if not is_right:
            faults.insert(0, Fault(what="does not have the sha256 that its entry says", where=where))
        if seen.info and seen.info.get("Session", "") != json.dumps(entry.session):
            faults.append(Fault(what=f"is a bundle of session {seen.info.get('Session')}", where=where))
        return [msgspec.structs.replace(one, since_ms=since_ms) for one in faults]

    def _check_end(self, root: ChainRoot | None, now_ms: int, since_ms: int) -> None:
        where = self._where("chain")
        if root is not None and root.seq >= len(self.entries):
            what = f"was cut at its end: entry {root.seq} was published, {len(self.entries)} are here"
            self.report.faults.append(Fault(what=what, where=where, since_ms=since_ms))
        elif root is not None and digest(self.entries[root.seq]) != root.sha256:
            what = f"entry {root.seq} is not the one that was published"
            self.report.faults.append(Fault(what=what, where=where, since_ms=since_ms))
        if is_closed(self.entries):
            return
        if now_ms > since_ms + OPEN_MS:
            what = "has no closing entry and has not grown for hours: it was cut at its end, or no worker closed it"
            self.report.faults.append(Fault(what=what, where=where, since_ms=since_ms))
        else:
            self.report.notes.append(f"{where} is open: the show is not over; published roots show a cut end")

    def _where(self, name: str) -> str:
        return f"{self._folder.parent.name}/{self._folder.name}/{name}"

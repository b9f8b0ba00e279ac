"""Legal holds: what they are about, which are in force, and putting them on the objects of a vault.

A hold is about a case (an action, a bundle or a seal request), a session, a room, a host or a merchant. It is kept in
the vault, `holds/<subject>/<number>.json`, so that shows of a held host that are sealed later are not deleted either;
each session that it covers today also gets an entry in its chain, and its objects the vault's own legal hold.
"""

from collections.abc import Iterable, Iterator

import msgspec

from pipelines.errors import InputError, VaultDamagedError
from pipelines.evidence.chain import Kind, Signer, bundle_id, canonical
from pipelines.evidence.chain_store import RETENTION_MS, SessionChain, put_bytes
from pipelines.evidence.keys import quoted, session_prefix
from pipelines.evidence.records import read_records
from pipelines.evidence.sessions import Session, bag_files, sessions
from pipelines.evidence.vault import Vault
from schemas import DecodeError, Enforcement, Lifecycle, ListingChange
from schemas.cloudevents import decode
from schemas.topics import ENFORCEMENT_EVENTS, LIVE_LISTINGS, ROOM_LIFECYCLE, TOPICS

PREFIX = "holds/"
KINDS = ("case", "session", "room", "host", "merchant")
_TELLING = tuple(f"data/records/{topic.name}." for topic in (ENFORCEMENT_EVENTS, LIVE_LISTINGS, ROOM_LIFECYCLE))


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold was put on, or lifted."""

    subject: str
    """`host:<id>` and the like."""
    on: bool
    by: str
    why: str
    at_ms: int


def subject_of(text: str) -> str:
    """Check what a hold is about.

    Raises:
        InputError: it is not one of the kinds, or names nobody.
    """
    kind, _, name = text.partition(":")
    if kind not in KINDS or not name:
        raise InputError(f"{text!r}: a hold is about {', '.join(f'{one}:ID' for one in KINDS)}")
    return text


def in_force(vault: Vault) -> dict[str, Hold]:
    """Holds that stand, by subject.

    Raises:
        VaultError: the vault does not answer, or a hold is damaged: nothing may be deleted then.
    """
    last: dict[str, Hold] = {}
    for stored in vault.list(PREFIX):  # by key, so the newest of a subject comes last
        with vault.open(stored.key) as file:
            try:
                hold = msgspec.json.decode(file.read(), type=Hold)
            except msgspec.MsgspecError as error:
                raise VaultDamagedError(
                    f"{stored.key}: {error}; put the hold on again before anything expires"
                ) from error
        last[hold.subject] = hold
    return {subject: hold for subject, hold in last.items() if hold.on}


def place(vault: Vault, signer: Signer, hold: Hold) -> list[Session]:
    """Put a hold on, or lift it; the sessions that it covers today.

    Raises:
        InputError: a hold is lifted that does not stand.
        VaultError: the vault does not take it.
    """
    standing = in_force(vault)
    if not hold.on and hold.subject not in standing:
        raise InputError(f"there is no hold on {hold.subject}; `dajia evidence holds` lists them")
    folder = f"{PREFIX}{quoted(hold.subject)}/"
    number = sum(1 for _ in vault.list(folder))
    put_bytes(
        vault,
        f"{folder}{number:08d}.json",
        canonical(msgspec.to_builtins(hold)),
        retain_until_ms=hold.at_ms + RETENTION_MS,
    )
    left = {subject for subject in standing if subject != hold.subject}
    covered = []
    for found in sessions(vault):
        about = subjects(vault, found)
        if hold.subject not in about:
            continue
        covered.append(found)
        facts = {"subject": hold.subject, "on": "yes" if hold.on else "no", "by": hold.by, "why": hold.why}
        SessionChain(vault, signer, found.room, found.session).append(Kind.HOLD, facts, sealed_ms=hold.at_ms)
        for stored in vault.list(session_prefix(found.room, found.session)):
            vault.hold(stored.key, on=hold.on or bool(about & left))
    return covered


def subjects(vault: Vault, found: Session) -> set[str]:
    """What a hold on this session may be about; reads its records."""
    about = {f"room:{found.room}", f"session:{found.session}", f"case:{found.session}"}
    for entry in found.entries:
        about.add(f"case:{bundle_id(entry.room, entry.session, entry.seq)}")
        if request := entry.facts.get("request_id"):
            about.add(f"case:{request}")
    for entry in found.kept():
        about.update(_named(bag_files(vault, entry, media=False).items()))
    return about


def _named(files: Iterable[tuple[str, bytes]]) -> Iterator[str]:
    for record in read_records({name: data for name, data in files if name.startswith(_TELLING)}):
        try:
            message = decode(TOPICS[record.topic], key=None, value=record.value, headers=record.headers)
        except DecodeError:
            continue
        match message:
            case Enforcement():
                yield f"case:{message.action_id}"
            case ListingChange() if message.merchant:
                yield f"merchant:{message.merchant}"
            case Lifecycle():
                yield from (f"merchant:{one}" for one in (*message.merchants, *message.previous_merchants))
                if message.host:
                    yield f"host:{message.host}"
            case _:
                pass

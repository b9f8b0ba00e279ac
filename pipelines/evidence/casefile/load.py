"""Finds a case in a vault and reads what was sealed about it."""

from collections.abc import Sequence

from pipelines.errors import InputError
from pipelines.evidence.casefile.build import Files, Sources
from pipelines.evidence.chain import ChainEntry, bundle_id
from pipelines.evidence.records import read_records
from pipelines.evidence.sessions import Session, bag_files, sessions
from pipelines.evidence.vault import Vault
from pipelines.join.policy import BUNDLED_POLICY, Policy, PolicyError, load_policy
from schemas.topics import ENFORCEMENT_EVENTS

MAX_CLIP_BYTES = 48 << 20
"""Of clips in one case file: a page of more than 64 MB does not open on a phone."""


def find(vault: Vault, case: str) -> Session:
    """The session that `case` names: a session, a room with one, a seal request, a bundle or an action.

    Raises:
        InputError: nothing or more than one is named so.
        VaultError: as of `sessions`.
    """
    known = list(sessions(vault))
    named = [one for one in known if _is_named(one, case)] or [one for one in known if _has_action(vault, one, case)]
    if not named:
        raise InputError(f"the vault has nothing about {case!r}; `dajia evidence list` shows sessions and bundles")
    if len(named) > 1:
        which = ", ".join(f"{one.room}/{one.session}" for one in named)
        raise InputError(f"{case!r} names {len(named)} sessions; give one of {which}")
    return named[0]


def read(vault: Vault, found: Session) -> Sources:
    """Everything that is needed of the payloads; clips up to `MAX_CLIP_BYTES`, those that answer a request first.

    Raises:
        VaultDamagedError: a payload is not what was sealed.
    """
    payloads: list[tuple[ChainEntry, Files]] = []
    clips = 0
    for entry in sorted(found.kept(), key=lambda one: ("request_id" not in one.facts, one.seq)):
        files = bag_files(vault, entry)
        clips += len(files.get("data/clip.mp4", b""))
        if clips > MAX_CLIP_BYTES:
            files = {name: data for name, data in files.items() if name != "data/clip.mp4"}
        payloads.append((entry, files))
    return Sources(entries=found.entries, payloads=payloads, policy=_policy(payloads))


def _policy(payloads: Sequence[tuple[ChainEntry, Files]]) -> Policy:
    """The policy that was sealed first: it is what the first decision was made by."""
    for _, files in sorted(payloads, key=lambda one: one[0].seq):
        text = files.get("data/policy.toml", b"").decode("utf-8", "replace")
        try:
            return load_policy(text, "sealed policy")
        except PolicyError:
            continue  # of a release that wrote policies differently
    return load_policy(BUNDLED_POLICY.read_text(encoding="utf-8"))


def _is_named(one: Session, case: str) -> bool:
    if case in {one.session, one.room, f"{one.room}/{one.session}"}:
        return True
    return any(
        case in {bundle_id(entry.room, entry.session, entry.seq), entry.facts.get("request_id"), entry.sha256}
        for entry in one.entries
    )


def _has_action(vault: Vault, one: Session, case: str) -> bool:
    """Whether an action of that id is among the records; these have to be read for it."""
    needle = case.encode("utf-8", "replace")
    for entry in one.kept():
        for record in read_records(_only_actions(bag_files(vault, entry, media=False))):
            if record.value is not None and b'"action_id":"' + needle + b'"' in record.value:
                return True
    return False


def _only_actions(files: Files) -> Files:
    return {name: data for name, data in files.items() if name.startswith(f"data/records/{ENFORCEMENT_EVENTS.name}.")}

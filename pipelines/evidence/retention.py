"""Retention: three years from the end of the show, then deletion with a certificate in the chain.

The rules in force since February 2026 demand three years from the end of the live stream for video and interaction
records. Chain entries stay: they hold no content and prove that what is gone was deleted lawfully.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import msgspec

from pipelines.evidence.chain import ChainEntry, Kind, Signer
from pipelines.evidence.chain_store import SessionChain
from pipelines.evidence.holds import Hold, in_force, subjects
from pipelines.evidence.refusals import check_deletion
from pipelines.evidence.sessions import Session, sessions
from pipelines.evidence.vault import Vault

YEARS = 3
"""Least retention that the rules demand."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A session whose retention has ended."""

    found: Session
    ended_ms: int
    """End of the show."""
    due_ms: int
    """End of the retention."""
    payloads: tuple[ChainEntry, ...]
    """What is there to be deleted."""
    held_by: tuple[str, ...]
    """Holds that forbid it."""


def ended_ms(found: Session) -> int:
    """End of the show; of a chain that nobody closed, the last moment that it tells of."""
    said = [int(one.facts["ended_ms"]) for one in found.entries if "ended_ms" in one.facts]
    if said:
        return max(said)
    kept = [one for one in found.entries if one.payload]
    return (
        max(max(int(one.facts.get("end_ms", "0")), one.sealed_ms) for one in kept)
        if kept
        else found.entries[-1].sealed_ms
    )


def years_later(ms: int, years: int) -> int:
    """The same moment so many years later; of 29 February, 1 March."""
    date = datetime.fromtimestamp(ms / 1000, tz=UTC)
    try:
        later = date.replace(year=date.year + years)
    except ValueError:
        later = date.replace(year=date.year + years, month=3, day=1)
    return round(later.timestamp() * 1000)


def due(vault: Vault, *, now_ms: int, years: int = YEARS) -> Iterator[Due]:
    """Sessions whose retention has ended at `now_ms` and that still have a payload.

    Raises:
        VaultError: the vault does not answer, or an entry or a hold is damaged.
    """
    holds = in_force(vault)
    for found in sessions(vault):
        end = ended_ms(found)
        if (due_ms := years_later(end, years)) > now_ms:
            continue
        left = tuple(one for one in found.entries if one.payload and vault.stat(one.payload) is not None)
        if left:
            yield Due(found=found, ended_ms=end, due_ms=due_ms, payloads=left, held_by=_holds(vault, found, holds))


def expire(vault: Vault, signer: Signer, one: Due, *, now_ms: int, by: str) -> int:
    """Delete the payloads of a session and certify it; bytes deleted.

    The certificate comes first: a process that ends between the two leaves a payload with a certificate, which the next
    run deletes, and never a gap that nobody explains.

    Raises:
        VaultRefusedError: the vault's own lock has not ended, or an object is held.
    """
    certified = {entry.facts.get("payload") for entry in one.found.entries if entry.kind is Kind.DELETION}
    chain, freed = SessionChain(vault, signer, one.found.room, one.found.session), 0
    for entry in one.payloads:
        about = vault.stat(entry.payload)
        if about is None:
            continue
        check_deletion(about, now_ms)
        if entry.payload not in certified:
            chain.append(Kind.DELETION, _certificate(entry, one, by), sealed_ms=now_ms)
        vault.delete(entry.payload, now_ms=now_ms)
        freed += about.size
    return freed


def _certificate(entry: ChainEntry, one: Due, by: str) -> dict[str, str]:
    return {
        "payload": entry.payload,
        "sha256": entry.sha256,
        "size": str(entry.size),
        "why": "retention ended",
        "show_ended_ms": str(one.ended_ms),
        "due_ms": str(one.due_ms),
        "by": by,
    }


def _holds(vault: Vault, found: Session, holds: Mapping[str, Hold]) -> tuple[str, ...]:
    if not holds:
        return ()
    about = subjects(vault, found)
    return tuple(f"{subject} ({hold.by}: {hold.why})" for subject, hold in sorted(holds.items()) if subject in about)

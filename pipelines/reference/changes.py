"""What a lexicon file changes, and the records that put it in force. No Kafka here."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from detectors.text.lexicon_row import entry_of, row_of
from detectors.text.overlay import folded, overlaid
from detectors.text.term import Term
from pipelines.errors import InputError
from schemas import TermEntry


class Kind(StrEnum):
    """What happens to a term."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A difference between a file and what is in force."""

    term: str
    change: Kind
    fields: dict[str, tuple[str, str]] = {}
    """Column -> in force, in the file; of a changed term."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Records to publish."""

    entries: tuple[TermEntry, ...]
    removed: tuple[str, ...]
    """Terms whose entries are taken away: what is bundled is in force again, or nothing."""


def compare(current: Sequence[Term], wanted: Sequence[Term], *, whole: bool) -> list[Change]:
    """Say what `wanted` changes.

    Args:
        current: the terms in force.
        wanted: the terms of a file.
        whole: the file is the whole lexicon: terms in force that it lacks are gone.
    """
    has, wants = _by_letters(current), _by_letters(wanted)
    changes = []
    for letters, terms in wants.items():
        if letters not in has:
            changes.append(Change(term=terms[0].term, change=Kind.NEW))
        elif fields := _fields(has[letters], terms):
            changes.append(Change(term=terms[0].term, change=Kind.CHANGED, fields=fields))
    if whole:
        changes += [
            Change(term=terms[0].term, change=Kind.GONE) for letters, terms in has.items() if letters not in wants
        ]
    return changes


def plan(
    base: tuple[Term, ...], entries: Mapping[str, TermEntry], wanted: Sequence[Term], *, whole: bool
) -> tuple[list[Change], Plan]:
    """Work out what to publish so that a file is in force.

    Args:
        base: the bundled terms.
        entries: what the topic holds.
        wanted: the terms of the file.
        whole: see `compare`.

    Raises:
        InputError: a changed term is in the file with two kinds; the topic holds one entry for each term.
    """
    changes = compare(overlaid(base, entries.values()), wanted, whole=whole)
    bundled, wants = _by_letters(base), _by_letters(wanted)
    held: dict[str, list[str]] = {}
    for term in entries:
        held.setdefault(folded(term), []).append(term)
    send: list[TermEntry] = []
    removed: list[str] = []
    for change in changes:
        letters = folded(change.term)
        before = bundled.get(letters, [])
        entry = _entry(change, before, wants.get(letters, []))
        removed += [term for term in held.get(letters, []) if entry is None or term != entry.term]
        send += [] if entry is None else [entry]
    return changes, Plan(entries=tuple(send), removed=tuple(removed))


def applied(entries: Mapping[str, TermEntry], todo: Plan) -> dict[str, TermEntry]:
    """What the topic holds once a plan is carried out."""
    kept = {term: entry for term, entry in entries.items() if term not in todo.removed}
    return kept | {entry.term: entry for entry in todo.entries}


def switched_off(base: Sequence[Term], terms: Iterable[str]) -> Plan:
    """Entries that switch bundled terms off.

    Raises:
        InputError: one is not bundled.
    """
    bundled = _by_letters(base)
    if unknown := [term for term in terms if folded(term) not in bundled]:
        raise InputError(f"not bundled: {', '.join(unknown)}; `dajia reference remove` takes published terms away")
    return Plan(entries=tuple(_off(bundled[folded(term)][0]) for term in terms), removed=())


def _entry(change: Change, before: Sequence[Term], after: Sequence[Term]) -> TermEntry | None:
    """The entry that brings a change about; None where taking an entry away does."""
    if change.change is Kind.GONE:
        return _off(before[0]) if before else None
    if _rows(before) == _rows(after):
        return None
    if len(after) > 1:
        kinds = ", ".join(term.category for term in after)
        raise InputError(f"{change.term} is in the file as {kinds}; the topic holds one entry a term: leave one row")
    return entry_of(after[0])


def _off(term: Term) -> TermEntry:
    return msgspec.structs.replace(entry_of(term), off=True)


def _by_letters(terms: Iterable[Term]) -> dict[str, list[Term]]:
    found: dict[str, list[Term]] = {}
    for term in terms:
        found.setdefault(term.folded, []).append(term)
    return found


def _rows(terms: Iterable[Term]) -> list[dict[str, str]]:
    return sorted((row_of(term) for term in terms), key=lambda row: row["kind"])


def _fields(before: Sequence[Term], after: Sequence[Term]) -> dict[str, tuple[str, str]]:
    """Columns that differ; of a term with several kinds, those of all its rows."""
    old, new = _rows(before), _rows(after)
    return {
        column: (was, now)
        for column in new[0]
        if (was := " | ".join(row[column] for row in old)) != (now := " | ".join(row[column] for row in new))
    }

"""What the reference-terms topic says, record by record. No Kafka here: records in, entries out."""

from collections.abc import Mapping

from detectors.text.overlay import checked
from detectors.text.term import LexiconError
from pipelines.broker.reader import ConsumedRecord
from schemas import DeadLetterReason, DecodeError, TermEntry
from schemas.cloudevents import decode
from schemas.topics import REFERENCE_TERMS

MOST_ENTRIES = 100_000
"""Entries held at most, twice the lexicon that the engine is measured with; more are a mistake of whoever publishes."""


class TermEntries:
    """The newest good entry of each term. What cannot be used is refused and leaves the older entry as it is."""

    def __init__(self) -> None:
        self.entries: dict[str, TermEntry] = {}
        self._unsettled: list[ConsumedRecord] = []
        """Records since the last `settle`."""

    def take(self, record: ConsumedRecord) -> None:
        """Apply a record; one without a value takes the entry of its key away.

        Raises:
            DecodeError: the record is no usable entry.
        """
        if record.value is None:
            self.entries.pop(_term_to_remove(record), None)
        else:
            entry = usable_entry(record)
            if entry.term not in self.entries and len(self.entries) >= MOST_ENTRIES:
                raise DecodeError(
                    DeadLetterReason.UNUSABLE_ENTRY,
                    f"there are {MOST_ENTRIES} entries already; take some away with `dajia reference remove`",
                )
            self.entries[entry.term] = entry
        self._unsettled.append(record)

    def settle(self) -> dict[str, TermEntry]:
        """Return the entries; the records so far have been dealt with."""
        self._unsettled = []
        return dict(self.entries)

    def revert(self, entries: Mapping[str, TermEntry]) -> list[ConsumedRecord]:
        """Go back to older entries; returns the records that are given up by that."""
        given_up, self._unsettled, self.entries = self._unsettled, [], dict(entries)
        return given_up


def usable_entry(record: ConsumedRecord) -> TermEntry:
    """Decode and check a record that has a value.

    Raises:
        DecodeError: it is no entry, or its term cannot be used.
    """
    entry = decode(REFERENCE_TERMS, key=record.key, value=record.value, headers=record.headers)
    assert isinstance(entry, TermEntry)
    try:
        if not entry.off:
            checked(entry)
    except LexiconError as error:
        raise DecodeError(DeadLetterReason.UNUSABLE_ENTRY, str(error)) from error
    return entry


def _term_to_remove(record: ConsumedRecord) -> str:
    try:
        return (record.key or b"").decode()
    except UnicodeDecodeError as error:
        raise DecodeError(DeadLetterReason.INVALID_UTF8, f"the key is not UTF-8: {error}") from error

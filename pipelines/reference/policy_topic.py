"""What the reference-policy topic says, record by record. No Kafka here: records in, a policy out."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from pipelines.broker.reader import ConsumedRecord
from schemas import DeadLetterReason, DecodeError, Judges, PolicyEntry
from schemas.cloudevents import decode, record_key
from schemas.topics import REFERENCE_POLICY


class Versioned(Protocol):
    """A policy, of rooms or of accounts."""

    @property
    def version(self) -> str:
        """Actions name it."""


P = TypeVar("P", bound=Versioned)


class PolicyInForce(Generic[P]):
    """The newest policy that can be used. One that cannot is refused and leaves the older one as it is."""

    def __init__(self, base: P, judges: Judges, load: Callable[[str, str], P]) -> None:
        """Start from the policy of the worker's own file.

        Args:
            base: that policy.
            judges: which of the topic's policies; the others are for other workers.
            load: reads a policy's text under a name for messages; a ValueError says what to change.
        """
        self._base = self.policy = base
        self.toml: str | None = None
        """Text of the policy; None of the worker's own file."""
        self._load, self._key = load, record_key(PolicyEntry(version="", toml="", judges=judges)).encode()

    def take(self, record: ConsumedRecord) -> None:
        """Apply a record; one without a value puts the worker's own policy in force again.

        Raises:
            DecodeError: the record is no policy that can be used; the message names the line and what to change.
        """
        if record.key != self._key:
            return
        if record.value is None:
            self.policy, self.toml = self._base, None
            return
        entry = decode(REFERENCE_POLICY, key=record.key, value=record.value, headers=record.headers)
        assert isinstance(entry, PolicyEntry)
        self.policy, self.toml = self._usable(entry), entry.toml

    def _usable(self, entry: PolicyEntry) -> P:
        try:
            policy = self._load(entry.toml, f"policy {entry.version}")
        except ValueError as error:
            raise DecodeError(DeadLetterReason.UNUSABLE_ENTRY, str(error)) from error
        if policy.version != entry.version:
            raise DecodeError(
                DeadLetterReason.UNUSABLE_ENTRY,
                f"the entry says version {entry.version}, its text {policy.version}; "
                "publish it with `dajia policy publish`, which keeps both equal",
            )
        if policy.version == self.policy.version and policy != self.policy:
            raise DecodeError(
                DeadLetterReason.UNUSABLE_ENTRY,
                f"policy {policy.version} is in force with other numbers; give the changed one another `version`, "
                "actions name it",
            )
        return policy

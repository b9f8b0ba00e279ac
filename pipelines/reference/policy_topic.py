"""What the reference-policy topic says, record by record. No Kafka here: records in, a policy out."""

from pipelines.broker.reader import ConsumedRecord
from pipelines.join.policy import Policy, PolicyError, load_policy
from schemas import DeadLetterReason, DecodeError, PolicyEntry
from schemas.cloudevents import decode
from schemas.topics import REFERENCE_POLICY


class PolicyInForce:
    """The newest policy that can be used. One that cannot is refused and leaves the older one as it is."""

    def __init__(self, base: Policy) -> None:
        """Start from the policy of the worker's own file."""
        self._base = self.policy = base

    def take(self, record: ConsumedRecord) -> None:
        """Apply a record; one without a value puts the worker's own policy in force again.

        Raises:
            DecodeError: the record is no policy that can be used; the message names the line and what to change.
        """
        if record.value is None:
            self.policy = self._base
            return
        entry = decode(REFERENCE_POLICY, key=record.key, value=record.value, headers=record.headers)
        assert isinstance(entry, PolicyEntry)
        self.policy = self._usable(entry)

    def _usable(self, entry: PolicyEntry) -> Policy:
        try:
            policy = load_policy(entry.toml, f"policy {entry.version}")
        except PolicyError as error:
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

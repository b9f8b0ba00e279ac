"""The policy of a running worker: its own file, until the reference-policy topic brings another one.

The worker takes `LivePolicy.policy` once for each record, so that a policy changes between two records and never within
one; rooms weigh their signs anew when they see another version. One that can never or always fire, or contradicts
itself, goes to `reference-policy-dlq` with its line and what to change, and the policy before stays in force.

For operators: `dajia_policy_info{version}` says what is in force, `dajia_policy_reloads_total{result}` counts `loaded`,
`unchanged` and `refused`.
"""

import logging

from pipelines.broker.topic_thread import TopicThread
from pipelines.join.policy import Policy
from pipelines.metrics import POLICY_INFO, POLICY_RELOADS
from pipelines.policy import read_policy
from pipelines.reference.policy_topic import PolicyInForce
from pipelines.reference.refused import RefusedEntries
from pipelines.settings import Settings
from schemas import DecodeError
from schemas.topics import REFERENCE_POLICY

logger = logging.getLogger("dajia.reference")


class LivePolicy(TopicThread):
    """Keeps `policy` up to date with the reference-policy topic."""

    policy: Policy
    """What is in force; another thread replaces it, so take it once for each record."""

    def __init__(self, settings: Settings, role: str) -> None:
        """Read the worker's own policy.

        Raises:
            SettingsError: it cannot be used.
        """
        super().__init__(settings, role, REFERENCE_POLICY)
        self._base = read_policy(settings.policy_file)
        self._refused = RefusedEntries(settings, role, REFERENCE_POLICY)
        self._put_in_force(self._base)

    def _in_force(self) -> str:
        return f"policy {self.policy.version}"

    def _follow(self) -> None:
        topic, reached = PolicyInForce(self._base), False
        for batch in self._batches("reference"):
            for record in batch.records:
                try:
                    topic.take(record)
                except DecodeError as error:
                    self._refused.add(record, error)
                    POLICY_RELOADS.labels("refused").inc()
            if not batch.at_end:
                continue
            if batch.records or not reached:
                POLICY_RELOADS.labels(self._put_in_force(topic.policy)).inc()
                reached = True
                self._reached_end()
            self._refused.send()

    def _put_in_force(self, policy: Policy) -> str:
        """Let a policy take over; returns whether it is another one."""
        before = getattr(self, "policy", None)
        if before == policy:
            return "unchanged"
        self.policy = policy
        POLICY_INFO.clear()
        POLICY_INFO.labels(policy.version).set(1)
        logger.info("policy %s in force", policy.version, extra={"role": self._role})
        if policy.unknown:
            logger.warning(
                "policy %s names signals that this release does not know, they count for nothing: %s",
                policy.version,
                ", ".join(policy.unknown),
                extra={"role": self._role},
            )
        return "loaded"

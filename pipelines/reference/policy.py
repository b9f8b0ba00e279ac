"""The policy of a running worker: its own file, until the reference-policy topic brings another one.

The worker takes `LivePolicy.policy` (accounts: `LiveCasePolicy`) once for each record, so that a policy changes between
two records and never within one; rooms weigh their signs anew when they see another version, accounts at their next
event. One that can never or always fire, or contradicts itself, goes to `reference-policy-dlq` with its line and what
to change, and the policy before stays in force.

For operators: `dajia_policy_info{version}` and `dajia_case_policy_info{version}` say what is in force,
`dajia_policy_reloads_total{result}` counts `loaded`, `unchanged` and `refused`.
"""

import logging
from collections.abc import Callable
from typing import Generic

from prometheus_client import Gauge

from pipelines.broker.topic_thread import TopicThread
from pipelines.cases.rules import Policy as CasePolicy
from pipelines.join.policy import Policy, load_policy
from pipelines.metrics import CASE_POLICY_INFO, POLICY_INFO, POLICY_RELOADS
from pipelines.policy import load_case_policy, policy_text, read_case_policy, read_policy
from pipelines.reference.policy_topic import P, PolicyInForce
from pipelines.reference.refused import RefusedEntries
from pipelines.settings import Settings
from schemas import DecodeError, Judges
from schemas.topics import REFERENCE_POLICY

logger = logging.getLogger("dajia.reference")


class _LivePolicy(TopicThread, Generic[P]):
    """Keeps `policy` up to date with the reference-policy topic."""

    policy: P
    """What is in force; another thread replaces it, so take it once for each record."""
    toml: str
    """Its text, where whoever reads it asks for it."""
    judges: Judges
    info: Gauge
    load: Callable[[str, str], P]

    def __init__(self, settings: Settings, role: str, base: P, base_toml: str = "") -> None:
        super().__init__(settings, role, REFERENCE_POLICY)
        self._base, self._base_toml = base, base_toml
        self.toml = base_toml
        self._refused = RefusedEntries(settings, role, REFERENCE_POLICY)
        self._put_in_force(self._base)

    def _in_force(self) -> str:
        return f"policy {self.policy.version}"

    def _follow(self) -> None:
        topic, reached = PolicyInForce(self._base, self.judges, type(self).load), False
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
                self.toml = self._base_toml if topic.toml is None else topic.toml
                POLICY_RELOADS.labels(self._put_in_force(topic.policy)).inc()
                reached = True
                self._reached_end()
            self._refused.send()

    def _put_in_force(self, policy: P) -> str:
        """Let a policy take over; returns whether it is another one."""
        before = getattr(self, "policy", None)
        if before == policy:
            return "unchanged"
        self.policy = policy
        self.info.clear()
        self.info.labels(policy.version).set(1)
        logger.info("policy %s in force", policy.version, extra={"role": self._role})
        return "loaded"


class LivePolicy(_LivePolicy[Policy]):
    """The policy of rooms."""

    judges, info, load = Judges.ROOMS, POLICY_INFO, staticmethod(load_policy)

    def __init__(self, settings: Settings, role: str) -> None:
        """Read the worker's own policy.

        Raises:
            SettingsError: it cannot be used.
        """
        super().__init__(settings, role, read_policy(settings.policy_file), policy_text(settings.policy_file))

    def _put_in_force(self, policy: Policy) -> str:
        result = super()._put_in_force(policy)
        if policy.unknown and result == "loaded":
            logger.warning(
                "policy %s names signals that this release does not know, they count for nothing: %s",
                policy.version,
                ", ".join(policy.unknown),
                extra={"role": self._role},
            )
        return result


class LiveCasePolicy(_LivePolicy[CasePolicy]):
    """The policy of hosts and merchants."""

    judges, info, load = Judges.ACCOUNTS, CASE_POLICY_INFO, staticmethod(load_case_policy)

    def __init__(self, settings: Settings, role: str) -> None:
        """Read the worker's own policy.

        Raises:
            SettingsError: it cannot be used.
        """
        super().__init__(settings, role, read_case_policy(settings.cases_policy_file))

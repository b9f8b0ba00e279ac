"""The requests of an administrator: create topics, read and set their configuration."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from time import monotonic, sleep
from typing import Any, TypeVar

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic, ResourceType

from pipelines.broker.configs import client_config, existing_topics, unreachable
from pipelines.errors import BrokerError
from pipelines.settings import Settings

Differences = dict[str, dict[str, tuple[str, str]]]
"""Topic -> name of a configuration -> (what the broker has, what it should have)."""

_REQUEST_TIMEOUT_S = 15.0

_Key = TypeVar("_Key")


class TopicAdmin:
    """An administrator's connection; every method raises BrokerError when the broker is silent or refuses."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client = AdminClient(client_config(settings, client_id="topics"))

    def create(self, topics: Iterable[tuple[str, int, Mapping[str, str]]]) -> None:
        """Create topics (name, partitions, configuration) and wait until they are announced.

        A topic that somebody else created meanwhile is taken as it is: compare its partitions afterwards.
        """
        wanted = [
            NewTopic(name, count, self._settings.replication_factor, config=dict(config))
            for name, count, config in topics
        ]
        if not wanted:
            return
        answers = self._client.create_topics(wanted, request_timeout=_REQUEST_TIMEOUT_S)
        self._results("create", answers, fine=KafkaError.TOPIC_ALREADY_EXISTS)
        # Created is not yet announced: a worker that starts now would not find its topic.
        names = {topic.topic for topic in wanted}
        self._wait_for(lambda: names - existing_topics(self._settings).keys(), "created but does not announce")

    def delete(self, topics: Iterable[str]) -> None:
        """Delete topics with all that is in them.

        Not while somebody reads them from the embedded broker: its answer crashes the reader's librdkafka (2.16).
        """
        self._results("delete", self._client.delete_topics(list(topics), request_timeout=_REQUEST_TIMEOUT_S))

    def differences(self, configs: Mapping[str, Mapping[str, str]]) -> Differences:
        """Compare with `configs` (topic -> name -> value); topics without a difference are left out."""
        if not configs:
            return {}
        resources = [ConfigResource(ResourceType.TOPIC, topic) for topic in configs]
        answers = self._client.describe_configs(resources, request_timeout=_REQUEST_TIMEOUT_S)
        found = {resource.name: entries for resource, entries in self._results("describe", answers).items()}
        compared = {
            topic: {
                name: (has, value) for name, value in config.items() if (has := _value(found[topic], name)) != value
            }
            for topic, config in configs.items()
        }
        return {topic: items for topic, items in compared.items() if items}

    def alter(self, differences: Differences) -> None:
        """Set what differs and wait until it shows; other configurations of the topics stay."""
        if not differences:
            return
        resources = [_alteration(topic, items) for topic, items in differences.items()]
        answers = self._client.incremental_alter_configs(resources, request_timeout=_REQUEST_TIMEOUT_S)
        self._results("alter", answers)
        wanted = {topic: {name: value for name, (_, value) in items.items()} for topic, items in differences.items()}
        self._wait_for(lambda: self.differences(wanted), "altered but does not show")

    def _wait_for(self, missing: Callable[[], Iterable[str]], words: str) -> None:
        deadline = monotonic() + _REQUEST_TIMEOUT_S
        while names := sorted(missing()):
            if monotonic() > deadline:
                raise BrokerError(f"the broker {words} {', '.join(names)}; apply again")
            sleep(0.1)

    def _results(
        self, verb: str, answers: Mapping[_Key, "Future[Any]"], *, fine: int = KafkaError.NO_ERROR
    ) -> dict[_Key, Any]:
        results = {}
        for key, answer in answers.items():
            try:
                results[key] = answer.result(_REQUEST_TIMEOUT_S)
            except TimeoutError as error:
                raise unreachable(self._settings, f"no answer to {verb}") from error
            except KafkaException as error:
                if error.args[0].code() == fine:
                    continue
                raise BrokerError(
                    f"the broker refused to {verb} {getattr(key, 'name', key)}: {error}; check DAJIA_PARTITIONS, "
                    "DAJIA_REPLICATION_FACTOR and the rights of this client"
                ) from error
        return results


def _alteration(topic: str, items: Mapping[str, tuple[str, str]]) -> ConfigResource:
    entries = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, (_, value) in items.items()
    ]
    return ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)


def _value(entries: Mapping[str, Any], name: str) -> str:
    return str(entries[name].value) if name in entries else "nothing"

"""Configuration of the confluent-kafka clients, and the one request that tells whether a broker is there."""

import logging
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from pipelines.errors import BrokerError, SettingsError
from pipelines.settings import Settings
from schemas.topics import TOPICS

logger = logging.getLogger("dajia.kafka")

TOPIC_WAIT_MS = 5000
"""How long a producer waits for a topic to appear; they are created before any worker starts."""

ClientConfig = dict[str, Any]

PARTITIONER = "murmur2_random"
"""The partitioner of Java, aiokafka and Faust. librdkafka's own default agrees with them for one key in eight only, and
one room's records would meet different workers (tests/broker/test_partitioner.py)."""

LINGER_MS = 20
"""Larger batches cost Faust and the broker less than single records; 20 ms is no delay that a viewer notices."""

QUEUE_KIBIBYTES = 64 * 1024
"""Bound of a producer's queue: about a minute of one room's frames at two a second; beyond it `send` waits."""

HEADER_ALLOWANCE_BYTES = 64 * 1024
"""Room for key, headers and framing on top of the largest value of a topic."""


def client_config(settings: Settings, *, client_id: str) -> ClientConfig:
    """Say what every client needs: where the brokers are, who asks, and that logs go where ours go."""
    given = settings.client_properties()
    return (
        {"reconnect.backoff.max.ms": 2000}
        | given.shared
        | given.librdkafka
        | {
            "bootstrap.servers": settings.kafka_bootstrap_servers,
            "client.id": f"{settings.app_prefix}-{client_id}",
            "logger": logger,
        }
    )


def producer_config(settings: Settings, *, client_id: str, delivery_timeout_s: float = 60) -> ClientConfig:
    """Configure a producer that neither loses, doubles nor reorders, and puts a room where Faust looks for it.

    Idempotence and lz4 work on Apache Kafka and on the embedded broker (tests/broker/test_publisher.py).
    """
    largest = max(topic.max_message_bytes for topic in TOPICS.values())
    return client_config(settings, client_id=client_id) | {
        "enable.idempotence": True,
        "partitioner": PARTITIONER,
        "compression.type": "lz4",
        "linger.ms": LINGER_MS,
        "queue.buffering.max.kbytes": QUEUE_KIBIBYTES,
        "message.max.bytes": largest + HEADER_ALLOWANCE_BYTES,
        "topic.metadata.propagation.max.ms": TOPIC_WAIT_MS,
        "message.timeout.ms": round(delivery_timeout_s * 1000),
    }


def consumer_config(settings: Settings, *, group: str, client_id: str = "") -> ClientConfig:
    """Configure a consumer that reads from the beginning, commits only when told and reports a partition's end.

    Args:
        settings: the settings.
        group: consumer group without the prefix of the application.
        client_id: who asks; the group when empty.
    """
    return client_config(settings, client_id=client_id or group) | {
        "group.id": f"{settings.app_prefix}-{group}",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "enable.partition.eof": True,
        "session.timeout.ms": round(settings.session_timeout_s * 1000),
        "max.poll.interval.ms": max(300_000, round(settings.session_timeout_s * 1000)),
        "fetch.wait.max.ms": 100,
        "fetch.error.backoff.ms": 100,
    }


def existing_topics(settings: Settings, *, timeout_s: float = 5) -> dict[str, int]:
    """Ask the brokers for their topics and partition counts: also the proof that they answer.

    Raises:
        BrokerError: no broker answers within `timeout_s` seconds.
        SettingsError: a property of the Kafka clients is unknown or has an impossible value.
    """
    try:
        admin = AdminClient(client_config(settings, client_id="metadata"))
    except KafkaException as error:  # before anything is connected: librdkafka does not know a property or its value
        raise SettingsError(f"DAJIA_KAFKA_PROPERTIES: {error.args[0].str()}; correct it") from None
    try:
        metadata = admin.list_topics(timeout=timeout_s)
    except KafkaException as error:
        raise unreachable(settings, error.args[0].str() if error.args else error) from error
    return {name: len(topic.partitions) for name, topic in metadata.topics.items()}


def unreachable(settings: Settings, error: object) -> BrokerError:
    """Return the error for brokers that do not answer, with what to do about it."""
    return BrokerError(
        f"no Kafka broker answers at {settings.kafka_bootstrap_servers} ({error}); start one with `dajia broker` or "
        "`make kafka-up`, or name yours in KAFKA_BOOTSTRAP_SERVERS"
    )

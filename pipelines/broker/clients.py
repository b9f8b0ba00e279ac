"""The Kafka clients of ours, in one place: configurations, the publisher, the plain reader."""

from pipelines.broker.configs import client_config, consumer_config, existing_topics, producer_config
from pipelines.broker.publisher import Publisher
from pipelines.broker.reader import ConsumedRecord, read_topics

__all__ = [
    "ConsumedRecord",
    "Publisher",
    "client_config",
    "consumer_config",
    "existing_topics",
    "producer_config",
    "read_topics",
]

"""A reader of whole topics: every record from the first one on, then whatever is written, without a group."""

from collections.abc import Callable, Iterator

import msgspec
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from pipelines.broker.configs import consumer_config
from pipelines.broker.reader import ConsumedRecord, record_of
from pipelines.settings import Settings

_POLL_S = 0.1
_BATCH = 1000


class Batch(msgspec.Struct, frozen=True):
    """What one look brought."""

    records: list[ConsumedRecord]
    at_end: bool
    """The end of the topic was reached at least once."""


def follow_whole(settings: Settings, topic: str, *, group: str, stop: Callable[[], bool]) -> Iterator[Batch]:
    """Read a topic of one partition from its first record on, and follow it until `stop`.

    Yields ten times a second, empty batches too: the caller's clock runs on them. Ends are taken from the broker's
    answers to fetches, which both brokers give right; the embedded one does not when it is asked for them.

    Raises:
        BrokerError: the topic cannot be read.
    """
    consumer = Consumer(consumer_config(settings, group=group))
    try:
        consumer.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
        at_end = False
        while not stop():
            records = []
            for message in consumer.consume(_BATCH, timeout=_POLL_S):
                record = record_of(message)
                if record is None:
                    at_end = True
                else:
                    records.append(record)
            yield Batch(records, at_end)
    finally:
        consumer.close()

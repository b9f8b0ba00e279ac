"""The broker's clock, seen through the timestamp that it gives to a record."""

from uuid import uuid4

from confluent_kafka import TIMESTAMP_LOG_APPEND_TIME, KafkaError, Message, Producer

from pipelines.broker.admin import TopicAdmin
from pipelines.broker.configs import producer_config, unreachable
from pipelines.clock import now_ms
from pipelines.settings import Settings

_TIMEOUT_S = 15.0


def clock_skew_ms(settings: Settings) -> int | None:
    """How far the broker's clock is ahead of ours, milliseconds, to within the time of one request.

    Writes one record into a topic of its own, which is deleted again. None when the broker does not stamp records: the
    embedded one has our clock anyway.

    Raises:
        BrokerError: no broker answers, or it refuses to make the topic.
    """
    topic = f"{settings.app_prefix}-clock-{uuid4().hex[:8]}"
    admin = TopicAdmin(settings)
    admin.create([(topic, 1, {"message.timestamp.type": "LogAppendTime", "retention.ms": "60000"})])
    try:
        return _skew_of_one_record(settings, topic)
    finally:
        admin.delete([topic])


def _skew_of_one_record(settings: Settings, topic: str) -> int | None:
    stamps: list[tuple[int, int]] = []

    def delivered(error: KafkaError | None, message: Message) -> None:
        if error is None:
            stamps.append(message.timestamp())

    producer = Producer(producer_config(settings, client_id="clock", delivery_timeout_s=_TIMEOUT_S) | {"linger.ms": 0})
    producer.produce(topic, value=b"", on_delivery=delivered)
    producer.flush(_TIMEOUT_S)  # the first record waits for connection and producer id: it is not the one that counts
    sent_ms = now_ms()
    producer.produce(topic, value=b"", on_delivery=delivered)
    producer.flush(_TIMEOUT_S)
    if len(stamps) < 2:  # noqa: PLR2004 (both records)
        raise unreachable(settings, "a record to ask the time was not delivered")
    kind, stamp_ms = stamps[1]
    return stamp_ms - (sent_ms + now_ms()) // 2 if kind == TIMESTAMP_LOG_APPEND_TIME else None

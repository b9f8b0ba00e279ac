"""One room's records meet in one worker only if every client chooses the same partition for the same key."""

import faust
from confluent_kafka import Producer

from pipelines.broker.clients import Publisher, client_config, read_topics
from pipelines.settings import Settings
from schemas.cloudevents import Record

PARTITIONS = 8
KEYS = [f"room-{number}-直播间".encode() for number in range(200)]


def partitions_by_key(settings: Settings, topic: str) -> dict[bytes | None, int]:
    return {record.key: record.partition for record in read_topics(settings, [topic])}


async def send_with_faust(settings: Settings, topic: str) -> None:
    app = faust.App(
        f"{settings.app_prefix}-sender", broker=f"kafka://{settings.kafka_bootstrap_servers}", web_enabled=False
    )
    app.finalize()
    producer = app.transport.create_producer()
    await producer.start()
    try:
        for key in KEYS:
            await producer.send_and_wait(topic, key=key, value=b"x", partition=None, timestamp=None, headers=None)
    finally:
        await producer.stop()


async def test_publisher_and_faust_choose_the_same_partition_for_every_key(broker_settings, new_topic):
    ours, fausts = new_topic(PARTITIONS), new_topic(PARTITIONS)
    with Publisher(broker_settings, client_id="test") as publisher:
        for key in KEYS:
            publisher.send(ours, Record(key=key, value=b"x", headers=[], timestamp_ms=0))
    await send_with_faust(broker_settings, fausts)

    placed = partitions_by_key(broker_settings, fausts)
    assert len(placed) == len(KEYS)
    assert set(placed.values()) == set(range(PARTITIONS))
    assert partitions_by_key(broker_settings, ours) == placed


async def test_the_default_partitioner_of_librdkafka_would_separate_rooms(broker_settings, new_topic):
    defaults, ours = new_topic(PARTITIONS), new_topic(PARTITIONS)
    producer = Producer(client_config(broker_settings, client_id="test"))
    for key in KEYS:
        producer.produce(defaults, key=key, value=b"x")
    assert producer.flush(10) == 0
    with Publisher(broker_settings, client_id="test") as publisher:
        for key in KEYS:
            publisher.send(ours, Record(key=key, value=b"x", headers=[], timestamp_ms=0))

    by_default, placed = partitions_by_key(broker_settings, defaults), partitions_by_key(broker_settings, ours)
    agreeing = sum(by_default[key] == placed[key] for key in KEYS)
    assert agreeing < len(KEYS) / 2  # by chance about one in PARTITIONS

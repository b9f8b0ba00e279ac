"""The plain reader: from the beginning, from a time, from now on; to the end or on and on."""

import threading
from time import monotonic

import pytest
from confluent_kafka import Consumer, TopicPartition

from pipelines.broker.clients import Publisher, consumer_config, read_topics
from pipelines.broker.embedded import free_port
from pipelines.errors import BrokerError
from pipelines.settings import load_settings
from schemas.cloudevents import Record

BATCH = 300
FIRST_MS = 1_790_000_000_000


@pytest.fixture
def send(broker_settings):
    def send_batch(topic: str, first: int, count: int = BATCH) -> None:
        with Publisher(broker_settings, client_id="test") as publisher:
            for number in range(first, first + count):
                value = b"%d" % number
                publisher.send(
                    topic, Record(key=b"room", value=value, headers=[], timestamp_ms=1_790_000_000_000 + number)
                )

    return send_batch


def numbers(records) -> list[int]:
    return [int(record.value) for record in records]


def test_reads_to_where_the_topic_ended_when_reading_began(broker_settings, new_topic, send):
    topic = new_topic(2)
    send(topic, 0)
    reading = read_topics(broker_settings, [topic])
    send(topic, BATCH)
    assert numbers(reading) == list(range(BATCH))


def test_reads_from_now_on(broker_settings, new_topic, send):
    topic = new_topic(2)
    send(topic, 0)
    reading = read_topics(broker_settings, [topic], from_beginning=False, follow=True)
    send(topic, BATCH)
    assert numbers(next(reading) for _ in range(BATCH)) == list(range(BATCH, 2 * BATCH))
    reading.close()


def test_reads_from_a_time(broker_settings, new_topic, send):
    topic = new_topic(2)
    send(topic, 0)
    send(topic, BATCH)
    since = FIRST_MS + BATCH + 10
    assert numbers(read_topics(broker_settings, [topic], start_ms=since)) == list(range(BATCH + 10, 2 * BATCH))


def test_following_ends_when_told(broker_settings, new_topic):
    stop = threading.Event()
    reading = read_topics(broker_settings, [new_topic(1)], follow=True, stop=stop.is_set)
    threading.Timer(0.3, stop.set).start()
    began = monotonic()
    assert list(reading) == []
    assert monotonic() - began < 3


def test_a_topic_that_is_written_to_all_the_time_is_read_to_where_it_was(broker_settings, new_topic):
    topic, stop, written = new_topic(1), threading.Event(), threading.Event()
    first = Record(key=b"room", value=b"0", headers=[], timestamp_ms=1)

    def write():
        with Publisher(broker_settings, client_id="flood") as publisher:
            while not stop.wait(0.001):
                publisher.send(topic, first)
                publisher.flush()
                written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(10)
        read = sum(1 for _ in read_topics(broker_settings, [topic]))
    finally:
        stop.set()
        writer.join()
    assert 0 < read < sum(1 for _ in read_topics(broker_settings, [topic]))


def test_an_empty_topic_is_read_at_once(broker_settings, new_topic):
    began = monotonic()
    assert list(read_topics(broker_settings, [new_topic(8)])) == []
    assert monotonic() - began < 5


@pytest.mark.parametrize("broker_settings", [pytest.param("embedded", marks=pytest.mark.embedded)], indirect=True)
def test_the_embedded_broker_names_the_end_of_batches_too_early(broker_settings, new_topic, send):
    """Why the reader finds ends by reading. When this fails, the broker is mended and the reader can be simpler."""
    topic = new_topic(1)
    send(topic, 0)
    consumer = Consumer(consumer_config(broker_settings, group="test"))
    try:
        assert consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=5) < (0, BATCH)
    finally:
        consumer.close()


def test_a_topic_that_does_not_exist_is_named(broker_settings):
    with pytest.raises(BrokerError, match="no such topic: test-not-there; `dajia topics apply`"):
        read_topics(broker_settings, ["test-not-there"])


def test_no_broker_is_an_error():
    settings = load_settings().model_copy(update={"kafka_bootstrap_servers": f"127.0.0.1:{free_port()}"})
    with pytest.raises(BrokerError, match="dajia broker"):
        read_topics(settings, ["live-frames"])

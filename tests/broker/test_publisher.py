"""What was not delivered is known: at once, or within the time given."""

from time import monotonic

import pytest
from confluent_kafka import KafkaException, Producer

from pipelines.broker.clients import Publisher, producer_config, read_topics
from pipelines.broker.embedded import free_port
from pipelines.errors import DeliveryError
from pipelines.settings import load_settings
from schemas.cloudevents import Record
from schemas.topics import LIVE_DANMAKU, LIVE_FRAMES

EVENT_TIME_MS = 1_790_000_000_123


def record(key: str, value: bytes, **changes) -> Record:
    fields = {"headers": [("ce_id", b"1"), ("raw", b"\xff")], "timestamp_ms": EVENT_TIME_MS, **changes}
    return Record(key=key.encode(), value=value, **fields)


def test_records_arrive_whole_once_and_in_order(broker_settings, new_topic):
    assert producer_config(broker_settings, client_id="test")["enable.idempotence"] is True
    topic = new_topic(4)
    sent = [record(f"room-{number % 7}", b"%d" % number) for number in range(5000)]
    with Publisher(broker_settings, client_id="test") as publisher:
        for one in sent:
            publisher.send(topic, one)
    read = list(read_topics(broker_settings, [topic]))
    assert len(read) == len(sent)
    for key in {one.key for one in sent}:
        assert [one.value for one in read if one.key == key] == [one.value for one in sent if one.key == key]
    assert all(one.headers == sent[0].headers and one.timestamp_ms == EVENT_TIME_MS for one in read)


def test_the_broker_takes_lz4(broker_settings, new_topic):
    """What `producer_config` compresses is taken; another codec's name is not silently ignored by the client."""
    topic = new_topic(1)
    assert producer_config(broker_settings, client_id="test")["compression.type"] == "lz4"
    with pytest.raises(KafkaException):
        Producer(producer_config(broker_settings, client_id="test") | {"compression.type": "lz5"})
    with Publisher(broker_settings, client_id="test") as publisher:
        publisher.send(topic, record("room", b"compressible " * 10_000))
    assert [len(one.value or b"") for one in read_topics(broker_settings, [topic])] == [130_000]


def test_a_record_at_the_limit_is_taken_and_a_larger_one_refused_at_once(broker_settings, new_room):
    room = new_room()
    limit = LIVE_FRAMES.max_message_bytes
    with Publisher(broker_settings, client_id="test") as publisher:
        publisher.send(LIVE_FRAMES.name, record(room, bytes(range(256)) * (limit // 256)))
        publisher.flush()
        with pytest.raises(DeliveryError, match=r"too large for live-frames .* send smaller pictures"):
            publisher.send(LIVE_FRAMES.name, record(room, bytes(limit + 1)))


@pytest.mark.parametrize("broker_settings", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
def test_a_topic_that_does_not_exist_is_an_error(broker_settings):
    publisher = Publisher(broker_settings, client_id="test")
    publisher.send("test-nobody-created-this", record("room", b"x"))
    with pytest.raises(DeliveryError, match="dajia topics apply"):
        publisher.close()


@pytest.mark.parametrize("broker_settings", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True)
def test_a_failure_is_raised_by_a_later_send(broker_settings, new_topic):
    flooded = new_topic(1)
    publisher = Publisher(broker_settings, client_id="test", delivery_timeout_s=1)
    publisher.send("test-nobody-created-this", record("first", b"x"))

    def send_for_a_while() -> None:
        deadline = monotonic() + 10
        while monotonic() < deadline:
            publisher.send(flooded, record("room", b"x"))

    with pytest.raises(DeliveryError, match="test-nobody-created-this key b'first'"):
        send_for_a_while()
    publisher.close()


class TestWithoutBroker:
    """An unreachable broker is an error within a bounded time."""

    @pytest.fixture
    def settings(self):
        return load_settings().model_copy(update={"kafka_bootstrap_servers": f"127.0.0.1:{free_port()}"})

    def test_closing_says_that_no_broker_took_the_record(self, settings):
        began = monotonic()
        publisher = Publisher(settings, client_id="test", delivery_timeout_s=1)
        publisher.send(LIVE_DANMAKU.name, record("room", b"x"))
        with pytest.raises(DeliveryError, match=r"no broker at 127.0.0.1:\d+ took it in time; `dajia doctor`"):
            publisher.close()
        assert monotonic() - began < 5

    def test_flush_says_how_many_are_left(self, settings):
        publisher = Publisher(settings, client_id="test", delivery_timeout_s=3)
        publisher.send(LIVE_DANMAKU.name, record("room", b"x"))
        with pytest.raises(DeliveryError, match=r"1 records are not delivered after 0.2 s"):
            publisher.flush(0.2)
        with pytest.raises(DeliveryError):
            publisher.close()

    def test_a_full_queue_waits_and_then_fails(self, settings):
        def send_two_gigabytes() -> None:
            with Publisher(settings, client_id="test", queue_timeout_s=0.5) as publisher:
                for _ in range(1000):
                    publisher.send(LIVE_FRAMES.name, frame)

        frame = record("room", bytes(2_000_000))
        began = monotonic()
        with pytest.raises(DeliveryError, match=r"the send queue \(\d+ records\) has been full for 0.5 s"):
            send_two_gigabytes()
        assert 0.5 <= monotonic() - began < 10

    def test_the_error_under_way_is_not_replaced(self, settings):
        def fail_while_sending() -> None:
            with Publisher(settings, client_id="test") as publisher:
                publisher.send(LIVE_DANMAKU.name, record("room", b"x"))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_while_sending()

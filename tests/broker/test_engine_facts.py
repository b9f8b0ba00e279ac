"""What Faust and the broker really do, where the project relies on it."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from aiokafka import AIOKafkaConsumer
from confluent_kafka import Consumer, TopicPartition

from pipelines.broker.clients import Publisher, client_config
from schemas.cloudevents import Record

WORKER = Path(__file__).with_name("facts_worker.py")
RECORDS = 12
PATIENCE_S = 60


@pytest.fixture
def topic(broker_settings, new_topic):
    name = new_topic(1)
    with Publisher(broker_settings, client_id="test") as publisher:
        for number in range(1, RECORDS + 1):
            publisher.send(name, Record(key=b"room", value=b"%d" % number, headers=[], timestamp_ms=0))
    return name


@pytest.fixture
def facts_worker(broker_settings, topic, tmp_path):
    """Start a worker; all workers of a test are one group and write one log."""
    log = tmp_path / "log"
    log.touch()
    settings = broker_settings.model_copy(update={"state_dir": tmp_path})

    @contextmanager
    def start(way: str, fail: str):
        process = subprocess.Popen(
            [sys.executable, str(WORKER), topic, str(log), way, fail],
            env=os.environ | settings.environment(),
            stdout=subprocess.DEVNULL,
        )
        try:
            yield process, log
        finally:
            process.kill()
            process.wait()

    return start


def wait_for(condition, what: str) -> None:
    deadline = monotonic() + PATIENCE_S
    while not condition():
        assert monotonic() < deadline, f"waited {PATIENCE_S} s for {what}"
        sleep(0.1)


def numbers(log: Path, word: str) -> list[int]:
    return [int(line.split()[1]) for line in log.read_text().splitlines() if line.startswith(word)]


def committed(settings, topic: str) -> int:
    """Offset of the next record that the group would get; the records 1, 2, 3 … have the offsets 0, 1, 2 …"""
    consumer = Consumer(client_config(settings, client_id="test") | {"group.id": f"{settings.app_prefix}-facts"})
    try:
        return consumer.committed([TopicPartition(topic, 0)], timeout=10)[0].offset
    finally:
        consumer.close()


def test_a_record_that_crashed_the_worker_is_given_again(broker_settings, topic, facts_worker):
    with facts_worker("ours", "fail") as (process, log):
        wait_for(lambda: process.poll() is not None, "the worker to crash")
        assert process.returncode != 0
        assert numbers(log, "done") == [1, 2, 3, 4]
    assert committed(broker_settings, topic) < 5  # record 5 has offset 4

    with facts_worker("ours", "go-on") as (_, log):
        wait_for(lambda: RECORDS in numbers(log, "done"), "the last record")
        wait_for(lambda: committed(broker_settings, topic) == RECORDS, "the commit of the last record")
        begun = numbers(log, "begin")
    assert begun.count(5) == 2
    assert set(numbers(log, "done")) == set(range(1, RECORDS + 1))
    again = begun[begun.index(5) + 1 :]
    assert again == sorted(again), "records of one partition came out of order"


def test_a_plain_agent_would_lose_it(broker_settings, topic, facts_worker):
    """Why agents are not written as in the manual. When this fails, Faust is mended and our way may be simpler."""
    with facts_worker("plain", "fail") as (_, log):
        wait_for(lambda: RECORDS in numbers(log, "done"), "the last record")
        wait_for(lambda: committed(broker_settings, topic) == RECORDS, "the commit of the last record")
        assert 5 not in numbers(log, "done")
    with facts_worker("plain", "go-on") as (_, log):
        sleep(6)  # a group join takes about three seconds
        assert 5 not in numbers(log, "done")


@pytest.mark.parametrize("broker_settings", [pytest.param("embedded", marks=pytest.mark.embedded)], indirect=True)
async def test_joining_a_group_of_the_embedded_broker_takes_half_the_session_timeout(broker_settings, topic):
    """Why workers on it get a short one. When this fails, the broker is mended and they need not."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=broker_settings.kafka_bootstrap_servers,
        group_id=broker_settings.app_prefix,
        session_timeout_ms=6000,
        auto_offset_reset="earliest",
    )
    began = monotonic()
    await consumer.start()
    try:
        await consumer.getone()
    finally:
        await consumer.stop()
    assert 2.5 < monotonic() - began < 10

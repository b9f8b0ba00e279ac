"""Real workers, as processes of their own, on a real broker."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from confluent_kafka import Producer
from prometheus_client.parser import text_string_to_metric_families

from pipelines.broker.clients import Publisher, producer_config, read_topics
from pipelines.broker.embedded import free_port
from pipelines.settings import Settings
from schemas import TOPICS, Message
from schemas.cloudevents import Record, decode

READY_WITHIN_S = 120
WAIT_S = 60


class Worker:
    """A `dajia worker ROLE` process."""

    def __init__(self, role: str, settings: Settings, folder: Path, program: Sequence[str] = ("-m", "pipelines.cli")):
        self.role, self.port, self.log = role, free_port(), folder / f"{role}-{time.monotonic_ns()}.log"
        environment = (
            os.environ
            | settings.environment()
            | {
                "DAJIA_METRICS_PORT": str(self.port),
                "DAJIA_STATE_DIR": str(folder),
                "DAJIA_VAULT": str(folder / "vault"),
            }
        )
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, *program, "worker", role], env=environment, stdout=output, stderr=output
            )

    def metrics(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        """Every sample by name and sorted labels; empty while there are none."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
                text = answer.read().decode()
        except OSError:
            return {}
        families = text_string_to_metric_families(text)
        return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}

    def metric(self, name: str, **labels: str) -> float:
        return self.metrics().get((name, tuple(sorted(labels.items()))), 0.0)

    def wait_until_ready(self) -> "Worker":
        self.wait_for(lambda: self.metric("dajia_ready", role=self.role) == 1, READY_WITHIN_S)
        return self

    def wait_for(self, condition: Callable[[], object], within_s: float = WAIT_S) -> None:
        deadline = time.monotonic() + within_s
        while not condition():
            assert self.alive()
            if time.monotonic() > deadline:
                pytest.fail(f"not within {within_s} s; worker {self.role} said: {self.said()}", pytrace=False)
            time.sleep(0.2)

    def alive(self) -> bool:
        assert self.process.poll() is None, f"worker {self.role} ended: {self.said()}"
        return True

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    def kill(self) -> None:
        """The worker dies as in a power cut."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.kill()


@pytest.fixture
def start_worker(broker_settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start a worker of a role, by the command line or by a program of the test; all are stopped at the end."""
    workers: list[Worker] = []

    def start(role: str, *program: str) -> Worker:
        workers.append(Worker(role, broker_settings, tmp_path, program or ("-m", "pipelines.cli")))
        return workers[-1]

    yield start
    for worker in workers:
        worker.stop()


class Wire:
    """Sends records to a broker and reads messages of given rooms back."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._publisher = Publisher(settings, client_id="test")

    def send(self, topic: str, *records: Record) -> None:
        for record in records:
            self._publisher.send(topic, record)
        self._publisher.flush()

    def read(self, topic: str, *rooms: str) -> list[Message]:
        """Messages of the rooms, so far."""
        keys = {room.encode() for room in rooms}
        return [
            decode(TOPICS[record.topic], key=record.key, value=record.value, headers=record.headers)
            for record in read_topics(self._settings, [topic])
            if record.key in keys
        ]

    def dead_letters(self, topic: str, room: str) -> list[dict[str, bytes]]:
        """Headers of the dead letters of a room, so far, with the value as `value`."""
        return [
            {name: data or b"" for name, data in record.headers} | {"value": record.value or b""}
            for record in read_topics(self._settings, [TOPICS[topic].dead_letter])
            if record.key == room.encode()
        ]


@pytest.fixture
def wire(broker_settings: Settings) -> Wire:
    return Wire(broker_settings)


@pytest.fixture
def raw_send(broker_settings: Settings) -> Callable[[str, Record], None]:
    """Send a record as a foreign producer would, past the size check of ours."""

    def send(topic: str, record: Record) -> None:
        config = producer_config(broker_settings, client_id="foreign") | {"message.max.bytes": 16 * 1024 * 1024}
        producer = Producer(config)
        failures: list[object] = []
        producer.produce(
            topic,
            key=record.key,
            value=record.value,
            headers=record.headers,
            timestamp=record.timestamp_ms,
            on_delivery=lambda error, _message: failures.append(error) if error else None,
        )
        assert producer.flush(30) == 0
        assert not failures

    return send

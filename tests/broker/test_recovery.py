"""After the recovery of a table the records go on where they were acknowledged, each one in its turn."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

import pytest

from pipelines.broker.clients import Publisher
from schemas.cloudevents import Record

WORKER = Path(__file__).with_name("recovery_worker.py")
RECORDS = 2000
KILLED_AFTER = 300
WITHIN_S = 90
QUIET_S = 5

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.parametrize("broker_settings", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True),
]


def taken_after_a_kill(settings, topic: str, folder: Path, way: str) -> list[int]:
    """Numbers that the worker gets which follows a killed one, until no more come."""
    environment = os.environ | settings.environment() | {"DAJIA_STATE_DIR": str(folder), "DAJIA_PARTITIONS": "1"}

    def run(log: Path, enough) -> list[int]:
        log.touch()
        process = subprocess.Popen(
            [sys.executable, str(WORKER), topic, str(log), way], env=environment, stdout=subprocess.DEVNULL
        )
        try:
            deadline, numbers, since = monotonic() + WITHIN_S, [], monotonic()
            while not enough(numbers, monotonic() - since):
                assert process.poll() is None, "the worker ended"
                assert monotonic() < deadline, f"{len(numbers)} records in {WITHIN_S} s"
                sleep(0.1)
                known, numbers = numbers, [int(line) for line in log.read_text().splitlines()]
                if len(numbers) > len(known):
                    since = monotonic()
        finally:
            process.kill()
            process.wait()
        return numbers

    before = run(folder / "killed", lambda numbers, _: len(numbers) >= KILLED_AFTER)
    after = run(folder / "next", lambda numbers, quiet_s: numbers and quiet_s > QUIET_S)
    assert after[0] <= before[-1] + 1
    return after


@pytest.fixture
def topic(broker_settings, new_topic):
    name = new_topic(1)
    with Publisher(broker_settings, client_id="test") as publisher:
        for number in range(RECORDS):
            publisher.send(name, Record(key=b"room", value=b"%d" % number, headers=[], timestamp_ms=0))
    return name


@pytest.fixture
def quick(broker_settings):
    return broker_settings.model_copy(update={"session_timeout_s": 6})


def skipped(numbers: list[int]) -> int:
    return sum(max(0, later - earlier - 1) for earlier, later in pairwise(numbers))


def test_none_is_skipped(quick, topic, tmp_path):
    numbers = taken_after_a_kill(quick, topic, tmp_path, "ours")
    assert skipped(numbers) == 0
    assert numbers[-1] == RECORDS - 1


def test_with_the_stock_recovery_some_are(quick, topic, tmp_path):
    """Why we have our own. When this fails, Faust is mended and `pipelines.recovery` can go."""
    numbers = taken_after_a_kill(quick, topic, tmp_path, "stock")
    assert skipped(numbers) > 0 or numbers[-1] < RECORDS - 1

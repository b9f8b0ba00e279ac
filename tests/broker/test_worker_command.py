"""`dajia worker`, `ingest` and `chat` against a broker that is not ready, that goes away, and on being told to stop."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pipelines.broker.clients import existing_topics
from pipelines.broker.embedded import EmbeddedBroker
from pipelines.broker.topics import apply_topics
from pipelines.settings import load_settings
from pipelines.workers import ROLES, STOP_WITHIN_S

pytestmark = pytest.mark.embedded

SLACK_S = 10
"""For a busy machine, beyond what is promised."""


@pytest.fixture
def broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as running:
        yield running


@contextmanager
def command(broker, folder, *words, **variables):
    environment = (
        os.environ | variables | {"DAJIA_STATE_DIR": str(folder)} | broker.settings(load_settings()).environment()
    )
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen([sys.executable, "-m", "pipelines.cli", *words], env=environment, stderr=said)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def children(pid):
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for(condition, within_s):
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(0.1)


def runs(pid):
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.parametrize(
    "words",
    [
        ("worker", "danmaku"),
        ("worker", "all"),
        ("ingest", "no-such.mp4", "--room", "r"),
        ("chat", "no-such.jsonl", "--room", "r", "--session", "s"),
    ],
)
def test_without_topics_nothing_starts_and_no_broker_makes_them_with_a_count_of_its_own(broker, tmp_path, words):
    with command(broker, tmp_path, *words) as process:
        assert process.wait(timeout=30) == 1
    said = (tmp_path / "said").read_text()
    assert said.startswith("dajia: ")
    assert "`dajia topics apply` creates ours" in said
    assert not existing_topics(broker.settings(load_settings()))


def test_topics_with_another_partition_count_are_refused(broker, tmp_path):
    apply_topics(broker.settings(load_settings()).model_copy(update={"partitions": 2}))
    with command(broker, tmp_path, "worker", "danmaku") as process:
        assert process.wait(timeout=30) == 1
    assert "live-danmaku has 2, not 8" in (tmp_path / "said").read_text()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_worker_all(broker, tmp_path, how):
    apply_topics(broker.settings(load_settings()))
    with command(broker, tmp_path, "worker", "all") as process:
        wait_for(lambda: len(children(process.pid)) == len(ROLES), 30)
        workers = children(process.pid)
        process.send_signal(how)
        process.wait(timeout=STOP_WITHIN_S + SLACK_S)
        wait_for(lambda: not any(map(runs, workers)), STOP_WITHIN_S + SLACK_S)
    assert "Traceback" not in (tmp_path / "said").read_text()
    assert process.returncode == (-signal.SIGKILL if how is signal.SIGKILL else 0)


def test_a_crashed_worker_is_started_again(broker, tmp_path):
    apply_topics(broker.settings(load_settings()))
    with command(broker, tmp_path, "worker", "all") as process:
        wait_for(lambda: len(children(process.pid)) == len(ROLES), 30)
        before = children(process.pid)
        os.kill(before[0], signal.SIGKILL)
        wait_for(lambda: len(set(children(process.pid)) - set(before)) == 1, 30)
        assert set(before[1:]) < set(children(process.pid))
        process.terminate()
        assert process.wait(timeout=STOP_WITHIN_S + SLACK_S) == 0


def test_a_worker_whose_broker_has_gone_still_ends_in_time(broker, tmp_path):
    apply_topics(broker.settings(load_settings()))
    with command(broker, tmp_path, "worker", "danmaku") as process:
        wait_for(lambda: b"metrics at" in (tmp_path / "said").read_bytes(), 30)
        time.sleep(6)  # joining its group
        broker.__exit__(None, None, None)
        process.terminate()
        process.wait(timeout=STOP_WITHIN_S + SLACK_S)


@pytest.mark.parametrize(
    ("role", "variable"),
    [
        ("danmaku", "DAJIA_LEXICON_FILE"),
        ("listings", "DAJIA_LEXICON_FILE"),
        ("join", "DAJIA_POLICY_FILE"),
        ("cases", "DAJIA_CASES_POLICY_FILE"),
        ("audio", "DAJIA_ASR_MODEL"),
    ],
)
def test_a_file_that_is_missing_ends_a_worker_in_one_sentence(broker, tmp_path, role, variable):
    apply_topics(broker.settings(load_settings()))
    with command(broker, tmp_path, "worker", role, **{variable: "/no/such"}) as process:
        assert process.wait(timeout=60) == 1
    said = (tmp_path / "said").read_text()
    assert said.startswith("dajia: ")
    assert "/no/such" in said
    assert said.count("\n") == 1

"""Brokers for tests. A broker is started once a session; tests keep apart by groups and rooms of their own.

`broker_settings` runs a test twice: on the embedded broker and, with the mark `kafka`, on Apache Kafka. A test for one
of them alone says so: `@pytest.mark.parametrize("broker_settings", ["embedded"], indirect=True)`.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from pipelines.broker.embedded import EmbeddedBroker
from pipelines.broker.topics import apply_topics
from pipelines.settings import Settings, load_settings

KAFKA_SCRIPT = Path(__file__).resolve().parents[1] / "deploy" / "kafka" / "kafka.py"


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[Settings]:
    """Settings of an embedded broker that has all topics."""
    with EmbeddedBroker() as broker:
        settings = broker.settings(load_settings())
        apply_topics(settings)
        yield settings


@pytest.fixture(scope="session")
def kafka_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of an Apache Kafka that has all topics: the one in KAFKA_BOOTSTRAP_SERVERS, or one for this session."""
    if "KAFKA_BOOTSTRAP_SERVERS" in os.environ:
        settings = load_settings()
        apply_topics(settings)
        yield settings
        return
    script = [sys.executable, str(KAFKA_SCRIPT), "--dir", str(tmp_path_factory.mktemp("kafka"))]
    up = subprocess.run([*script, "up", "--port", "0"], check=False, stdout=subprocess.PIPE, text=True)
    if up.returncode:
        pytest.fail("Apache Kafka did not start; see its words above", pytrace=False)
    try:
        servers = up.stdout.strip().removeprefix("KAFKA_BOOTSTRAP_SERVERS=")
        settings = load_settings().model_copy(update={"kafka_bootstrap_servers": servers})
        apply_topics(settings)
        yield settings
    finally:
        subprocess.run([*script, "down", "--clean"], check=True)


@pytest.fixture(
    params=[
        pytest.param("embedded", marks=pytest.mark.embedded),
        pytest.param("kafka", marks=pytest.mark.kafka),
    ]
)
def broker_settings(request: pytest.FixtureRequest) -> Settings:
    """Settings of a running broker with all topics; the groups of this test are its own."""
    fixtures = {"embedded": "embedded_broker", "kafka": "kafka_settings"}
    shared: Settings = request.getfixturevalue(fixtures[request.param])
    return shared.model_copy(update={"app_prefix": f"test-{uuid4().hex[:12]}"})


@pytest.fixture
def new_room() -> Callable[[], str]:
    """Make room ids that no other test has: rooms share topics."""
    return lambda: f"room-{uuid4().hex[:12]}"

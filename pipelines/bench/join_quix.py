"""Our join worker beside a Quix Streams application: the same step, the same records, the same broker.

Records of made-up rooms are published once; then both read them from the beginning, in turns, each as one process with
a consumer group of its own. The time of each runs from its first record to the moment where all are acknowledged and
all state is in Kafka. The peer is tests/benchmarks/quix/join_worker.py, in an environment of its own: quixstreams does
not take the confluent-kafka that we pin.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import median
from uuid import uuid4

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from pipelines.broker.clients import Publisher
from pipelines.broker.embedded import EmbeddedBroker, free_port
from pipelines.broker.topics import apply_topics
from pipelines.clock import now_ms
from pipelines.settings import Settings, load_settings
from pipelines.simulate.live import publish_arrivals
from pipelines.simulate.profiles import Profiles
from pipelines.simulate.shows import interleave, longest_ms, plan

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / "tests" / "benchmarks" / "quix"
KAFKA = ROOT / "deploy" / "kafka" / "kafka.py"
ROOMS = 52
RECORDS = 20_000
ROUNDS = 3
POLL_S = 0.5
"""The page of metrics costs the worker milliseconds: asked for rarely, it costs under 2 % (included in its time)."""
LOG = "worker.log"
READY_S = 120
RUN_S = 600


class PeerMissingError(RuntimeError):
    """The comparison cannot be run here; the message says what to do."""


class Took(msgspec.Struct, frozen=True):
    """One run."""

    records: int
    wall_s: float
    processor_s: float
    """Of the whole process, threads and the system's work for it included."""
    actions: int = 0


class QuixResult(msgspec.Struct, frozen=True, kw_only=True):
    """Medians over the rounds; ratios above 1: ours is faster."""

    broker: str
    records: int
    rooms: int
    rounds: int
    ours_per_second: float
    theirs_per_second: float
    ratio: float
    """Of events a second by the wall clock."""
    processor_ratio: float
    """Of events for each second of processor time, which other load on the machine disturbs less."""


def measure_quix(profiles: Profiles, *, rounds: int = ROUNDS, records: int = RECORDS) -> QuixResult:
    """Measure; takes some minutes.

    Raises:
        PeerMissingError: no checkout, or the peer's environment cannot be made.
    """
    python = peer_python()
    ours: list[Took] = []
    theirs: list[Took] = []
    with broker() as (settings, name), tempfile.TemporaryDirectory() as folder:
        apply_topics(settings)
        sent = _publish(profiles, settings, records)
        for _ in range(rounds):
            ours.append(_run_ours(settings, sent, Path(folder)))
            theirs.append(_run_theirs(python, settings, sent, Path(folder)))
    rate = {key: median(one.records / one.wall_s for one in runs) for key, runs in (("ours", ours), ("theirs", theirs))}
    spent = [median(one.processor_s / one.records for one in runs) for runs in (ours, theirs)]
    return QuixResult(
        broker=name, records=sent, rooms=ROOMS, rounds=rounds, ours_per_second=round(rate["ours"]),
        theirs_per_second=round(rate["theirs"]), ratio=round(rate["ours"] / rate["theirs"], 3),
        processor_ratio=round(spent[1] / spent[0], 3),
    )  # fmt: skip


def peer_python() -> Path:
    """The interpreter of the peer's environment, which is made when it is first needed or its pins have changed."""
    pins = PEER / "requirements.txt"
    if not pins.exists():
        raise PeerMissingError("tests/benchmarks/quix is only in a checkout of the repository; run the command there")
    home = ROOT / ".dajia" / "quix"
    python, stamp = home / "bin" / "python", home / "pins.txt"
    if stamp.exists() and stamp.read_bytes() == pins.read_bytes():
        return python
    _call([sys.executable, "-m", "venv", "--clear", str(home)], "no environment for Quix Streams can be made")
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    _call([*install, "--require-hashes", "-r", str(pins)], "Quix Streams cannot be installed")
    stamp.write_bytes(pins.read_bytes())
    return python


@contextmanager
def broker() -> Iterator[tuple[Settings, str]]:
    """Apache Kafka on the loopback, or the embedded broker where it cannot run; gives settings and its name."""
    with tempfile.TemporaryDirectory() as folder:
        script = [sys.executable, str(KAFKA), "--dir", folder]
        up = subprocess.run([*script, "up", "--port", "0"], check=False, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own script
        if up.returncode:
            with EmbeddedBroker() as embedded:
                yield embedded.settings(load_settings()), "embedded broker"
            return
        try:
            address = up.stdout.strip().removeprefix("KAFKA_BOOTSTRAP_SERVERS=")
            yield load_settings().model_copy(update={"kafka_bootstrap_servers": address}), "Apache Kafka, one node"
        finally:
            subprocess.run([*script, "down", "--clean"], check=True)  # noqa: S603 - our own script


def _publish(profiles: Profiles, settings: Settings, records: int) -> int:
    start_ms = now_ms() - longest_ms(profiles)
    shows = plan(profiles, rooms=ROOMS, seed=f"bench-{uuid4().hex[:8]}", start_ms=start_ms, spread_minutes=0)
    arrivals = islice(interleave(shows, profiles, []), records)
    with Publisher(settings, client_id="dajia-bench") as publisher:
        return publish_arrivals(arrivals, publisher, per_second=1e6, clock=time.monotonic, sleep=time.sleep)


def _run_ours(settings: Settings, records: int, folder: Path) -> Took:
    own = settings.model_copy(
        update={
            "app_prefix": f"bench-{uuid4().hex[:8]}",
            "metrics_port": free_port(),
            "state_dir": folder / uuid4().hex,
        }
    )
    with (folder / LOG).open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", "worker", "join"],
            env=os.environ | own.environment() | _PATH, stdout=log, stderr=log,  # noqa: TID251 - handed on whole
        )  # fmt: skip
    try:
        first = _wait_for(worker, own, 1, READY_S)
        last = _wait_for(worker, own, records, RUN_S)
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    done = last[0] - first[0]
    return Took(done, last[1] - first[1], last[2] - first[2])


_PATH = {"PYTHONPATH": str(ROOT)}


def _wait_for(
    worker: "subprocess.Popen[bytes]", settings: Settings, records: int, within_s: float
) -> tuple[int, float, float]:
    """Records acknowledged, wall clock and processor time of the worker when it has acknowledged so many."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if worker.poll() is not None:
            raise PeerMissingError(f"the join worker ended: {_tail(settings.state_dir.parent / LOG)}")
        done = _acknowledged(settings.metrics_port)
        if done >= records:
            return done, time.monotonic(), _processor_seconds(worker.pid)
        time.sleep(POLL_S)
    raise PeerMissingError(
        f"the join worker did not come to {records} records in {within_s:g} s: {_tail(settings.state_dir.parent / LOG)}"
    )


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-600:].strip()


def _acknowledged(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            families = text_string_to_metric_families(answer.read().decode())
            return round(
                sum(one.value for family in families for one in family.samples if one.name == "dajia_records_total")
            )
    except OSError:
        return 0


def _processor_seconds(pid: int) -> float:
    used = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def _run_theirs(python: Path, settings: Settings, records: int, folder: Path) -> Took:
    state = folder / uuid4().hex
    done = _call(
        [
            str(python), str(PEER / "join_worker.py"), settings.kafka_bootstrap_servers, f"quix-{uuid4().hex[:8]}",
            str(state), str(records),
        ],
        "the Quix Streams application failed",
    )  # fmt: skip
    return msgspec.json.decode(done.splitlines()[-1], type=Took)


def _call(command: Sequence[str], what: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own arguments
        command, check=False, capture_output=True, text=True, timeout=RUN_S,
        env=os.environ | _PATH,  # noqa: TID251 - handed on whole
    )  # fmt: skip
    if done.returncode:
        raise PeerMissingError(f"{what}: {(done.stdout + done.stderr)[-600:].strip()}")
    return done.stdout

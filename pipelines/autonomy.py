"""What the governor has said, in a running join worker: a thread follows `autonomy-events` and keeps `gate` up to date.

Every worker reads the whole topic without a group; the last record says all that is in force. While the topic cannot be
read, the gate before stays: governed actions need a permit all the same, so nothing acts that the governor has stopped.
"""

import logging

from pipelines.broker.topic_thread import TopicThread
from pipelines.broker.whole_topic import follow_whole
from pipelines.effect.gate import Gate
from pipelines.settings import Settings
from schemas import Autonomy, DecodeError
from schemas.cloudevents import decode
from schemas.topics import AUTONOMY_EVENTS

logger = logging.getLogger("dajia.autonomy")


class LiveAutonomy:
    """Keeps `gate` as the governor said last."""

    gate: Gate
    """What is in force; another thread replaces it, so take it once for each record."""

    def __init__(self, settings: Settings, role: str) -> None:
        self._settings, self._role = settings, role
        self.gate = Gate(asks=True)
        self._thread = TopicThread(settings, role, AUTONOMY_EVENTS, self._follow, lambda: "what the governor said last")

    def start(self) -> "LiveAutonomy":
        """Read the topic to its end, then follow it in a thread that ends with the main thread, or by `stop`.

        Raises:
            BrokerError: the end of the topic is not reached in time.
        """
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the thread."""
        self._thread.stop()

    def _follow(self) -> None:
        for batch in follow_whole(self._settings, AUTONOMY_EVENTS.name, group="autonomy", stop=self._thread.is_over):
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
                self._thread.reached_end()

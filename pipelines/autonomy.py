"""What the governor has said, in a running join worker: a thread follows `autonomy-events` and keeps `gate` up to date.

Every worker reads the whole topic without a group; the last record says all that is in force. While the topic cannot be
read, the gate before stays: governed actions need a permit all the same, so nothing acts that the governor has stopped.
"""

import logging

from pipelines.broker.topic_thread import TopicThread
from pipelines.effect.gate import Gate
from pipelines.settings import Settings
from schemas import Autonomy, DecodeError
from schemas.cloudevents import decode
from schemas.topics import AUTONOMY_EVENTS

logger = logging.getLogger("dajia.autonomy")


class LiveAutonomy(TopicThread):
    """Keeps `gate` as the governor said last."""

    gate: Gate
    """What is in force; another thread replaces it, so take it once for each record."""

    def __init__(self, settings: Settings, role: str) -> None:
        super().__init__(settings, role, AUTONOMY_EVENTS)
        self.gate = Gate(asks=True)

    def _in_force(self) -> str:
        return "what the governor said last"

    def _follow(self) -> None:
        for batch in self._batches("autonomy"):
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
                self._reached_end()

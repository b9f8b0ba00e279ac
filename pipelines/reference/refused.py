"""Reference records that cannot be used, on their way to the dead-letter topic."""

import logging
import os
import socket
import time
from importlib.metadata import version

from pipelines.broker.publisher import Publisher
from pipelines.broker.reader import ConsumedRecord, read_topics
from pipelines.deadletter import dead_letter_headers
from pipelines.errors import BrokerError, DeliveryError
from pipelines.metrics import DEAD_LETTERS
from pipelines.settings import Settings
from schemas import DecodeError
from schemas.cloudevents import Record
from schemas.topics import REFERENCE_TERMS, Topic

logger = logging.getLogger("dajia.reference")

RETRY_S = 30.0

_Identity = tuple[bytes, bytes, bytes]
"""Offset, key and value: a topic that was made anew has the same offsets again."""


class RefusedEntries:
    """Collects refused records and sends them.

    Every worker reads the same topic, again at each start: what is in the dead-letter topic already is not sent again.
    Workers that meet a bad record at the same moment may still send a letter each; the offset in it is the same.
    """

    def __init__(self, settings: Settings, role: str, topic: Topic = REFERENCE_TERMS) -> None:
        self._settings, self._role, self._topic = settings, role, topic
        self._worker = f"{role}@{socket.gethostname()}:{os.getpid()}"
        self._waiting: dict[int, tuple[ConsumedRecord, DecodeError]] = {}
        self._not_before_s = 0.0

    def add(self, record: ConsumedRecord, error: DecodeError) -> None:
        """Note a record that cannot be used."""
        self._waiting[record.offset] = (record, error)
        logger.error(
            "not in force: %s",
            error,
            extra={"role": self._role, "topic": record.topic, "offset": record.offset, "reason": str(error.reason)},
        )

    def send(self) -> None:
        """Send what was noted; what a broker does not take is tried again after `RETRY_S`."""
        if not self._waiting or time.monotonic() < self._not_before_s:
            return
        try:
            known = self._known()
            unknown = [(record, error) for record, error in self._waiting.values() if _identity(record) not in known]
            with Publisher(self._settings, client_id="reference-dlq") as publisher:
                for record, why in unknown:
                    publisher.send(self._topic.dead_letter, self._letter(record, why))
        except (BrokerError, DeliveryError) as error:
            logger.warning("%d dead letters wait: %s", len(self._waiting), error, extra={"role": self._role})
            self._not_before_s = time.monotonic() + RETRY_S
            return
        for _, why in unknown:
            DEAD_LETTERS.labels(self._role, self._topic.name, why.reason).inc()
        self._waiting = {}

    def _known(self) -> set[_Identity]:
        letters = read_topics(self._settings, [self._topic.dead_letter])
        return {
            (dict(letter.headers).get("dlq_offset") or b"", letter.key or b"", letter.value or b"")
            for letter in letters
        }

    def _letter(self, record: ConsumedRecord, error: DecodeError) -> Record:
        headers = dead_letter_headers(
            record.headers,
            error,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            worker=self._worker,
            version=version("dajia"),
        )
        return Record(key=record.key or b"", value=record.value or b"", headers=headers, timestamp_ms=0)


def _identity(record: ConsumedRecord) -> _Identity:
    return str(record.offset).encode(), record.key or b"", record.value or b""

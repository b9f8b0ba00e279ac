"""Reads a session's records back from Kafka: by time, from the one partition in which its room lies."""

from collections.abc import Sequence
from time import monotonic

from aiokafka.partitioner import murmur2
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from pipelines.broker.configs import consumer_config, existing_topics, unreachable
from pipelines.broker.reader import ConsumedRecord, record_of
from pipelines.errors import BrokerError
from pipelines.evidence.bundle import ReadBack
from pipelines.settings import Settings
from schemas import DanmakuBatch, DecodeError, Suspicion
from schemas.cloudevents import decode
from schemas.topics import SUSPICION_EVENTS, TOPICS

SLACK_MS = 120_000
"""Records lie in Kafka in the order in which they came: so much later than their on-air time at most is looked for."""
_REQUEST_TIMEOUT_S = 10.0
_SILENCE_LIMIT_S = 20.0
_POLL_S = 0.2
_BATCH = 500


class RoomReader:
    """A plain consumer without a group, for one thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._consumer = Consumer(consumer_config(settings, group="evidence-reader"))
        self._counts: dict[str, int] = {}

    def close(self) -> None:
        """End the connection."""
        self._consumer.close()

    def read(self, room: str, session: str, topics: Sequence[str], start_ms: int, end_ms: int) -> ReadBack:
        """The records of a session whose timestamps lie in `[start_ms, end_ms)`.

        Raises:
            BrokerError: Kafka does not answer.
        """
        try:
            places = {topic: self._place(topic, room) for topic in topics}
            starts = self._by_time(places, start_ms)
            ends = self._by_time(places, end_ms + SLACK_MS)
            oldest = {topic: self._oldest(places[topic]) for topic in topics}
            records, first_ms = self._records(places, starts, ends, room.encode())
        except KafkaException as error:
            raise unreachable(self._settings, error) from error
        kept = tuple(
            one for one in records if start_ms <= one.timestamp_ms < end_ms and _session_of(one) in (None, session)
        )
        missing = {
            topic: f"the oldest records have left Kafka; what is left begins at {first_ms.get(topic, end_ms)} ms"
            for topic in topics
            if oldest[topic] > 0 and starts.get(topic, 0) <= oldest[topic] and first_ms.get(topic, end_ms) > start_ms
        }
        return ReadBack(records=kept, missing=missing)

    def is_suspicious(self, room: str, session: str, start_ms: int, end_ms: int) -> bool:
        """Whether a suspicion in the span speaks against the session."""
        for record in self.read(room, session, [SUSPICION_EVENTS.name], start_ms, end_ms).records:
            message = _message(record)
            if isinstance(message, Suspicion) and message.llr > 0:
                return True
        return False

    def _place(self, topic: str, room: str) -> TopicPartition:
        """The partition of a room, as the producers' partitioner chooses it (murmur2, Java's)."""
        if topic not in self._counts:
            self._counts = existing_topics(self._settings)
        if topic not in self._counts:
            raise BrokerError(f"no such topic: {topic}; `dajia topics apply` creates ours")
        return TopicPartition(topic, (murmur2(room.encode()) & 0x7FFFFFFF) % self._counts[topic])

    def _by_time(self, places: dict[str, TopicPartition], time_ms: int) -> dict[str, int]:
        """First offsets whose timestamps reach `time_ms`; no entry where there is none. The embedded broker says 0."""
        wanted = [TopicPartition(place.topic, place.partition, max(0, time_ms)) for place in places.values()]
        found = self._consumer.offsets_for_times(wanted, timeout=_REQUEST_TIMEOUT_S)
        return {one.topic: one.offset for one in found if one.offset >= 0}

    def _oldest(self, place: TopicPartition) -> int:
        bounds = self._consumer.get_watermark_offsets(place, timeout=_REQUEST_TIMEOUT_S)
        return bounds[0] if bounds else 0

    def _records(
        self, places: dict[str, TopicPartition], starts: dict[str, int], ends: dict[str, int], key: bytes
    ) -> tuple[list[ConsumedRecord], dict[str, int]]:
        """Records with a key up to the ends, and the timestamp of the first record of any key by topic."""
        waiting = {topic for topic in places if topic in starts}  # the others have nothing so new
        records: list[ConsumedRecord] = []
        first_ms: dict[str, int] = {}
        self._consumer.assign([TopicPartition(t, places[t].partition, starts[t] or OFFSET_BEGINNING) for t in waiting])
        heard_s = monotonic()
        while waiting:
            messages = self._consumer.consume(_BATCH, timeout=_POLL_S)
            heard_s = monotonic() if messages else heard_s
            if monotonic() - heard_s > _SILENCE_LIMIT_S:
                raise unreachable(self._settings, f"nothing heard of {', '.join(sorted(waiting))}")
            for message in messages:
                record, topic = record_of(message), message.topic() or ""
                limit = ends.get(topic, 0)
                if record is None or (limit > starts.get(topic, 0) and (message.offset() or 0) >= limit - 1):
                    waiting.discard(topic)
                if record is None:
                    continue
                first_ms.setdefault(topic, record.timestamp_ms)
                if record.key == key:
                    records.append(record)
        self._consumer.unassign()
        return records, first_ms


def _session_of(record: ConsumedRecord) -> str | None:
    """Session of a record; None when it cannot be decoded, which does not make it worthless."""
    message = _message(record)
    if isinstance(message, DanmakuBatch):
        return message.session
    return getattr(message, "session", None)


def _message(record: ConsumedRecord) -> object:
    try:
        return decode(TOPICS[record.topic], key=None, value=record.value, headers=record.headers)
    except DecodeError:
        return None

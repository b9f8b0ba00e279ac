"""The producer of ours: bounded, idempotent, and loud when something was not delivered."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import TracebackType
from typing import Self, cast

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from pipelines.broker.configs import producer_config
from pipelines.errors import DeliveryError
from pipelines.settings import Settings
from schemas.cloudevents import Headers, Record
from schemas.topics import TOPICS

_ABANDON_FLUSH_S = 2.0
"""How long a producer is given to empty its queue when its user already fails with another error."""


class Publisher:
    """Sends records; use it as a context manager, so that the queue is emptied at the end.

    Thread-safe: the rooms of one ingest process share one.
    """

    def __init__(
        self, settings: Settings, *, client_id: str, delivery_timeout_s: float = 60, queue_timeout_s: float = 30
    ) -> None:
        """Make a producer; nothing is connected before the first record.

        Args:
            settings: the settings.
            client_id: who sends, for the broker's logs.
            delivery_timeout_s: a record that no broker took for so long counts as undelivered, seconds.
            queue_timeout_s: how long `send` waits for room in a full queue, seconds.
        """
        self._servers = settings.kafka_bootstrap_servers
        self._queue_timeout_s = queue_timeout_s
        self._failures: list[str] = []
        self._producer = Producer(producer_config(settings, client_id=client_id, delivery_timeout_s=delivery_timeout_s))

    def send(self, topic: str, record: Record) -> None:
        """Queue a record; waits while the queue is full.

        Raises:
            DeliveryError: this record is too large or the queue stays full; or an earlier record was not delivered.
        """
        self._raise_failures()
        _check_size(topic, record)
        self._queue(topic, record.key, record.value, list(record.headers), record.timestamp_ms)

    def remove(self, topic: str, key: bytes) -> None:
        """Queue a record without a value: a compacted topic forgets the key.

        Raises:
            DeliveryError: as of `send`.
        """
        self._raise_failures()
        self._queue(topic, key, None, [], 0)

    def _queue(self, topic: str, key: bytes, value: bytes | None, headers: Headers, timestamp_ms: int) -> None:
        deadline = monotonic() + self._queue_timeout_s
        while not self._try_produce(topic, key, value, headers, timestamp_ms):
            if monotonic() >= deadline:
                raise DeliveryError(
                    f"the send queue ({len(self._producer)} records) has been full for {self._queue_timeout_s:g} s: "
                    f"{self._servers} takes records too slowly or not at all; see `dajia doctor`"
                )
            self._producer.poll(0.05)
            self._raise_failures()
        self._producer.poll(0)

    def flush(self, timeout_s: float = 30) -> None:
        """Wait until everything queued is delivered.

        Raises:
            DeliveryError: something was not delivered, or is still queued after `timeout_s` seconds.
        """
        remaining = self._producer.flush(timeout_s)
        self._raise_failures()
        if remaining:
            raise DeliveryError(
                f"{remaining} records are not delivered after {timeout_s:g} s: does a broker answer at "
                f"{self._servers}? `dajia doctor` looks"
            )

    def close(self) -> None:
        """Deliver what is queued and give up what cannot be delivered.

        Raises:
            DeliveryError: something was not delivered.
        """
        with self._purged_at_the_end():
            self.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
            return
        with self._purged_at_the_end():  # the error under way says more than a second one
            self._producer.flush(_ABANDON_FLUSH_S)

    def _try_produce(self, topic: str, key: bytes, value: bytes | None, headers: Headers, timestamp_ms: int) -> bool:
        try:
            self._producer.produce(
                topic,
                value=value,
                key=key,
                headers=cast("list[tuple[str, str | bytes | None]]", headers),
                timestamp=timestamp_ms,  # 0, as reference entries have it, means now
                on_delivery=self._on_delivery,
            )
        except BufferError:
            return False
        except KafkaException as error:
            raise DeliveryError(f"{topic} of {self._servers} did not take a record: {error}") from error
        return True

    def _on_delivery(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._failures.append(f"{message.topic()} key {message.key()!r}: {_advice(error, self._servers)}")

    def _raise_failures(self) -> None:
        if not self._failures:
            return
        failures, self._failures = self._failures, []
        others = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
        raise DeliveryError(f"not delivered: {failures[0]}{others}")

    @contextmanager
    def _purged_at_the_end(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._producer.purge()
            self._producer.flush(_ABANDON_FLUSH_S)


def _check_size(topic: str, record: Record) -> None:
    """Hold the limit of the table here: the embedded broker takes records of any size."""
    known = TOPICS.get(topic)
    if known is not None and len(record.value) > known.max_message_bytes:
        raise DeliveryError(
            f"a record of {len(record.value)} bytes is too large for {topic} (at most {known.max_message_bytes}): send "
            "smaller pictures or batches"
        )


def _advice(error: KafkaError, servers: str) -> str:
    match error.code():
        case KafkaError._MSG_TIMED_OUT | KafkaError._TRANSPORT | KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001 (public constants of confluent-kafka, which writes its own codes with an underscore)
            return f"no broker at {servers} took it in time; `dajia doctor` looks, `make kafka-up` starts one"
        case KafkaError.UNKNOWN_TOPIC_OR_PART | KafkaError._UNKNOWN_TOPIC:  # noqa: SLF001 (as above)
            return "there is no such topic; `dajia topics apply` creates it"
        case KafkaError.MSG_SIZE_TOO_LARGE:
            return "the broker finds it too large; `dajia topics apply` sets the topic's limit"
        case KafkaError.INVALID_TIMESTAMP:
            return "the broker refuses its timestamp; is the sender's clock right?"
        case _:
            return str(error)

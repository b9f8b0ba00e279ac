"""The loop of every agent: take a record, decode it, hand it over, acknowledge it last.

A record that cannot be used goes to the dead-letter topic and the next one is taken. A broken dependency (Kafka, a bug
in the glue) ends the worker on purpose, with the record unacknowledged: the next worker gets it again.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from faust.types import TP, AppT, EventT

from pipelines.app import HOUSEKEEPING_S, PACKAGE_VERSION, LagGauge, every, source
from pipelines.clock import now_ms
from pipelines.deadletter import dead_letter_headers
from pipelines.errors import RecordsSkippedError
from pipelines.metrics import DEAD_LETTERS, DETECTOR_SECONDS, EVENT_AGE_SECONDS, RECORDS, SUSPICIONS
from pipelines.settings import Settings
from schemas import DeadLetterReason, DecodeError, EvidenceRef, Message, Suspicion
from schemas.cloudevents import check_event_time, decode, encode, event_time_ms
from schemas.topics import TOPICS, Topic


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A decoded record and where it came from."""

    message: Message
    key: bytes
    ref: EvidenceRef
    timestamp_ms: int
    traceparent: str
    event: Any
    """The Faust event, to be acknowledged."""


Handler = Callable[[Received], Awaitable[list[Received] | None]]
"""Judges one record and publishes what it found. Returns the records that are finished by that; None means this one."""


class Consumer:
    """Feeds the records of some topics to a handler, one after another, in order."""

    def __init__(self, app: AppT, role: str, settings: Settings, topics: tuple[Topic, ...], handler: Handler) -> None:
        self._app, self._role, self._settings, self._handler = app, role, settings, handler
        self._stream: Any = None
        self._last: dict[tuple[str, int], tuple[int, int]] = {}
        """Generation of the group and offset of the last record, by topic and partition."""
        self._worker = f"{role}@{socket.gethostname()}:{os.getpid()}"

        @app.agent(source(app, topics), name=f"{role}-agent", concurrency=1)
        async def agent(stream: Any) -> None:  # noqa: ANN401  Faust gives no public type
            self._stream = stream
            async for event in stream.noack().events():
                await self._take(event)

        gauge = LagGauge(role)
        names = {topic.name for topic in topics}

        async def show_lag() -> None:
            gauge.show(self._lags(names))

        every(app, HOUSEKEEPING_S, show_lag)

    def _lags(self, topics: set[str]) -> dict[tuple[str, int], int]:
        """Records that were not taken yet, by topic and partition; those in Faust's buffer are among them."""
        consumer: Any = self._app.consumer
        lags = {}
        for partition in consumer.assignment():
            end = consumer.highwater(partition) if partition.topic in topics else None
            if end is None:
                continue
            place = (partition.topic, partition.partition)
            generation, offset = self._last.get(place, (None, 0))
            committed = consumer._committed_offset.get(partition)  # noqa: SLF001  no public name
            position = offset + 1 if generation == self._app.consumer_generation_id else committed
            if position is not None:  # nothing taken and nothing committed: what lies there may all have expired
                lags[place] = max(0, end - position)
        return lags

    async def finish(self, records: Iterable[Received]) -> None:
        """Acknowledge records: everything that follows from them is in Kafka."""
        for one in records:
            RECORDS.labels(self._role, one.ref.topic).inc()
            age_s = (now_ms() - event_time_ms(one.message)) / 1000
            EVENT_AGE_SECONDS.labels(self._role, one.ref.topic).observe(max(0.0, age_s))
            await self._stream.ack(one.event)

    async def refuse(self, received: Received, error: DecodeError) -> None:
        """Dead-letter and acknowledge a record that turned out to be unusable after its turn."""
        await self._dead_letter(TOPICS[received.ref.topic], received.event, error)
        await self._stream.ack(received.event)

    def holds(self, received: Received) -> bool:
        """Whether the record's partition is still assigned to this worker; another one gets the record again if not."""
        return TP(received.ref.topic, received.ref.partition) in self._app.consumer.assignment()

    async def _take(self, event: EventT[bytes]) -> None:
        topic = TOPICS[event.message.topic]
        self._refuse_gap(event.message)
        try:
            received = self._decode(topic, event)
            finished = await self._handler(received)
        except DecodeError as error:
            await self._dead_letter(topic, event, error)
            await self._stream.ack(event)
        else:
            await self.finish([received] if finished is None else finished)

    def _refuse_gap(self, record: Any) -> None:  # noqa: ANN401  Faust's message
        """End the worker when records were skipped, before anything behind them is acknowledged.

        The next worker starts where this one acknowledged last, so nothing is lost. A rebalance starts a new
        generation, which begins at the committed offset, or later where the topic has dropped its oldest records.
        Our topics are neither compacted nor transactional: their offsets have no holes.
        """
        partition = (record.topic, record.partition)
        generation, offset = self._last.get(partition, (None, 0))
        if generation == record.generation_id and record.offset > offset + 1:
            raise RecordsSkippedError(
                f"{record.topic} partition {record.partition}: record {record.offset} came after {offset}; start the "
                "worker again, it goes on behind the last acknowledged record"
            )
        self._last[partition] = (record.generation_id, record.offset)

    def _decode(self, topic: Topic, event: EventT[bytes]) -> Received:
        record: Any = event.message
        headers = list(record.headers or ())
        message = decode(topic, key=record.key, value=record.value, headers=headers)
        # Older than its topic keeps records: a clock is wrong. A worker that was down for hours still gets its backlog.
        check_event_time(
            message, now_ms=now_ms(), max_past_ms=topic.retention_ms, max_future_ms=self._settings.max_future_ms
        )
        trace = dict(headers).get("ce_traceparent") or b""
        return Received(
            message=message,
            key=record.key or b"",
            ref=EvidenceRef(topic=record.topic, partition=record.partition, offset=record.offset),
            timestamp_ms=round(record.timestamp * 1000),
            traceparent=trace.decode("ascii", "replace"),
            event=event,
        )

    async def _dead_letter(self, topic: Topic, event: EventT[bytes], error: DecodeError) -> None:
        record: Any = event.message
        headers = dead_letter_headers(
            record.headers or (),
            error,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            worker=self._worker,
            version=PACKAGE_VERSION,
        )
        sent = await self._app.topic(topic.dead_letter).send(
            key=record.key, value=record.value, headers=headers, key_serializer="raw", value_serializer="raw"
        )
        await sent
        DEAD_LETTERS.labels(self._role, topic.name, error.reason).inc()


async def publish(app: AppT, role: str, topic: Topic, messages: Iterable[Message], *, traceparent: str = "") -> None:
    """Send messages to a topic of the table and wait until Kafka has them all."""
    messages = tuple(messages)
    if not messages:
        return  # most records have no consequence; making Faust's topic costs more than judging the record
    channel = app.topic(topic.name)
    pending = []
    for message in messages:
        record = encode(message, source=f"dajia/{role}", traceparent=traceparent)
        pending.append(
            await channel.send(
                key=record.key,
                value=record.value,
                headers=record.headers,
                timestamp=record.timestamp_ms / 1000,
                key_serializer="raw",
                value_serializer="raw",
            )
        )
        if isinstance(message, Suspicion):
            SUSPICIONS.labels(role, message.signal).inc()
    await asyncio.gather(*pending)


def with_evidence(suspicions: Iterable[Suspicion], ref: EvidenceRef) -> list[Suspicion]:
    """Attach the source record to suspicions: detectors do not know where their items came from."""
    return [msgspec.structs.replace(suspicion, evidence=(ref,)) for suspicion in suspicions]


@contextmanager
def judging(detector: str) -> Iterator[None]:
    """Time a judgement; an exception in it dead-letters the record instead of ending the worker."""
    with DETECTOR_SECONDS.labels(detector).time():
        try:
            yield
        except DecodeError:
            raise
        except Exception as error:
            message = f"{detector} failed on this record: {type(error).__name__}: {error}"
            raise DecodeError(DeadLetterReason.DETECTOR_FAILED, message) from error

"""A plain reader: all partitions of some topics, no group, no commits. For the demo, `dajia watch` and tests."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from time import monotonic, sleep
from typing import cast

import msgspec
from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from pipelines.broker.configs import consumer_config, existing_topics, unreachable
from pipelines.errors import BrokerError
from pipelines.settings import Settings

_POLL_S = 0.2
_BATCH = 500
_REQUEST_TIMEOUT_S = 10.0
_LEADERLESS = frozenset({KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE})
_SILENCE_LIMIT_S = 30.0
"""A reader that has not reached the end and hears nothing for so long gives up."""

_BUSY_S = 2.0
"""A partition whose end is not reached by then is being written."""

Place = tuple[str, int]
"""Topic and partition."""


class ConsumedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A record and its place."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    timestamp_ms: int


def read_topics(
    settings: Settings,
    topics: Iterable[str],
    *,
    from_beginning: bool = True,
    start_ms: int | None = None,
    follow: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[ConsumedRecord]:
    """Read topics, each partition in its order; partitions interleave as they arrive.

    Where reading starts and ends is fixed when this function returns, not at the first record.

    Args:
        settings: the settings.
        topics: names of topics that exist.
        from_beginning: start with the oldest record; otherwise with the next one to be written.
        start_ms: leave out records whose timestamp is older, milliseconds since the epoch.
        follow: go on after the end until `stop`; otherwise end where the topics ended when reading began.
        stop: asked between batches and at least five times a second; True ends the reading.

    Raises:
        BrokerError: no broker answers, a topic is missing, or nothing is heard for 30 seconds before the end.
    """
    places = _partitions(settings, tuple(topics))
    consumer = Consumer(consumer_config(settings, group="reader"))
    try:
        bounds = {place: _bounds(consumer, place) for place in places}
        ends = _true_ends(settings, consumer, {place: end for place, (_, end) in bounds.items()})
        starts = {place: begin for place, (begin, _) in bounds.items()} if from_beginning else ends
        if from_beginning and start_ms is not None:
            starts |= _starts_by_time(consumer, places, start_ms)
        consumer.assign([TopicPartition(*place, offset) for place, offset in starts.items()])
    except KafkaException as error:
        consumer.close()
        raise unreachable(settings, error) from error
    except BrokerError:
        consumer.close()
        raise
    open_ends = None if follow else {place: end for place, end in ends.items() if starts[place] < end}
    return _records(settings, consumer, open_ends, stop, start_ms or 0)


def _records(
    settings: Settings, consumer: Consumer, ends: dict[Place, int] | None, stop: Callable[[], bool], start_ms: int
) -> Iterator[ConsumedRecord]:
    """Yield records; `ends` are the partitions not yet read to their end, None when there is no end."""
    heard_s = monotonic()
    try:
        while ends != {} and not stop():
            messages = consumer.consume(_BATCH, timeout=_POLL_S)
            heard_s = monotonic() if messages else heard_s
            if ends is not None and monotonic() - heard_s > _SILENCE_LIMIT_S:
                raise unreachable(settings, f"nothing heard for {_SILENCE_LIMIT_S:g} s before the end of the topics")
            for message in messages:
                record = record_of(message)
                if ends is not None and not _within(ends, message):
                    continue
                if record is not None and record.timestamp_ms >= start_ms:
                    yield record
    finally:
        consumer.close()


def _within(ends: dict[Place, int], message: Message) -> bool:
    """Whether the message lies before its partition's end; forgets the partition when its end is reached."""
    place: Place = (message.topic() or "", message.partition() or 0)
    offset = message.offset() or 0
    if place not in ends:
        return False
    within = offset < ends[place]
    if message.error() is not None or offset + 1 >= ends[place]:  # an error that `record_of` lets pass is the end
        del ends[place]
    return within


def record_of(message: Message) -> ConsumedRecord | None:
    """Return the record of a message; None when it only says that a partition's end is reached."""
    error = message.error()
    if error is None:
        return ConsumedRecord(
            topic=message.topic() or "",
            partition=message.partition() or 0,
            offset=message.offset() or 0,
            key=message.key(),
            value=message.value(),
            headers=cast("list[tuple[str, bytes | None]]", message.headers() or []),
            timestamp_ms=message.timestamp()[1],
        )
    if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 (public constant of confluent-kafka)
        return None
    raise BrokerError(f"reading {message.topic()} failed: {error}; `dajia doctor` looks at broker and topics")


def _partitions(settings: Settings, topics: tuple[str, ...]) -> list[Place]:
    known = existing_topics(settings)
    missing = [topic for topic in topics if topic not in known]
    if missing:
        raise BrokerError(f"no such topic: {', '.join(missing)}; `dajia topics apply` creates ours")
    return [(topic, partition) for topic in topics for partition in range(known[topic])]


def _bounds(consumer: Consumer, place: Place) -> tuple[int, int]:
    """First offset and the one after the last."""
    deadline = monotonic() + _REQUEST_TIMEOUT_S
    while True:
        try:
            bounds = consumer.get_watermark_offsets(TopicPartition(*place), timeout=_REQUEST_TIMEOUT_S)
        except KafkaException as error:
            # A partition whose topic was just created, or that moves, has no leader for a moment.
            if error.args[0].code() not in _LEADERLESS or monotonic() > deadline:
                raise
            sleep(_POLL_S)
            continue
        if bounds is None:
            raise BrokerError(f"the broker does not tell where {place[0]} begins and ends; `dajia doctor` looks")
        return bounds


def _true_ends(settings: Settings, consumer: Consumer, ends: Mapping[Place, int]) -> dict[Place, int]:
    """Find the ends by reading to them.

    Asked for the end, the embedded broker names the first record of the last batch plus one: right for single records,
    too early for batches (tests/broker/test_reader.py). The end that it names in answer to a fetch is right. librdkafka
    tells it after an empty answer only, which a partition that is written all the time never gives: after `_BUSY_S` the
    place reached by then is its end.
    """
    consumer.assign([TopicPartition(*place, offset) for place, offset in ends.items()])
    found: dict[Place, int] = {}
    passed: dict[Place, int] = {}
    started_s = monotonic()
    while len(found) < len(ends):
        if monotonic() > started_s + _BUSY_S:
            found = passed | found
        if monotonic() > started_s + _REQUEST_TIMEOUT_S:
            raise unreachable(settings, f"the ends of the topics are not found in {_REQUEST_TIMEOUT_S:g} s")
        for message in consumer.consume(_BATCH, timeout=_POLL_S):
            place: Place = (message.topic() or "", message.partition() or 0)
            if record_of(message) is None:
                found.setdefault(place, message.offset() or 0)
            else:
                passed[place] = (message.offset() or 0) + 1
    return found


def _starts_by_time(consumer: Consumer, places: Iterable[Place], start_ms: int) -> dict[Place, int]:
    """Find the first offsets that can hold records from `start_ms` on; the embedded broker says 0."""
    wanted = [TopicPartition(*place, start_ms) for place in places]
    found = consumer.offsets_for_times(wanted, timeout=_REQUEST_TIMEOUT_S)
    return {(item.topic, item.partition): item.offset for item in found if item.offset >= 0}

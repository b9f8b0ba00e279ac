"""Kafka topics from the topic table: what there should be, making it so, and checking that it is."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec

from pipelines.broker.admin import Differences, TopicAdmin
from pipelines.broker.configs import HEADER_ALLOWANCE_BYTES, existing_topics
from pipelines.errors import BrokerError
from pipelines.settings import Settings
from schemas.topics import DAY_MS, MEBIBYTE, ROOM_PARTITIONS, TOPICS, Cleanup, Topic

DEAD_LETTER_RETENTION_MS = 7 * DAY_MS
"""Long enough for a person to look and retry after a weekend, short enough for media."""

DEAD_LETTER_MAX_BYTES = 16 * MEBIBYTE
"""Of every dead-letter topic. Compressed, a record much larger than its topic's limit gets through to a worker, whose
dead letter is not compressed; pipelines.app sends records up to this size."""


class DesiredTopic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic as it should be on the broker."""

    name: str
    partitions: int
    config: dict[str, str]


class Change(StrEnum):
    """What was done to a topic."""

    CREATED = "created"
    ALTERED = "altered"


class TopicChange(msgspec.Struct, frozen=True, kw_only=True):
    """Something that `apply_topics` did."""

    topic: str
    change: Change
    detail: str


class Problem(StrEnum):
    """What is wrong with a topic."""

    MISSING = "missing"
    PARTITIONS = "partitions"
    CONFIG = "config"


class TopicProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A difference between the broker and the table, and what mends it."""

    topic: str
    problem: Problem
    detail: str


def desired_topics(settings: Settings) -> tuple[DesiredTopic, ...]:
    """Every topic of the table and, for each one that somebody consumes, its dead-letter topic.

    Topics keyed by room get `settings.partitions` partitions, all of them: a room's records meet in one worker only if
    every topic of a room has the same count.
    """
    return tuple(found for topic in TOPICS.values() for found in _desired(topic, settings))


def require_topics(settings: Settings, names: Iterable[str]) -> None:
    """Refuse to go on where topics of the table are missing or have another partition count.

    Many brokers make a topic that somebody writes to or asks for, with a partition count of their own: the topics of
    a room would differ, and `apply_topics` would have to refuse them.

    Raises:
        BrokerError: no broker answers, or a topic is not as it should be; the message says what to do.
    """
    wanted = set(names)
    desired = [topic for topic in desired_topics(settings) if topic.name in wanted]
    existing = existing_topics(settings)
    if missing := [topic.name for topic in desired if topic.name not in existing]:
        raise BrokerError(
            f"{settings.kafka_bootstrap_servers} has no topic {', '.join(missing)}; `dajia topics apply` creates ours"
        )
    _refuse_miscounted(desired, existing)


def topics_of_role(role: str) -> list[str]:
    """Names of the topics that a role reads or writes, dead-letter topics included."""
    reads = [topic for topic in TOPICS.values() if role in topic.consumers]
    writes = [topic.name for topic in TOPICS.values() if role in topic.producers]
    return [*writes, *(name for topic in reads for name in (topic.name, topic.dead_letter))]


def apply_topics(settings: Settings) -> list[TopicChange]:
    """Create missing topics and alter configurations that differ; returns what was done, nothing when all was right.

    Topics that are not in the table (Faust's changelogs, other people's) are left alone.

    Raises:
        BrokerError: no broker answers or it refuses; or a topic has another partition count, which is never changed
            here, for it would send rooms to other workers than their state. Nothing is changed then.
    """
    desired = desired_topics(settings)
    existing = existing_topics(settings)
    _refuse_miscounted(desired, existing)
    admin = TopicAdmin(settings)
    missing = _create_missing(admin, desired, existing)
    differences = _differences(admin, desired, existing)
    admin.alter(differences)
    changes = [
        TopicChange(topic=topic.name, change=Change.CREATED, detail=f"{topic.partitions} partitions")
        for topic in missing
    ]
    for name, items in differences.items():
        changes.append(TopicChange(topic=name, change=Change.ALTERED, detail=_words(items)))
    return changes


def create_changelogs(settings: Settings, names: Iterable[str], *, partitions: int | None = None) -> None:
    """Create the changelog topics of tables that are missing and wait until the broker announces them.

    Faust declares them too, but goes on without: a worker that got its partitions before the topic was announced has
    a table of no partitions, and its first write ends the worker.

    Args:
        settings: where Kafka is.
        names: the topics.
        partitions: of each; those of the room topics by default.

    Raises:
        BrokerError: no broker answers, it refuses, or a changelog has another partition count.
    """
    desired = [
        DesiredTopic(
            name=name, partitions=partitions or settings.partitions, config={"cleanup.policy": Cleanup.COMPACT.value}
        )
        for name in names
    ]
    _create_missing(TopicAdmin(settings), desired, existing_topics(settings))
    _refuse_miscounted(desired, existing_topics(settings))


def check_topics(settings: Settings) -> list[TopicProblem]:
    """Compare the broker with the table; returns the differences.

    Raises:
        BrokerError: no broker answers.
    """
    desired = desired_topics(settings)
    existing = existing_topics(settings)
    problems = [
        TopicProblem(topic=topic.name, problem=Problem.MISSING, detail="`dajia topics apply` creates it")
        for topic in desired
        if topic.name not in existing
    ]
    for topic in _miscounted(desired, existing):
        detail = f"{existing[topic.name]} instead of {topic.partitions}; set DAJIA_PARTITIONS or make the topic anew"
        problems.append(TopicProblem(topic=topic.name, problem=Problem.PARTITIONS, detail=detail))
    for name, items in _differences(TopicAdmin(settings), desired, existing).items():
        detail = f"{_words(items)}; `dajia topics apply` sets it"
        problems.append(TopicProblem(topic=name, problem=Problem.CONFIG, detail=detail))
    return problems


def _desired(topic: Topic, settings: Settings) -> Iterable[DesiredTopic]:
    partitions = settings.partitions if topic.partitions == ROOM_PARTITIONS else topic.partitions
    yield DesiredTopic(
        name=topic.name,
        partitions=partitions,
        config=_config(topic.cleanup, topic.retention_ms, topic.max_message_bytes + HEADER_ALLOWANCE_BYTES),
    )
    if topic.consumers:
        limit = DEAD_LETTER_MAX_BYTES + HEADER_ALLOWANCE_BYTES
        yield DesiredTopic(
            name=topic.dead_letter,
            partitions=partitions,
            config=_config(Cleanup.DELETE, DEAD_LETTER_RETENTION_MS, limit),
        )


def _config(cleanup: Cleanup, retention_ms: int, max_message_bytes: int) -> dict[str, str]:
    return {
        "cleanup.policy": cleanup.value,
        "retention.ms": str(retention_ms),
        "max.message.bytes": str(max_message_bytes),
        "message.timestamp.type": "CreateTime",  # the event time; LogAppendTime would overwrite it
    }


def _create_missing(
    admin: TopicAdmin, desired: Iterable[DesiredTopic], existing: Mapping[str, int]
) -> list[DesiredTopic]:
    missing = [topic for topic in desired if topic.name not in existing]
    admin.create([(topic.name, topic.partitions, topic.config) for topic in missing])
    return missing


def _miscounted(desired: Iterable[DesiredTopic], existing: Mapping[str, int]) -> list[DesiredTopic]:
    return [topic for topic in desired if existing.get(topic.name, topic.partitions) != topic.partitions]


def _refuse_miscounted(desired: Iterable[DesiredTopic], existing: Mapping[str, int]) -> None:
    wrong = [
        f"{topic.name} has {existing[topic.name]}, not {topic.partitions}" for topic in _miscounted(desired, existing)
    ]
    if wrong:
        raise BrokerError(
            f"wrong partition counts: {'; '.join(wrong)}. Set DAJIA_PARTITIONS to the count that they have, or stop "
            "all workers, delete these topics and the changelog topics, and apply again"
        )


def _differences(admin: TopicAdmin, desired: Iterable[DesiredTopic], existing: Mapping[str, int]) -> Differences:
    return admin.differences({topic.name: topic.config for topic in desired if topic.name in existing})


def _words(items: Mapping[str, tuple[str, str]]) -> str:
    return ", ".join(f"{name} {has} -> {value}" for name, (has, value) in items.items())

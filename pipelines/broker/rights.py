"""What each role may do on Kafka, from the topic table: the same for `kafka-acls`, Strimzi and the test that tries it.

Nobody gets more: a role reads what it consumes, writes what it produces, puts what it cannot use into the dead-letter
topic beside it, and owns its consumer group and its changelogs. Idempotent sending needs no right of its own since
Kafka 3.0, and no role uses transactions.
"""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from pipelines.settings import Settings
from schemas.topics import TOPICS, Cleanup, Topic

WORKER_ROLES = ("frames", "audio", "danmaku", "listings", "reports", "join", "cases", "governor", "evidence")
"""Roles that run as workers here; "every agent" in the table means these."""
EVERY_AGENT = "every agent"
OPERATOR = "operator"
"""Who runs `dajia topics apply` and `dajia doctor`: makes and alters the topics, reads and writes none but the one that
it asks the broker's clock with."""
PLAIN_READERS = ("reader", "reference", "autonomy")
"""Groups that readers name without joining them: they commit nothing, but librdkafka asks where they live."""


class Resource(StrEnum):
    """What a right is about."""

    TOPIC = "topic"
    GROUP = "group"
    CLUSTER = "cluster"


class Operation(StrEnum):
    """What may be done; in Kafka's spelling."""

    READ = "Read"
    WRITE = "Write"
    CREATE = "Create"
    DELETE = "Delete"
    ALTER = "Alter"
    DESCRIBE = "Describe"
    DESCRIBE_CONFIGS = "DescribeConfigs"
    ALTER_CONFIGS = "AlterConfigs"


class Right(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a role may do: an allow entry of Kafka's access control list."""

    role: str
    resource: Resource
    name: str
    operations: tuple[Operation, ...]
    prefixed: bool = False
    """`name` is the beginning of the names meant."""


def user_of(role: str, settings: Settings) -> str:
    """Name of a role's Kafka user: the prefix and the role, `chat gateway` as `dajia-chat-gateway`."""
    return f"{settings.app_prefix}-{role.replace(' ', '-')}"


def roles_with_rights() -> tuple[str, ...]:
    """Every role of the table, ours and others', and the operator."""
    named = [role for topic in TOPICS.values() for role in (*topic.producers, *topic.consumers)]
    return (*dict.fromkeys([*WORKER_ROLES, *(role for role in named if role != EVERY_AGENT)]), OPERATOR)


def rights_of(role: str, settings: Settings) -> tuple[Right, ...]:
    """Everything that a role may do, in the order of the table."""
    if role == OPERATOR:
        return tuple(_operator(settings))
    return (*_topics(role), *_groups(role, settings))


def _topics(role: str) -> Iterator[Right]:
    for topic in TOPICS.values():
        reads = role in topic.consumers or (EVERY_AGENT in topic.consumers and role in WORKER_ROLES)
        # What is published is compared with what is there, so who writes a compacted topic reads it too.
        reads = reads or (role in topic.producers and topic.cleanup is Cleanup.COMPACT)
        operations = _allowed(reads=reads, writes=role in topic.producers)
        if operations:
            yield Right(role=role, resource=Resource.TOPIC, name=topic.name, operations=operations)
        if reads and topic.consumers:
            yield _dead_letters(role, topic)


def _allowed(*, reads: bool, writes: bool) -> tuple[Operation, ...]:
    chosen = [Operation.READ] * reads + [Operation.WRITE] * writes
    return (*chosen, Operation.DESCRIBE) if chosen else ()


def _dead_letters(role: str, topic: Topic) -> Right:
    # A refused entry of a compacted topic is reported once: the worker looks what is there already.
    allowed = _allowed(reads=topic.cleanup is Cleanup.COMPACT, writes=True)
    return Right(role=role, resource=Resource.TOPIC, name=topic.dead_letter, operations=allowed)


def _groups(role: str, settings: Settings) -> Iterator[Right]:
    own = user_of(role, settings)
    own_group = (Operation.READ, Operation.DESCRIBE)
    yield Right(role=role, resource=Resource.GROUP, name=own, operations=own_group)
    for group in PLAIN_READERS:
        name = f"{settings.app_prefix}-{group}"
        if name != own:
            yield Right(role=role, resource=Resource.GROUP, name=name, operations=(Operation.DESCRIBE,))
    if role in WORKER_ROLES:
        changelogs = (Operation.READ, Operation.WRITE, Operation.CREATE, Operation.DESCRIBE)
        yield Right(role=role, resource=Resource.TOPIC, name=f"{own}-", operations=changelogs, prefixed=True)


def _operator(settings: Settings) -> Iterator[Right]:
    manage = (
        Operation.CREATE,
        Operation.ALTER,
        Operation.DESCRIBE,
        Operation.DESCRIBE_CONFIGS,
        Operation.ALTER_CONFIGS,
    )
    yield Right(role=OPERATOR, resource=Resource.CLUSTER, name="kafka-cluster", operations=(Operation.DESCRIBE,))
    for topic in TOPICS.values():
        yield Right(role=OPERATOR, resource=Resource.TOPIC, name=topic.name, operations=manage)
        if topic.consumers:
            yield Right(role=OPERATOR, resource=Resource.TOPIC, name=topic.dead_letter, operations=manage)
    yield Right(
        role=OPERATOR,
        resource=Resource.TOPIC,
        name=f"{settings.app_prefix}-",
        operations=(Operation.CREATE, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS),
        prefixed=True,
    )
    yield Right(
        role=OPERATOR,
        resource=Resource.TOPIC,
        name=f"{settings.app_prefix}-clock-",
        operations=(Operation.CREATE, Operation.DELETE, Operation.DESCRIBE, Operation.WRITE),
        prefixed=True,
    )

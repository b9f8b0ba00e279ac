"""The reference subscriber: what an enforcement service must do with enforcement events, in its simplest form.

1. Act on each `action_id` once. What this group has answered before is read back from enforcement-outcomes whenever
   rooms are assigned, so neither a restart nor another member of the group repeats anything; a crash between acting and
   answering repeats one action, with the same id.
2. Never act after `not_after_ms`.
3. Answer on enforcement-outcomes, and only then commit the offset.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import cast

from confluent_kafka import Consumer, KafkaError, Message

from pipelines.broker.clients import Publisher, consumer_config, existing_topics, read_topics
from pipelines.clock import now_ms
from pipelines.errors import BrokerError
from pipelines.settings import Settings
from schemas import DecodeError, Enforcement, Outcome, OutcomeStatus, stable_id
from schemas.cloudevents import decode, encode
from schemas.lines import to_line
from schemas.topics import ENFORCEMENT_EVENTS, ENFORCEMENT_OUTCOMES

logger = logging.getLogger("dajia.subscriber")

POLL_S = 0.5
MOST_ANSWERED = 100_000
"""Ids remembered: some 15 MB. An action is sent again within minutes of its decision, if at all."""


def follow(
    settings: Settings,
    *,
    group: str,
    acknowledge: bool = True,
    from_beginning: bool = False,
    limit: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[str]:
    """Yield each action once, as a JSON line, for as long as the caller listens.

    Args:
        settings: where Kafka is.
        group: name of the service; its members share the rooms.
        acknowledge: answer on enforcement-outcomes.
        from_beginning: where a group without committed offsets starts.
        limit: end after this many actions.
        stop: asked at least twice a second; True ends the following.

    Raises:
        BrokerError: Kafka cannot be reached or the topics are missing.
    """
    if missing := {ENFORCEMENT_EVENTS.name, ENFORCEMENT_OUTCOMES.name} - existing_topics(settings).keys():
        raise BrokerError(f"no such topic: {', '.join(sorted(missing))}; `dajia topics apply` creates ours")
    answered = _Answered()
    consumer = Consumer(
        consumer_config(settings, group=group) | {"auto.offset.reset": "earliest" if from_beginning else "latest"}
    )
    # Rooms may come from a member that has answered for them meanwhile.
    consumer.subscribe([ENFORCEMENT_EVENTS.name], on_assign=lambda *_: answered.read(settings, group))
    try:
        with Publisher(settings, client_id=f"subscriber-{group}") as publisher:
            for action, message in _actions(consumer, stop):
                if action.action_id not in answered:
                    answered.add(action.action_id)
                    expired = now_ms() > action.not_after_ms
                    if not expired:
                        yield to_line(action)
                    if acknowledge:
                        outcome = _outcome(action, group, OutcomeStatus.EXPIRED if expired else OutcomeStatus.RECEIVED)
                        publisher.send(ENFORCEMENT_OUTCOMES.name, encode(outcome, source=f"dajia/subscriber/{group}"))
                        publisher.flush()
                    limit = limit - 1 if limit else None
                consumer.commit(message=message, asynchronous=True)
                if limit == 0:
                    return
    finally:
        consumer.close()


def _actions(consumer: Consumer, stop: Callable[[], bool]) -> Iterator[tuple[Enforcement, Message]]:
    while not stop():
        message = consumer.poll(POLL_S)
        if message is None:
            continue
        error = message.error()
        if error is not None:
            if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001  public constant of confluent-kafka
                continue
            raise BrokerError(f"reading {ENFORCEMENT_EVENTS.name} failed: {error}; `dajia doctor` looks")
        headers = cast("list[tuple[str, bytes | None]]", message.headers() or [])
        try:
            action = decode(ENFORCEMENT_EVENTS, key=message.key(), value=message.value(), headers=headers)
        except DecodeError as problem:
            logger.warning("skipped offset %s: %s", message.offset(), problem, extra={"reason": problem.reason})
            continue
        if isinstance(action, Enforcement):
            yield action, message


class _Answered:
    """Ids of the latest actions that a group has answered."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, action_id: str) -> bool:
        return action_id in self._ids

    def add(self, action_id: str) -> None:
        """Remember an id; the oldest is forgotten when there are too many."""
        self._ids[action_id] = None
        self._ids.move_to_end(action_id)
        if len(self._ids) > MOST_ANSWERED:
            self._ids.popitem(last=False)

    def read(self, settings: Settings, group: str) -> None:
        """Add what the group has answered so far, by what it said on enforcement-outcomes."""
        for record in read_topics(settings, [ENFORCEMENT_OUTCOMES.name]):
            try:
                outcome = decode(ENFORCEMENT_OUTCOMES, key=record.key, value=record.value, headers=record.headers)
            except DecodeError:
                continue  # the agents that consume this topic dead-letter it
            if isinstance(outcome, Outcome) and outcome.subscriber == group:
                self.add(outcome.action_id)


def _outcome(action: Enforcement, group: str, status: OutcomeStatus) -> Outcome:
    return Outcome(
        outcome_id=stable_id(action.action_id, group, status),
        action_id=action.action_id,
        room=action.room,
        session=action.session,
        status=status,
        time_ms=now_ms(),
        subscriber=group,
        subject=action.subject,
    )

"""The reference subscriber: what an enforcement service must do with enforcement events, in its simplest form.

1. Act on each `action_id` once. What this group has answered before is read back from enforcement-outcomes whenever
   rooms are assigned, so neither a restart nor another member of the group repeats anything; a crash between acting and
   answering repeats one action, with the same id.
2. Never act after `not_after_ms`.
3. Answer on enforcement-outcomes, and only then commit the offset. What is not answered is sent again.

Without `carry_out` the caller gets the lines, and `received` is all that is said. With it, `received` is said before,
so that nothing is sent again meanwhile, and `applied` or `failed` after; a crash between the two repeats that action.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import cast

from confluent_kafka import Consumer, KafkaError, Message

from pipelines.broker.clients import Publisher, consumer_config, existing_topics, read_topics
from pipelines.clock import now_ms
from pipelines.errors import ActionFailedError, BrokerError
from pipelines.settings import Settings
from schemas import Authority, DecodeError, Enforcement, Outcome, OutcomeStatus, stable_id
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
    carry_out: Callable[[Enforcement], None] | None = None,
) -> Iterator[str]:
    """Yield each action once, as a JSON line, for as long as the caller listens.

    Args:
        settings: where Kafka is.
        group: name of the service; its members share the rooms.
        acknowledge: answer on enforcement-outcomes.
        from_beginning: where a group without committed offsets starts.
        limit: end after this many actions.
        stop: asked at least twice a second; True ends the following.
        carry_out: does what an action says, or raises ActionFailedError; must give the same result when it is called
            again for the same id. Shadow actions are not given to it: they are records, not orders.

    Raises:
        BrokerError: Kafka cannot be reached or the topics are missing.
    """
    if missing := {ENFORCEMENT_EVENTS.name, ENFORCEMENT_OUTCOMES.name} - existing_topics(settings).keys():
        raise BrokerError(f"no such topic: {', '.join(sorted(missing))}; `dajia topics apply` creates ours")
    answered = _Answered(OutcomeStatus.RECEIVED if carry_out is None else None)
    consumer = Consumer(
        consumer_config(settings, group=group) | {"auto.offset.reset": "earliest" if from_beginning else "latest"}
    )
    # Rooms may come from a member that has answered for them meanwhile.
    consumer.subscribe([ENFORCEMENT_EVENTS.name], on_assign=lambda *_: answered.read(settings, group))
    try:
        with Publisher(settings, client_id=f"subscriber-{group}") as publisher:

            def say(action: Enforcement, status: OutcomeStatus, detail: str = "") -> None:
                if acknowledge:
                    outcome = _outcome(action, group, status, detail)
                    publisher.send(ENFORCEMENT_OUTCOMES.name, encode(outcome, source=f"dajia/subscriber/{group}"))
                    publisher.flush()

            for action, message in _actions(consumer, stop):
                if action.action_id not in answered:
                    if now_ms() > action.not_after_ms:
                        say(action, *answered.too_late(action.action_id))
                    elif carry_out is None:
                        yield to_line(action)
                        say(action, OutcomeStatus.RECEIVED)
                    elif action.authority is not Authority.SHADOW:
                        say(action, OutcomeStatus.RECEIVED)
                        say(action, *_carried_out(action, carry_out))
                        yield to_line(action)
                    answered.add(action.action_id)
                    limit = limit - 1 if limit else None
                consumer.commit(message=message, asynchronous=True)
                if limit == 0:
                    return
    finally:
        consumer.close()


def _carried_out(action: Enforcement, carry_out: Callable[[Enforcement], None]) -> tuple[OutcomeStatus, str]:
    try:
        carry_out(action)
    except ActionFailedError as error:
        return OutcomeStatus.FAILED, str(error)
    return OutcomeStatus.APPLIED, ""


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
    """Ids of the latest actions on which a group has said its last word, and of those it has only received.

    Args:
        last: a status that is a last word beside `applied`, `failed` and `expired`.
    """

    def __init__(self, last: OutcomeStatus | None = None) -> None:
        self._last = {OutcomeStatus.APPLIED, OutcomeStatus.FAILED, OutcomeStatus.EXPIRED, last}
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._received: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, action_id: str) -> bool:
        return action_id in self._ids

    def add(self, action_id: str) -> None:
        """Remember an id; the oldest is forgotten when there are too many."""
        _remember(self._ids, action_id)
        self._received.pop(action_id, None)

    def too_late(self, action_id: str) -> tuple[OutcomeStatus, str]:
        """Return what to say of an action whose time is over."""
        if action_id in self._received:
            return OutcomeStatus.FAILED, "received, then interrupted until it was too late; look whether it was applied"
        return OutcomeStatus.EXPIRED, ""

    def read(self, settings: Settings, group: str) -> None:
        """Add what the group has answered so far, by what it said on enforcement-outcomes."""
        for record in read_topics(settings, [ENFORCEMENT_OUTCOMES.name]):
            try:
                outcome = decode(ENFORCEMENT_OUTCOMES, key=record.key, value=record.value, headers=record.headers)
            except DecodeError:
                continue  # the agents that consume this topic dead-letter it
            if not isinstance(outcome, Outcome) or outcome.subscriber != group:
                continue
            if outcome.status in self._last:
                self.add(outcome.action_id)
            elif outcome.status is OutcomeStatus.RECEIVED and outcome.action_id not in self._ids:
                _remember(self._received, outcome.action_id)


def _remember(ids: OrderedDict[str, None], action_id: str) -> None:
    ids[action_id] = None
    ids.move_to_end(action_id)
    if len(ids) > MOST_ANSWERED:
        ids.popitem(last=False)


def _outcome(action: Enforcement, group: str, status: OutcomeStatus, detail: str) -> Outcome:
    return Outcome(
        outcome_id=stable_id(action.action_id, group, status),
        action_id=action.action_id,
        room=action.room,
        session=action.session,
        status=status,
        time_ms=now_ms(),
        subscriber=group,
        detail=detail,
        subject=action.subject,
    )

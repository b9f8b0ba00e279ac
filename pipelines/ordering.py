"""Orders of a person to the governor, and what it has said: the two topics behind `dajia autonomy`."""

import time
from collections.abc import Iterable

from pipelines.broker.publisher import Publisher
from pipelines.broker.reader import ConsumedRecord, read_topics
from pipelines.broker.topics import require_topics
from pipelines.broker.whole_topic import follow_whole
from pipelines.settings import Settings
from schemas import Autonomy, AutonomyOrder, DecodeError
from schemas.cloudevents import decode, encode
from schemas.topics import AUTONOMY_EVENTS, AUTONOMY_REQUESTS


def in_force(settings: Settings) -> Autonomy | None:
    """What the governor said last, which tells all that is in force; None when it never said anything.

    Raises:
        BrokerError: no broker answers, or there is no such topic.
    """
    said = _events(read_topics(settings, [AUTONOMY_EVENTS.name]))
    return said[-1] if said else None


def give(settings: Settings, order: AutonomyOrder, within_s: float) -> Autonomy | None:
    """Publish an order. Returns the governor's word that it is carried out; None when none came in time.

    Raises:
        BrokerError: no broker answers, or there is no such topic.
        DeliveryError: the broker did not take it.
    """
    require_topics(settings, [AUTONOMY_REQUESTS.name, AUTONOMY_EVENTS.name])
    with Publisher(settings, client_id="autonomy") as publisher:
        publisher.send(AUTONOMY_REQUESTS.name, encode(order, source="dajia/autonomy"))
    until = time.monotonic() + within_s
    for batch in follow_whole(settings, AUTONOMY_EVENTS.name, group="autonomy", stop=lambda: time.monotonic() >= until):
        for event in _events(batch.records):
            if event.order_id == order.order_id:
                return event
    return None


def _events(records: Iterable[ConsumedRecord]) -> list[Autonomy]:
    events = []
    for record in records:
        try:
            event = decode(AUTONOMY_EVENTS, key=record.key, value=record.value, headers=record.headers)
        except DecodeError:
            continue  # whoever follows the topic has logged it
        assert isinstance(event, Autonomy)
        events.append(event)
    return events

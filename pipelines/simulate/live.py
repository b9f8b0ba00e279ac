"""Simulated shows as live topics, at a set rate."""

from collections.abc import Callable, Iterable

from pipelines.broker.publisher import Publisher
from pipelines.simulate.sensing import Arrival
from schemas import Lifecycle
from schemas.cloudevents import encode
from schemas.topics import ROOM_LIFECYCLE, SUSPICION_EVENTS

SOURCE = "dajia/simulate"


def publish_arrivals(
    arrivals: Iterable[Arrival],
    publisher: Publisher,
    *,
    per_second: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> int:
    """Publish messages in their order, `per_second` of them a second; returns how many.

    Args:
        arrivals: in order of arrival.
        publisher: where they go.
        per_second: records a second; what a slow broker or machine does not take is not made up for in a burst.
        clock: a clock that never goes back, seconds.
        sleep: waits for so many seconds.

    Raises:
        DeliveryError: the broker did not take a record.
    """
    due_s, sent = clock(), 0
    for arrival in arrivals:
        topic = ROOM_LIFECYCLE if isinstance(arrival.message, Lifecycle) else SUSPICION_EVENTS
        publisher.send(topic.name, encode(arrival.message, source=SOURCE))
        sent += 1
        due_s = max(due_s, clock() - 1.0) + 1 / per_second
        if (wait_s := due_s - clock()) > 0:
            sleep(wait_s)
    publisher.flush()
    return sent

"""Governor agent: requests to act without a person in, permits and changes out. `pipelines.effect.governor` decides.

One worker holds the one partition, and with it the whole fleet; more workers stand by. While none runs, every governed
action goes to a reviewer.
"""

from collections.abc import Iterable

from faust.types import AppT

from pipelines.app import create_app, every, room_table
from pipelines.clock import now_ms
from pipelines.consume import Consumer, Received, judging, publish
from pipelines.effect.fleet import Fleet, Standing, decode
from pipelines.effect.governor import GovernorEvent, Rules, step
from pipelines.join.policy import Policy
from pipelines.metrics import (
    AUTONOMY_CHANGES,
    AUTONOMY_EXHAUSTED,
    AUTONOMY_HALTED,
    AUTONOMY_LINES,
    AUTONOMY_ORDERED_HALT,
    PERMITS,
)
from pipelines.reference.policy import LivePolicy
from pipelines.room_state import RoomStates
from pipelines.settings import Settings
from schemas import FLEET, Autonomy, Tick
from schemas.topics import AUTONOMY_EVENTS, AUTONOMY_PERMITS, AUTONOMY_REQUESTS

ROLE = "governor"
TICK_S = 5.0
"""How soon the end of a halt or of an hour is noticed when nobody asks."""


def create(settings: Settings) -> AppT:
    """Build the worker: one pure step per record, the fleet's state in a table with one key."""
    app = create_app(ROLE, settings)
    live = LivePolicy(settings, ROLE).start()
    table = room_table(app, "fleet", settings, partitions=AUTONOMY_REQUESTS.partitions)
    states = RoomStates(table, decode, lambda _: Fleet())

    async def judge(received: Received) -> None:
        event = received.message
        assert isinstance(event, GovernorEvent)
        turn = states.turn(received)
        if turn is None:
            return
        with judging("governor"):
            fleet, outputs = step(turn.state, event, now_ms(), rules_of(live.policy))
        await publish(app, ROLE, AUTONOMY_PERMITS, outputs.permits, traceparent=received.traceparent)
        await publish(app, ROLE, AUTONOMY_EVENTS, outputs.changes, traceparent=received.traceparent)
        for permit in outputs.permits:
            PERMITS.labels(permit.hold or "granted").inc()
        turn.put(fleet)
        _show(fleet, outputs.changes)

    async def tick() -> None:
        if FLEET.encode() in states.keys() and states.get(FLEET.encode()).waits:  # noqa: SIM118  no mapping
            await publish(app, ROLE, AUTONOMY_REQUESTS, [Tick(room=FLEET, time_ms=now_ms())])

    async def show_recovered() -> None:
        _show(states.get(FLEET.encode()), ())

    table.on_recover(show_recovered)
    every(app, TICK_S, tick)
    Consumer(app, ROLE, settings, (AUTONOMY_REQUESTS,), judge)
    return app


def rules_of(policy: Policy) -> Rules:
    """Return what the governor needs of a policy."""
    return Rules(
        version=policy.version,
        autonomy=policy.autonomy,
        authorities={line.name: line.authority for line in policy.ladder},
    )


def _show(fleet: Fleet, changes: Iterable[Autonomy]) -> None:
    AUTONOMY_HALTED.set(fleet.halted_ms is not None)
    AUTONOMY_ORDERED_HALT.set(fleet.ordered_halt)
    AUTONOMY_EXHAUSTED.set(fleet.exhausted)
    standings = [record.standing for record in fleet.records.values()]
    for standing in Standing:
        AUTONOMY_LINES.labels(standing).set(standings.count(standing))
    for one in changes:
        AUTONOMY_CHANGES.labels(one.change).inc()

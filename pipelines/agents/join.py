"""Join agent: what is known of a room in, enforcement events out. `pipelines.join` decides."""

import logging

from faust.types import AppT

from pipelines.app import create_app, every, room_table
from pipelines.autonomy import LiveAutonomy
from pipelines.awake import AwakeRooms
from pipelines.clock import now_ms
from pipelines.consume import Consumer, Received, judging, publish
from pipelines.join.events import JoinEvent
from pipelines.join.lifecycle import contradiction_in
from pipelines.join.outputs import Outputs
from pipelines.join.state import decode, initial
from pipelines.join.step import step
from pipelines.metrics import (
    COMPENSATIONS,
    ENFORCEMENTS,
    HELD,
    LATE,
    OUTCOMES,
    RESENDS,
    ROOMS,
    SKEWED,
    STATE_BYTES,
    TIME_TO_ACTION_SECONDS,
    UNKNOWN_SIGNALS,
)
from pipelines.reference.policy import LivePolicy
from pipelines.room_state import FoldedStates, RoomStates
from pipelines.settings import Settings
from schemas import DeadLetterReason, DecodeError, Lifecycle, Outcome, Tick
from schemas.accounts import is_account
from schemas.topics import (
    AUTONOMY_PERMITS,
    AUTONOMY_REQUESTS,
    ENFORCEMENT_EVENTS,
    ENFORCEMENT_OUTCOMES,
    EVIDENCE_SEALS,
    LATE_SUSPICIONS,
    ROOM_LIFECYCLE,
    SEAL_REQUESTS,
    SUSPICION_EVENTS,
)

logger = logging.getLogger("dajia.join")

ROLE = "join"
SOURCES = (SUSPICION_EVENTS, ROOM_LIFECYCLE, EVIDENCE_SEALS, ENFORCEMENT_OUTCOMES, AUTONOMY_PERMITS)
TICK_S = 1.0
"""How soon an idle modality, a seal deadline or the end of a show is noticed in a room where nothing else happens."""

FOLD_S = 0.2
FOLDED_RECORDS = 500
"""The records of a room are folded into one table write: at the latest after this time, or when so many records wait.
Consequences are published before, so this delays no action, only acknowledgement; a worker that dies judges so many
records again."""


def create(settings: Settings) -> AppT:
    """Build the worker: one pure step per record, the room's state in a table keyed by room."""
    app = create_app(ROLE, settings)
    live, autonomy = LivePolicy(settings, ROLE).start(), LiveAutonomy(settings, ROLE).start()
    reported: set[tuple[str, str]] = set()
    table = room_table(app, "join-rooms", settings)
    rooms = RoomStates(table, decode, initial)
    folded = FoldedStates(rooms)
    awake = AwakeRooms()

    async def judge(received: Received) -> list[Received] | None:
        event = received.message
        assert isinstance(event, JoinEvent)
        if isinstance(event, Outcome) and is_account(event.room):
            return None  # of an action on a host or merchant: for cases, which keys it so
        _refuse_impossible(event)
        # A state of another release ends the worker: no record of the room is to blame.
        before = folded.state(received, received.event.message.generation_id)
        if before is not None:
            with judging("join"):
                policy = live.policy
                state, outputs = step(before, event, now_ms(), policy, autonomy.gate)
            _report_unknown(outputs, policy.version, reported)
            _refuse_unknown(outputs)
            await _publish(app, outputs, received.traceparent)
            folded.put(received, state)
            awake.note(event.room, now_ms(), is_open=state.is_open)
        return flush() if len(folded) >= FOLDED_RECORDS else []

    def flush() -> list[Received]:
        return folded.flush(app.consumer_generation_id, STATE_BYTES.observe)

    async def flush_in_time() -> None:
        if not app.rebalancing:
            await consumer.finish(flush())

    async def tick() -> None:
        ROOMS.set(len(awake))
        await publish(app, ROLE, SUSPICION_EVENTS, [Tick(room=room, time_ms=now_ms()) for room in awake.idle(now_ms())])

    async def wake_recovered() -> None:
        for key in rooms.keys():  # noqa: SIM118  RoomStates is no mapping
            awake.note(key.decode(), 0, is_open=rooms.get(key).is_open)

    table.on_recover(wake_recovered)
    every(app, TICK_S, tick)
    every(app, FOLD_S, flush_in_time)
    consumer = Consumer(app, ROLE, settings, SOURCES, judge)
    return app


def _refuse_impossible(event: JoinEvent) -> None:
    if isinstance(event, Lifecycle) and (wrong := contradiction_in(event)):
        words = f"room {event.room}, session {event.session}, {event.change}: {wrong}"
        raise DecodeError(DeadLetterReason.CONTRADICTION, words)


def _report_unknown(outputs: Outputs, version: str, reported: set[tuple[str, str]]) -> None:
    """Count signals that the policy does not name, and tell each once."""
    for signal in outputs.unknown_signals:
        UNKNOWN_SIGNALS.labels(signal).inc()
        if (version, signal) not in reported:
            reported.add((version, signal))
            logger.warning(
                "policy %s does not name signal %s: it counts for nothing; add it to [signals]", version, signal
            )


def _refuse_unknown(outputs: Outputs) -> None:
    """Dead-letter an outcome of an action that was never decided; nothing else follows from it."""
    for outcome in outputs.unknown:
        raise DecodeError(
            DeadLetterReason.UNKNOWN_ACTION,
            f"{outcome.subscriber} says {outcome.status} of action {outcome.action_id}, which was never decided in "
            f"room {outcome.room}, session {outcome.session}; copy both, action_id and subject from the action",
        )


async def _publish(app: AppT, outputs: Outputs, traceparent: str) -> None:
    await publish(app, ROLE, SEAL_REQUESTS, outputs.seal_requests, traceparent=traceparent)
    await publish(app, ROLE, ENFORCEMENT_EVENTS, outputs.enforcements, traceparent=traceparent)
    await publish(app, ROLE, AUTONOMY_REQUESTS, outputs.permit_requests, traceparent=traceparent)
    await publish(app, ROLE, AUTONOMY_REQUESTS, outputs.reviewed, traceparent=traceparent)
    await publish(app, ROLE, ENFORCEMENT_EVENTS, outputs.resent, traceparent=traceparent)
    await publish(app, ROLE, ENFORCEMENT_OUTCOMES, outputs.expired, traceparent=traceparent)
    await publish(app, ROLE, LATE_SUSPICIONS, outputs.late, traceparent=traceparent)
    await publish(app, ROLE, LATE_SUSPICIONS, outputs.skewed, traceparent=traceparent)
    for suspicion in outputs.skewed:
        SKEWED.labels(suspicion.modality).inc()
    for suspicion in outputs.late:
        LATE.labels(suspicion.modality).inc()
    for action in outputs.resent:
        RESENDS.labels(action.rung).inc()
    for status in outputs.said:
        OUTCOMES.labels(status).inc()
    for action in outputs.enforcements:
        if action.compensates:
            COMPENSATIONS.labels(action.rung).inc()
            continue
        ENFORCEMENTS.labels(action.rung, action.authority, action.seal).inc()
        if action.hold:
            HELD.labels(action.hold).inc()
        TIME_TO_ACTION_SECONDS.labels(action.rung).observe(max(0.0, (now_ms() - action.decided_at_ms) / 1000))

"""Cases agent: what was done to rooms and facts about accounts in, account actions out. `pipelines.cases` decides."""

from faust.types import AppT

from pipelines.app import create_app, room_table
from pipelines.autonomy import LiveAutonomy
from pipelines.cases.docket import is_of_account
from pipelines.cases.events import CaseEvent, Outputs, RefusedError, is_own
from pipelines.cases.state import decode, initial, initial_room
from pipelines.cases.step import step
from pipelines.clock import now_ms
from pipelines.consume import Consumer, Received, judging, publish
from pipelines.metrics import (
    CASE_OVERFLOW,
    CASE_STATE_BYTES,
    COMPENSATIONS,
    EARLY_WARNINGS_SENT,
    ENFORCEMENTS,
    HELD,
)
from pipelines.outboxes import Outboxes
from pipelines.reference.policy import LiveCasePolicy
from pipelines.room_state import RoomStates
from pipelines.settings import Settings
from schemas import DecodeError, Tick
from schemas.topics import (
    ACCOUNT_FACTS,
    CASE_NOTES,
    EARLY_WARNINGS,
    ENFORCEMENT_EVENTS,
    ENFORCEMENT_OUTCOMES,
    ROOM_LIFECYCLE,
)

ROLE = "cases"
SOURCES = (ENFORCEMENT_EVENTS, ENFORCEMENT_OUTCOMES, ROOM_LIFECYCLE, ACCOUNT_FACTS, CASE_NOTES)


def create(settings: Settings) -> AppT:
    """Build the worker: one pure step per record; states in two tables, by room and by account or identifier.

    It reads `enforcement-events`, which it also writes: its own actions are left out before anything else is done.
    """
    app = create_app(ROLE, settings)
    live = LiveCasePolicy(settings, ROLE).start()
    autonomy = LiveAutonomy(settings, ROLE).start()
    rooms = RoomStates(room_table(app, "cases-rooms", settings), decode, initial_room)
    accounts = RoomStates(room_table(app, "cases-accounts", settings), decode, initial)
    outboxes = Outboxes(app, ROLE, settings, ticks=CASE_NOTES)

    async def judge(received: Received) -> None:
        event = received.message
        if isinstance(event, Tick):
            await outboxes.deliver(received, ())
            return
        assert isinstance(event, CaseEvent)
        if is_own(event):
            return
        turn = (accounts if is_of_account(event) else rooms).turn(received)
        if turn is None:
            return
        with judging(ROLE):
            try:
                state, outputs = step(turn.state, event, now_ms(), live.policy, stopped=autonomy.gate.stopped)
            except RefusedError as error:
                raise DecodeError(error.reason, str(error)) from error
        await _publish(app, outputs, received.traceparent)
        if is_of_account(event):
            await outboxes.deliver(received, outputs.enforcements)  # before the account: see there
        CASE_STATE_BYTES.labels(type(state).__name__).observe(turn.put(state))

    Consumer(app, ROLE, settings, SOURCES, judge)
    return app


async def _publish(app: AppT, outputs: Outputs, traceparent: str) -> None:
    await publish(app, ROLE, CASE_NOTES, outputs.notes, traceparent=traceparent)
    await publish(app, ROLE, ENFORCEMENT_EVENTS, outputs.enforcements, traceparent=traceparent)
    await publish(app, ROLE, ROOM_LIFECYCLE, outputs.histories, traceparent=traceparent)
    await publish(app, ROLE, EARLY_WARNINGS, outputs.warnings, traceparent=traceparent)
    CASE_OVERFLOW.inc(outputs.overflow)
    EARLY_WARNINGS_SENT.inc(len(outputs.warnings))
    for action in outputs.enforcements:
        if action.compensates:
            COMPENSATIONS.labels(action.rung).inc()
        else:
            ENFORCEMENTS.labels(action.rung, action.authority, action.seal).inc()
        if action.hold:
            HELD.labels(action.hold).inc()

"""Actions on accounts, sent until somebody answers: the outboxes of a worker, and the ticks that wake them."""

from faust.types import AppT

from pipelines.app import every, room_table
from pipelines.awake import DueAccounts
from pipelines.clock import now_ms
from pipelines.consume import Received, publish
from pipelines.effect.outbox import Outbox, decode, send
from pipelines.effect.terms import DeliveryTerms
from pipelines.metrics import RESENDS
from pipelines.room_state import RoomStates
from pipelines.settings import Settings
from schemas import Enforcement, Outcome, Tick
from schemas.topics import ENFORCEMENT_EVENTS, ENFORCEMENT_OUTCOMES, Topic

TERMS = DeliveryTerms(first_resend_seconds=5.0, resend_factor=2.0, longest_resend_seconds=6 * 3600.0, unacknowledged=64)
"""Actions on accounts wait for days and not for minutes, so the pauses grow up to six hours: four sendings a day while
nobody answers (own choice). 64 is more than all lines of the ladder, given, taken back and given again."""
TICK_S = 1.0


class Outboxes:
    """One outbox an account, in a table of its own.

    Args:
        app: the worker.
        role: its role.
        settings: the settings.
        ticks: a topic keyed by account that the worker reads; its ticks are handed to `deliver`.
    """

    def __init__(self, app: AppT, role: str, settings: Settings, *, ticks: Topic) -> None:
        self._app, self._role, self._ticks = app, role, ticks
        self._due = DueAccounts()
        table = room_table(app, f"{role}-outboxes", settings)
        self._states = RoomStates(table, decode, lambda _: Outbox())
        table.on_recover(self._note_recovered)
        every(app, TICK_S, self._tick)

    async def deliver(self, received: Received, actions: tuple[Enforcement, ...]) -> None:
        """Remember actions that have left, and send again what nobody has answered.

        Call it before the account's own state is written: a record that comes again after a crash in between is applied
        to the account once more and gives the same actions, and is known here.
        """
        turn, event = self._states.turn(received), received.message
        if turn is None or not (actions or turn.state.deliveries):
            return
        answered = event.action_id if isinstance(event, Outcome) else ""
        outbox, post = send(turn.state, actions, answered, now_ms(), TERMS)
        await publish(self._app, self._role, ENFORCEMENT_EVENTS, post.resent, traceparent=received.traceparent)
        await publish(self._app, self._role, ENFORCEMENT_OUTCOMES, post.expired, traceparent=received.traceparent)
        for action in post.resent:
            RESENDS.labels(action.rung).inc()
        turn.put(outbox)
        self._due.note(received.key.decode(), outbox.due_ms)

    async def _tick(self) -> None:
        ticks = [Tick(room=account, time_ms=now_ms()) for account in self._due.take(now_ms())]
        await publish(self._app, self._role, self._ticks, ticks)

    async def _note_recovered(self) -> None:
        for key in self._states.keys():  # noqa: SIM118  RoomStates is no mapping
            self._due.note(key.decode(), self._states.get(key).due_ms)

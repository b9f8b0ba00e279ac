"""The judgement on a room, one event at a time: `step(state, event, now_ms, policy) -> (state, outputs)`.

Nothing here asks a clock, draws lots or does I/O, and the given state is not changed. What stands at the end depends on
the set of events, not on their order, their repetition or on restarts in between, as long as no event comes later than
the allowed lateness:

- Suspicions are a set keyed by their id. One that starts before the late line (watermark less allowed lateness) is not
  applied; it leaves in `Outputs.late`. One that comes late, but inside the lateness, revises: a line of the ladder may
  turn out to have been reached earlier. Since more signs never weigh less (fusion.py), no decision has to be withdrawn.
- What the platform has checked of the sellers comes with the `started` event. Decisions wait for it, or until the
  watermark is more than the allowed lateness past the first sign, or until nothing has come for long. Several `started`
  events add their records up; a record that comes after a decision voids its signs from then on, but does not withdraw
  the decision: that is what overturning is for. The history of host and merchants comes with it too, and moves
  the prior (lifecycle.py).
- A line that needs a seal waits for the seal of this session, or for the deadline after the seal was asked for.
- What is decided is sent until it is acknowledged (`pipelines.effect.delivery`), in `Outputs.resent` when not for the
  first time. What is said of an action that was never decided here changes nothing and leaves in `Outputs.unknown`.
- A session closes when the watermark of the room has passed its end by more than the allowed lateness, or when it has
  ended and nothing comes any more. What comes for a closed session is late. Two sessions of a room share nothing.
"""

from collections.abc import Iterable
from copy import copy
from operator import attrgetter

from msgspec import structs

from pipelines.effect.delivery import Post
from pipelines.effect.gate import Gate
from pipelines.join.actions import subject
from pipelines.join.clocks import read_clock
from pipelines.join.decide import act, overturn, turn
from pipelines.join.episodes import settle
from pipelines.join.events import JoinEvent
from pipelines.join.ladder import climb
from pipelines.join.lifecycle import hot_close, inform, replay_deleted, with_circumstances
from pipelines.join.memory import adopt_policy, forget, keep, keep_fact, late_line, void
from pipelines.join.outcomes import is_ours, noted, reviewed
from pipelines.join.outputs import Outputs
from pipelines.join.records import records_of
from pipelines.join.rules import DecideAt, Policy
from pipelines.join.sealing import ask_for_seal, seal_request_id
from pipelines.join.signs import fact_of, item_of, pairs
from pipelines.join.state import RoomState, Session, Standing, Tombstone
from pipelines.join.watermark import advance, is_over, is_settled, reach
from pipelines.join.window import hand_over, window_of
from schemas import (
    Enforcement,
    Lifecycle,
    LifecycleChange,
    Outcome,
    OutcomeStatus,
    Permit,
    Progress,
    Seal,
    Suspicion,
    Tick,
)

NO_GOVERNOR = Gate()
_FACT_ID = attrgetter("id")


def step(
    state: RoomState, event: JoinEvent, now_ms: int, policy: Policy, gate: Gate = NO_GOVERNOR
) -> tuple[RoomState, Outputs]:
    """Apply one event.

    Args:
        state: the room's state; not changed.
        event: an event of this room.
        now_ms: processing time, ms; never smaller than at the step before, or else taken as it is.
        policy: the policy in force.
        gate: what the governor of the fleet allows; by default there is none, and the policy alone counts.

    Raises:
        ValueError: the event is of another room.
    """
    if event.room != state.room:
        raise ValueError(f"the state is of room {state.room!r}, the event of {event.room!r}; key both by room")
    room = _Room(state, now_ms, policy, gate)
    if not isinstance(event, Tick):
        room.apply(event)
    room.look_after()
    return room.state(), room.finished()


class _Room:
    """A room during one step: copies of its sessions, and what leaves."""

    def __init__(self, state: RoomState, now_ms: int, policy: Policy, gate: Gate) -> None:
        self._room, self._now_ms, self._policy, self._gate = state.room, now_ms, policy, gate
        self._version = state.version
        self._sessions = [hand_over(session, copy(session)) for session in state.sessions]
        self._tombstones = state.tombstones
        self._post = Post(state.deliveries, now_ms, policy.delivery, policy.autonomy if gate.asks else None)
        self.outputs = Outputs()

    def state(self) -> RoomState:
        return RoomState(
            version=self._version,
            room=self._room,
            sessions=tuple(self._sessions),
            tombstones=self._tombstones,
            deliveries=self._post.deliveries,
        )

    def finished(self) -> Outputs:
        outputs, post = self.outputs, self._post
        outputs.enforcements, outputs.resent, outputs.expired = post.sent, post.resent, post.expired
        outputs.permit_requests = post.requests
        return outputs

    def apply(self, event: Suspicion | Progress | Lifecycle | Seal | Outcome | Permit) -> None:
        if isinstance(event, Permit):
            self._post.permit(event)
        elif not isinstance(event, Outcome) or self._hear(event):
            self._apply(event)

    def _apply(self, event: Suspicion | Progress | Lifecycle | Seal | Outcome) -> None:
        if any(stone.id == event.session for stone in self._tombstones):
            self._apply_closed(event)
            return
        session = self._session(event.session)
        session.arrival_ms = max(session.arrival_ms, self._now_ms)
        match event:
            case Suspicion():
                self._take(session, event)
            case Progress():
                clock = read_clock(session, event.modality, event.up_to_ms, self._now_ms, self._policy)
                if clock.usable:
                    reach(session, event.modality, event.up_to_ms + clock.offset_ms, self._now_ms)
            case Lifecycle():
                self._live(session, event)
            case Seal():
                if event.request_id == seal_request_id(self._room, session.id):
                    session.bundle_id = session.bundle_id or event.bundle_id
            case Outcome(status=OutcomeStatus.OVERTURNED) if event.action_id not in session.taken_back:
                if taken := overturn(self._room, session.id, session.standing, event, self._policy):
                    session.taken_back = taken.ids(session.taken_back, event)
                    session.standing = taken.standing
                    session.closed = tuple(dict.fromkeys((*session.closed, *taken.lines)))
                    session.reached = {
                        name: at_ms for name, at_ms in session.reached.items() if name not in taken.lines
                    }
                    self._hand_over(taken.actions)

    def _hear(self, outcome: Outcome) -> bool:
        """Take note of a word on an action. Returns whether the action is ours and has to be taken back."""
        if outcome.subject not in {"", subject(self._room)}:
            return False  # on a host or a merchant: cases mind it
        shows: list[Session | Tombstone] = [*self._sessions, *self._tombstones]
        if not is_ours(outcome, self._room, self._post.deliveries, shows, self._policy):
            self.outputs.unknown += (outcome,)
            return False
        self._post.acknowledge(outcome.action_id)
        for session in self._sessions:
            session.standing = self._note(session.standing, outcome)
        self._tombstones = tuple(
            structs.replace(stone, standing=self._note(stone.standing, outcome)) for stone in self._tombstones
        )
        return outcome.status is OutcomeStatus.OVERTURNED

    def _note(self, standing: tuple[Standing, ...], outcome: Outcome) -> tuple[Standing, ...]:
        standing, moved = noted(standing, outcome)
        if moved is not None:
            self.outputs.said += (outcome.status,)
            if outcome.status in {OutcomeStatus.CONFIRMED, OutcomeStatus.OVERTURNED}:
                self.outputs.reviewed += (reviewed(moved, outcome),)
        return standing

    def _hand_over(self, actions: Iterable[Enforcement]) -> None:
        for action in actions:
            self._post.hand_over(action)

    def look_after(self) -> None:
        """Move time on: actions on their way, and in every session watermark, ladder, deadlines, closing."""
        self._post.look_after()
        for session in self._sessions:
            advance(session, self._now_ms, self._policy)
        furthest_ms = max((one.watermark_ms for one in self._sessions if one.watermark_ms is not None), default=0)
        for session in tuple(self._sessions):
            self._judge(session)
            forget(session, self._policy)
            if not session.reached and is_over(session, furthest_ms, self._now_ms, self._policy):
                self._close(session)

    def _take(self, session: Session, suspicion: Suspicion) -> None:
        """Apply a suspicion at the moment at which it was on air by a right clock."""
        clock = read_clock(session, suspicion.modality, suspicion.start_ms, self._now_ms, self._policy)
        if not clock.usable:
            if _is_known(session, suspicion.suspicion_id, self._policy):
                self.outputs.duplicates += 1
            else:
                self.outputs.skewed += (suspicion,)
            return
        if clock.offset_ms:
            self.outputs.corrected += 1
            start_ms, end_ms = suspicion.start_ms + clock.offset_ms, suspicion.end_ms + clock.offset_ms
            suspicion = structs.replace(suspicion, start_ms=start_ms, end_ms=end_ms)
        self._suspect(session, suspicion)

    def _suspect(self, session: Session, suspicion: Suspicion) -> None:
        line_ms = late_line(session, self._policy)
        reach(session, suspicion.modality, suspicion.start_ms, self._now_ms)
        if _is_known(session, suspicion.suspicion_id, self._policy):
            self.outputs.duplicates += 1
            return
        if line_ms is not None and suspicion.start_ms < line_ms:
            self.outputs.late += (suspicion,)
            return
        adopt_policy(session, self._policy)
        if suspicion.signal not in self._policy.signals:
            self.outputs.unknown_signals += (suspicion.signal,)
        if item := item_of(suspicion, self._policy):
            self.outputs.overflow += keep(session, item, self._policy)
        if fact := fact_of(suspicion):
            for pair in pairs(fact, session.facts, self._policy):
                self.outputs.overflow += keep(session, pair, self._policy)
            self.outputs.overflow += keep_fact(session, fact, self._policy)

    def _live(self, session: Session, event: Lifecycle) -> None:
        match event.change:
            case LifecycleChange.STARTED:
                session.started = True
                void(session, records_of(event), self._policy)
                inform(session, event, self._policy)
            case LifecycleChange.HISTORY:
                inform(session, event, self._policy)
            case LifecycleChange.ENDED:
                session.ended_ms = max(session.ended_ms or 0, event.time_ms)
                if closed := hot_close(event, self._policy):
                    self._suspect(session, closed)
            case LifecycleChange.REPLAY_DELETED:
                self._suspect(session, replay_deleted(event, self._policy))

    def _judge(self, session: Session, *, last_chance: bool = False) -> None:
        adopt_policy(session, self._policy)
        settled = last_chance or is_settled(session, self._now_ms, self._policy)
        if not (settled or _is_informed(session, self._policy)):
            return
        newest_ms = window_of(session, self._policy).newest_ms
        if settled or self._policy.time.decide_at is DecideAt.ARRIVAL or session.watermark_ms is None:
            limit_ms = max(newest_ms, session.watermark_ms or newest_ms)
        else:
            limit_ms = session.watermark_ms
        policy = with_circumstances(session, self._policy)
        climb(session, limit_ms, policy)
        if request := ask_for_seal(self._room, session, self._now_ms, self._policy):
            self.outputs.seal_requests += (request,)
        self._hand_over(act(self._room, session, self._now_ms, policy, self._gate, last_chance=last_chance))
        if (line_ms := late_line(session, self._policy)) is not None:
            self._settle(session, line_ms)

    def _settle(self, session: Session, until_ms: int) -> None:
        policy = with_circumstances(session, self._policy)
        turns = settle(session, until_ms, policy)
        self._hand_over(turn(self._room, session, turns, policy, self._gate))

    def _session(self, session_id: str) -> Session:
        for session in self._sessions:
            if session.id == session_id:
                return session
        if len(self._sessions) >= self._policy.limits.open_sessions:
            oldest = min(self._sessions, key=lambda one: (one.watermark_ms or 0, one.id))
            self._judge(oldest, last_chance=True)
            self._close(oldest)
        session = Session(id=session_id, policy_version=self._policy.version, arrival_ms=self._now_ms)
        self._sessions.append(session)
        return session

    def _close(self, session: Session) -> None:
        if session.positions:
            self._settle(session, max(place.up_to_ms for place in session.positions.values()) + 1)
        self._sessions = [one for one in self._sessions if one is not session]
        stone = Tombstone(id=session.id, standing=session.standing, taken_back=session.taken_back)
        self._tombstones = (*self._tombstones, stone)[-self._policy.limits.tombstones :]
        self.outputs.closed += (session.id,)

    def _apply_closed(self, event: Suspicion | Progress | Lifecycle | Seal | Outcome) -> None:
        match event:
            case Suspicion():
                self.outputs.late += (event,)
            case Lifecycle(change=LifecycleChange.REPLAY_DELETED):
                self.outputs.late += (replay_deleted(event, self._policy),)
            case Outcome(status=OutcomeStatus.OVERTURNED):
                self._tombstones = tuple(self._overturn_closed(stone, event) for stone in self._tombstones)

    def _overturn_closed(self, stone: Tombstone, outcome: Outcome) -> Tombstone:
        if stone.id != outcome.session or outcome.action_id in stone.taken_back:
            return stone
        taken = overturn(self._room, stone.id, stone.standing, outcome, self._policy)
        if taken is None:
            return stone
        self._hand_over(taken.actions)
        return structs.replace(stone, standing=taken.standing, taken_back=taken.ids(stone.taken_back, outcome))


def _is_known(session: Session, suspicion_id: str, policy: Policy) -> bool:
    return suspicion_id in window_of(session, policy).by_key or suspicion_id in map(_FACT_ID, session.facts)


def _is_informed(session: Session, policy: Policy) -> bool:
    """Whether the authorised brands are known, or have been waited for long enough."""
    if session.started or session.first_evidence_ms is None or session.watermark_ms is None:
        return session.started
    return session.watermark_ms > session.first_evidence_ms + policy.lateness_ms

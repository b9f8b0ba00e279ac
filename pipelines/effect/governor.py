"""The governor of the fleet, one event at a time: `step(fleet, event, now_ms, rules) -> (fleet, outputs)`.

One place for all rooms, because a budget that is split lets no room use what others leave, and a breaker that sees one
partition does not see a fleet gone mad. It grants before an action leaves instead of counting afterwards: the budget
is never exceeded, whatever the delays. What is granted to a worker that dies counts all the same, and so does what is
asked too late: a governor that died may have granted it before it could remember.

- Budget: at most `per_hour` grants within any hour. A request that is repeated is answered alike and counted once.
- Breaker: more requests within the window than `breaker_least` and than `breaker_factor` times the last day's average
  stop every grant for `breaker_pause`; a rate that is still abnormal then stops them again.
- Earned autonomy (`pipelines.effect.earned`): a line in shadow is promoted, one that acts is demoted. A demoted line
  may earn it again; its count starts anew. Everything earned or lost is of one policy version.
- Orders: a person stops every grant, and only a person lets it go on; time, restarts and policies do not.
"""

from collections.abc import Mapping

from msgspec import Struct, structs

from pipelines.effect import tell
from pipelines.effect.earned import due, heard, may_act
from pipelines.effect.fleet import Dated, Fleet, Order, Record, Standing
from pipelines.effect.terms import AutonomyTerms
from schemas import (
    Authority,
    Autonomy,
    AutonomyChange,
    AutonomyOrder,
    Hold,
    OrderedChange,
    Permit,
    PermitRequest,
    Reviewed,
    Tick,
)

HOUR_MS = 3_600_000
DAY_HOURS = 24


class Rules(Struct, frozen=True, kw_only=True):
    """What the governor needs of a policy."""

    version: str
    autonomy: AutonomyTerms
    authorities: Mapping[str, Authority]
    """Authority that the policy gives each line, by name."""


class Outputs(Struct, frozen=True, kw_only=True):
    """What follows from one event."""

    permits: tuple[Permit, ...] = ()
    changes: tuple[Autonomy, ...] = ()


GovernorEvent = PermitRequest | Reviewed | AutonomyOrder | Tick


def step(fleet: Fleet, event: GovernorEvent, now_ms: int, rules: Rules) -> tuple[Fleet, Outputs]:
    """Apply one event.

    Args:
        fleet: what is remembered; not changed.
        event: a request, a reviewer's word, an order, or a tick.
        now_ms: processing time, ms.
        rules: of the policy in force.
    """
    governor = _Governor(fleet, now_ms, rules)
    governor.look_after()
    match event:
        case PermitRequest():
            governor.answer(event)
        case Reviewed():
            governor.learn(event)
        case AutonomyOrder():
            governor.obey(event)
    return governor.fleet, Outputs(permits=governor.permits, changes=governor.changes)


class _Governor:
    """The fleet during one step, and what leaves."""

    def __init__(self, fleet: Fleet, now_ms: int, rules: Rules) -> None:
        if fleet.policy_version != rules.version:
            fleet = structs.replace(fleet, policy_version=rules.version, records={})
        self.fleet, self._now_ms, self._rules, self._terms = fleet, now_ms, rules, rules.autonomy
        self.permits: tuple[Permit, ...] = ()
        self.changes: tuple[Autonomy, ...] = ()

    def look_after(self) -> None:
        """Move time on: forget what is over, end a halt, renew the budget."""
        fleet, now_ms = self.fleet, self._now_ms
        self.fleet = structs.replace(
            fleet,
            grants=tuple(one for one in fleet.grants if one.at_ms > now_ms - HOUR_MS),
            requests=tuple(one for one in fleet.requests if one.at_ms > now_ms - self._window_ms),
            hours={hour: count for hour, count in fleet.hours.items() if hour >= now_ms // HOUR_MS - DAY_HOURS},
        )
        if fleet.halted_ms is not None and now_ms >= fleet.halted_ms + self._pause_ms:
            self.fleet = structs.replace(self.fleet, halted_ms=None)
            self._tell(AutonomyChange.RESUMED, window_ms=self._pause_ms)
        if fleet.exhausted and len(self.fleet.grants) < self._terms.per_hour:
            self.fleet = structs.replace(self.fleet, exhausted=False)
            self._tell_budget(AutonomyChange.RENEWED)

    def answer(self, request: PermitRequest) -> None:
        """Grant a permit or say why not."""
        late = self._now_ms > request.time_ms + self._deadline_ms
        if not any(one.action_id == request.action_id for one in self.fleet.grants):
            self._count(request)
            self._break()
            hold = self._hold(request)
            # What stops it now may not have stopped a governor that read it in time.
            if hold is None or (late and len(self.fleet.grants) < self._terms.per_hour):
                at_ms = request.time_ms + self._deadline_ms if late else self._now_ms
                grants = (*self.fleet.grants, Dated(request.action_id, at_ms))
                self.fleet = structs.replace(self.fleet, grants=grants)
            elif hold is Hold.BUDGET and not self.fleet.exhausted:
                self.fleet = structs.replace(self.fleet, exhausted=True)
                self._tell_budget(AutonomyChange.EXHAUSTED)
        else:
            hold = None
        self._say(request, Hold.UNANSWERED if late else hold)

    def learn(self, word: Reviewed) -> None:
        """Take a reviewer's word on an action of a line."""
        given = self._rules.authorities.get(word.line)
        if given is None or word.policy_version != self._rules.version:
            return
        record = heard(self.fleet.records.get(word.line, Record()), word, self._terms)
        standing = due(record, given, self._terms)
        told = record
        if standing is not record.standing:
            demoted = standing is Standing.DEMOTED
            # A demoted line begins anew: what it was overturned for must not be outweighed by what it did before.
            record = Record(() if demoted else record.verdicts, standing)
        self.fleet = structs.replace(self.fleet, records={**self.fleet.records, word.line: record})
        if standing is not told.standing:
            change = AutonomyChange.DEMOTED if standing is Standing.DEMOTED else AutonomyChange.PROMOTED
            self._tell(change, line=word.line, record=told)

    def obey(self, order: AutonomyOrder) -> None:
        """Take a person's order; one that changes nothing is told too, so that who gave it knows."""
        halts = order.order is OrderedChange.HALT
        given = Order(halts=halts, by=order.by, why=order.why, at_ms=order.time_ms)
        self.fleet = structs.replace(self.fleet, order=given)
        change = AutonomyChange.ORDERED_HALT if halts else AutonomyChange.ORDERED_RESUME
        self._tell(change, order_id=order.order_id)

    @property
    def _window_ms(self) -> int:
        return round(self._terms.breaker_window_seconds * 1000)

    @property
    def _deadline_ms(self) -> int:
        return round(self._terms.permit_deadline_seconds * 1000)

    @property
    def _pause_ms(self) -> int:
        return round(self._terms.breaker_pause_seconds * 1000)

    def _count(self, request: PermitRequest) -> None:
        """Count a request, once, when it was made and not when it was read: a backlog is no burst."""
        fleet, at_ms = self.fleet, min(request.time_ms, self._now_ms)
        if any(one.action_id == request.action_id for one in fleet.requests):
            return
        requests = fleet.requests
        if at_ms > self._now_ms - self._window_ms:
            most = int(self._most_in_order()) + 1  # more than too many need not be remembered
            requests = (*requests, Dated(request.action_id, at_ms))[-most:]
        hours, hour = fleet.hours, at_ms // HOUR_MS
        if fleet.halted_ms is None and hour >= self._now_ms // HOUR_MS - DAY_HOURS:
            hours = {**hours, hour: hours.get(hour, 0) + 1}
        since_ms = at_ms if fleet.since_ms is None else fleet.since_ms
        self.fleet = structs.replace(fleet, requests=requests, hours=hours, since_ms=since_ms)

    def _most_in_order(self) -> float:
        """Requests within the window up to which nothing is abnormal."""
        hour = self._now_ms // HOUR_MS
        since_ms = self.fleet.since_ms
        watched = 0 if since_ms is None else min(DAY_HOURS, hour - since_ms // HOUR_MS)
        before = sum(count for at, count in self.fleet.hours.items() if at < hour)
        usual = before / watched * self._window_ms / HOUR_MS if watched else 0.0
        return max(self._terms.breaker_least, self._terms.breaker_factor * usual)

    def _break(self) -> None:
        most = self._most_in_order()
        if self.fleet.halted_ms is None and len(self.fleet.requests) > most:
            fired = len(self.fleet.requests)
            self.fleet = structs.replace(self.fleet, halted_ms=self._now_ms)
            self._tell(AutonomyChange.HALTED, fired=fired, allowed=most, window_ms=self._window_ms)

    def _hold(self, request: PermitRequest) -> Hold | None:
        if self.fleet.ordered_halt:
            return Hold.ORDERED
        if self.fleet.halted_ms is not None:
            return Hold.BREAKER
        given = self._rules.authorities.get(request.line)
        record = self.fleet.records.get(request.line, Record())
        ours = request.policy_version == self._rules.version
        if ours and given is not None and not may_act(given, record.standing):
            return Hold.DEMOTED
        return Hold.BUDGET if len(self.fleet.grants) >= self._terms.per_hour else None

    def _say(self, request: PermitRequest, hold: Hold | None) -> None:
        self.permits += (
            Permit(
                action_id=request.action_id,
                room=request.room,
                session=request.session,
                time_ms=self._now_ms,
                granted=hold is None,
                hold=hold,
            ),
        )

    def _tell_budget(self, change: AutonomyChange) -> None:
        self._tell(change, fired=len(self.fleet.grants), allowed=self._terms.per_hour, window_ms=HOUR_MS)

    def _tell(
        self,
        change: AutonomyChange,
        *,
        line: str = "",
        record: Record | None = None,
        fired: int = 0,
        allowed: float = 0.0,
        window_ms: int = 0,
        order_id: str = "",
    ) -> None:
        self.fleet = structs.replace(self.fleet, sequence=self.fleet.sequence + 1)
        event = tell.in_force(self.fleet, change, self._now_ms)
        if record is not None:
            event = tell.of_line(event, line, record, self._terms)
        else:
            event = structs.replace(event, fired=fired, allowed=allowed, window_ms=window_ms, order_id=order_id)
        self.changes += (tell.in_words(event),)

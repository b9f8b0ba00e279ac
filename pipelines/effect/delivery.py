"""Sends each action until it is acknowledged: one effect, from a deterministic id and as many sendings as needed.

- An action is sent when it is decided, and again under the same id, after ever longer pauses of processing time, until
  somebody has said anything about it or its `not_after_ms` has passed. Then it is forgotten.
- An action that nobody acknowledged in time is told as an `expired` outcome.
- An autonomous action of a governed rung leaves only with a permit; without an answer by the deadline it leaves all the
  same, but to a reviewer.
- Shadow actions are records, not orders: nobody needs to acknowledge them.

A `Post` lives during one step of whoever keeps the deliveries (a room, a case); the tuple is all that stays.
"""

import msgspec
from msgspec import Struct, structs

from pipelines.effect.gate import held
from pipelines.effect.terms import AutonomyTerms, DeliveryTerms
from schemas import Authority, Enforcement, Hold, Outcome, OutcomeStatus, Permit, PermitRequest, stable_id

SENDER = "dajia"
"""`subscriber` of the outcomes that tell that nobody answered."""

_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Enforcement)


class Delivery(Struct, frozen=True, kw_only=True, array_like=True):
    """An action on its way."""

    action_id: str
    not_after_ms: int
    next_ms: int
    """Processing time at which it is sent again; while it waits for a permit, the permit's deadline."""
    sent: int
    """How often it was sent; 0 while it waits for a permit."""
    action: bytes
    """MessagePack: a state is read and written far more often than an action is sent again."""


class Post:
    """Takes actions, permits and acknowledgements during one step, and collects what leaves."""

    def __init__(
        self,
        deliveries: tuple[Delivery, ...],
        now_ms: int,
        delivery: DeliveryTerms,
        governed: AutonomyTerms | None = None,
    ) -> None:
        """Begin a step.

        Args:
            deliveries: what is on its way.
            now_ms: processing time, ms.
            delivery: how often to send again.
            governed: which rungs need a permit; None: none does, there is no governor.
        """
        self.deliveries = deliveries
        self.sent: tuple[Enforcement, ...] = ()
        """Actions that leave for the first time."""
        self.resent: tuple[Enforcement, ...] = ()
        self.expired: tuple[Outcome, ...] = ()
        self.requests: tuple[PermitRequest, ...] = ()
        self._now_ms, self._delivery, self._governed = now_ms, delivery, governed

    def hand_over(self, action: Enforcement) -> None:
        """Take an action that was decided (and `Gate.judged`). It leaves now, or waits for its permit."""
        if action.compensates:  # sent again after it was taken back, the action would win
            self.acknowledge(action.compensates)
        if action.authority is Authority.SHADOW:
            self.sent += (action,)
        elif (terms := self._governed) is not None and _needs_permit(action, terms):
            self.requests += (self._request(action),)
            self._keep(action, sent=0, next_ms=self._now_ms + round(terms.permit_deadline_seconds * 1000))
        else:
            self._send(action)

    def permit(self, answer: Permit) -> None:
        """Let the action go that waits for this answer; an answer that comes too late changes nothing."""
        for one in self.deliveries:
            if one.action_id == answer.action_id and one.sent == 0:
                action = _DECODER.decode(one.action)
                self._send(action if answer.granted else held(action, answer.hold or Hold.BUDGET))

    def acknowledge(self, action_id: str) -> None:
        """Forget an action: somebody has it."""
        self.deliveries = tuple(one for one in self.deliveries if one.action_id != action_id)

    def look_after(self) -> None:
        """Move time on: send what was not acknowledged again, give up what must not be carried out any more."""
        for one in self.deliveries:
            if one.sent == 0:
                if self._now_ms >= min(one.next_ms, one.not_after_ms):
                    self._send(held(_DECODER.decode(one.action), Hold.UNANSWERED))
            elif self._now_ms > one.not_after_ms:
                self._expire(one, f"not acknowledged; sent {one.sent} times")
            elif self._now_ms >= one.next_ms:
                self._resend(one)
        while len(self.deliveries) > self._delivery.unacknowledged:
            self._expire(self.deliveries[0], "too many unacknowledged actions of one room; the oldest is given up")

    def _send(self, action: Enforcement) -> None:
        self.sent += (action,)
        self._keep(action, sent=1, next_ms=self._now_ms + self._delivery.pause_ms(1))

    def _resend(self, one: Delivery) -> None:
        self.resent += (_DECODER.decode(one.action),)
        sent = one.sent + 1
        later = structs.replace(one, sent=sent, next_ms=self._now_ms + self._delivery.pause_ms(sent))
        self.deliveries = tuple(later if other is one else other for other in self.deliveries)

    def _keep(self, action: Enforcement, *, sent: int, next_ms: int) -> None:
        kept = Delivery(
            action_id=action.action_id,
            not_after_ms=action.not_after_ms,
            next_ms=next_ms,
            sent=sent,
            action=_ENCODER.encode(action),
        )
        self.acknowledge(action.action_id)
        self.deliveries += (kept,)

    def _expire(self, one: Delivery, detail: str) -> None:
        self.acknowledge(one.action_id)
        action = _DECODER.decode(one.action)
        self.expired += (
            Outcome(
                outcome_id=stable_id(one.action_id, SENDER, OutcomeStatus.EXPIRED),
                action_id=one.action_id,
                room=action.room,
                session=action.session,
                status=OutcomeStatus.EXPIRED,
                time_ms=self._now_ms,
                subscriber=SENDER,
                detail=detail,
                subject=action.subject,
            ),
        )

    def _request(self, action: Enforcement) -> PermitRequest:
        return PermitRequest(
            request_id=stable_id("permit-request", action.action_id),
            action_id=action.action_id,
            room=action.room,
            session=action.session,
            rung=action.rung,
            line=action.policy_line,
            policy_version=action.policy_version,
            time_ms=self._now_ms,
        )


def _needs_permit(action: Enforcement, terms: AutonomyTerms) -> bool:
    return action.authority is Authority.AUTONOMOUS and action.rung in terms.rungs and not action.compensates

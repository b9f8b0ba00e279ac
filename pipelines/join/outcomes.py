"""What is said of a room's actions: which ones are ours, and the furthest word on each, in any order."""

from collections.abc import Iterable

from msgspec import structs

from pipelines.effect.delivery import Delivery
from pipelines.join.actions import compensation_id, possible_ids
from pipelines.join.rules import Policy
from pipelines.join.state import Session, Standing, Tombstone
from schemas import Outcome, OutcomeStatus, Reviewed

FURTHER = (
    OutcomeStatus.RECEIVED,
    OutcomeStatus.EXPIRED,
    OutcomeStatus.FAILED,
    OutcomeStatus.APPLIED,
    OutcomeStatus.CONFIRMED,
    OutcomeStatus.OVERTURNED,
)
"""Each word outweighs those before it: of two services that were sent an action one may have failed, and a reviewer's
word stands above all of theirs."""


def is_ours(
    outcome: Outcome,
    room: str,
    deliveries: Iterable[Delivery],
    shows: Iterable[Session | Tombstone],
    policy: Policy,
) -> bool:
    """Whether an action of this room, or the taking back of one, has the id: remembered, or made anew from the policy.

    Made anew: the outcome of a show that is forgotten, or one that overtook its evidence, is not unknown.
    """
    ids = {one for one, _, _ in possible_ids(room, outcome.session, policy)}
    for show in shows:
        ids |= {one.action_id for one in show.standing} | set(show.taken_back)
    ids |= {compensation_id(one) for one in ids}
    return outcome.action_id in ids or any(one.action_id == outcome.action_id for one in deliveries)


def noted(standing: tuple[Standing, ...], outcome: Outcome) -> tuple[tuple[Standing, ...], Standing | None]:
    """Remember a word. Returns the standing actions, and the one that has come further by it."""
    for one in standing:
        if one.action_id == outcome.action_id and (
            one.outcome is None or FURTHER.index(outcome.status) > FURTHER.index(one.outcome)
        ):
            now = structs.replace(one, outcome=outcome.status)
            return tuple(now if other is one else other for other in standing), now
    return standing, None


def reviewed(one: Standing, outcome: Outcome) -> Reviewed:
    """Return a reviewer's word on an action, for the governor."""
    return Reviewed(
        action_id=one.action_id,
        room=outcome.room,
        session=outcome.session,
        rung=one.rung,
        line=one.line,
        policy_version=one.policy_version,
        time_ms=outcome.time_ms,
        upheld=outcome.status is OutcomeStatus.CONFIRMED,
    )

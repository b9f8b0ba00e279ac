"""Asking for the evidence of a session to be sealed: once, when the first line that wants it is reached."""

from pipelines.join.ladder_rules import SealRule
from pipelines.join.reasons import evidence_of
from pipelines.join.rules import Policy
from pipelines.join.state import Session
from schemas import SealRequest, stable_id

MAX_SEAL_EVIDENCE = 256
"""Source records named in a seal request; the span is what counts."""


def seal_request_id(room: str, session_id: str) -> str:
    """Id of a session's seal request."""
    return stable_id("seal-request", room, session_id)


def ask_for_seal(room: str, session: Session, now_ms: int, policy: Policy) -> SealRequest | None:
    """Make the session's seal request when a reached line wants one; None when it was made or sealed already."""
    wanted = any(line.seal is not SealRule.NONE and line.name in session.reached for line in policy.ladder)
    if not wanted or session.seal_asked_ms is not None or session.bundle_id:
        return None
    session.seal_asked_ms = now_ms
    first_ms = session.first_evidence_ms or 0
    return SealRequest(
        request_id=seal_request_id(room, session.id),
        room=room,
        session=session.id,
        start_ms=max(0, first_ms - round(policy.seal.pre_roll_seconds * 1000)),
        end_ms=max((place.up_to_ms for place in session.positions.values()), default=first_ms),
        deadline_ms=now_ms + policy.seal.deadline_ms,
        evidence=evidence_of(session.items)[:MAX_SEAL_EVIDENCE],
        policy_version=policy.version,
        policy_lines=tuple(line.name for line in policy.ladder if line.name in session.reached),
    )

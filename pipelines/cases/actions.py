"""Account actions as messages: the enforcement event, its taking back, the early warning, and answers to them.

The id of an action depends on the account, line, round and attempt alone, so a repeated decision has no second effect.
Taking back has an id of its own and is never itself taken back: an answer that tries to overturn one is refused, so
compensations cannot chase each other.
"""

from msgspec.structs import replace

from pipelines.cases.case_file import case_file
from pipelines.cases.events import RefusedError, compensation_id
from pipelines.cases.evidence import key_of_identifier
from pipelines.cases.ladder import Wanted, until
from pipelines.cases.rules import DAY_MS, Policy
from pipelines.cases.state import Account, Given
from schemas import (
    Authority,
    DeadLetterReason,
    EarlyWarning,
    Enforcement,
    Outcome,
    OutcomeStatus,
    Rung,
    Violation,
    stable_id,
)

COMPENSATION_DAYS = 90.0
"""How long a taking-back stays valid: as long as enforcement-events keeps records; nobody must miss one."""


def action_id(account: str, rung: Rung, line: str, number: int, attempt: int) -> str:
    """Id of an action: the same decision always has the same one."""
    return stable_id("case", account, rung, line, number, attempt)


def session_of(line: str, number: int) -> str:
    """What an account action carries as its session."""
    return f"{line}/{number}"


def given_of(state: Account, one: Wanted, *, attempt: int) -> Given:
    """What is remembered of an action."""
    line = one.line
    decided_at_ms = one.weight.known_ms
    if line.sum_cny:
        decided_at_ms = max([decided_at_ms, *(held.time_ms for held in state.sums.values())])
    return Given(
        line=line.name,
        round=one.round,
        attempt=attempt,
        action_id=action_id(state.key, line.rung, line.name, one.round, attempt),
        rung=line.rung,
        decided_at_ms=decided_at_ms,
        not_after_ms=decided_at_ms + round(line.expiry_days * DAY_MS),
        posterior=one.weight.posterior,
        until_ms=until(state, line, one.round, one.weight.at_ms),
    )


def enforcement_of(state: Account, one: Wanted, given: Given, policy: Policy) -> Enforcement:
    """The action on an account, with its whole case."""
    case = case_file(state, one, policy)
    categories = {category for strike in case.strikes for category in strike.categories}
    if any(held.sales.fake_orders for held in state.sums.values()):
        categories.add(Violation.FAKE_AS_GENUINE)
    return Enforcement(
        action_id=given.action_id,
        room=state.key,
        session=session_of(given.line, given.round),
        subject=state.key,
        rung=given.rung,
        authority=one.line.mode,
        decided_at_ms=given.decided_at_ms,
        not_after_ms=given.not_after_ms,
        posterior=one.weight.posterior,
        llr=one.weight.nats - policy.prior_nats,
        modalities=(),
        categories=tuple(one for one in Violation if one in categories),
        reasons=(),
        policy_version=policy.version,
        policy_line=given.line,
        case=case,
    )


def compensation_of(account: str, given: Given, now_ms: int, policy: Policy) -> Enforcement:
    """The taking back of an action."""
    mode = next((line.mode for line in policy.ladder if line.name == given.line), Authority.REVIEW)
    return Enforcement(
        action_id=compensation_id(given.action_id),
        room=account,
        session=session_of(given.line, given.round),
        subject=account,
        rung=given.rung,
        authority=mode,
        decided_at_ms=now_ms,
        not_after_ms=now_ms + round(COMPENSATION_DAYS * DAY_MS),
        posterior=given.posterior,
        llr=0.0,
        modalities=(),
        categories=given.categories,
        reasons=(),
        policy_version=policy.version,
        policy_line=given.line,
        compensates=given.action_id,
    )


def warning_of(state: Account, action: Enforcement, policy: Policy) -> EarlyWarning:
    """The notice to partners that goes with an action."""
    assert action.case is not None
    return EarlyWarning(
        warning_id=stable_id("early-warning", action.action_id),
        account=state.key,
        time_ms=action.decided_at_ms,
        posterior=action.posterior,
        strikes=len(action.case.strikes),
        categories=action.categories,
        identifiers=tuple(
            sorted(key_of_identifier(held.identifier) for held in state.identifiers.values() if held.used)
        ),
        reasons_zh=tuple(reason.text_zh for reason in action.case.reasons),
        reasons_en=tuple(reason.text_en for reason in action.case.reasons),
        policy_version=policy.version,
    )


def withdrawal_of(account: str, given: Given, now_ms: int, policy: Policy) -> EarlyWarning:
    """The withdrawal of a notice."""
    return EarlyWarning(
        warning_id=stable_id("withdrawal", given.warning_id),
        account=account,
        time_ms=now_ms,
        posterior=given.posterior,
        strikes=0,
        categories=given.categories,
        identifiers=(),
        reasons_zh=("原预警已撤回",),
        reasons_en=("the earlier warning is withdrawn",),
        policy_version=policy.version,
        withdraws=given.warning_id,
    )


def answer(state: Account, outcome: Outcome) -> tuple[str, Given, Given] | None:
    """What an outcome changes: place, the action before and after; None when nothing.

    Raises:
        RefusedError: no such action was given, or the outcome would overturn a taking-back.
    """
    for place, given in state.given.items():
        ids = [
            action_id(state.key, given.rung, given.line, given.round, attempt) for attempt in range(given.attempt + 1)
        ]
        if outcome.action_id == given.action_id:
            after = _after(given, outcome)
            return (place, given, after) if after != given else None
        if outcome.action_id in ids:
            return None  # an earlier attempt, which was taken back
        if outcome.action_id in map(compensation_id, ids):
            if outcome.status is OutcomeStatus.OVERTURNED:
                raise RefusedError(
                    DeadLetterReason.CONTRADICTION,
                    f"action {outcome.action_id} of {state.key} takes another one back and cannot be overturned; "
                    "new evidence gives the action again",
                )
            return None
    raise RefusedError(
        DeadLetterReason.UNKNOWN_ACTION,
        f"no action {outcome.action_id} of {state.key} was given; copy action_id and room from the enforcement event",
    )


def _after(given: Given, outcome: Outcome) -> Given:
    if outcome.status is OutcomeStatus.OVERTURNED and given.overturned_ms is None:
        return replace(given, stands=False, overturned_ms=outcome.time_ms, in_force_ms=None)
    if outcome.status in (OutcomeStatus.APPLIED, OutcomeStatus.CONFIRMED) and given.stands:
        return replace(
            given,
            in_force_ms=min(outcome.time_ms, given.in_force_ms or outcome.time_ms),
            confirmed=given.confirmed or outcome.status is OutcomeStatus.CONFIRMED,
        )
    return given

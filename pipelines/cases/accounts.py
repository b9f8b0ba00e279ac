"""A host or merchant: evidence in, actions, early warnings and notes out."""

from collections.abc import Iterator

from msgspec.structs import replace

from pipelines.cases.actions import answer, compensation_of, enforcement_of, given_of, warning_of, withdrawal_of
from pipelines.cases.events import Outputs
from pipelines.cases.evidence import key_of_identifier
from pipelines.cases.facts import add_facts
from pipelines.cases.forgetting import fit, fit_given
from pipelines.cases.history import answer_rooms, digest, note_show
from pipelines.cases.ladder import Wanted, is_settled, wanted
from pipelines.cases.rules import Policy
from pipelines.cases.state import Account, Given, HeldStrike, Partner, Shared
from pipelines.cases.weigh import own_standing
from schemas import (
    AccountFacts,
    Authority,
    CaseNote,
    Enforcement,
    Hold,
    IdentifierUse,
    OnAir,
    Outcome,
    Past,
    Rung,
    SharedIdentifier,
    Standing,
    Strike,
)


def step_account(
    state: Account, event: AccountFacts | Outcome | CaseNote, now_ms: int, policy: Policy, *, stopped: bool = False
) -> tuple[Account, Outputs]:
    """Apply one event of an account.

    Raises:
        RefusedError: facts that contradict, or an outcome of an action that was never given.
    """
    outputs = Outputs()
    match event:
        case AccountFacts():
            state, outputs.overflow = add_facts(state, event, policy)
        case Outcome():
            state = _answered(state, event, now_ms, policy, outputs)
        case CaseNote():
            state, outputs.overflow = _noted(state, event, policy)
    state, dropped = fit(state, policy)
    outputs.overflow += dropped
    state = fit_given(_act(state, now_ms, policy, outputs, stopped=stopped), policy)
    return _tell(state, now_ms, policy, outputs), outputs


def _noted(state: Account, note: CaseNote, policy: Policy) -> tuple[Account, int]:
    body = note.body
    match body:
        case Strike():
            return _struck(state, note.revision, body, policy)
        case OnAir():
            return note_show(state, note.sender, note.revision, body, policy), 0
        case Standing():
            known = state.partners.get(note.sender)
            if known is None and len(state.partners) >= policy.limits.partners:
                return state, 1
            partner = known or Partner()
            if partner.revision < note.revision:
                partner = replace(partner, revision=note.revision, standing=body)
            return replace(state, partners=state.partners | {note.sender: partner}), 0
        case SharedIdentifier():
            key = key_of_identifier(body.identifier)
            held = state.shared.get(key)
            if key in state.identifiers and (held is None or held.revision < note.revision):
                shared = Shared(
                    revision=note.revision, identifier=body.identifier, crowded=body.crowded, others=body.others
                )
                state = replace(state, shared=state.shared | {key: shared})
            return state, 0
        case _:
            raise ValueError(f"a note of {type(body).__name__} is for an identifier, {state.key} is an account")


def _struck(state: Account, revision: int, strike: Strike, policy: Policy) -> tuple[Account, int]:
    held = state.strikes.get(strike.strike_id)
    if held is not None and held.revision >= revision:
        return state, 0
    partners = dict(state.partners)
    for partner in strike.partners:
        if partner not in partners and len(partners) < policy.limits.partners:
            partners[partner] = Partner()
    kept = strike
    if state.key.startswith("host:"):
        kept = replace(strike, partners=())  # a hundred merchants, all of them among the account's partners now
    strikes = state.strikes | {strike.strike_id: HeldStrike(revision=revision, strike=kept)}
    return replace(state, strikes=strikes, partners=partners), 0


def _act(state: Account, now_ms: int, policy: Policy, outputs: Outputs, *, stopped: bool) -> Account:
    """Give what the evidence asks for and take back what no longer follows from it."""
    asked = {one.place: one for one in wanted(state, policy)}
    given = dict(state.given)
    for place, one in asked.items():
        known = given.get(place)
        if known is None or not (known.stands or known.overturned_ms is not None):
            given[place] = _give(state, one, known, policy, outputs, stopped=stopped)
    for place, known in given.items():
        if known.stands and place not in asked and not is_settled(state, known.line, known.round):
            given[place] = replace(known, stands=False, in_force_ms=None, confirmed=False, warning_id="")
            _take_back(state.key, known, now_ms, policy, outputs)
    return replace(state, given=given)


def _give(
    state: Account, one: Wanted, known: Given | None, policy: Policy, outputs: Outputs, *, stopped: bool
) -> Given:
    given = given_of(state, one, attempt=known.attempt + 1 if known is not None else 0)
    action = enforcement_of(state, one, given, policy)
    if stopped and action.authority is Authority.AUTONOMOUS:
        action = replace(action, authority=Authority.REVIEW, hold=Hold.ORDERED)
    outputs.enforcements += (action,)
    given = replace(given, categories=action.categories)
    if given.rung is Rung.EARLY_WARNING and action.authority is Authority.AUTONOMOUS:
        given = _warn(state, action, given, policy, outputs)
    return given


def _warn(state: Account, action: Enforcement, given: Given, policy: Policy, outputs: Outputs) -> Given:
    warning = warning_of(state, action, policy)
    outputs.warnings += (warning,)
    return replace(given, warning_id=warning.warning_id)


def _answered(state: Account, outcome: Outcome, now_ms: int, policy: Policy, outputs: Outputs) -> Account:
    answered = answer(state, outcome)
    if answered is None:
        return state
    place, before, after = answered
    line = next((line for line in policy.ladder if line.name == before.line), None)
    if before.stands and not after.stands:
        _take_back(state.key, before, now_ms, policy, outputs)
        after = replace(after, warning_id="")
    elif after.confirmed and not before.confirmed and after.rung is Rung.EARLY_WARNING and not after.warning_id:
        one = next((one for one in wanted(state, policy) if one.place == place), None)
        if line is not None and one is not None and line.mode is not Authority.SHADOW:
            after = _warn(state, enforcement_of(state, one, after, policy), after, policy, outputs)
    return replace(state, given=state.given | {place: after})


def _take_back(account: str, given: Given, now_ms: int, policy: Policy, outputs: Outputs) -> None:
    outputs.enforcements += (compensation_of(account, given, now_ms, policy),)
    if given.warning_id:
        outputs.warnings += (withdrawal_of(account, given, now_ms, policy),)


def _tell(state: Account, now_ms: int, policy: Policy, outputs: Outputs) -> Account:
    """Tell partners and identifiers how the account stands by its own evidence, when that has changed for them."""
    notes: list[tuple[str, Standing | IdentifierUse | Past]] = [*_to_partners(state, policy)]
    notes += _to_identifiers(state, own_standing(state, policy))
    state, pasts = answer_rooms(state, policy)
    notes += pasts
    if not notes:
        return state
    revision = state.revision + 1
    outputs.notes += tuple(
        CaseNote(sender=state.key, to=to, revision=revision, time_ms=now_ms, body=body) for to, body in notes
    )
    partners, identifiers = dict(state.partners), dict(state.identifiers)
    for to, body in notes:
        if to in partners:
            partners[to] = replace(partners[to], told=digest(body))
        elif to in identifiers:
            identifiers[to] = replace(identifiers[to], told=digest(body))
    return replace(state, revision=revision, partners=partners, identifiers=identifiers)


def _to_partners(state: Account, policy: Policy) -> Iterator[tuple[str, Standing]]:
    struck_together = {partner for held in state.strikes.values() for partner in held.strike.partners}
    for_most = _short(own_standing(state, policy))
    digest_for_most = digest(for_most)
    for account, partner in state.partners.items():
        standing, said = for_most, digest_for_most
        if account in struck_together:
            standing = _short(own_standing(state, policy, beside=account))
            said = digest(standing)
        if partner.told != said:
            yield account, standing


def _short(standing: Standing) -> Standing:
    """What partners need of a standing."""
    return replace(standing, strikes=(), opened_ms=None)


def _to_identifiers(state: Account, standing: Standing) -> Iterator[tuple[str, IdentifierUse]]:
    for key, held in state.identifiers.items():
        use = IdentifierUse(identifier=held.identifier, used=held.used, standing=standing if held.used else Standing())
        if held.told != digest(use) and (held.used or held.told):
            yield key, use

"""Earned autonomy: what reviewers' words on its actions make of a policy line."""

from msgspec import structs

from pipelines.effect.fleet import Record, Standing, Verdict
from pipelines.effect.precision import lower_bound
from pipelines.effect.terms import AutonomyTerms
from schemas import Authority, Reviewed


def heard(record: Record, word: Reviewed, terms: AutonomyTerms) -> Record:
    """Remember a word. The last one on an action counts, but an overturned action stays overturned."""
    known = {one.action_id: one.upheld for one in record.verdicts}
    upheld = word.upheld and known.get(word.action_id, True)
    others = tuple(one for one in record.verdicts if one.action_id != word.action_id)
    verdicts = (*others, Verdict(word.action_id, upheld))[-terms.reviewed_window :]
    return structs.replace(record, verdicts=verdicts)


def counts(record: Record) -> tuple[int, int]:
    """How many of a line's reviewed actions were upheld and how many overturned."""
    upheld = sum(one.upheld for one in record.verdicts)
    return upheld, len(record.verdicts) - upheld


def bound(record: Record, terms: AutonomyTerms) -> float:
    """Lower confidence bound of a line's precision."""
    return lower_bound(counts(record)[0], len(record.verdicts), terms.level)


def may_act(given: Authority, standing: Standing) -> bool:
    """Whether a line acts without a person. What the policy gives to reviewers stays with them."""
    if given is Authority.SHADOW:
        return standing is Standing.PROMOTED
    return given is Authority.AUTONOMOUS and standing is not Standing.DEMOTED


def due(record: Record, given: Authority, terms: AutonomyTerms) -> Standing:
    """Return the standing that a line has by its reviewed actions.

    A line that acts is demoted by overturned actions, not by few reviewed ones: a policy may have given it autonomy
    before anything was reviewed.
    """
    if may_act(given, record.standing):
        _, overturned = counts(record)
        fails = overturned >= terms.least_overturned and bound(record, terms) < terms.keep_bar
        return Standing.DEMOTED if fails else record.standing
    earns = given is not Authority.REVIEW and bound(record, terms) >= terms.promote_bar
    return Standing.PROMOTED if earns else record.standing

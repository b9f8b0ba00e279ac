"""`calibrate`: everything from stored shows to a policy's text and what it is worth."""

from collections.abc import Sequence

from msgspec import Struct

from pipelines.calibrate.calibration import (
    Kept,
    Quality,
    Value,
    check_enough,
    fit_thresholds,
    fit_weights,
    fittable,
    quality,
    unseen_brier,
)
from pipelines.calibrate.policy_text import with_thresholds, with_version, with_weights
from pipelines.calibrate.reviewed import Reviewed, Show, reviewed
from pipelines.join.policy import Policy, PolicyError, load_policy
from schemas import stable_id


class Calibration(Struct, frozen=True, kw_only=True):
    """What the reviewed shows say of a policy."""

    confirmed: int
    overturned: int
    prior: Value
    """Shift of the prior's log-odds."""
    weights: tuple[Value, ...]
    """Factors of families."""
    thresholds: tuple[Value, ...]
    """Posteriors of lines."""
    kept: tuple[Kept, ...]
    before: Quality
    after: Quality
    unseen_brier: float
    """Of the fit on shows that it has not seen; `after` has seen them all."""
    policy_toml: str


def calibrate(shows: Sequence[Show], policy_toml: str) -> Calibration:
    """Fit a policy to what reviewers said of its actions.

    A fitted number that the policy's own checks refuse stays as it was, with the refusal as the reason.

    Args:
        shows: stored shows; those that nobody reviewed are left out.
        policy_toml: the policy in force, or one to start from.

    Raises:
        CalibrationError: there is too little to fit.
        PolicyError: the text is no policy.
    """
    policy = load_policy(policy_toml)
    known = reviewed(shows, policy)
    check_enough(known)
    families, kept = fittable(known)
    text, prior, weights, refused = _weighed(policy_toml, policy, known, families)
    weighed = load_policy(text)
    thresholds, unknown = fit_thresholds(reviewed(shows, weighed), weighed)
    text, moved, collided = _climbed(text, weighed, thresholds)
    mark = stable_id(*(f"{one.room}/{one.session}/{one.upheld}/{one.log_odds:.6f}" for one in known))[:8]
    text = with_version(text, f"{policy.version}+calibrated.{mark}")
    upheld = sum(one.upheld for one in known)
    return Calibration(
        confirmed=upheld,
        overturned=len(known) - upheld,
        prior=prior,
        weights=tuple(weights),
        thresholds=tuple(moved),
        kept=(*refused, *kept, *unknown, *collided),
        before=quality(known),
        after=quality(reviewed(shows, load_policy(text))),
        unseen_brier=unseen_brier(known, families, prior=not refused),
        policy_toml=text,
    )


def _weighed(
    text: str, policy: Policy, known: list[Reviewed], families: list[str]
) -> tuple[str, Value, list[Value], list[Kept]]:
    """The text with other weights, and another prior where the policy can have it."""
    prior, weights = fit_weights(known, families)
    with_prior = with_weights(text, policy, prior, weights)
    why = _refusal(with_prior)
    if why is None:
        return with_prior, prior, weights, []
    kept = Kept(name="prior", before=policy.prior.probability, why=f"moved by {prior.after:+.2f}, {why}")
    prior, weights = fit_weights(known, families, prior=False)
    return with_weights(text, policy, prior, weights), prior, weights, [kept]


def _climbed(text: str, policy: Policy, lines: list[Value]) -> tuple[str, list[Value], list[Kept]]:
    """The text with the posteriors that the policy can have, one after the other."""
    moved, kept = [], []
    for value in lines:
        tried = with_thresholds(text, policy, [value])
        if why := _refusal(tried):
            kept.append(Kept(name=value.name, before=value.before, why=f"at {value.after:.4g}, {why}"))
        else:
            text = tried
            moved.append(value)
    return text, moved, kept


def _refusal(text: str) -> str | None:
    """Why a policy's text is refused; None when it is not."""
    try:
        load_policy(text, "the policy")
    except PolicyError as error:
        return f"the policy is refused: {str(error).splitlines()[0].split(': ', 1)[-1]}"
    return None

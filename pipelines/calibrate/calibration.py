"""From reviewed shows to the numbers of a policy, each with its interval, or the reason why it stays as it is."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from pipelines.calibrate.fit import Array, Fitted, brier, chance_of, fit_logistic, isotonic, score_for
from pipelines.calibrate.reviewed import Reviewed
from pipelines.errors import CalibrationError
from pipelines.join.policy import Policy, log_odds
from schemas import stable_id

LEAST_OF_EACH = 30
"""Upheld and overturned shows without which nothing is fitted: with 30 of each, a share is known to within 0.13."""
SHOWS_PER_VALUE = 10
"""Shows of the rarer kind for each fitted value (Peduzzi et al. 1996: ten events a variable)."""
LEAST_WITH_FAMILY = 20
"""Reviewed shows in which a family must weigh to be fitted (own choice)."""
FOLDS = 5
RESAMPLES = 200
SEED = 20_261_124
"""The bootstrap's: the same shows always give the same intervals."""
ROUNDING = 1e-6
"""Probabilities come from log-odds and back."""
MISSING_SHARE = 0.05
"""A threshold that more resamples than this cannot find has no interval."""


class Value(Struct, frozen=True, kw_only=True):
    """A number of the policy and what the reviewed shows say of it."""

    name: str
    before: float
    after: float
    low: float
    high: float
    """95 % interval of `after`."""
    shows: int
    """Reviewed shows that speak of it."""

    @property
    def is_changed(self) -> bool:
        """Whether the interval leaves the number in force out: only then is it changed."""
        return not self.low - ROUNDING <= self.before <= self.high + ROUNDING


class Kept(Struct, frozen=True, kw_only=True):
    """A number that stays because the shows say nothing of it."""

    name: str
    before: float
    why: str


class Quality(Struct, frozen=True, kw_only=True):
    """How well stated probabilities agree with the reviewers."""

    brier: float
    bins: tuple[tuple[float, float, int], ...]
    """For each tenth that holds shows: mean stated probability, share upheld, shows."""


def check_enough(shows: Sequence[Reviewed]) -> None:
    """Refuse to calibrate on too little.

    Raises:
        CalibrationError: says how many shows of which kind are missing.
    """
    upheld = sum(show.upheld for show in shows)
    counts = {"confirmed": upheld, "overturned": len(shows) - upheld}
    missing = [f"{LEAST_OF_EACH - count} more {kind}" for kind, count in counts.items() if count < LEAST_OF_EACH]
    if missing:
        raise CalibrationError(
            f"too little to calibrate on: {len(shows)} reviewed shows with signs, {counts['confirmed']} confirmed and "
            f"{counts['overturned']} overturned; {' and '.join(missing)} are needed: have more actions reviewed, above "
            "all of the milder rungs, where most overturned ones are"
        )


def fittable(shows: Sequence[Reviewed]) -> tuple[list[str], list[Kept]]:
    """Families that can be fitted, the most frequent first, and why the others cannot.

    Raises:
        CalibrationError: there is none.
    """
    seen = Counter(family for show in shows for family, nats in show.families.items() if nats > 0)
    rarer = min(sum(show.upheld for show in shows), sum(not show.upheld for show in shows))
    most = rarer // SHOWS_PER_VALUE - 1
    ordered = sorted(seen, key=lambda family: (-seen[family], family))
    frequent = [family for family in ordered if seen[family] >= LEAST_WITH_FAMILY]
    if not frequent:
        raise CalibrationError(
            f"no family of signs weighs in as many as {LEAST_WITH_FAMILY} of the {len(shows)} reviewed shows; "
            "have more actions reviewed, or give the shows' suspicion events together with the outcomes"
        )
    chosen = frequent[:most]
    kept = [
        Kept(
            name=family,
            before=1.0,
            why=f"weighs in {seen[family]} reviewed shows; {LEAST_WITH_FAMILY} are needed"
            if family not in frequent
            else f"{rarer} shows of the rarer kind carry {most} weights and the intercept, {SHOWS_PER_VALUE} for each",
        )
        for family in ordered
        if family not in chosen
    ]
    return chosen, kept


def fit_weights(shows: Sequence[Reviewed], families: Sequence[str], *, prior: bool = True) -> tuple[Value, list[Value]]:
    """The intercept, as a shift of the prior's log-odds, and a factor for each family's nats.

    Args:
        shows: reviewed shows.
        families: those to be fitted.
        prior: False leaves the prior as it is.
    """
    found = _fitted(shows, families, prior=prior)
    seen = Counter(family for show in shows for family, nats in show.families.items() if nats > 0)

    def value(name: str, place: int, before: float, count: int) -> Value:
        low, high = found.interval(place)
        return Value(
            name=name, before=before, after=float(found.values[place]), low=low, high=high, shows=count
        )  # fmt: skip

    weights = [value(name, place, 1.0, seen[name]) for place, name in enumerate(families, start=1)]
    return value("prior", 0, 0.0, len(shows)), weights


def fit_thresholds(shows: Sequence[Reviewed], policy: Policy) -> tuple[list[Value], list[Kept]]:
    """For each line, the posterior of the policy from which on as large a share was upheld as the line asks for."""
    score = np.array([show.log_odds for show in shows])
    upheld = np.array([float(show.upheld) for show in shows])
    luck = np.random.default_rng(SEED)
    draws = [luck.integers(0, len(shows), len(shows)) for _ in range(RESAMPLES)]
    curves = [isotonic(score[draw], upheld[draw]) for draw in draws]
    curve = isotonic(score, upheld)
    values, kept = [], []
    for line in policy.ladder:
        near = log_odds(line.posterior)
        at = score_for(curve, line.posterior, near)
        found = [one for one in (score_for(other, line.posterior, near) for other in curves) if one is not None]
        if at is None or len(found) < (1 - MISSING_SHARE) * RESAMPLES:
            why = f"too few reviewed shows score so high that {line.posterior:.0%} of them were upheld"
        elif at <= curve[0].lowest:
            why = f"of the lowest reviewed shows, too, {line.posterior:.0%} were upheld: nothing below is known"
        else:
            low, high = np.percentile(found, [2.5, 97.5])
            after, low, high = (float(one) for one in chance_of(np.array([at, low, high])))
            values.append(
                Value(name=line.name, before=line.posterior, after=after, low=low, high=high, shows=len(shows))
            )
            continue
        kept.append(Kept(name=line.name, before=line.posterior, why=why))
    return values, kept


def quality(shows: Sequence[Reviewed]) -> Quality:
    """How a policy does on the shows that it weighed."""
    chance = chance_of(np.array([show.log_odds for show in shows]))
    upheld = np.array([float(show.upheld) for show in shows])
    places = np.minimum((chance * 10).astype(int), 9)
    bins = tuple(
        (float(chance[places == place].mean()), float(upheld[places == place].mean()), int((places == place).sum()))
        for place in range(10)
        if (places == place).any()
    )
    return Quality(brier=brier(chance, upheld), bins=bins)


def unseen_brier(shows: Sequence[Reviewed], families: Sequence[str], *, prior: bool) -> float:
    """Brier score of the fit on shows that it has not seen: five folds, by a hash of the session."""
    fold = np.array([int(stable_id("fold", show.room, show.session), 16) % FOLDS for show in shows])
    chance = np.zeros(len(shows))
    for number in range(FOLDS):
        held = fold == number
        if held.all() or not held.any():
            continue
        found = _fitted([show for show, is_held in zip(shows, held, strict=True) if not is_held], families, prior=prior)
        nats, _, offset = _arrays([show for show, is_held in zip(shows, held, strict=True) if is_held], families)
        chance[held] = chance_of(offset + found.values[0] + nats @ found.values[1:])
    return brier(chance, np.array([float(show.upheld) for show in shows]))


def _fitted(shows: Sequence[Reviewed], families: Sequence[str], *, prior: bool = True) -> Fitted:
    nats, upheld, offset = _arrays(shows, families)
    return fit_logistic(nats, upheld, offset, intercept=prior)


def _arrays(shows: Sequence[Reviewed], families: Sequence[str]) -> tuple[Array, Array, Array]:
    """Nats of the families (shows x families), 1.0 for upheld, log-odds of all else."""
    nats = np.array([[show.families.get(family, 0.0) for family in families] for show in shows], dtype=float)
    upheld = np.array([float(show.upheld) for show in shows])
    offset = np.array([show.log_odds for show in shows]) - nats.sum(axis=1)
    return nats.reshape(len(shows), len(families)), upheld, offset

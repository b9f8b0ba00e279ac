"""How precise a policy line surely is, by what reviewers said: the lower confidence bound of Clopper and Pearson.

Clopper, C. J., and Pearson, E. S. (1934), "The use of confidence or fiducial limits illustrated in the case of the
binomial", Biometrika 26, 404-413. It is exact: the true precision lies below the bound with a probability of at most
1 - level, however few actions were reviewed. Wilson's interval is shorter and may promise too much for few.
"""

import math

STEPS = 60
"""Halvings of the interval from 0 to 1: exact to the last bit of a float."""


def lower_bound(upheld: int, reviewed: int, level: float) -> float:
    """Precision that `upheld` of `reviewed` right actions show at confidence `level`, one-sided; 0.0 without any.

    It is the p at which `upheld` or more right ones out of `reviewed` have the probability 1 - level.

    Raises:
        ValueError: not 0 <= upheld <= reviewed.
    """
    if not 0 <= upheld <= reviewed:
        raise ValueError(f"{upheld} upheld of {reviewed} reviewed actions; count only reviewed ones as upheld")
    if upheld == 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        if _at_least(upheld, reviewed, middle) < 1 - level:
            low = middle
        else:
            high = middle
    return low


def _at_least(successes: int, trials: int, p: float) -> float:
    """Probability of at least so many successes."""
    log_p, log_q = math.log(p), math.log1p(-p)
    return math.fsum(
        math.exp(_log_choose(trials, k) + k * log_p + (trials - k) * log_q) for k in range(successes, trials + 1)
    )


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)

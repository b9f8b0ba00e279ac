"""What the caps of a policy allow: lines that no evidence reaches, that any sign reaches, or that come too late."""

import math
from collections.abc import Iterator

from msgspec import Struct

from pipelines.join.ladder_rules import Corroboration, Line
from pipelines.join.rules import Policy, needed_nats, posterior
from schemas import Authority, Modality, Rung, Signal

_STRENGTH = {Authority.SHADOW: 0, Authority.REVIEW: 1, Authority.AUTONOMOUS: 2}


class Most(Struct, frozen=True):
    """The most that all evidence together can come to."""

    by_family: float
    """Nats, when every family is at its cap."""
    by_sense: float
    """Nats, when every modality is."""
    witnesses: tuple[Modality, ...]
    """Modalities that can reach their own floor."""
    admission: bool
    corroboration: frozenset[str]
    """Kinds that a sign can fit."""

    @property
    def nats(self) -> float:
        """Both hold, so the smaller one counts."""
        return min(self.by_family, self.by_sense)


def most(policy: Policy) -> Most:
    """Work out the caps; a family to which no signal gives anything adds nothing."""
    caps = {
        name: family.cap
        for name, family in policy.families.items()
        if any(rule.family == name and rule.weight > 0 for rule in policy.signals.values())
    }
    together = sum(caps.values())
    return Most(
        by_family=together,
        by_sense=sum(min(sense.cap, together) for sense in policy.modalities.values()),
        witnesses=tuple(
            modality
            for modality, sense in policy.modalities.items()
            if sum(cap for name, cap in caps.items() if name not in sense.echoes) >= sense.floor
        ),
        admission=_cap_of(Signal.ADMISSION, policy) > 0,
        corroboration=frozenset(name for name, kind in policy.corroboration.items() if _can_fit(kind, policy)),
    )


def reach_refusals(policy: Policy) -> Iterator[tuple[int, str, str]]:
    """Place in the ladder, key and sentence for each line that cannot be meant."""
    limits = most(policy)
    for place, line in enumerate(policy.ladder):
        here = f"[[ladder]] {line.name!r}"
        yield from ((place, key, f"{here} {sentence}") for key, sentence in _always_or_never(line, limits, policy))
        for other in policy.ladder:
            if other is not line and _shadows(other, line, policy):
                yield (
                    place,
                    "posterior",
                    (
                        f"{here} never acts by itself: whatever reaches it reaches {other.name!r} too; lower its "
                        f"`posterior` below {other.posterior}, ask less of it, or remove it"
                    ),
                )
                break


def _always_or_never(line: Line, limits: Most, policy: Policy) -> Iterator[tuple[str, str]]:
    need = needed_nats(line, policy)
    if need <= 0:
        yield (
            "posterior",
            (
                f"always fires: the prior of {policy.prior.probability} reaches {line.posterior} without evidence; "
                f"set `posterior` above {policy.prior.probability}"
            ),
        )
    elif need <= policy.prior.most_nats:
        yield (
            "posterior",
            (
                f"fires on any sign in a room with the worst past: circumstances alone come to "
                f"{policy.prior.most_nats:g} of the {need:.2f} nats; raise `posterior`, or lower `most_nats` of [prior]"
            ),
        )
    if need > limits.nats:
        yield (
            "posterior",
            (
                f"can never fire: {line.posterior} needs {need:.2f} nats, all families together give "
                f"{limits.by_family:.2f} and all modalities {limits.by_sense:.2f}; set `posterior` to "
                f"{_rounded_down(posterior(limits.nats, policy))} at most, or raise caps in [families] or [modalities]"
            ),
        )
    if line.modalities > len(limits.witnesses) and not (line.admission_suffices and limits.admission):
        yield (
            "modalities",
            (
                f"can never fire: it needs {line.modalities} modalities, {len(limits.witnesses)} can reach their "
                "floor; lower `modalities` or the floors in [modalities]"
            ),
        )
    if line.corroboration and limits.corroboration.isdisjoint(line.corroboration):
        yield (
            "corroboration",
            (
                f"can never fire: no sign that weighs fits {', '.join(line.corroboration)}; "
                "lower the floor in [corroboration], or name another kind"
            ),
        )
    if line.rung is Rung.CUT and line.modalities < 2:  # noqa: PLR2004  two senses are two senses
        yield (
            "modalities",
            (
                "cuts on one sense; a wrong cut has a price (E-Commerce Law art. 42): set `modalities` to 2 or more, "
                "an admission may still suffice"
            ),
        )


def _shadows(other: Line, line: Line, policy: Policy) -> bool:
    """Whether the other line does at least as much whenever this one is reached. A review does nothing by itself."""
    order = list(Rung)
    if other.rung is Rung.REVIEW and line.rung is not Rung.REVIEW:
        return False
    if order.index(other.rung) < order.index(line.rung) or _STRENGTH[other.authority] < _STRENGTH[line.authority]:
        return False
    return (
        0 < needed_nats(other, policy) <= needed_nats(line, policy)
        and other.modalities <= line.modalities
        and (other.admission_suffices or not line.admission_suffices)
        and (not other.corroboration or bool(line.corroboration))
        and set(line.corroboration) <= set(other.corroboration or line.corroboration)
    )


def _can_fit(kind: Corroboration, policy: Policy) -> bool:
    return bool(kind.modalities) and any(_cap_of(signal, policy) >= kind.floor for signal in kind.signals)


def _cap_of(signal: Signal, policy: Policy) -> float:
    """Most that one sign can weigh."""
    rule = policy.signals.get(signal)
    return policy.families[rule.family].cap if rule and rule.weight > 0 else 0.0


def _rounded_down(probability: float) -> float:
    """A number of few digits that is not larger, and leaves at most half as much doubt again."""
    for digits in range(2, 16):
        scale = 10.0**digits
        short = math.floor(probability * scale) / scale
        if 0 < short < 1 and 1 - short <= 1.5 * (1 - probability):
            return short
    return probability

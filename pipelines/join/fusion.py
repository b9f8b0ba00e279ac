"""How much all signs of a session weigh at one on-air moment.

Signs that are on air by then decay with the policy's half-life. Within a group (the same term or brand of a family)
the strongest counts in full, the next by the correlation discount, and so on, whatever sense they came through: chat
that echoes the host is not independent. Two sums are made: over families, each up to its cap, and over modalities, each
up to its cap with its families up to theirs. The smaller of the two is the verdict's weight.

Each step is monotone (more signs never weigh less), and so is the minimum of the two sums; a property test holds that.
Therefore a rung that was reached stays reached when a late sign arrives, and no order of arrival matters.
"""

from collections.abc import Iterable
from math import exp, log

from msgspec import Struct, structs

from pipelines.join.rules import GroupBy, Policy, posterior
from pipelines.join.state import Item
from schemas import Modality, Signal

HOST = "host"


class Verdict(Struct, frozen=True, kw_only=True):
    """A session at one on-air moment."""

    at_ms: int
    llr: float
    """Nats after decay, discount and caps, without the prior."""
    posterior: float
    witnesses: tuple[Modality, ...]
    """Modalities that reach their own floor."""
    admitted: bool
    """The host admitted it, and that still weighs."""
    corroborated: frozenset[str]
    """Kinds of the policy's `[corroboration]` that are there."""
    shares: tuple[tuple[Item, float], ...]
    """Each counted sign with its share; the shares add up to `llr`. Filled by `explain`, empty from `verdict_at`."""


def weigh(item: Item, policy: Policy) -> Item:
    """Give the sign its weight, rank, family and group under a policy; weight 0 when it does not count."""
    rule = policy.signals.get(item.signal)
    if rule is None:
        return structs.replace(item, weight=0.0, rank=0.0)
    family = policy.families[rule.family]
    weight = min(max(item.llr, 0.0) * rule.weight, family.cap)
    about = f"brand:{brand_key(item.said.brand)}" if rule.brand_bound else item.said.term or item.signal
    return structs.replace(
        item,
        weight=weight,
        rank=log(weight) + policy.decay_per_ms * item.start_ms if weight > 0 else 0.0,
        family=rule.family,
        group=rule.family if family.group_by is GroupBy.FAMILY else f"{rule.family}/{about}",
        direct=item.signal is Signal.ADMISSION and item.said.speaker == HOST,
        corroborates=tuple(
            name
            for name, kind in policy.corroboration.items()
            if item.signal in kind.signals and item.modality in kind.modalities and item.said.viewers >= kind.viewers
        ),
    )


def brand_key(brand: str) -> str:
    """Make a brand's name fit for comparing."""
    return brand.strip().casefold()


def by_rank(item: Item) -> tuple[float, int, str]:
    """Sort key: strongest first, then the earlier, then by id, so that the order never depends on arrival."""
    return (-item.rank, item.seen_ms, item.key)


def verdict_at(items: Iterable[Item], at_ms: int, policy: Policy) -> Verdict:
    """Weigh `items`, sorted by `by_rank`, at the moment `at_ms`."""
    return _Sums(policy).add(items, at_ms).verdict(at_ms)


def verdict_before(items: Iterable[Item], at_ms: int, policy: Policy) -> Verdict:
    """Like `verdict_at`, without the signs that come on air at this very moment."""
    return verdict_at((item for item in items if item.seen_ms < at_ms), at_ms, policy)


def explain(items: Iterable[Item], at_ms: int, policy: Policy) -> Verdict:
    """Like `verdict_at`, with the share of each sign."""
    sums = _Sums(policy)
    counted = [(item, nats) for item in items if (nats := sums.add((item,), at_ms).last) > 0]
    verdict = sums.verdict(at_ms)
    families = {name: min(1.0, policy.families[name].cap / nats) for name, nats in sums.families.items()}
    total = sum(nats * families[item.family] for item, nats in counted)
    scale = verdict.llr / total if total > 0 else 0.0
    shares = tuple((item, nats * families[item.family] * scale) for item, nats in counted)
    return structs.replace(verdict, shares=shares)


class _Sums:
    """The running sums of one moment."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        discount, counted = policy.fusion.correlation_discount, policy.fusion.counted_per_group
        self._discounts = [discount**place for place in range(counted)]
        self.families: dict[str, float] = {}
        self._senses: dict[Modality, dict[str, float]] = {}
        self._in_group: dict[str, int] = {}
        self._in_sense_group: dict[tuple[Modality, str], int] = {}
        self._admitted = False
        self._corroborated: set[str] = set()
        self.last = 0.0
        """What the last sign added to its family."""

    def add(self, items: Iterable[Item], at_ms: int) -> "_Sums":
        discounts, counted = self._discounts, len(self._discounts)
        families, in_group, in_sense_group = self.families, self._in_group, self._in_sense_group
        decayed, negligible = self._policy.decay_per_ms * at_ms, self._policy.fusion.negligible_nats
        corroboration = self._policy.corroboration
        self.last = 0.0
        for item in items:
            if item.seen_ms > at_ms:
                continue
            nats = exp(item.rank - decayed)
            if nats < negligible:
                break  # sorted by rank: all that follow are weaker still
            self._admitted = self._admitted or item.direct
            for kind in item.corroborates:
                if nats >= corroboration[kind].floor:
                    self._corroborated.add(kind)
            place = in_group.get(item.group, 0)
            if place < counted:
                in_group[item.group] = place + 1
                self.last = discounts[place] * nats
                families[item.family] = families.get(item.family, 0.0) + self.last
            key = (item.modality, item.group)
            place = in_sense_group.get(key, 0)
            if place < counted:
                in_sense_group[key] = place + 1
                sense = self._senses.setdefault(item.modality, {})
                sense[item.family] = sense.get(item.family, 0.0) + discounts[place] * nats
        return self

    def verdict(self, at_ms: int) -> Verdict:
        caps = self._policy.families
        by_family = sum(min(caps[name].cap, nats) for name, nats in self.families.items())
        by_sense, witnesses = 0.0, []
        for modality, sums in self._senses.items():
            sense = self._policy.modalities[modality]
            capped = {name: min(caps[name].cap, nats) for name, nats in sums.items()}
            by_sense += min(sense.cap, sum(capped.values()))
            if sum(nats for name, nats in capped.items() if name not in sense.echoes) >= sense.floor:
                witnesses.append(modality)
        llr = min(by_family, by_sense)
        return Verdict(
            at_ms=at_ms,
            llr=llr,
            posterior=posterior(llr, self._policy),
            witnesses=tuple(sorted(witnesses)),
            admitted=self._admitted,
            corroborated=frozenset(self._corroborated),
            shares=(),
        )

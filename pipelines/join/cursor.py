"""The sums of fusion.py at one moment that moves forward, so that a sign costs its own group and not all signs.

Decay changes all sums without caps alike. So they are kept as of one moment, and only what comes on air, becomes
negligible, is kept or is forgotten changes the sum of its own group. They equal those of `fusion.verdict_at` but for
rounding. They only tell which moments need not be weighed; whatever is decided was weighed by `fusion.verdict_at`.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp

from pipelines.join.ladder_rules import Line
from pipelines.join.rules import Policy
from pipelines.join.state import Item
from schemas import Modality

ROUNDING_NATS = 1e-6
"""Sums of up to thousands of decayed nats, each right to about 1e-9."""
MOST_EXPONENT = 300.0
"""Nats of decay that a cursor moves through before its sums are made anew: floats end at e^709."""


class Cursor:
    """What the signs on air before `until_ms` weigh at `at_ms`, with what they corroborate.

    Args:
        policy: discount, half-life and what is negligible are built in.
    """

    def __init__(self, at_ms: int, until_ms: int, policy: Policy) -> None:
        self.at_ms, self.until_ms = at_ms, until_ms
        self._decay, self._negligible = policy.decay_per_ms, policy.fusion.negligible_nats
        discount, counted = policy.fusion.correlation_discount, policy.fusion.counted_per_group
        self._discounts = [discount**place for place in range(counted)]
        self._origin = self._decayed = self._decay * at_ms
        self.families: dict[str, float] = {}
        """Nats without cap as of the moment at which the cursor began."""
        self.senses: dict[Modality, dict[str, float]] = {}
        self.corroborating: Counter[str] = Counter()
        self.admissions = 0
        self._groups: dict[str | tuple[Modality, str], list[float]] = {}
        """Strength of each sign of a group, and of a group within a modality; weakest first."""

    def is_too_far(self, at_ms: int) -> bool:
        """Whether a moment is too late for it."""
        return self._decay * at_ms - self._origin > MOST_EXPONENT

    def move(self, at_ms: int, until_ms: int, items: Sequence[Item], by_seen: Sequence[Item]) -> None:
        """Move forward: drop what has become negligible, then take in what has come on air."""
        first = self._first_negligible(items)
        since_ms, self._decayed = self.until_ms, self._decay * at_ms
        for item in items[self._first_negligible(items) : first]:
            if item.seen_ms < since_ms:
                self._weigh(item, is_new=False)
        self.at_ms, self.until_ms = at_ms, until_ms
        come = by_seen[bisect_left(by_seen, since_ms, key=_seen) : bisect_left(by_seen, until_ms, key=_seen)]
        self.take_in(come)

    def take_in(self, items: Iterable[Item]) -> None:
        """Add the signs among `items` that count here."""
        for item in items:
            if self._counts(item):
                self._weigh(item, is_new=True)

    def leave_out(self, items: Iterable[Item]) -> None:
        """Take away the signs among `items` that count here."""
        for item in items:
            if self._counts(item):
                self._weigh(item, is_new=False)

    def level(self, policy: Policy) -> "Level":
        """What the signs weigh."""
        fade, caps = exp(self._origin - self._decayed), policy.families
        by_family = sum(min(caps[name].cap, fade * nats) for name, nats in self.families.items())
        by_sense, witnesses = 0.0, 0
        for modality, sums in self.senses.items():
            sense = policy.modalities[modality]
            capped = {name: min(caps[name].cap, fade * nats) for name, nats in sums.items()}
            by_sense += min(sense.cap, sum(capped.values()))
            own = sum(nats for name, nats in capped.items() if name not in sense.echoes)
            witnesses += own >= sense.floor - ROUNDING_NATS
        return Level(min(by_family, by_sense), witnesses, self)

    def _counts(self, item: Item) -> bool:
        return item.seen_ms < self.until_ms and not self._is_negligible(item)

    def _is_negligible(self, item: Item) -> bool:
        """As in fusion.py, to the last bit; a sign of long after the cursor is none, and its power would overflow."""
        return item.rank < self._decayed and exp(item.rank - self._decayed) < self._negligible

    def _first_negligible(self, items: Sequence[Item]) -> int:
        return bisect_left(items, 1, key=self._is_negligible)

    def _weigh(self, item: Item, *, is_new: bool) -> None:
        sign = 1 if is_new else -1
        self.admissions += sign * item.direct
        for name in item.corroborates:
            self.corroborating[name] += sign
        strength = exp(item.rank - self._origin)
        sense = self.senses.setdefault(item.modality, {})
        for sums, group in ((self.families, item.group), (sense, (item.modality, item.group))):
            strengths = self._groups.setdefault(group, [])
            before = self._sum(strengths)
            if is_new:
                insort(strengths, strength)
            else:
                del strengths[bisect_left(strengths, strength)]
            sums[item.family] = sums.get(item.family, 0.0) + self._sum(strengths) - before
            if not strengths:
                del self._groups[group]

    def _sum(self, strengths: list[float]) -> float:
        return sum(map(float.__mul__, self._discounts, reversed(strengths)))


class Level:
    """What a cursor's signs weigh, right but for rounding."""

    def __init__(self, nats: float, witnesses: int, cursor: Cursor) -> None:
        self.most = nats + ROUNDING_NATS
        self.least = nats - ROUNDING_NATS
        self._witnesses, self._cursor = witnesses, cursor

    def may_reach(self, line: Line, needed: float) -> bool:
        """Whether a verdict could reach a line that needs so many nats; False is certain."""
        if self.most < needed:
            return False
        if line.corroboration and not any(self._cursor.corroborating[name] for name in line.corroboration):
            return False
        return self._witnesses >= line.modalities or (line.admission_suffices and self._cursor.admissions > 0)


def _seen(item: Item) -> int:
    return item.seen_ms

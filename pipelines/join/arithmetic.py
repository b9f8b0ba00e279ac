"""What each line of a policy takes, worked out by judging: the smallest sets of clear signs that reach it.

A clear sign has the `typical` nats of its signal in one of its `senses`. All signs of a set come at the same moment, so
decay is left out; terms and brands differ, so nothing is discounted.
"""

import math
from collections.abc import Iterator
from itertools import combinations

from msgspec import Struct

from pipelines.join.fusion import HOST, Verdict, by_rank, verdict_at, weigh
from pipelines.join.ladder import suffices
from pipelines.join.ladder_rules import Line
from pipelines.join.reachable import most
from pipelines.join.rules import Policy, needed_nats, release_nats
from pipelines.join.state import Item, Said
from schemas import Authority, Modality, Rung, Signal

MOST_SIGNS = 5
"""Signs in an example: five of thirty kinds are 140,000 sets, some seconds."""
MOST_SETS = 60_000
"""Sets looked at for a line; larger ones are not looked for then."""


class Takes(Struct, frozen=True, kw_only=True):
    """What one line takes."""

    name: str
    rung: Rung
    authority: Authority
    posterior: float
    nats: float
    """That bring the prior to the posterior."""
    most: float
    """Nats that all evidence together can give."""
    modalities: int
    admission_suffices: bool
    corroboration: tuple[str, ...]
    release_after_seconds: float | None
    """How long evidence that just reaches the line holds it up; None when it is not followed."""
    examples: tuple[tuple[str, ...], ...]
    """Smallest sets of clear signs, as `signal/modality nats`; of one size those that barely suffice first."""


def arithmetic(policy: Policy, examples: int) -> list[Takes]:
    """Work out every line, mildest first, with at most so many examples each."""
    limit = most(policy).nats
    clear = clear_signs(policy)
    return [
        Takes(
            name=line.name,
            rung=line.rung,
            authority=line.authority,
            posterior=line.posterior,
            nats=round(needed_nats(line, policy), 2),
            most=round(limit, 2),
            modalities=line.modalities,
            admission_suffices=line.admission_suffices,
            corroboration=line.corroboration,
            release_after_seconds=_release_after(line, policy),
            examples=smallest_sets(line, clear, policy, examples),
        )
        for line in policy.ladder
    ]


def clear_signs(policy: Policy) -> list[Item]:
    """One sign of each signal and sense, as the policy weighs it; those that weigh nothing are left out."""
    found = [
        weigh(_sign(signal, modality, rule.typical, policy), policy)
        for signal, rule in policy.signals.items()
        for modality in sorted(rule.senses)
    ]
    return [item for item in found if item.weight > 0]


def smallest_sets(line: Line, clear: list[Item], policy: Policy, wanted: int) -> tuple[tuple[str, ...], ...]:
    """Sets of signs that reach the line and none of whose parts do, few signs first."""
    found: list[tuple[float, frozenset[str]]] = []
    for size in range(1, MOST_SIGNS + 1):
        if len(found) >= wanted or math.comb(len(clear), size) > MOST_SETS:
            break
        reached = [
            (verdict.llr, frozenset(_name(item) for item in signs))
            for signs, verdict in _judged(clear, size, policy)
            if suffices(verdict, line, policy)
        ]
        smaller = [names for _, names in found]
        found += sorted(
            (one for one in reached if not any(names <= one[1] for names in smaller)),
            key=lambda one: (one[0], sorted(one[1])),
        )
    return tuple(tuple(sorted(names)) for _, names in found[:wanted])


def _judged(clear: list[Item], size: int, policy: Policy) -> Iterator[tuple[tuple[Item, ...], Verdict]]:
    for signs in combinations(sorted(clear, key=by_rank), size):
        yield signs, verdict_at(signs, 0, policy)


def _sign(signal: Signal, modality: Modality, nats: float, policy: Policy) -> Item:
    name = f"{signal}/{modality}"
    viewers = max((kind.viewers for kind in policy.corroboration.values()), default=0)
    said = Said(term=name, brand=name, speaker=HOST if modality is Modality.AUDIO else "", viewers=viewers)
    return Item(
        key=name, ids=(name,), signal=signal, modality=modality, start_ms=0, end_ms=0, seen_ms=0, llr=nats, said=said
    )


def _name(item: Item) -> str:
    return f"{item.signal}/{item.modality} {item.weight:.1f}"


def _release_after(line: Line, policy: Policy) -> float | None:
    if not line.repeats:
        return None
    halvings = math.log2(needed_nats(line, policy) / release_nats(line, policy))
    return round(halvings * policy.time.half_life_seconds, 1)

"""What is wrong with a policy although its types are right: names that lead nowhere, and parts that contradict."""

import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from pipelines.join.ladder_rules import Line, SealRule, Stands
from pipelines.join.reachable import reach_refusals
from pipelines.join.rules import GroupBy, Policy
from schemas import Modality, Rung, SellerKind, Signal
from schemas.law import ROOM_ACTION_LAW


class Refusal(Struct, frozen=True):
    """One thing that is wrong."""

    path: tuple[str | int, ...]
    """Where it is written, as `toml_lines.line_of` takes it."""
    sentence: str
    """What is wrong and what to change."""


def name_refusals(policy: Policy) -> list[Refusal]:
    """Names that nothing answers to; what comes after them cannot be judged."""
    return [*_signal_names(policy), *_other_names(policy), *_line_names(policy)]


def refusals(policy: Policy) -> list[Refusal]:
    """Parts that contradict each other, and lines that can never or always be reached."""
    return [
        *_contradictions(policy),
        *_cycles(policy),
        *(Refusal(("ladder", place, key), sentence) for place, key, sentence in reach_refusals(policy)),
    ]


def _signal_names(policy: Policy) -> Iterator[Refusal]:
    for signal, rule in policy.signals.items():
        if rule.family not in policy.families:
            yield Refusal(("signals", signal), f"signal {signal} names family {rule.family!r}; add it to [families]")
        elif rule.brand_bound and policy.families[rule.family].group_by is GroupBy.FAMILY:
            yield Refusal(
                ("families", rule.family),
                f'signal {signal} is brand_bound; its family {rule.family!r} needs group_by = "term"',
            )


def _other_names(policy: Policy) -> Iterator[Refusal]:
    if missing := sorted(set(Modality) - set(policy.modalities)):
        yield Refusal(("modalities",), f"[modalities] misses {', '.join(missing)}; add a line for each")
    for modality, sense in policy.modalities.items():
        if unknown := sorted(sense.echoes - set(policy.families)):
            yield Refusal(
                ("modalities", modality),
                f"modality {modality} echoes {', '.join(unknown)}; name families of [families]",
            )
    if none := sorted(set(SellerKind) - set(policy.sellers)):
        yield Refusal(("sellers",), f"[sellers] misses {', '.join(none)}; add a line for each, voids = [] for nothing")
    for kind, seller in policy.sellers.items():
        if Signal.ADMISSION in seller.voids:
            yield Refusal(
                ("sellers", kind),
                f"seller {kind} voids admission; no record takes back what a host admits: remove it from `voids`",
            )


def _line_names(policy: Policy) -> Iterator[Refusal]:
    names = [line.name for line in policy.ladder]
    for place, line in enumerate(policy.ladder):
        here = f"[[ladder]] {line.name!r}"
        if line.name in names[:place]:
            yield Refusal(
                ("ladder", place, "name"),
                f"two lines of [[ladder]] have the same name {line.name!r}; ids need them to differ",
            )
        laws = [citation.law for citation in ROOM_ACTION_LAW.get(line.rung, ())]
        if not laws:
            yield Refusal(
                ("ladder", place, "rung"),
                f"{here}: {line.rung} acts on an account, this ladder on rooms; remove the line",
            )
        elif other := sorted(set(line.basis) - set(laws)):
            yield Refusal(
                ("ladder", place, "basis"),
                f"{here}: {', '.join(other)} is not known as a basis of {line.rung}; name one of {', '.join(laws)}",
            )
        if unknown := sorted(set(line.corroboration) - set(policy.corroboration)):
            yield Refusal(
                ("ladder", place, "corroboration"),
                f"{here} is corroborated by {', '.join(unknown)}; add it to [corroboration]",
            )
        if gone := sorted(set(line.takes_back) - set(names)):
            yield Refusal(
                ("ladder", place, "takes_back"), f"{here} takes back {', '.join(gone)}; name lines of [[ladder]]"
            )


def _contradictions(policy: Policy) -> Iterator[Refusal]:
    if sentence := policy.autonomy.contradiction():
        yield Refusal(("autonomy", re.split(r"[ ;]", sentence)[1]), sentence)
    steps = policy.price.table
    if any(a.below >= b.below or a.nats < b.nats for a, b in pairwise(steps)):
        yield Refusal(
            ("price", "table"), "[price] table must rise in `below` and must not rise in `nats`; sort its lines"
        )
    order = list(Rung)
    for place, (milder, stronger) in enumerate(pairwise(policy.ladder), start=1):
        if order.index(milder.rung) > order.index(stronger.rung):
            yield Refusal(
                ("ladder", place, "rung"),
                f"[[ladder]] {stronger.name!r} comes after {milder.name!r} but is not stronger; "
                "sort the lines, mildest rung first",
            )
    for place, line in enumerate(policy.ladder):
        for key, sentence in _line_contradictions(line, policy):
            yield Refusal(("ladder", place, key), f"[[ladder]] {line.name!r} {sentence}")


def _line_contradictions(line: Line, policy: Policy) -> Iterator[tuple[str, str]]:
    """Key and sentence for each."""
    if line.release is None:
        if line.cool_down_seconds is not None:
            yield "cool_down_seconds", "has a cool-down, but without `release` it is never reached again; add `release`"
        if line.stands is Stands.UNTIL_RELEASE:
            yield "stands", 'stands until the release, but has none; add `release`, or set stands = "said"'
        return
    if line.release >= line.posterior:
        yield "release", f"is released at {line.release}, where it is reached; set `release` below {line.posterior}"
    if line.release <= policy.prior.probability:
        yield (
            "release",
            f"is never released: no posterior falls below the prior; set `release` above {policy.prior.probability}",
        )
    if line.stands is Stands.SAID and line.cool_down_seconds is None:
        yield "release", "is said once and never again, so `release` does nothing; add `cool_down_seconds`"
    if line.seal is SealRule.REQUIRE:
        yield "release", 'waits for a seal, and a session has one seal; remove `release`, or set seal = "request"'
    if line.expiry_seconds <= policy.time.allowed_lateness_seconds:
        yield (
            "expiry_seconds",
            (
                "is repeated when nothing can come late any more, and has expired by then; "
                f"set `expiry_seconds` above {policy.time.allowed_lateness_seconds:g}"
            ),
        )


def _cycles(policy: Policy) -> Iterator[Refusal]:
    takes_back = {line.name: line.takes_back for line in policy.ladder}
    for place, line in enumerate(policy.ladder):
        if line.name in _all_below(line.name, takes_back):
            yield Refusal(
                ("ladder", place, "takes_back"),
                f"[[ladder]] {line.name!r} is taken back by its own taking back; remove a name from `takes_back`",
            )


def _all_below(name: str, takes_back: dict[str, tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    waiting = list(takes_back[name])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += takes_back[one]
    return found

"""The figures of `quality.py` for people, on stderr."""

from collections.abc import Iterable

import click

from detectors.text.engine import TextEngine
from pipelines.bench.quality import Group, HalfResult, Quality, Rate, bare_automaton, judge_half

RECALL_AIM, PRECISION_AIM = 0.85, 0.97
HARD_FALSE_AIM = 0.02
ORDINARY_AIM = 1.0
"""Acting signals per 10,000 ordinary lines."""


def show_quality(quality: Quality) -> None:
    """Print the tables."""
    click.echo("\n".join(_text(quality)), err=True)


def show_misses() -> None:
    """Print the missed and the falsely flagged lines of the development half; the held half is never shown."""
    engine = TextEngine.load()
    for one in judge_half(engine, bare_automaton(engine), "dev"):
        if one.acts != (one.line.label == "fake"):
            said = ", ".join(f"{s.signal.value} {s.facts.term} {s.llr:.2f}" for s in one.suspicions) or "nothing"
            what = "missed" if one.line.label == "fake" else "false "
            click.echo(f"{what} {one.line.id} {one.line.technique} {one.line.speaker}: {one.line.text}  [{said}]")


def _text(quality: Quality) -> Iterable[str]:
    yield f"quality of lexicon {quality.lexicon_version}; shares with 95 % Wilson intervals"
    yield "named: the expected term is among the findings; given: the signal of a doubt or lead is"
    yield "bare: an automaton with the lexicon's words as they stand, case aside; precision by technique: at even odds"
    for half in quality.halves:
        yield from _half_text(half)
    yield ""
    yield f"ordinary text, acting lines per 10,000 (aim: at most {ORDINARY_AIM:g}); made-up talk is weak evidence"
    for one in quality.ordinary:
        high = one.acting.high * 1e4
        yield (
            f"  {one.name:28} {one.speaker:8} {one.acting.lines:>6} lines  {one.per_10000:6.2f}"
            f"  (at most {high:.2f})  bare {one.baseline_per_10000:.2f}"
        )


def _half_text(half: HalfResult) -> Iterable[str]:
    yield ""
    yield (
        f"{half.name}: recall {_shown(half.recall)} (aim {RECALL_AIM}), precision {_shown(half.precision)}"
        f" (aim {PRECISION_AIM}), false alarms on hard benign lines {_shown(half.hard_false_alarms)}"
        f" (aim {HARD_FALSE_AIM})"
    )
    yield (
        f"  bare: recall {_shown(half.baseline_recall)}, precision {_shown(half.baseline_precision)}, "
        f"false alarms on hard benign lines {_shown(half.baseline_hard_false_alarms)}"
    )
    yield f"  {'technique':22}{'label':8}{'lines':>6} {'acting':20}{'prec.':>6} {'bare':>6}{'prec.':>6}  named, given"
    yield from (_group_text(group) for group in half.techniques)
    yield f"  {'role':22}"
    yield from (_group_text(group) for group in half.roles if group.acting.lines)


def _group_text(group: Group) -> str:
    other = group.named or group.signalled
    return (
        f"  {group.name:22}{group.label:8}{group.acting.lines:>6} {_shown(group.acting):20}"
        f"{_number(group.precision):>6} {_number(group.baseline.share):>6}{_number(group.baseline_precision):>6}"
        f"  {_shown(other) if other else ''}"
    )


def _shown(rate: Rate) -> str:
    return f"{_number(rate.share)} [{rate.low:.2f}, {rate.high:.2f}]"


def _number(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"

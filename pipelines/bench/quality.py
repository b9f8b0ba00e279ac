"""How well the text engine tells counterfeit talk from the rest, beside a bare automaton with the same words.

A line counts as found when it would act alone (`is_acting`), which is what `dajia text scan` calls its flag. Recall is
over the lines labelled fake; everything else that acts is a false alarm. Precision depends on the mix of lines: over
all it is that of the file; by technique it is recall / (recall + false alarm rate of all other lines), the precision
where both are equally common.
"""

from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from pathlib import Path
from typing import Literal

import msgspec
from ahocorasick_rs import AhoCorasick

from detectors.contract import TextItem
from detectors.text.acting import ALONE_LLR, is_acting
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
from pipelines.bench.evaluation_lines import Half, LabelledLine, labelled_lines, ordinary_lines
from pipelines.bench.ordinary_talk import ordinary_talk
from schemas import Modality, Signal, Suspicion

WILSON_Z = 1.96
"""95 % intervals."""

EASY = "ordinary"
"""Technique of the benign lines that are not hard."""

ORDINARY_SPEAKERS = ("viewer", "host")
"""A user's ordinary text is read as a viewer's and, more strictly, as a host's."""

SIGNAL_OF = {"doubt": Signal.DOUBT, "lead": Signal.OFF_PLATFORM}

HALVES: tuple[Half, ...] = ("dev", "held")


class Rate(msgspec.Struct, frozen=True):
    """A share with its 95 % Wilson interval."""

    hits: int
    lines: int
    share: float | None
    low: float
    high: float


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The lines of one technique and label, or of one role."""

    name: str
    label: str
    acting: Rate
    """Lines that act: recall for `fake`, false alarms for the others."""
    baseline: Rate
    """The same of the bare automaton."""
    precision: float | None = None
    """For `fake` and roles."""
    baseline_precision: float | None = None
    named: Rate | None = None
    """Of the lines with an expected term: those where the engine names it."""
    signalled: Rate | None = None
    """Of doubts and leads: those that give their signal."""


class HalfResult(msgspec.Struct, frozen=True, kw_only=True):
    """Result on one half of the lines."""

    name: str
    recall: Rate
    precision: Rate
    hard_false_alarms: Rate
    """Hard benign lines that act."""
    baseline_recall: Rate
    baseline_precision: Rate
    baseline_hard_false_alarms: Rate
    techniques: tuple[Group, ...]
    roles: tuple[Group, ...]


class Ordinary(msgspec.Struct, frozen=True, kw_only=True):
    """False alarms on ordinary text."""

    name: str
    speaker: str
    acting: Rate
    per_10000: float
    baseline_per_10000: float


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """Result of `measure_quality`."""

    kind: Literal["quality"] = "quality"
    lexicon_version: str
    recall: float
    """On the held half."""
    precision: float
    """On the held half."""
    halves: tuple[HalfResult, ...]
    ordinary: tuple[Ordinary, ...]


class Judged(msgspec.Struct, frozen=True):
    """One line with what was made of it."""

    line: LabelledLine
    acts: bool
    baseline: bool
    suspicions: tuple[Suspicion, ...]


def rate(hits: int, lines: int) -> Rate:
    """Share of `hits` in `lines` with its Wilson interval."""
    if not lines:
        return Rate(0, 0, None, 0.0, 1.0)
    share, square = hits / lines, WILSON_Z**2
    middle = share + square / (2 * lines)
    reach = WILSON_Z * sqrt(share * (1 - share) / lines + square / (4 * lines**2))
    whole = 1 + square / lines
    low, high = max(0.0, (middle - reach) / whole), min(1.0, (middle + reach) / whole)
    return Rate(hits, lines, round(share, 6), round(low, 6), round(high, 6))


def measure_quality(ordinary: Sequence[Path] = ()) -> Quality:
    """Measure both halves, the bundled ordinary talk, and the user's ordinary text.

    Args:
        ordinary: csv, tsv, jsonl or text files without counterfeit talk, gzipped or not.

    Raises:
        InputError: a file cannot be read.
    """
    texts = [(path.name, ordinary_lines(path)) for path in ordinary]
    engine = TextEngine.load()
    plain = bare_automaton(engine)
    halves = tuple(_half(half, judge_half(engine, plain, half)) for half in HALVES)
    results = [_ordinary(engine, plain, "made-up talk", speaker, lines) for speaker, lines in _talk().items()]
    for name, lines in texts:
        results += [_ordinary(engine, plain, name, speaker, lines) for speaker in ORDINARY_SPEAKERS]
    held = halves[-1]
    return Quality(
        lexicon_version=engine.version, recall=held.recall.share or 0.0, precision=held.precision.share or 0.0,
        halves=halves, ordinary=tuple(results),
    )  # fmt: skip


def bare_automaton(engine: TextEngine) -> Callable[[str], bool]:
    """The baseline: whether a text holds, letter for letter but for case, a term of a kind that acts."""
    kinds = {signal.value for signal in ALONE_LLR}
    words = {term.term.lower() for term in engine.tables.terms if _signal(term.category.value) in kinds}
    automaton = AhoCorasick(sorted(words))
    return lambda text: bool(automaton.find_matches_as_indexes(text.lower()))


def _signal(category: str) -> str:
    """Signal of a kind of term; grade talk and deals have another name as signals."""
    return {"grade": Signal.CODE_WORD.value, "deal": ""}.get(category, category)


def judge_half(engine: TextEngine, plain: Callable[[str], bool], half: Half) -> list[Judged]:
    """Judge the lines of one half."""
    judged = []
    for line in labelled_lines(half):
        found = _judge(engine, line.text, line.speaker)
        judged.append(Judged(line, is_acting(found), plain(line.text), tuple(found)))
    return judged


def _judge(engine: TextEngine, text: str, speaker: str) -> list[Suspicion]:
    item = TextItem(room="", session="", source_id="", text=text, speaker=speaker, start_ms=0, end_ms=0)
    # The modality only labels the suspicions: what acts depends on the speaker.
    return judge_text(engine, item, modality=Modality.DANMAKU, detector="bench", version=engine.version)


def _half(name: str, judged: list[Judged]) -> HalfResult:
    fake = [one for one in judged if one.line.label == "fake"]
    others = [one for one in judged if one.line.label != "fake"]
    hard = [one for one in others if one.line.label == "benign" and one.line.technique != EASY]
    techniques = dict.fromkeys((one.line.technique, one.line.label) for one in judged)
    return HalfResult(
        name=name,
        recall=_acting(fake), precision=_precision(judged), hard_false_alarms=_acting(hard),
        baseline_recall=_bare(fake), baseline_precision=_bare_precision(judged), baseline_hard_false_alarms=_bare(hard),
        techniques=tuple(
            _technique([one for one in judged if (one.line.technique, one.line.label) == key], others)
            for key in sorted(techniques, key=lambda key: ("fake", "doubt", "lead", "benign").index(key[1]))
        ),
        roles=tuple(
            _role(role, [one for one in judged if one.line.speaker == role])
            for role in dict.fromkeys(one.line.speaker for one in judged)
        ),
    )  # fmt: skip


def _technique(own: list[Judged], others: list[Judged]) -> Group:
    line = own[0].line
    named = [one for one in own if one.line.expect.term]
    signal = SIGNAL_OF.get(line.label)
    fake = line.label == "fake"
    return Group(
        name=line.technique, label=line.label, acting=_acting(own), baseline=_bare(own),
        precision=_even(_acting(own), _acting(others)) if fake else None,
        baseline_precision=_even(_bare(own), _bare(others)) if fake else None,
        named=_share(named, _is_named) if named else None,
        signalled=_share(own, lambda one: any(s.signal == signal for s in one.suspicions)) if signal else None,
    )  # fmt: skip


def _role(role: str, own: list[Judged]) -> Group:
    fake = [one for one in own if one.line.label == "fake"]
    return Group(
        name=role, label="fake", acting=_acting(fake), baseline=_bare(fake),
        precision=_precision(own).share, baseline_precision=_bare_precision(own).share,
    )  # fmt: skip


def _even(found: Rate, false: Rate) -> float | None:
    if not found.share:
        return None
    return round(found.share / (found.share + (false.share or 0.0)), 4)


def _is_named(one: Judged) -> bool:
    """The engine names the expected term, or one that holds it or lies in it: 高仿 for 高仿包."""
    wanted = one.line.expect.term.lower()
    terms = [suspicion.facts.term.lower() for suspicion in one.suspicions if suspicion.facts.term]
    return any(wanted in term or term in wanted for term in terms)


def _share(own: Iterable[Judged], holds: Callable[[Judged], bool]) -> Rate:
    marks = [holds(one) for one in own]
    return rate(sum(marks), len(marks))


def _acting(own: Iterable[Judged]) -> Rate:
    return _share(own, lambda one: one.acts)


def _bare(own: Iterable[Judged]) -> Rate:
    return _share(own, lambda one: one.baseline)


def _precision(own: Iterable[Judged]) -> Rate:
    return _share((one for one in own if one.acts), lambda one: one.line.label == "fake")


def _bare_precision(own: Iterable[Judged]) -> Rate:
    return _share((one for one in own if one.baseline), lambda one: one.line.label == "fake")


def _talk() -> dict[str, list[str]]:
    talk: dict[str, list[str]] = {}
    for speaker, line in ordinary_talk():
        talk.setdefault(speaker, []).append(line)
    return talk


def _ordinary(
    engine: TextEngine, plain: Callable[[str], bool], name: str, speaker: str, lines: Sequence[str]
) -> Ordinary:
    acting = rate(sum(is_acting(_judge(engine, line, speaker)) for line in lines), len(lines))
    bare = sum(map(plain, lines))
    return Ordinary(
        name=name, speaker=speaker, acting=acting, per_10000=round(1e4 * acting.hits / len(lines), 2),
        baseline_per_10000=round(1e4 * bare / len(lines), 2),
    )  # fmt: skip

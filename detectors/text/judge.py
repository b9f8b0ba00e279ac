"""Weigh plain talk: lines that sell counterfeits without one code word, 五金跟专柜一个厂出来的 只是没有单子.

A linear model over what `judge_words` reads in a line, with weights from `detectors/data/judge_weights.tsv`; how they
were found and how well they hold for lines of another author is in README.md beside this file. It hears the selling
side only: what a viewer or a buyer says may be about another room.
"""

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from math import exp
from pathlib import Path

import msgspec

from detectors.text.fold import SYMBOLS, fold
from detectors.text.hits import SELLING_SIDE, Hit
from detectors.text.judge_words import CUES_FILE, Feature, JudgeWords, pieces
from detectors.text.term import LexiconError
from schemas import MatchKind, Signal

WEIGHTS_FILE = Path(__file__).parents[1] / "data" / "judge_weights.tsv"

LONGEST_TEXT = 20_000
"""As `engine.LONGEST_TEXT`."""

SHORTEST = 8
"""Folded letters of the shortest calibration lines; less says too little."""

LEAST_LLR = 0.5
"""Under this nothing is reported: every third line of an honest second-hand shop weighs a little (own choice)."""

MOST_LLR = 3.0
"""As much as a certain code word; beyond it the calibration has no lines (own choice)."""

MOST_CUES = 6
"""Features that a finding names."""

SURFACE_LETTERS = 10
"""Longest span that stands for the line: a phrase."""


class Push(msgspec.Struct, frozen=True):
    """A feature and what it gave, nats."""

    name: str
    nats: float
    start: int
    end: int
    """Place in the folded text."""


class Verdict(msgspec.Struct, frozen=True):
    """What plain talk weighs."""

    llr: float
    """Natural log, of "a line of a room that sells counterfeits" against hard honest lines, at most `MOST_LLR`."""
    weighed: float
    """The same without a limit."""
    pushes: tuple[Push, ...]
    """Every feature with a weight, strongest first, those against last."""

    @property
    def score(self) -> float:
        """Probability at even odds."""
        return round(1 / (1 + exp(-self.llr)), 3)

    def told(self, most: int = MOST_CUES) -> tuple[str, ...]:
        """The strongest pushes in words: `+0.42 {counter}`."""
        return tuple(f"{push.nats:+.2f} {push.name}" for push in self.pushes[:most] if push.nats > 0)


class Judge:
    """Weighs lines by a table of weights. Pure: the same text and speaker always weigh the same.

    Args:
        words: what is read in a line.
        weights: feature -> weight, nats for a value of 1.
        base: nats of a line without any feature.
        version: names the weights.
    """

    def __init__(self, words: JudgeWords, weights: dict[str, float], *, base: float, version: str = "") -> None:
        self.words, self.weights, self.base, self.version = words, weights, base, version

    def verdict(self, text: str, speaker: str) -> Verdict | None:
        """What the heaviest piece of a text weighs; None where nothing of the trade is said, or not by a seller."""
        if speaker not in SELLING_SIDE:
            return None
        folded = text[:LONGEST_TEXT].translate(SYMBOLS)
        if len(folded) < SHORTEST or not self.words.may_tell(folded):
            return None
        heaviest: tuple[float, int, list[Feature]] | None = None
        for place, piece in pieces(folded):
            reading = self.words.read(piece)
            if reading.trade:
                llr = self.base + sum(self.weights.get(one.name, 0.0) * one.value for one in reading.features)
                if heaviest is None or llr > heaviest[0]:
                    heaviest = (llr, place, reading.features)
        return self._verdict(*heaviest) if heaviest else None

    def _verdict(self, llr: float, place: int, features: Sequence[Feature]) -> Verdict:
        pushes = [
            Push(one.name, self.weights[one.name] * one.value, one.start + place, one.end + place)
            for one in features
            if self.weights.get(one.name)
        ]
        pushes.sort(key=lambda push: (-push.nats, push.start, push.name))
        return Verdict(round(min(llr, MOST_LLR), 3), llr, tuple(pushes))

    def hits(self, text: str, speaker: str, others: Iterable[Hit], *, acting_score: float) -> list[Hit]:
        """The finding of a line, at most one, lowered by the strongest of the others: they hold the same words.

        Args:
            text: the line, unfolded.
            speaker: who says it.
            others: what the rules found in it.
            acting_score: a line that acts is always reported.
        """
        verdict = self.verdict(text, speaker)
        if verdict is None or verdict.llr < LEAST_LLR:
            return []
        llr = round(verdict.llr - max((hit.llr for hit in others), default=0.0), 3)
        if llr < LEAST_LLR and verdict.score < acting_score:
            return []
        start, end = _strongest_span(text, verdict.pushes)
        hit = Hit(
            signal=Signal.SALES_TALK, term="", surface=text[start:end], start=start, end=end, match=MatchKind.EXACT,
            risk=verdict.score, llr=max(llr, 0.0), decisions=verdict.told(), lexicon_version=self.version,
        )  # fmt: skip
        return [hit]


def _strongest_span(text: str, pushes: Sequence[Push]) -> tuple[int, int]:
    """The stretch of the original, at most `SURFACE_LETTERS` folded letters, whose letters were pushed most."""
    folded = fold(text[:LONGEST_TEXT], SYMBOLS)
    told = [push for push in pushes if push.end > push.start]
    first, last = min(push.start for push in told), max(push.end for push in told)
    share = [0.0] * (last - first)
    for push in told:
        for letter in range(push.start, push.end):
            share[letter - first] += push.nats / (push.end - push.start)
    length = min(SURFACE_LETTERS, len(share))
    best = max(range(len(share) - length + 1), key=lambda k: (round(sum(share[k : k + length]), 6), -k))
    start, end = best, best + length
    while end - start > 1 and share[end - 1] <= 0:
        end -= 1
    while end - start > 1 and share[start] <= 0:
        start += 1
    return folded.starts[first + start], folded.ends[first + end - 1]


def read_weights(file: Path = WEIGHTS_FILE) -> tuple[dict[str, float], float]:
    """Weights and base of a table: the first line holds the base, each other a feature, a tab and its weight.

    Raises:
        LexiconError: a line is wrong; the message names it.
    """
    weights: dict[str, float] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        name, _, weight = line.partition("\t")
        try:
            weights[name] = float(weight)
        except ValueError as error:
            raise LexiconError(
                f"{file.name} line {number}: {line!r}; build it again: python -m detectors.data.build_judge"
            ) from error
    if BASE not in weights:
        raise LexiconError(f"{file.name}: no line {BASE}; build it again: python -m detectors.data.build_judge")
    return weights, weights.pop(BASE)


BASE = "<base>"


@cache
def bundled_judge() -> Judge:
    """The judge with the bundled weights; its version is the hash of both tables.

    Raises:
        LexiconError: a table is wrong.
    """
    digest = hashlib.blake2b(WEIGHTS_FILE.read_bytes() + CUES_FILE.read_bytes(), digest_size=6)
    weights, base = read_weights()
    return Judge(JudgeWords.load(), weights, base=base, version=digest.hexdigest())

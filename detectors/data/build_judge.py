"""Build `judge_weights.tsv`, the weights of the judge of plain talk, from lines written by hand. Needs only numpy.

    python -m detectors.data.build_judge

Lines: `plain_talk.jsonl` beside this file (authors a to f, and o for ordinary talk) and the development half of the
benchmark's lines. Logistic regression with L2, by accelerated projected gradients: features about guarantees, papers
and checks are held at 0 or above in every step, so that no promise can clear a seller. Then a line fitted to scores of
lines whose author the model had not seen, at even odds of fake and hard honest lines, turns the score into a
log-likelihood ratio.
Deterministic: no random numbers, a fixed number of steps.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.text.fold import SYMBOLS
from detectors.text.hits import SELLING_SIDE
from detectors.text.judge import BASE, WEIGHTS_FILE, Judge
from detectors.text.judge_words import JudgeWords, pieces

PLAIN_TALK = Path(__file__).with_name("plain_talk.jsonl")
DEVELOPMENT = tuple(
    Path(__file__).parents[2] / "tests" / "benchmarks" / "data" / f"text_dev{author}.jsonl"
    for author in ("", "_others", "_voices")
)

TESTED_AUTHORS = ("a", "b", "dev-w1", "dev-w2", "dev-w3", "dev-w4", "dev-w5")
"""They wrote without knowing the engine or each other; the others' lines are only learned from."""

LEAST_LINES = 2
"""A feature of one line alone tells its author's taste."""

STRENGTH = 20.0
"""Inverse of the L2 penalty: 10, 20 and 40 gave the same recall across authors within 0.01."""

STEPS = 200
LEAST_WEIGHT = 0.02
"""Smaller weights are left out: with a value of 0.1 they give 0.002 nats."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Line(msgspec.Struct, frozen=True):
    """One line written by hand."""

    text: str
    speaker: str
    label: str
    author: str = ""
    id: str = ""

    @property
    def voice(self) -> str:
        """Who wrote it; development lines name their author within the id: dev-w1-0001."""
        return self.author or self.id.rpartition("-")[0]

    @property
    def fake(self) -> bool:
        """Whether counterfeits are sold with it."""
        return self.label == "fake"


class Model(msgspec.Struct, frozen=True):
    """Weights of features and of none."""

    weights: dict[str, float]
    base: float


class _Matrix:
    """Lines by features, sparse."""

    def __init__(self, lines: Sequence[dict[str, float]], names: Sequence[str]) -> None:
        column = {name: k for k, name in enumerate(names)}
        cells = [sorted((column[name], value) for name, value in line.items() if name in column) for line in lines]
        self.columns: Ints = np.array([k for row in cells for k, _ in row], dtype=np.int64)
        self.values: Floats = np.array([value for row in cells for _, value in row])
        self.rows: Ints = np.repeat(np.arange(len(cells)), [len(row) for row in cells])
        self.shape = (len(cells), len(names))

    def times(self, weights: Floats) -> Floats:
        """Scores of the lines."""
        cells = weights[self.columns] * self.values
        return np.bincount(self.rows, weights=cells, minlength=self.shape[0]).astype(np.float64)

    def back(self, errors: Floats) -> Floats:
        """Sums over the lines for each feature."""
        cells = errors[self.rows] * self.values
        return np.bincount(self.columns, weights=cells, minlength=self.shape[1]).astype(np.float64)


def read_lines() -> list[Line]:
    """Calibration lines of the selling side: fakes, and what must not act alone, leads off the platform among it."""
    decoder = msgspec.json.Decoder(Line)
    lines = [decoder.decode(line) for file in (PLAIN_TALK, *DEVELOPMENT) for line in file.read_bytes().splitlines()]
    return [line for line in lines if line.speaker in SELLING_SIDE and line.label in ("fake", "benign", "lead")]


def train(words: JudgeWords, lines: Sequence[Line]) -> Model:
    """Fit weights to lines; the score is the log odds of a fake among these lines."""
    read = [_features(words, line) for line in lines]
    counts = Counter(name for one in read for name in one)
    names = sorted(name for name, count in counts.items() if count >= LEAST_LINES)
    least = np.array([-np.inf if words.may_clear(name) else 0.0 for name in names])
    weights, base = _fit(_Matrix(read, names), np.array([float(line.fake) for line in lines]), least, _shares(lines))
    return Model(dict(zip(names, weights.tolist(), strict=True)), base)


def _shares(lines: Sequence[Line]) -> Floats:
    """How much each line counts: of each author and speaker fakes and honest lines count the same together.

    Else the model learns whose lines were collected for what: one author's screens are nearly all fakes. Ordinary lines
    without a fake beside them count as they are.
    """
    counts = Counter((line.voice, line.speaker, line.fake) for line in lines)

    def share(line: Line) -> float:
        here, there = (counts[line.voice, line.speaker, fake] for fake in (line.fake, not line.fake))
        return min(MOST_SHARE, (here + there) / (2 * here)) if there else 1.0

    return np.array([share(line) for line in lines])


MOST_SHARE = 3.0
"""No line counts more often, however few there are of its kind."""


def _features(words: JudgeWords, line: Line) -> dict[str, float]:
    """Features of a line's first piece; lines are hardly ever longer."""
    _, piece = next(pieces(line.text.translate(SYMBOLS)))
    return {one.name: one.value for one in words.read(piece).features}


def _fit(matrix: _Matrix, labels: Floats, least: Floats, shares: Floats) -> tuple[Floats, float]:
    """Accelerated projected gradients (Beck and Teboulle 2009) on the penalised log loss; the base is not penalised."""
    direction = np.ones(matrix.shape[1])
    for _ in range(30):  # power iteration: the largest curvature bounds the step
        direction = matrix.back(matrix.times(direction))
        largest = float(np.linalg.norm(direction))
        direction /= largest
    step = 1 / (1 + STRENGTH * float(shares.max()) * (largest + len(labels)) / 4)
    weights, base, momentum = np.zeros(matrix.shape[1]), 0.0, 1.0
    ahead, base_ahead = weights, base
    for _ in range(STEPS):
        errors = STRENGTH * shares * (1 / (1 + np.exp(-(matrix.times(ahead) + base_ahead))) - labels)
        new = np.maximum(ahead - step * (matrix.back(errors) + ahead), least)
        new_base = base_ahead - step * float(errors.sum())
        faster = (1 + (1 + 4 * momentum**2) ** 0.5) / 2
        share = (momentum - 1) / faster
        ahead, base_ahead = new + share * (new - weights), new_base + share * (new_base - base)
        weights, base, momentum = new, new_base, faster
    return weights, base


def across_authors(words: JudgeWords, lines: Sequence[Line]) -> dict[str, list[tuple[float, bool]]]:
    """For each tested author: score and label of each of their lines that is judged, the model knowing only others'."""
    scored: dict[str, list[tuple[float, bool]]] = {}
    for author in TESTED_AUTHORS:
        model = train(words, [line for line in lines if line.voice != author])
        own = [line for line in lines if line.voice == author]
        judge = Judge(words, model.weights, base=model.base)
        verdicts = [(judge.verdict(line.text, line.speaker), line.fake) for line in own]
        scored[author] = [(verdict.weighed, fake) for verdict, fake in verdicts if verdict]
    return scored


def calibration(scored: Iterable[tuple[float, bool]]) -> tuple[float, float]:
    """Offset and slope that turn scores into log-likelihood ratios (Platt 1999), both labels weighing the same."""
    pairs = list(scored)
    scores = np.array([score for score, _ in pairs])
    labels = np.array([float(fake) for _, fake in pairs])
    shares = np.where(labels > 0, 0.5 / labels.sum(), 0.5 / (len(labels) - labels.sum()))
    offset, slope = 0.0, 1.0
    for _ in range(50):  # Newton's method in two dimensions
        chance = 1 / (1 + np.exp(-(offset + slope * scores)))
        error, curve = shares * (chance - labels), shares * chance * (1 - chance)
        gradient = np.array([error.sum(), (error * scores).sum()])
        cross = (curve * scores).sum()
        turn = np.linalg.solve([[curve.sum(), cross], [cross, (curve * scores**2).sum()]], gradient)
        offset, slope = offset - float(turn[0]), slope - float(turn[1])
    return offset, slope


def build() -> Model:
    """The model over all lines, its weights in nats of calibrated log-likelihood ratio."""
    words, lines = JudgeWords.load(), read_lines()
    offset, slope = calibration(pair for pairs in across_authors(words, lines).values() for pair in pairs)
    model = train(words, lines)
    weights = {name: round(slope * weight, 3) for name, weight in model.weights.items()}
    kept = {name: weight for name, weight in weights.items() if abs(weight) >= LEAST_WEIGHT}
    return Model(kept, round(offset + slope * model.base, 3))


def judge_of(model: Model) -> Judge:
    """A judge with the weights of a model."""
    return Judge(JudgeWords.load(), model.weights, base=model.base)


def table(model: Model) -> str:
    """The file that `read_weights` reads."""
    rows = [(BASE, model.base), *sorted(model.weights.items())]
    return "".join(f"{name}\t{weight:g}\n" for name, weight in rows)


if __name__ == "__main__":
    built = build()
    WEIGHTS_FILE.write_text(table(built), encoding="utf-8")
    print(json.dumps({"weights": len(built.weights), "base": built.base}))

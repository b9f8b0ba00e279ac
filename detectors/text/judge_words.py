"""What the judge of plain talk reads in a line: letters side by side, classes of words, and pairs of these.

The same reading serves training (`detectors.data.build_judge`) and judging (`detectors.text.judge`).
"""

import csv
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import msgspec
from ahocorasick_rs import AhoCorasick

from detectors.text.fold import SYMBOLS
from detectors.text.term import LexiconError

CUES_FILE = Path(__file__).parents[1] / "data" / "judge_cues.csv"
COLUMNS = ("name", "trade", "clears", "warns", "words", "notes")

EVERYDAY = "everyday"
"""Name of the row whose words are no cues and hide those inside them: 标准 holds 标."""

MOST_LETTERS = 3
"""Longest run of letters that is a feature of its own; a fourth told nothing more across authors."""

CUE_VALUE = 2.0
"""A class of words counts twice a run of letters: classes are what two authors share. With 2 for 1.25 seven unseen
authors' fakes are found more often where a few hard honest lines in a hundred act, less often where none may."""

LEAST_LETTERS = 14
"""Shorter pieces count as if they had so many, so that a single word decides nothing."""

WINDOW = 48
"""Letters judged at once, each half overlapping the next: the length of the lines that the weights come from."""

LETTERS_ALONE_IGNORED = frozenset(
    "的了你我他她它就要啊那这个是在有不也都和跟说看去来给吧吗呢么们没里出开得着把让会能想很还又再上下人大小多一二三四五六七八九十到过对好可为什自己知道家样点"
)
"""Letters of all talk: alone they are no feature, only beside others. They told nothing but how chatty a line is."""

DIGITS = str.maketrans("123456789", "000000000")


class Feature(msgspec.Struct, frozen=True):
    """One feature of a piece of text, and where its first occurrence stands, end exclusive."""

    name: str
    start: int
    end: int
    value: float


class Reading(msgspec.Struct, frozen=True):
    """What is read in a piece of text."""

    features: list[Feature]
    trade: bool
    """A word of the trade stands in it, and none of teaching and warning: only then it is judged."""


class Cue(msgspec.Struct, frozen=True):
    """One class of words."""

    name: str
    trade: bool
    """A line is judged only if one of these stands in it."""
    clears: bool
    """False: talk of guarantees, papers and checks, which never counts for a seller."""
    warns: bool
    """True: teaching and warning of fakes; a piece of text with one of these is not judged."""
    words: tuple[str, ...]
    """Folded."""


class JudgeWords:
    """The classes of words, looked for in one pass."""

    def __init__(self, cues: tuple[Cue, ...]) -> None:
        self.cues = cues
        self._of = [k for k, cue in enumerate(cues) for _ in cue.words]
        self._words = AhoCorasick([word for cue in cues for word in cue.words])
        self._trade = AhoCorasick([word for cue in cues if cue.trade for word in cue.words])

    @classmethod
    def load(cls, file: Path = CUES_FILE) -> "JudgeWords":
        """Read the table of cues.

        Raises:
            LexiconError: a row is wrong; the message names the line.
        """
        reader = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise LexiconError(f"{file.name} line 1: the columns must be {','.join(COLUMNS)}")
        return cls(tuple(_cue(row, f"{file.name} line {reader.line_num}") for row in reader))

    def may_tell(self, folded: str) -> bool:
        """Cheap first look at a folded text: a word of the trade stands in it."""
        return bool(self._trade.find_matches_as_indexes(folded))

    def read(self, piece: str) -> Reading:
        """Features of a piece of folded text, each once, and whether a word of the trade stands in it."""
        found = self._found(piece)
        size = (MOST_LETTERS * max(len(piece), LEAST_LETTERS)) ** 0.5
        beside = CUE_VALUE / size
        features = [*_runs(piece.translate(DIGITS), 1 / size)]
        classes = sorted(found)
        for place, k in enumerate(classes):
            start, end = found[k]
            features.append(Feature(f"{{{self.cues[k].name}}}", start, end, beside))
            for other in classes[place + 1 :]:
                name = f"{{{self.cues[k].name}}}{{{self.cues[other].name}}}"
                features.append(Feature(name, *found[other], beside))
        warned = any(self.cues[k].warns for k in classes)
        return Reading(features, not warned and any(self.cues[k].trade for k in classes))

    def _found(self, piece: str) -> dict[int, tuple[int, int]]:
        """Class -> its first place, without places that an everyday word covers."""
        matches = self._words.find_matches_as_indexes(piece, overlapping=True)
        hidden = [(start, end) for word, start, end in matches if self.cues[self._of[word]].name == EVERYDAY]
        found: dict[int, tuple[int, int]] = {}
        for word, start, end in matches:
            k = self._of[word]
            free = not any(start < last and first < end for first, last in hidden)
            if free and (k not in found or start < found[k][0]):
                found[k] = (start, end)
        return found

    @cached_property
    def _no_clearing(self) -> frozenset[str]:
        return frozenset(word for cue in self.cues if not cue.clears for word in cue.words)

    def may_clear(self, name: str) -> bool:
        """False for a feature about guarantees, papers or checks: its weight is never under 0."""
        if name.startswith("{"):
            held = name.strip("{}").split("}{")
            return all(cue.clears for cue in self.cues if cue.name in held)
        return not any(word in name or name in word for word in self._no_clearing)


def _runs(letters: str, value: float) -> Iterator[Feature]:
    seen = set(LETTERS_ALONE_IGNORED)
    for size in range(1, MOST_LETTERS + 1):
        for start in range(len(letters) - size + 1):
            run = letters[start : start + size]
            if run not in seen:
                seen.add(run)
                yield Feature(run, start, start + size, value)


def pieces(folded: str) -> Iterator[tuple[int, str]]:
    """A folded text in overlapping pieces of at most `WINDOW` letters, each with its place."""
    step = WINDOW // 2
    for start in range(0, max(1, len(folded) - step), step) if len(folded) > WINDOW else (0,):
        yield start, folded[start : start + WINDOW]


def _cue(row: dict[str, str], where: str) -> Cue:
    words = tuple(dict.fromkeys(word.translate(SYMBOLS) for word in row["words"].split("|")))
    if not row["name"] or not all(words):
        raise LexiconError(f"{where}: write a name, and words parted by |, each with a letter")
    return Cue(row["name"], row["trade"] == "yes", row["clears"] != "no", row["warns"] == "yes", words)

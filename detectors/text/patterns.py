"""The pattern language: phrases with gaps, word classes and stances as rows of a table, without regular expressions.

`detectors/data/README.md` has the grammar as a table. A row becomes a `Pattern`: elements in order, a gap before each,
and what must not stand there. All words go into the same automaton as the terms; `detectors.text.pattern_line` looks
for patterns among the matches of that one pass.
"""

import csv
from collections.abc import Collection, Iterable, Mapping
from typing import cast

import msgspec

from detectors.text.fold import SYMBOLS
from detectors.text.hits import SELLING_SIDE, SPEAKERS
from detectors.text.row_index import RowIndex
from detectors.text.term import LexiconError
from detectors.text.weights import full_weight
from schemas import TermCategory

COLUMNS = ("name", "kind", "llr", "sound", "pattern", "source", "notes")

CLASS = "class"
STANCES = ("denied", "asked", "taken_up", "wanted", "customer", "goods", "copy", "trade")
"""What a row says about a hit beside it instead of being a hit: see `detectors.text.context`."""

MARKS = ("number", "price", "question", "end", "hit")
FEW = frozenset({"number", "question"})
"""Marks that most texts do not hold."""
MOST_LETTERS = 24
"""The longest gap that may be written; matching time grows with it."""


class PatternError(LexiconError):
    """A row of the pattern table cannot be used; the message names file, line, column and what to write."""


class Element(msgspec.Struct, frozen=True):
    """One place of a pattern: any of these stands there."""

    words: tuple[str, ...] = ()
    """Folded."""
    classes: tuple[str, ...] = ()
    kinds: tuple[TermCategory, ...] = ()
    """Any lexicon term of the kind."""
    marks: tuple[str, ...] = ()
    """Of `MARKS`."""
    about: TermCategory | None = None
    """For the mark `hit`: only hits of this kind."""


class Gap(msgspec.Struct, frozen=True):
    """What may stand between an element and the one before it."""

    letters: int = 0
    comma: bool = False
    """Commas may stand between; the end of a sentence never."""
    either_side: bool = False
    filler: Element | None = None
    """Only words of this class, any number, up to `MOST_LETTERS`."""


class Step(msgspec.Struct, frozen=True):
    """A gap, what must not stand in it, an element, and what must not follow the element."""

    element: Element
    gap: Gap = Gap()
    not_between: tuple[Element, ...] = ()
    not_after: tuple[Element, ...] = ()


class Pattern(msgspec.Struct, frozen=True):
    """One row's pattern."""

    steps: tuple[Step, ...]
    not_before: tuple[Element, ...]
    speakers: frozenset[str]
    anchor: frozenset[str] = frozenset()
    """Words one of which must stand in the text; empty where a lexicon term or the hit takes that part."""
    needed: tuple[frozenset[str], ...] = ()
    """For each element that cannot stand without a word or one of `FEW`: which."""


class Row(msgspec.Struct, frozen=True):
    """One checked row."""

    name: str
    kind: str
    """A `TermCategory`, `class`, or one of `STANCES`."""
    llr: float
    """As in lexicon.csv; 0 for classes and stances."""
    sound: bool
    """Long enough that a host's words are also compared by sound."""
    pattern: Pattern
    where: str
    about: TermCategory | None = None
    """Of a stance: the only kind of hit that it speaks about."""


class PatternSet(msgspec.Struct, frozen=True):
    """All rows of a table."""

    classes: Mapping[str, tuple[Pattern, ...]]
    rows: tuple[Row, ...]
    """Those that are hits."""
    stances: Mapping[str, tuple[Row, ...]]
    words: tuple[str, ...]
    """Every word of every row, folded."""
    sounded_words: tuple[str, ...]
    """Those of the rows that are compared by sound."""
    combining: frozenset[str]
    """Names of the rows that have lexicon terms among their elements."""
    anchors: frozenset[str]
    """No row is a hit in a text without one of these words, but for rows that begin with lexicon terms."""
    row_index: RowIndex
    """Of `rows`."""
    stance_index: RowIndex
    """Of the rows of all stances."""


def parse_patterns(lines: Iterable[str], *, name: str) -> PatternSet:
    """Parse a table of patterns; `name` stands in error messages.

    Raises:
        PatternError: a row is wrong.
    """
    reader = csv.DictReader(lines, strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise PatternError(f"{name} line 1: the columns must be {','.join(COLUMNS)}; found {reader.fieldnames}")
    classes: dict[str, list[Pattern]] = {}
    rows: list[Row] = []
    open_class = ""
    try:
        for fields in reader:
            where = f"{name} line {reader.line_num}"
            row = _parse_row(fields, classes, where=where)
            if row.kind != CLASS:
                rows.append(row)
            elif row.name in classes and row.name != open_class:  # so that no class can hold itself by way of another
                raise PatternError(f"{where}, column name: move this row to the other rows of the class {row.name}")
            else:
                classes.setdefault(row.name, []).append(row.pattern)
            open_class = row.name if row.kind == CLASS else ""
    except csv.Error as error:
        raise PatternError(f"{name} line {reader.line_num}: not CSV: {error}") from error
    _check_same_name(rows)
    return _gathered({key: tuple(patterns) for key, patterns in classes.items()}, rows)


def _parse_row(fields: dict[str, str | None], classes: Collection[str], *, where: str) -> Row:
    if None in fields or None in fields.values():
        raise PatternError(f"{where}: {len(COLUMNS)} fields are needed; quote a field that holds a comma")
    row = {column: cast("str", fields[column]).strip() for column in COLUMNS}
    kinds = {str(kind) for kind in TermCategory}
    if row["kind"] not in {CLASS, *STANCES, *kinds}:
        known = ", ".join((CLASS, *STANCES, *kinds))
        raise PatternError(f"{where}, column kind: {row['kind']!r}; write one of {known}")
    if not row["name"] or (row["kind"] == CLASS and row["name"] in kinds):
        raise PatternError(f"{where}, column name: {row['name']!r}; write a name that is no kind of the lexicon")
    if row["sound"] not in ("", "yes"):
        raise PatternError(f"{where}, column sound: {row['sound']!r}; leave it empty or write yes")
    usable = {name for name in classes if (name, CLASS) != (row["name"], row["kind"])}
    parser = _PatternParser(usable, stance=row["kind"] in STANCES, where=f"{where}, column pattern")
    llr = _llr(row["llr"], row["kind"], where=f"{where}, column llr")
    pattern = parser.parse(row["pattern"])
    about = next((step.element.about for step in pattern.steps if step.element.about), None)
    return Row(row["name"], row["kind"], llr, row["sound"] == "yes", pattern, where, about)


def _llr(text: str, kind: str, *, where: str) -> float:
    if kind in (CLASS, *STANCES):
        if text:
            raise PatternError(f"{where}: {text!r}; leave it empty: classes and stances do not weigh")
        return 0.0
    full = full_weight(TermCategory(kind))
    try:
        llr = float(text)
    except ValueError:
        llr = -1.0
    if not 0 <= llr <= full:
        raise PatternError(f"{where}: {text!r}; write a number from 0 to {full:g}, the full weight of kind {kind}")
    return llr


class _PatternParser:
    """Reads one pattern from left to right."""

    def __init__(self, classes: Collection[str], *, stance: bool, where: str) -> None:
        self.classes, self.stance, self.where = classes, stance, where

    def parse(self, pattern: str) -> Pattern:
        steps: list[Step] = []
        not_before: tuple[Element, ...] = ()
        speakers = SELLING_SIDE if not self.stance else SPEAKERS
        gap, banned = None, ()  # type: Gap | None, tuple[Element, ...]
        for token in pattern.split():
            if token.startswith("<role:"):
                speakers = self._speakers(token)
            elif token.startswith(("..", "~")):
                if not steps or gap:
                    raise self._error(f"{token} has no word before it; write a gap between two words")
                gap = self._gap(token)
            elif token.startswith("!"):
                ban = (self._element(token[1:]),)
                if not steps:
                    not_before += ban
                elif gap:
                    banned += ban
                else:
                    steps[-1] = msgspec.structs.replace(steps[-1], not_after=steps[-1].not_after + ban)
            else:
                steps.append(Step(self._element(token), gap or Gap(), banned))
                gap, banned = None, ()
        if gap or not steps:
            raise self._error("it must end in a word, class or mark, not in a gap")
        self._check_hits(steps)
        return Pattern(tuple(steps), not_before, frozenset(speakers))

    def _check_hits(self, steps: list[Step]) -> None:
        hits = sum("hit" in step.element.marks for step in steps)
        if hits > (1 if self.stance else 0):
            raise self._error("<hit> stands once in rows that say what is meant, and in no others")
        if all(set(step.element.marks) - {"hit"} and not step.element.words for step in steps):
            raise self._error("it holds no word; give it one beside <number>, <price>, <question> or <end>")

    def _gap(self, token: str) -> Gap:
        if token.startswith("..{"):
            return Gap(MOST_LETTERS, comma=token.endswith(","), filler=self._element(token[2:].removesuffix(",")))
        sign = 1 if token.startswith("~") else len("..")
        figure = token[sign:].removesuffix(",")
        if not figure.isascii() or not figure.isdigit() or not 1 <= int(figure) <= MOST_LETTERS:
            raise self._error(f"{token} is no gap; write ..6 or ~6, at most {MOST_LETTERS}, or ..{{class}}")
        return Gap(int(figure), comma=token.endswith(","), either_side=sign == 1)

    def _element(self, token: str) -> Element:
        words: list[str] = []
        classes: list[str] = []
        kinds: list[TermCategory] = []
        marks: list[str] = []
        about = None
        for part in token.split("|"):
            if part.startswith("{") and part.endswith("}"):
                name = part[1:-1]
                if name in {str(kind) for kind in TermCategory}:
                    kinds.append(TermCategory(name))
                elif name in self.classes:
                    classes.append(name)
                else:
                    known = ", ".join(sorted(self.classes)) or "none yet"
                    raise self._error(f"class {part} is not known; define it in a row above (known: {known})")
            elif part.startswith("<") and part.endswith(">"):
                mark, _, kind = part[1:-1].partition(":")
                if mark not in MARKS or (kind and (mark != "hit" or kind not in {str(one) for one in TermCategory})):
                    raise self._error(f"{part} is no mark; write one of {', '.join(f'<{one}>' for one in MARKS)}")
                marks.append(mark)
                about = TermCategory(kind) if kind else about
            else:
                folded = part.translate(SYMBOLS)
                if not folded or any(sign in part for sign in "{}<>!~"):
                    raise self._error(
                        f"{part!r} is no word; words stand between blanks or |, names in {{}}, marks in <>"
                    )
                words.append(folded)
        return Element(tuple(words), tuple(classes), tuple(kinds), tuple(marks), about)

    def _speakers(self, token: str) -> frozenset[str]:
        named = frozenset(token.removeprefix("<role:").removesuffix(">").split("|"))
        if not named <= SPEAKERS:
            raise self._error(f"{token}; write <role:…> with some of {', '.join(sorted(SPEAKERS))}, parted by |")
        return named

    def _error(self, problem: str) -> PatternError:
        return PatternError(f"{self.where}: {problem}")


def _check_same_name(rows: list[Row]) -> None:
    """Rows of one name are one term, so they weigh the same."""
    first: dict[str, Row] = {}
    for row in rows:
        known = first.setdefault(row.name, row)
        if row.kind not in STANCES and (known.kind, known.llr) != (row.kind, row.llr):
            raise PatternError(f"{row.where}, column llr: {row.name} has another kind or weight in {known.where}")


def _gathered(classes: Mapping[str, tuple[Pattern, ...]], rows: list[Row]) -> PatternSet:
    def anchored(pattern: Pattern) -> Pattern:
        needed = sorted(_needed(pattern, classes, FEW), key=len)
        return msgspec.structs.replace(pattern, anchor=_anchor(pattern, classes), needed=tuple(needed))

    rows = [msgspec.structs.replace(row, pattern=anchored(row.pattern)) for row in rows]
    terms = tuple(row for row in rows if row.kind not in STANCES)
    return PatternSet(
        classes={name: tuple(map(anchored, patterns)) for name, patterns in classes.items()},
        rows=terms,
        stances={stance: tuple(row for row in rows if row.kind == stance) for stance in STANCES},
        words=_words([row.pattern for row in rows], classes),
        sounded_words=_words([row.pattern for row in terms if row.sound], classes),
        combining=frozenset(row.name for row in terms if _combines(row.pattern, classes)),
        anchors=frozenset().union(*(row.pattern.anchor for row in terms)),
        row_index=RowIndex(terms),
        stance_index=RowIndex([row for row in rows if row.kind in STANCES]),
    )


def _combines(pattern: Pattern, classes: Mapping[str, tuple[Pattern, ...]]) -> bool:
    """One of its elements, or of the classes that they name, is a term of the lexicon."""
    elements = [step.element for step in pattern.steps]
    named = (one for element in elements for name in element.classes for one in classes[name])
    return any(element.kinds for element in elements) or any(_combines(one, classes) for one in named)


def _elements(pattern: Pattern) -> list[Element]:
    elements = list(pattern.not_before)
    for step in pattern.steps:
        elements += [step.element, *step.not_between, *step.not_after]
        elements += [step.gap.filler] if step.gap.filler else []
    return elements


def _words(patterns: Iterable[Pattern], classes: Mapping[str, tuple[Pattern, ...]]) -> tuple[str, ...]:
    """Words of the patterns and of the classes that they name."""
    words: set[str] = set()
    waiting, seen = list(patterns), set[str]()
    while waiting:
        for element in _elements(waiting.pop()):
            words.update(element.words)
            waiting += [one for name in element.classes if name not in seen for one in classes[name]]
            seen.update(element.classes)
    return tuple(sorted(words))


def _anchor(
    pattern: Pattern, classes: Mapping[str, tuple[Pattern, ...]], marks: frozenset[str] = frozenset()
) -> frozenset[str]:
    """The words of the most telling element: the longest shortest word, then the fewest words."""
    choices = _needed(pattern, classes, marks)
    return max(choices, key=lambda words: (min(map(len, words)), -len(words)), default=frozenset())


def needed_words(pattern: Pattern, classes: Mapping[str, tuple[Pattern, ...]]) -> list[frozenset[str]]:
    """Sets of words: a pattern stands nowhere without one of each."""
    return _needed(pattern, classes, frozenset())


def _needed(
    pattern: Pattern, classes: Mapping[str, tuple[Pattern, ...]], marks: frozenset[str]
) -> list[frozenset[str]]:
    return [words for step in pattern.steps if (words := _element_words(step.element, classes, marks))]


def _element_words(
    element: Element, classes: Mapping[str, tuple[Pattern, ...]], marks: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Words or some `marks` one of which stands wherever the element does; empty when it can stand without."""
    if element.kinds or not marks.issuperset(element.marks):
        return frozenset()
    own = [_anchor(pattern, classes, marks) for name in element.classes for pattern in classes[name]]
    return frozenset(element.words).union(element.marks, *own) if all(own) else frozenset()

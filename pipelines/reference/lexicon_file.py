"""A lexicon file as an analyst has it: every wrong row is named, not only the first."""

import csv
import re
from pathlib import Path

import msgspec

from detectors.text.lexicon_row import parse_row
from detectors.text.overlay import LONGEST
from detectors.text.term import COLUMNS, LexiconError, Term
from pipelines.errors import InputError

_PLACE = re.compile(r"(?P<file>.*?) line (?P<row>\d+), column (?P<column>\w+): (?P<problem>.*)", re.DOTALL)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A row that cannot be used."""

    file: str
    row: int
    """Line of the file, the first is 1; of a row over several lines the last."""
    column: str
    """Empty when it concerns the whole row."""
    problem: str


class LexiconFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a file holds."""

    terms: tuple[Term, ...]
    problems: tuple[Problem, ...]


def read_lexicon_file(path: Path, *, owner: str = "") -> LexiconFile:
    """Read a lexicon file.

    Args:
        path: CSV with the columns of the bundled lexicon.
        owner: stands where a row has none.

    Raises:
        InputError: the file cannot be read, or has other columns.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    reader = csv.DictReader(lines, strict=True)
    try:
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise InputError(f"{path} line 1: the columns must be {','.join(COLUMNS)}; found {reader.fieldnames}")
        return _read(reader, path.name, owner)
    except csv.Error as error:
        raise InputError(f"{path} line {reader.line_num}: not CSV: {error}; quote the field") from error


def _read(reader: "csv.DictReader[str]", name: str, owner: str) -> LexiconFile:
    terms: dict[tuple[str, str], Term] = {}
    problems = []
    for row in reader:
        where, number = f"{name} line {reader.line_num}", reader.line_num
        if None in row or None in row.values():
            words = f"{len(COLUMNS)} fields are needed; quote a field that holds a comma"
            problems.append(Problem(file=name, row=number, column="", problem=words))
            continue
        try:
            term = parse_row(row | {"owner": row["owner"].strip() or owner}, where=where)
        except LexiconError as error:
            problems.append(_problem(error, name, number))
            continue
        if len(term.term) > LONGEST:
            words = f"{len(term.term)} letters; write at most {LONGEST}"
            problems.append(Problem(file=name, row=number, column="term", problem=words))
        elif (term.folded, term.category) in terms:
            other = terms[term.folded, term.category].term
            words = f"{term.term!r} is in the file already, as {other!r}; leave one row"
            problems.append(Problem(file=name, row=number, column="term", problem=words))
        else:
            terms[term.folded, term.category] = term
    return LexiconFile(terms=tuple(terms.values()), problems=tuple(problems))


def _problem(error: LexiconError, name: str, number: int) -> Problem:
    place = _PLACE.fullmatch(str(error))
    column, words = (place["column"], place["problem"]) if place else ("", str(error))
    return Problem(file=name, row=number, column=column, problem=words)

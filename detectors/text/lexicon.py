"""Read and write the lexicon. Every problem names file, line, column and what to write instead."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import cast

from detectors.text.fold import SYMBOLS
from detectors.text.lexicon_row import parse_row, row_of
from detectors.text.term import COLUMNS, LexiconError, Term
from schemas import TermCategory

__all__ = [
    "COLUMNS", "LexiconError", "Term", "distinct", "in_force", "parse_lexicon", "read_lexicon", "with_guards",
    "write_lexicon",
]  # fmt: skip


BUNDLED = Path(__file__).parents[1] / "data" / "lexicon.csv"
"""The lexicon that comes with the package."""


def read_lexicon(file: Path | None = None) -> tuple[Term, ...]:
    """Read a lexicon file, or the bundled one.

    Raises:
        LexiconError: the file cannot be read, or a row is wrong.
    """
    path = file or BUNDLED
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    return parse_lexicon(lines, name=path.name)


def parse_lexicon(lines: Iterable[str], *, name: str) -> tuple[Term, ...]:
    """Parse lexicon rows; `name` stands in error messages.

    Raises:
        LexiconError: a row is wrong, or there is none.
    """
    reader = csv.DictReader(lines, strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise LexiconError(f"{name} line 1: the columns must be {','.join(COLUMNS)}; found {reader.fieldnames}")
    terms: list[Term] = []
    try:
        for row in reader:
            where = f"{name} line {reader.line_num}"
            if None in row or None in row.values():
                raise LexiconError(f"{where}: {len(COLUMNS)} fields are needed; quote a field that holds a comma")
            terms.append(parse_row(cast("dict[str, str]", row), where=where))
    except csv.Error as error:
        raise LexiconError(f"{name} line {reader.line_num}: not CSV: {error}; quote the field") from error
    if not terms:
        raise LexiconError(f"{name}: no terms; give at least one row")
    return distinct(terms)


def write_lexicon(terms: Iterable[Term]) -> str:
    """The file that `parse_lexicon` reads as `terms`."""
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row_of(term) for term in terms)
    return file.getvalue()


def distinct(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Terms without those that fold to an earlier one of their kind: Ａ货 and A货 are one, the first stands."""
    first: dict[tuple[str, TermCategory], Term] = {}
    for term in terms:
        first.setdefault((term.folded, term.category), term)
    return tuple(first.values())


def in_force(terms: Iterable[Term], as_of: date | None) -> tuple[Term, ...]:
    """Terms that have not expired on that day; None: all."""
    return tuple(term for term in terms if as_of is None or term.expires is None or as_of <= term.expires)


def with_guards(terms: Iterable[Term]) -> tuple[Term, ...]:
    """The terms and, behind them, the guards kept beside them as terms of their own."""
    terms = tuple(terms)
    beside = (
        Term(term=guard, category=TermCategory.BENIGN_GUARD, folded=guard.translate(SYMBOLS), source=term.term)
        for term in terms
        for guard in term.guards
    )
    return distinct((*terms, *beside))

"""Read and check the lexicon. Every problem names the line."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import cast

import msgspec

from detectors.text.fold import SYMBOLS
from schemas import TermCategory

COLUMNS = ("term", "category", "brand", "risk", "needs", "sound", "source", "notes")


class LexiconError(ValueError):
    """A row of the lexicon cannot be used; the message starts with file and line."""


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One lexicon row."""

    term: str
    category: TermCategory
    brand: str
    risk: float
    """Standalone evidence weight, 0 to 1, when said about the room's own goods; not a probability."""
    needs: str
    """Ambiguous when not empty: counts in full only beside a brand, another code word, or `goods` (goods and shop talk)
    or `copy` (talk of copying and of quality; for ratios, which goods have too: 网布一比一拼接)."""
    sound: bool
    """May be found by sound."""
    folded: str


def read_lexicon(path: Path) -> tuple[Term, ...]:
    """Read a lexicon file.

    Raises:
        LexiconError: the file cannot be read, or a row is wrong; the message names file, line and what to write.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    return parse_lexicon(lines, name=path.name)


def parse_lexicon(lines: Iterable[str], *, name: str) -> tuple[Term, ...]:
    """Parse lexicon rows; `name` stands in error messages.

    Raises:
        LexiconError: see `read_lexicon`.
    """
    reader = csv.DictReader(lines, strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise LexiconError(f"{name} line 1: the columns must be {','.join(COLUMNS)}; found {reader.fieldnames}")
    terms: list[Term] = []
    first_line: dict[tuple[str, str], int] = {}
    try:
        for row in reader:
            term = _parse_row(row, where=f"{name} line {reader.line_num}")
            key = (term.folded, term.category)
            if key not in first_line:  # Ａ货 and A货 fold to one term: the first row stands
                terms.append(term)
            first_line.setdefault(key, reader.line_num)
    except csv.Error as error:
        raise LexiconError(f"{name} line {reader.line_num}: not CSV: {error}") from error
    if not terms:
        raise LexiconError(f"{name}: no terms; give at least one row")
    return tuple(terms)


def _parse_row(row: dict[str, str | None], *, where: str) -> Term:
    if None in row or None in row.values():
        raise LexiconError(f"{where}: {len(COLUMNS)} fields are needed; quote a field that holds a comma")
    fields = {column: cast("str", row[column]).strip() for column in COLUMNS}
    if fields["category"] not in {str(category) for category in TermCategory}:
        raise LexiconError(f"{where}: category {fields['category']!r}; use one of {', '.join(TermCategory)}")
    try:
        risk = float(fields["risk"])
    except ValueError:
        risk = -1.0
    if not 0 <= risk <= 1:
        raise LexiconError(f"{where}: risk {fields['risk']!r}; write a number from 0 to 1")
    for column, allowed in (("needs", ("", "goods", "copy")), ("sound", ("", "no"))):
        if fields[column] not in allowed:
            raise LexiconError(
                f"{where}: {column} {fields[column]!r}; leave it empty or write {' or '.join(allowed[1:])}"
            )
    category = TermCategory(fields["category"])
    if category in (TermCategory.BRAND, TermCategory.BRAND_ALIAS) and not fields["brand"]:
        raise LexiconError(f"{where}: a term of category {category} needs the brand that it points to")
    folded = fields["term"].translate(SYMBOLS)
    if len(folded) < 2:  # noqa: PLR2004 - one letter is no word: it would match everywhere
        raise LexiconError(f"{where}: term {fields['term']!r} has fewer than two letters once folded")
    return Term(
        term=fields["term"], category=category, brand=fields["brand"], risk=risk,
        needs=fields["needs"], sound=fields["sound"] != "no", folded=folded,
    )  # fmt: skip

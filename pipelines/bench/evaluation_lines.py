"""The lines that the quality of the text engine is measured on: those of the checkout, and ordinary text of the user's.

`tests/benchmarks/README.md` says what the labels mean and why one half is kept apart.
"""

import csv
import gzip
import io
import re
from pathlib import Path
from typing import Literal

import msgspec

from pipelines.errors import InputError

DATA = Path(__file__).parents[2] / "tests" / "benchmarks" / "data"
"""Only a checkout has it: the lines are no part of the installed package."""

AUTHORS = {"dev": ("", "_others", "_voices"), "held": ("", "_others", "_voices")}
"""Ends of the files' names; five voices wrote development lines only."""

Label = Literal["fake", "doubt", "lead", "benign"]
Half = Literal["dev", "held"]

TEXT_COLUMNS = ("text", "review", "content", "comment", "danmaku", "sentence")
IDEOGRAPH = re.compile(r"[一-鿿]")
SAMPLE_ROWS = 200
"""Rows that are looked at to find the column of the text."""


class Expected(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a line is about, where one term can be named."""

    term: str = ""
    brand: str = ""


class LabelledLine(msgspec.Struct, frozen=True):
    """One line of the evaluation."""

    id: str
    text: str
    speaker: Literal["host", "viewer", "screen", "listing", "report"]
    label: Label
    technique: str
    expect: Expected = Expected()


def labelled_lines(half: Half) -> list[LabelledLine]:
    """Lines of one half, by its first author and by the others.

    Raises:
        InputError: this is no checkout, or a line of a file is wrong.
    """
    return [line for author in AUTHORS[half] for line in _lines(DATA / f"text_{half}{author}.jsonl")]


def _lines(path: Path) -> list[LabelledLine]:
    decoder = msgspec.json.Decoder(LabelledLine)
    lines: list[LabelledLine] = []
    try:
        lines.extend(decoder.decode(raw) for raw in path.read_bytes().splitlines())
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read: {error.strerror}; the evaluation lines come with a checkout of the repository, "
            "not with the package: run this from one (pip install -e .)"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} line {len(lines) + 1}: {error}; see tests/benchmarks/README.md for the fields"
        ) from error
    return lines


def ordinary_lines(path: Path) -> list[str]:
    """Texts of a csv, tsv, jsonl or text file, gzipped or not; empty ones left out.

    In a table the text is the column named text, review, content, comment, danmaku or sentence (in any case), else the
    column with the most Chinese characters; in JSON lines the key `text`.

    Raises:
        InputError: the file cannot be read, or holds no text.
    """
    try:
        data = path.read_bytes()
        content = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text, gzipped if named .gz: {error}") from error
    kind = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    texts = _texts(path, kind.lower(), content)
    found = [text.strip() for text in texts if text.strip()]
    if not found:
        raise InputError(f"{path}: no text in it; give a csv, tsv, jsonl or txt file with one text in each row")
    return found


def _texts(path: Path, kind: str, content: str) -> list[str]:
    if kind in (".csv", ".tsv"):
        return _column(path, content, "," if kind == ".csv" else "\t")
    if kind in (".jsonl", ".json"):
        return _values(path, content)
    return content.splitlines()


def _values(path: Path, content: str) -> list[str]:
    try:
        rows = [msgspec.json.decode(raw) for raw in content.splitlines() if raw.strip()]
    except msgspec.DecodeError as error:
        raise InputError(f'{path}: not JSON lines: {error}; each line needs {{"text": …}}') from error
    return [str(row.get("text", "")) for row in rows if isinstance(row, dict)]


def _column(path: Path, content: str, delimiter: str) -> list[str]:
    try:
        rows = _rows(content, delimiter)
    except csv.Error as error:
        raise InputError(f"{path}: not a table: {error}; quote fields that hold a comma") from error
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    for name in TEXT_COLUMNS:
        if name in header:
            return _cells(rows[1:], header.index(name))
    amounts = [
        sum(len(IDEOGRAPH.findall(cell)) for cell in _cells(rows[:SAMPLE_ROWS], place)) for place in range(len(header))
    ]
    return _cells(rows, amounts.index(max(amounts))) if amounts else []


def _rows(content: str, delimiter: str) -> list[list[str]]:
    """Rows that are not empty; in tab-separated text a quotation mark is a quotation mark."""
    if delimiter == "\t":
        return [line.split("\t") for line in content.splitlines() if line]
    return [row for row in csv.reader(io.StringIO(content)) if row]


def _cells(rows: list[list[str]], place: int) -> list[str]:
    return [row[place] for row in rows if place < len(row)]

"""Lines of text files, one corpus a file: .txt, .csv, .tsv or .jsonl, each also as .gz."""

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from pipelines.errors import InputError

COLUMNS = ("text", "content", "review", "comment", "line", "sentence")
"""Names that a column of text goes by; the first that a file has is read."""

_LONGEST_FIELD = 16 * 1024 * 1024


def read_corpus(path: Path, column: str = "") -> Iterator[str]:
    """Yield the lines of a corpus; empty ones are left out.

    Args:
        path: how it is read follows from its name.
        column: of .csv, .tsv and .jsonl: the column or key with the text; empty: the first of `COLUMNS` found.

    Raises:
        InputError: the file cannot be read, is not what its name says, or has no such column.
    """
    kind = path.name.removesuffix(".gz").rpartition(".")[2].lower()
    readers = {"txt": _texts, "csv": _rows, "tsv": _rows, "jsonl": _objects}
    if kind not in readers:
        raise InputError(f"{path}: name it .txt, .csv, .tsv or .jsonl, with or without .gz, by what is in it")
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as raw:
            lines = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
            yield from (text for text in readers[kind](lines, path, column) if text)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, msgspec.DecodeError) as error:
        raise InputError(f"{path}: cannot be read as {kind} in UTF-8: {error}") from error


def _texts(lines: io.TextIOWrapper, _path: Path, _column: str) -> Iterator[str]:
    return (line.strip() for line in lines)


def _rows(lines: io.TextIOWrapper, path: Path, column: str) -> Iterator[str]:
    csv.field_size_limit(_LONGEST_FIELD)
    tabs = ".tsv" in path.name
    rows = csv.DictReader(lines, delimiter="\t" if tabs else ",", quoting=csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL)
    name = _column(rows.fieldnames or (), path, column)
    return ((row[name] or "").strip() for row in rows)


def _objects(lines: io.TextIOWrapper, path: Path, column: str) -> Iterator[str]:
    decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
    for number, line in enumerate(lines, start=1):
        if line.strip():
            row = decoder.decode(line)
            text = msgspec.json.decode(row[_column(tuple(row), path, column)])
            if not isinstance(text, str):
                raise InputError(f"{path} line {number}: the text is no string")
            yield text.strip()


def _column(has: Sequence[str], path: Path, column: str) -> str:
    found = [name for name in ((column,) if column else COLUMNS) if name in has]
    if not found:
        raise InputError(f"{path}: which of {', '.join(has) or 'no columns'} is the text? name it with --column")
    return found[0]

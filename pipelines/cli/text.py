"""`dajia text`: scan text lines for code words, evasions and prices."""

import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, Literal

import click
import msgspec

from detectors.contract import TextItem
from detectors.text.acting import is_acting
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_texts
from pipelines.cli.scanning import load_text_engine
from pipelines.cli.text_explain import explain_command
from pipelines.errors import InputError
from schemas import Modality, Suspicion

MODALITIES = {
    "host": Modality.AUDIO, "viewer": Modality.DANMAKU, "screen": Modality.FRAME, "listing": Modality.LISTING,
    "report": Modality.REPORT,
}  # fmt: skip


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """One line read."""

    text: str
    speaker: Literal["host", "viewer", "screen", "listing", "report"] = "viewer"
    id: str | int | None = None


class Scanned(msgspec.Struct, frozen=True):
    """One line written."""

    id: str | int | None
    suspicions: list[Suspicion]
    flag: bool


@click.group()
def text() -> None:
    """Scan text for code words and evasions."""


text.add_command(explain_command)


@text.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False), default="-")
@click.option(
    "--lexicon", type=click.Path(path_type=Path, dir_okay=False), help="Lexicon CSV; the bundled one when unset."
)
def scan(file: Path, lexicon: Path | None) -> None:
    """Judge each line of FILE, or of standard input.

    Reads JSON lines {"id", "text", "speaker"}; speaker is host, viewer, screen, listing or report.
    Writes for each {"id", "suspicions": [...], "flag"}: flag says that this line alone carries acting evidence.
    A line that cannot be read is named on stderr and left out; the exit status is then 1.

    \b
    Example:
      echo '{"id": 1, "text": "驴家原单 今天四百六", "speaker": "host"}' | dajia text scan -
    """  # noqa: D301 (click reads \b as "keep these lines")
    engine = load_text_engine(lexicon)
    if str(file) == "-":
        bad = _scan(engine, sys.stdin.buffer)
    else:
        try:
            with file.open("rb") as lines:
                bad = _scan(engine, lines)
        except OSError as error:
            raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    if bad:
        raise InputError(f"{bad} of the lines could not be read; they are named above")


def _scan(engine: TextEngine, lines: BinaryIO) -> int:
    """Scan lines to stdout; return how many were bad."""
    encoder, out, bad = msgspec.json.Encoder(), sys.stdout.buffer, 0
    for results in _results(engine, lines):
        for result in results:
            if isinstance(result, str):
                click.echo(result, err=True)
                bad += 1
            else:
                out.write(encoder.encode(result) + b"\n")
        out.flush()
    return bad


CHUNK_BYTES = 1 << 18
"""Read at once: some 2,000 lines, scanned together. Of a pipe only what has come is read, so that nobody waits."""


def _results(engine: TextEngine, lines: BinaryIO) -> Iterator[list[Scanned | str]]:
    """Results of each chunk of lines, in order; a message for a line that cannot be read."""
    number = 1
    for chunk in _chunks(lines):
        read = [(number + k, _read(line, number + k)) for k, line in enumerate(chunk)]
        number += len(chunk)
        yield _scanned(engine, read)


def _chunks(lines: BinaryIO) -> Iterator[list[bytes]]:
    """Whole lines, as many as can be had without waiting for more."""
    rest = b""
    reader = lines if isinstance(lines, BufferedReader) else None
    while data := reader.read1(CHUNK_BYTES) if reader else lines.read(CHUNK_BYTES):
        *whole, rest = (rest + data).split(b"\n")
        if whole:
            yield whole
    if rest:
        yield [rest]


def _read(raw: bytes, number: int) -> Line | str | None:
    """The line, what is wrong with it, or None for an empty one."""
    if number == 1:
        raw = raw.removeprefix(BOM_UTF8)
    if not raw.strip():
        return None
    try:
        return DECODER.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return f'line {number}: {error}; expected {{"id", "text", "speaker"}}'


DECODER = msgspec.json.Decoder(Line)


def _scanned(engine: TextEngine, read: list[tuple[int, Line | str | None]]) -> list[Scanned | str]:
    """Scan the lines of each kind of speaker together; the order stays."""
    found: dict[int, list[Suspicion]] = {}
    for speaker, modality in MODALITIES.items():
        spoken = [(number, line) for number, line in read if isinstance(line, Line) and line.speaker == speaker]
        items = [
            TextItem(
                room="", session="", source_id=str(line.id if line.id is not None else number), text=line.text,
                speaker=speaker, start_ms=0, end_ms=0,
            )
            for number, line in spoken
        ]  # fmt: skip
        judged = judge_texts(engine, items, speaker=speaker, modality=modality, detector="text", version=engine.version)
        found |= {number: suspicions for (number, _), suspicions in zip(spoken, judged, strict=True)}
    return [
        line if isinstance(line, str) else Scanned(line.id, found[number], is_acting(found[number]))
        for number, line in read
        if line is not None
    ]

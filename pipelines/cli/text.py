"""`dajia text`: scan text lines for code words, evasions and prices."""

import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import click
import msgspec

from detectors.contract import TextItem
from detectors.text.acting import is_acting
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
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
    for result in _results(engine, lines):
        if isinstance(result, str):
            click.echo(result, err=True)
            bad += 1
        else:
            out.write(encoder.encode(result) + b"\n")
            out.flush()
    return bad


def _results(engine: TextEngine, lines: BinaryIO) -> Iterator[Scanned | str]:
    decoder = msgspec.json.Decoder(Line)
    for number, line_bytes in enumerate(lines, start=1):
        raw = line_bytes.removeprefix(BOM_UTF8) if number == 1 else line_bytes
        if not raw.strip():
            continue
        try:
            line = decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield f'line {number}: {error}; expected {{"id", "text", "speaker"}}'
            continue
        source = str(line.id if line.id is not None else number)
        item = TextItem(
            room="", session="", source_id=source, text=line.text, speaker=line.speaker, start_ms=0, end_ms=0
        )
        found = judge_text(engine, item, modality=MODALITIES[line.speaker], detector="text", version=engine.version)
        yield Scanned(id=line.id, suspicions=found, flag=is_acting(found))

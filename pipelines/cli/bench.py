"""`dajia bench`: measurements that a user can repeat."""

from pathlib import Path

import click
import msgspec

from pipelines.errors import InputError


@click.group()
def bench() -> None:
    """Measure the detectors on this machine."""


@bench.command()
@click.option("--json", "as_json", is_flag=True, help="JSON lines on stdout instead of tables on stderr.")
@click.option(
    "--lines", "path", type=click.Path(path_type=Path, dir_okay=False), help="Text file, one line each, for the speed."
)
def text(as_json: bool, path: Path | None) -> None:  # noqa: FBT001 (a flag of the command line)
    """Measure the text engine's speed.

    The speed is compared with houbb/sensitive-word (Java and Maven are needed) and with the bare automaton, on made-up
    chat lines or on those of --lines. With --json, one object for each part: {"kind": "speed", "houbb": ratio,
    "automaton": ratio, ...}.

    \b
    Example:
      dajia bench text --json
    """  # noqa: D301 (click reads \b as "keep these lines")
    from pipelines.bench.speed import measure_speed, show_speed  # noqa: PLC0415 - heavy

    speed = measure_speed(None if path is None else _lines(path))
    if as_json:
        click.echo(msgspec.json.encode(speed))
    else:
        show_speed(speed)


def _lines(path: Path) -> list[str]:
    try:
        lines = [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text: {error}") from error
    if not lines:
        raise InputError(f"{path}: no lines; give at least one")
    return lines

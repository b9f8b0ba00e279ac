"""`dajia calibrate`: the policy's numbers fitted anew to what reviewers said of its actions."""

import sys
from pathlib import Path

import click
import msgspec

from pipelines.errors import InputError, SettingsError
from pipelines.join.policy import BUNDLED_POLICY, PolicyError
from pipelines.replay.rooms import by_room


@click.command("calibrate")
@click.argument("files", nargs=-1, metavar="[FILE…]", type=click.Path(path_type=Path))
@click.option(
    "--policy",
    "start",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The policy to start from. Default: the bundled one.",
)
@click.option("--kafka", is_flag=True, help="Read the topics of KAFKA_BOOTSTRAP_SERVERS instead of files.")
@click.option("--since-hours", type=click.FloatRange(min=0, min_open=True), help="With --kafka: only so far back.")
@click.option(
    "--write",
    "target",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the fitted policy here, to be looked at. A file that exists is never replaced.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def calibrate_command(
    files: tuple[Path, ...], start: Path | None, *, kafka: bool, since_hours: float | None, target: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Fit weights and thresholds to reviewed outcomes, and tell how sure that is.

    Reads stored events as `dajia replay` does: the suspicions of shows together with the outcomes of their actions;
    those that a person confirmed or overturned count. A logistic fit gives each family of signs a factor and shifts
    the prior; an isotonic fit says from which posterior on as many were upheld as a line of the ladder asks for. A
    number changes only when its 95 % interval leaves the one in force out. With too little to go by, nothing is
    fitted, and the message says what is missing. Nothing is put in force: try the new policy with `dajia replay`.

    Example: dajia calibrate events.jsonl --write calibrated.toml
    """
    from pipelines.calibrate.report import report  # noqa: PLC0415  numpy takes time to load
    from pipelines.calibrate.reviewed import shows_of  # noqa: PLC0415
    from pipelines.calibrate.run import calibrate  # noqa: PLC0415
    from pipelines.cli.stored_lines import stored_lines  # noqa: PLC0415

    if kafka == bool(files):
        raise click.UsageError("give files, or --kafka, not both")
    if target is not None and target.exists():
        raise InputError(f"{target} exists and is not replaced; name another file")
    source = start or BUNDLED_POLICY
    rooms, problems = by_room(stored_lines(files, kafka=kafka, since_hours=since_hours))
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise InputError(f"{len(problems)} lines could not be read; they are named above")
    try:
        found = calibrate(shows_of(rooms), source.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, PolicyError) as error:
        raise SettingsError(f"policy {source}: {error}") from error
    except ValueError as error:
        raise InputError(str(error)) from error
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(found) + b"\n")
    else:
        for line in report(found):
            click.echo(line)
    if target is not None:
        with target.open("x", encoding="utf-8") as out:
            out.write(found.policy_toml)
        click.echo(f"{target} written; look at it, then: dajia replay FILE… --policy {target}", err=True)

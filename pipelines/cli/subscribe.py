"""`dajia subscribe`: the reference subscriber of enforcement events."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable

import click

from pipelines.cli.signals import stop_on_signals
from pipelines.errors import ActionFailedError
from pipelines.settings import load_settings
from pipelines.subscriber import follow
from schemas import Enforcement
from schemas.lines import to_line
from schemas.topics import ENFORCEMENT_EVENTS

STDERR = 2
MOST_DETAIL = 200
"""Characters of a failed command's last words in the outcome."""


@click.command(epilog="Example: dajia subscribe --group my-service --exec ./cut-the-stream.sh")
@click.option("--group", default="subscriber", show_default=True, help="Consumer group; its members share the rooms.")
@click.option("--acknowledge/--no-acknowledge", default=True, show_default=True, help="Answer on enforcement-outcomes.")
@click.option("--from-beginning", is_flag=True, help="A new group starts at the oldest event instead of the newest.")
@click.option("--limit", type=click.IntRange(min=1), help="End after this many distinct actions.")
@click.option(
    "--exec",
    "command",
    metavar="COMMAND",
    help="Run this for each action, the line on its stdin; exit status 0 means applied, another one failed.",
)
@click.option(
    "--exec-timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1, max=240),
    default=30.0,
    show_default=True,
    help="A command that takes longer is ended and has failed.",
)
def subscribe(
    group: str,
    *,
    acknowledge: bool,
    from_beginning: bool,
    limit: int | None,
    command: str | None,
    exec_timeout: float,
) -> None:
    """Print enforcement events, each action once, and acknowledge them.

    Reads the topic enforcement-events; writes one JSON line per action to stdout and, unless told otherwise, an outcome
    (received, or expired when `not_after_ms` has passed) to the topic enforcement-outcomes. A repeated or re-sent
    action is neither printed nor acknowledged twice, also after a restart within the same group. With --exec it answers
    received, runs the command, and answers applied or failed; the command must do the same thing only once when it is
    given the same action_id again after a crash. Actions in shadow are not given to it.
    """
    settings, stop = load_settings(), stop_on_signals()
    click.echo(f"following {ENFORCEMENT_EVENTS.name} at {settings.kafka_bootstrap_servers} as group {group}", err=True)
    lines = follow(
        settings,
        group=group,
        acknowledge=acknowledge,
        from_beginning=from_beginning,
        limit=limit,
        stop=stop.is_set,
        carry_out=runner(command, exec_timeout) if command else None,
    )
    for line in lines:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def runner(command: str, timeout_s: float) -> Callable[[Enforcement], None]:
    """Return what runs a command for an action.

    Raises:
        click.BadParameter: there is no such command.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise click.BadParameter(f"--exec {command!r}: {error}; close the quotes") from error
    if not words or shutil.which(words[0]) is None:
        raise click.BadParameter(f"--exec {command!r}: no such program; give its path, and make it executable")

    def run(action: Enforcement) -> None:
        try:
            done = subprocess.run(  # noqa: S603  the operator's own command
                words,
                input=to_line(action) + "\n",
                stdout=STDERR,  # ours carries the actions
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                check=False,
                timeout=timeout_s,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ActionFailedError(f"{words[0]}: {error}"[:MOST_DETAIL]) from error
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [""])[-1]
            raise ActionFailedError(f"{words[0]} ended with status {done.returncode}: {last}"[:MOST_DETAIL])

    return run

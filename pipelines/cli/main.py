"""The `dajia` command: a group whose subcommands are imported only when they are used.

`dajia text scan` must not wait for Faust, nor `dajia --help` for an inference library.
"""

import importlib
import sys
from collections.abc import Mapping

import click

from pipelines.errors import DajiaError

COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("pipelines.cli.demo:demo", "Play the bundled clips as live rooms and watch them being judged."),
    "broker": ("pipelines.cli.broker:broker", "Run the embedded Kafka broker for trying out."),
    "topics": ("pipelines.cli.topics:topics", "Create or check the topics of the topic table."),
    "ingest": ("pipelines.cli.ingest:ingest", "Turn a stream or file into live-frames and live-audio."),
    "chat": ("pipelines.cli.chat:chat", "Publish chat lines as a gateway would."),
    "worker": ("pipelines.cli.worker:worker", "Run one role as a Faust worker, or all of them."),
    "reference": ("pipelines.cli.reference:reference", "See, check and publish the lexicon that workers use."),
    "policy": ("pipelines.cli.policy:policy", "Check a policy, see its arithmetic, put it in force."),
    "autonomy": ("pipelines.cli.autonomy:autonomy", "Stop all that is done without a person, or let it go on."),
    "text": ("pipelines.cli.text:text", "Scan text for code words and evasions."),
    "audio": ("pipelines.cli.audio:audio", "Scan sound files."),
    "frame": ("pipelines.cli.frame:frame", "Scan pictures and videos."),
    "gallery": ("pipelines.cli.gallery:gallery", "Marks that the frames agent looks for: add, list, test."),
    "judge": ("pipelines.cli.judge:judge", "Judge stored events: JSON lines in, enforcement events out."),
    "replay": ("pipelines.cli.replay:replay_command", "What another policy would have done with stored events."),
    "calibrate": ("pipelines.cli.calibrate:calibrate_command", "Fit the policy's numbers to what reviewers said."),
    "simulate": ("pipelines.cli.simulate:simulate", "Made-up labelled shows for load and regression; not reality."),
    "subscribe": ("pipelines.cli.subscribe:subscribe", "The reference subscriber of enforcement events."),
    "evidence": ("pipelines.cli.evidence:evidence", "Sealed evidence: list, show, verify, export, hold, expire."),
    "watch": ("pipelines.cli.watch:watch", "Live view of rooms, scores and actions."),
    "bench": ("pipelines.cli.bench:bench", "Measure the detectors on this machine."),
    "models": ("pipelines.cli.models:models", "Fetch and check models."),
    "manifests": ("pipelines.cli.manifests:manifests", "Write the generated files of deploy/."),
    "doctor": ("pipelines.cli.doctor:doctor", "Check the set-up and say what to do."),
}


class LazyGroup(click.Group):
    """A click group that imports a subcommand when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's
        """Import and return a subcommand; None when there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's
        """List the subcommands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dajia")
def dajia() -> None:
    """Watch live-commerce rooms for counterfeit selling.

    Machine output is JSON lines on stdout; words for people go to stderr.
    """


def main() -> None:
    """Entry point: errors that a person can act on end in one sentence, not in a traceback."""
    try:
        dajia()
    except DajiaError as error:
        click.echo(f"dajia: {error}", err=True)
        sys.exit(1)

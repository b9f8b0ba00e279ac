"""`dajia demo`: the bundled clips as live rooms, from picture, sound and chat to enforcement events."""

import io
import os
import re
import sys
import time
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.text import Text

from pipelines.cli.signals import interrupt_on_sigterm
from pipelines.demo.evidence import Sealed, check_sealed, demo_vault
from pipelines.demo.room import bundled_rooms, room_of
from pipelines.demo.run import RoomSummary, run_demo
from pipelines.errors import DajiaError
from pipelines.settings import load_settings
from pipelines.story import Story
from schemas import Enforcement, Message, Rung
from schemas.lines import to_line


class DemoFailedError(DajiaError):
    """A bundled room was not judged as it should have been."""


@click.command(epilog="Example: dajia demo --json | jq -c 'select(.type == \"enforcement\") | .data.rung'")
@click.option(
    "--room",
    "clips",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Play this video file instead of the bundled rooms; danmaku.jsonl, listings.jsonl, reports.jsonl and "
    "lifecycle.jsonl beside it are played along. May be given several times.",
)
@click.option("--picture", type=click.Path(path_type=Path), help="Save what is shown up to the first cut as an SVG.")
@click.option("--json", "as_json", is_flag=True, help="Write every event that the join reads or writes to stdout.")
def demo(clips: tuple[Path, ...], *, as_json: bool, picture: Path | None) -> None:
    """Play clips as live rooms through ingest, the agents and the join.

    Starts the embedded broker (or uses KAFKA_BOOTSTRAP_SERVERS when that is set), all workers, and plays every room at
    the speed of life. Words for people go to stderr. With --json, stdout has one line {"type", "data"} per event and,
    last, {"rooms": {ROOM: {"label", "actions", "modalities"}}}.
    """
    rooms = [room_of(clip) for clip in clips] or bundled_rooms()
    console, story, began_s = Console(stderr=True, highlight=False, soft_wrap=True), Story(), time.monotonic()
    film = Film(picture)

    def listen(message: Message) -> None:
        if as_json:
            sys.stdout.write(to_line(message) + "\n")
            sys.stdout.flush()
        if (line := story.tell(message)) is not None:
            console.print(line)
            film.take(line, last=isinstance(message, Enforcement) and message.rung is Rung.CUT)

    def progress(words: str) -> None:
        line = Text(f"{time.monotonic() - began_s:5.1f} s  {words}", "dim")
        console.print(line)
        film.take(line)

    interrupt_on_sigterm()
    environment = dict(os.environ)  # noqa: TID251  handed on to the workers
    embedded = "KAFKA_BOOTSTRAP_SERVERS" not in environment
    settings = load_settings()
    vault = demo_vault(settings)
    environment["DAJIA_VAULT"] = str(vault)
    summary = run_demo(rooms, settings, environment, embedded=embedded, listen=listen, progress=progress)
    _tell_summary(console, summary)
    _tell_sealed(console, vault, check_sealed(vault, settings))
    if as_json:
        sys.stdout.write(msgspec.json.encode({"rooms": summary}).decode() + "\n")
    _check_bundled(summary)


class Film:
    """Keeps what is shown, for a picture of a real run."""

    WIDTH = 158

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._console = Console(record=True, width=self.WIDTH, file=io.StringIO(), color_system="truecolor")

    def take(self, line: Text, *, last: bool = False) -> None:
        """Add a line; at the last one the picture is written."""
        if self._file is None:
            return
        self._console.print(line, no_wrap=True, overflow="ellipsis", crop=True)
        if last:
            svg = self._console.export_svg(title="dajia demo")
            # Rich names web fonts; a picture must not fetch anything.
            self._file.write_text(re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL), encoding="utf-8")
            self._file = None


def _tell_summary(console: Console, summary: dict[str, RoomSummary]) -> None:
    console.rule("what stands at the end")
    for room, outcome in summary.items():
        actions = ", ".join(str(action["rung"]) for action in outcome.actions) or "no action"
        really = f"(really {outcome.label})" if outcome.label else ""
        console.print(f"[cyan]{room:<17}[/cyan] {actions:<22} evidence from {' + '.join(outcome.modalities)} {really}")


def _tell_sealed(console: Console, vault: Path, sealed: Sealed) -> None:
    """Say where the evidence lies and that it is what was sealed; raise DemoFailedError when it is not."""
    if sealed.faults:
        raise DemoFailedError(f"evidence in {vault}: {sealed.faults[0].where} {sealed.faults[0].what}")
    for bundle in sealed.bundles:
        console.print(f"[cyan]sealed[/cyan]  {bundle}")
    console.print(f"verified: {sealed.entries} chain entries are what was sealed; again with")
    console.print(f"  dajia evidence verify {vault} --key {sealed.key}")


def _check_bundled(summary: dict[str, RoomSummary]) -> None:
    """Hold the bundled rooms to what they are: a cut from speech and another modality, and no more than a warning."""
    for room, outcome in summary.items():
        rungs = {action["rung"] for action in outcome.actions}
        cut = [action for action in outcome.actions if action["rung"] is Rung.CUT]
        if outcome.label == "honest" and rungs - {Rung.OBSERVE, Rung.WARN}:
            raise DemoFailedError(f"{room} is honest, but {', '.join(sorted(rungs))} stands")
        grounds = cut[0]["modalities"] if cut else []
        if outcome.label == "counterfeit" and not ("audio" in grounds and len(grounds) > 1):
            raise DemoFailedError(f"{room} sells counterfeits, but was not cut on speech and another modality")

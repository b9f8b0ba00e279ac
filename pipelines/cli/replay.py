"""`dajia replay`: what another policy would have done with stored events."""

import os
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from pipelines.cli.stored_lines import stored_lines
from pipelines.errors import InputError
from pipelines.policy import read_policy
from pipelines.replay.difference import ActionChange, Change, differences
from pipelines.replay.rooms import by_room, replay
from pipelines.story import printable
from schemas import Rung
from schemas.topics import ENFORCEMENT_OUTCOMES, EVIDENCE_SEALS, ROOM_LIFECYCLE, SUSPICION_EVENTS

SOURCES = (SUSPICION_EVENTS, ROOM_LIFECYCLE, EVIDENCE_SEALS, ENFORCEMENT_OUTCOMES)
PROGRESS_ROOMS = 100
POLICY = click.Path(exists=True, dir_okay=False, path_type=Path)


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The last line of output: counts by change and rung."""

    rooms: int
    before: dict[str, int]
    after: dict[str, int]
    changes: dict[str, dict[str, int]]


@click.command("replay")
@click.argument("files", nargs=-1, metavar="[FILE…]", type=click.Path(path_type=Path))
@click.option("--policy", "new", required=True, metavar="FILE", type=POLICY, help="The policy to try.")
@click.option("--against", "old", metavar="FILE", type=POLICY, help="The policy to compare with. Default: the bundled.")
@click.option("--kafka", is_flag=True, help="Read the topics of KAFKA_BOOTSTRAP_SERVERS instead of files.")
@click.option("--since-hours", type=click.FloatRange(min=0, min_open=True), help="With --kafka: only so far back.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Processes. Default: one for each core.")
@click.option("--examples", default=3, show_default=True, type=click.IntRange(0), help="Examples told of each change.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines: every change, then a summary.")
@click.option("--check", is_flag=True, help="Exit status 1 when an action is new, gone, earlier or later: for merges.")
def replay_command(
    files: tuple[Path, ...], new: Path, old: Path | None, *, kafka: bool, since_hours: float | None,
    jobs: int | None, examples: int, as_json: bool, check: bool,
) -> None:  # fmt: skip
    """Judge stored events under two policies and tell how the actions differ.

    Reads JSON lines {"type", "data"} as `dajia demo --json` writes them, or with --kafka what the topics still hold.
    Rooms are judged side by side on all cores. The same events and policies always give the same bytes.

    Example: dajia replay events.jsonl --policy stricter.toml --check
    """  # fmt: skip
    if kafka == bool(files):
        raise click.UsageError("give files, or --kafka, not both")
    policies = [read_policy(path) for path in (old, new)]  # before any event is read
    lines = stored_lines(files, kafka=kafka, since_hours=since_hours)
    rooms, problems = by_room(lines)
    for problem in problems:
        click.echo(problem, err=True)
    changes: list[ActionChange] = []
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    try:
        for done, (_, (was, now)) in enumerate(replay(rooms, policies, jobs=jobs or os.cpu_count() or 1), start=1):
            before.update(one.rung for one in was)
            after.update(one.rung for one in now)
            changes += differences(was, now)
            if done % PROGRESS_ROOMS == 0:
                click.echo(f"{done} of {len(rooms)} rooms judged", err=True)
    except ValueError as error:
        raise InputError(str(error)) from error
    counts = {change: Counter(str(one.rung) for one in changes if one.change is change) for change in Change}
    summary = Summary(
        rooms=len(rooms),
        before=_in_order(before),
        after=_in_order(after),
        changes={str(change): _in_order(found) for change, found in counts.items() if found},
    )
    _write_json(changes, summary) if as_json else _write_words(changes, summary, examples)
    if problems:
        raise InputError(f"{len(problems)} lines could not be read; they are named above")
    if check and any(one.change is not Change.WEIGHT for one in changes):
        sys.exit(1)


def _in_order(counts: Counter[str]) -> dict[str, int]:
    return {str(rung): counts[rung] for rung in Rung if counts[rung]}


def _write_json(changes: Iterable[ActionChange], summary: Summary) -> None:
    out = sys.stdout.buffer
    for one in (*changes, summary):
        out.write(msgspec.json.encode(one) + b"\n")


def _write_words(changes: list[ActionChange], summary: Summary, examples: int) -> None:
    click.echo(f"{summary.rooms} rooms")
    for rung in Rung:
        was, now = summary.before.get(rung, 0), summary.after.get(rung, 0)
        if was or now:
            click.echo(f"  {rung:<7} {was:>7} -> {now:<7}{now - was:+d}")
    if not changes:
        click.echo("no action differs")
    for change in Change:
        found = [one for one in changes if one.change is change]
        if found:
            click.echo(f"{change}: {len(found)}")
            for one in found[:examples]:
                click.echo(f"  {_told(one)}")


def _told(one: ActionChange) -> str:
    weights = " -> ".join("none" if llr is None else f"{llr:.2f}" for llr in (one.before_llr, one.after_llr))
    moved = ""
    if one.before_ms is not None and one.after_ms is not None and one.before_ms != one.after_ms:
        moved = f", {(one.after_ms - one.before_ms) / 1000:+.0f} s"
    return printable(f"{one.room} {one.session}: {one.rung}, nats {weights}{moved}; {one.why_zh} ({one.why_en})")

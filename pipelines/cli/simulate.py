"""`dajia simulate`: labelled shows that never took place, as event files or as live topics."""

import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from pipelines.clock import now_ms
from pipelines.errors import InputError

if TYPE_CHECKING:
    from pipelines.simulate.sensing import Arrival

FILE_START = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE_MS = 60_000
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The line on stdout."""

    rooms: int
    counterfeit: int
    events: int
    start_ms: int
    seconds: float


@click.command()
@click.argument("folder", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path))
@click.option("--rooms", default=130, show_default=True, type=click.IntRange(1, 100_000), help="One show each.")
@click.option(
    "--seed", default="1", show_default=True, metavar="WORD", help="Letters, digits, '-'. Same seed, same bytes."
)
@click.option("--kind", "kinds", multiple=True, help="Only shows of this kind; repeatable. Default: all kinds in turn.")
@click.option("--start", type=click.DateTime(), help="UTC.  [default: 2026-01-01 12:00; --live: so that all is past]")
@click.option(
    "--spread-minutes", default=60.0, show_default=True, type=click.FloatRange(0), help="Starts lie within it."
)
@click.option("--profiles", "path", metavar="FILE", type=FILE, help="Profiles of shows, TOML. Default: the bundled.")
@click.option("--live", is_flag=True, help="Publish on suspicion-events and room-lifecycle instead of writing a file.")
@click.option("--rate", default=500.0, show_default=True, type=click.FloatRange(0.01), help="--live: records a second.")
def simulate(
    folder: Path, *, rooms: int, seed: str, kinds: tuple[str, ...], start: datetime | None, spread_minutes: float,
    path: Path | None, live: bool, rate: float,
) -> None:  # fmt: skip
    """Make labelled shows up, for load and for regression. THIS IS NOT REALITY.

    Writes FOLDER/events.jsonl, JSON lines {"type", "data"} in the order of arrival as `dajia judge` and `dajia replay`
    read them, and FOLDER/labels.jsonl, one line a show: kind, counterfeit or not, first counterfeit moment. The shows
    are drawn from pipelines/simulate/profiles.toml, most of whose rates are estimates: how well a policy does on them
    says nothing about real rooms. They are good for putting load on a cluster and for seeing what a change changes.

    \b
    Examples:
      dajia simulate shows --rooms 130 --seed 7 && dajia judge shows/events.jsonl
      dajia simulate load --rooms 2000 --live --rate 1000
    """  # noqa: D301 (click reads \b as "keep these lines")
    from pipelines.simulate.profiles import read_profiles  # noqa: PLC0415 - only where shows are made
    from pipelines.simulate.shows import Label, interleave, longest_ms, plan  # noqa: PLC0415 - as above

    if not seed or not all(one.isascii() and (one.isalnum() or one == "-") for one in seed):
        raise click.UsageError(f"--seed {seed!r}: it becomes part of room ids; use letters, digits and '-'")
    profiles = read_profiles(path)
    if start is not None:
        start_ms = round(start.replace(tzinfo=UTC).timestamp() * 1000)
    elif live:  # workers refuse event times that are still to come
        start_ms = now_ms() - longest_ms(profiles, kinds) - round(spread_minutes * MINUTE_MS)
    else:
        start_ms = round(FILE_START.timestamp() * 1000)
    shows = plan(profiles, rooms=rooms, seed=seed, start_ms=start_ms, spread_minutes=spread_minutes, kinds=kinds)
    labels: list[Label] = []
    arrivals = interleave(shows, profiles, labels)
    began = time.monotonic()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        events = _publish(arrivals, rate) if live else _write(arrivals, folder / "events.jsonl")
        lines = (msgspec.json.encode(label).decode() + "\n" for label in labels)
        (folder / "labels.jsonl").write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror}") from error
    summary = Summary(
        rooms=rooms, counterfeit=sum(label.counterfeit for label in labels), events=events, start_ms=start_ms,
        seconds=round(time.monotonic() - began, 2),
    )  # fmt: skip
    click.echo(msgspec.json.encode(summary).decode())
    counts = ", ".join(f"{count} {kind}" for kind, count in Counter(label.kind for label in labels).items())
    click.echo(f"made up, for load and regression; no measure of real rooms: {counts}", err=True)


def _write(arrivals: "Iterable[Arrival]", path: Path) -> int:
    from schemas.lines import to_line  # noqa: PLC0415 - as above

    count = 0
    with path.open("w", encoding="utf-8") as file:
        for arrival in arrivals:
            file.write(to_line(arrival.message) + "\n")
            count += 1
    return count


def _publish(arrivals: "Iterable[Arrival]", rate: float) -> int:
    from pipelines.broker.clients import Publisher  # noqa: PLC0415 - only with --live
    from pipelines.broker.topics import require_topics  # noqa: PLC0415 - as above
    from pipelines.settings import load_settings  # noqa: PLC0415 - as above
    from pipelines.simulate.live import publish_arrivals  # noqa: PLC0415 - as above
    from schemas.topics import ROOM_LIFECYCLE, SUSPICION_EVENTS  # noqa: PLC0415 - as above

    settings = load_settings()
    require_topics(settings, [SUSPICION_EVENTS.name, ROOM_LIFECYCLE.name])
    with Publisher(settings, client_id="dajia-simulate") as publisher:
        return publish_arrivals(arrivals, publisher, per_second=rate, clock=time.monotonic, sleep=time.sleep)

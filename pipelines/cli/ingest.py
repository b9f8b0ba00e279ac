"""`dajia ingest`: streams and files to live-frames and live-audio."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from pipelines.broker.clients import Publisher
from pipelines.broker.topics import require_topics
from pipelines.cli.signals import stop_on_signals
from pipelines.errors import SourceError
from pipelines.ingest.frame_choice import HIGHEST_FPS, LOWEST_FPS
from pipelines.ingest.room_files import read_sources
from pipelines.ingest.rooms import run_rooms
from pipelines.ingest.source import DEFAULT_FPS, DEFAULT_RETRIES, LATEST_MS, Ending, IngestSummary, SourceSpec
from pipelines.settings import load_settings
from schemas.topics import LIVE_AUDIO, LIVE_FRAMES, ROOM_LIFECYCLE


@click.command()
@click.argument("url", required=False)
@click.option("--room", help="Room id; the key of every record.")
@click.option("--session", default="", help="Show id.  [default: ROOM-START]")
@click.option(
    "--fps",
    type=click.FloatRange(LOWEST_FPS, HIGHEST_FPS),
    default=DEFAULT_FPS,
    show_default=True,
    help="Frames a second.",
)
@click.option(
    "--speed", type=click.FloatRange(min=0), default=1.0, show_default=True,
    help="How fast a file plays; 0 is as fast as possible. Live sources have their own pace.",
)  # fmt: skip
@click.option(
    "--start-ms",
    type=click.IntRange(0, LATEST_MS),
    help="Event time of the first moment, ms since the epoch.  [default: now]",
)
@click.option("--host", default="", help="Host id, for the started event.")
@click.option("--title", default="", help="Title of the show, for the started event.")
@click.option("--merchant", "merchants", multiple=True, help="Merchant id, for the started event; may be repeated.")
@click.option("--no-lifecycle", is_flag=True, help="Do not publish started, source-lost and ended.")
@click.option(
    "--max-retries", type=click.IntRange(min=0), default=DEFAULT_RETRIES, show_default=True,
    help="New tries in a row after a live source broke off.",
)  # fmt: skip
@click.option(
    "--rooms", "rooms_file", type=click.Path(dir_okay=False, path_type=Path),
    help='Many rooms in one process: JSON lines like {"url": "rtmp://…", "room": "r1", "fps": 2}.',
)  # fmt: skip
def ingest(
    url: str | None,
    *,
    room: str | None,
    session: str,
    fps: float,
    speed: float,
    start_ms: int | None,
    host: str,
    title: str,
    merchants: tuple[str, ...],
    no_lifecycle: bool,
    max_retries: int,
    rooms_file: Path | None,
) -> None:
    """Turn a stream or file into records on live-frames, live-audio and room-lifecycle.

    Reads URL (rtmp, rtsp, hls, flv, srt, or a file); writes JPEG frames and 16 kHz mono PCM chunks of 500 ms with
    the event time of the stream's own clock. A file plays at the pace of the wall clock. A live source that breaks off
    is opened again with growing pauses; when it does not come back, a source-lost event and an ended event follow.
    Ctrl-C ends the show in order. The last line on stdout is a JSON summary, one for each room.

    \b
    Examples:
      dajia ingest show.mp4 --room r1
      dajia ingest rtmp://127.0.0.1/live/r1 --room r1 --fps 1
      dajia ingest --rooms rooms.jsonl
    """  # noqa: D301 (click reads \b as "keep these lines")
    if rooms_file is None:
        if not url or not room:
            raise click.UsageError("give URL and --room, or --rooms FILE")
        specs: Sequence[SourceSpec] = [
            SourceSpec(
                url=url, room=room, session=session, fps=fps, speed=speed, start_ms=start_ms, host=host, title=title,
                merchants=merchants, lifecycle=not no_lifecycle, max_retries=max_retries,
            )
        ]  # fmt: skip
    else:
        if url or room:
            raise click.UsageError("--rooms FILE takes the place of URL and --room")
        specs = read_sources(rooms_file)
    summaries = _run(specs)
    for summary in summaries:
        click.echo(msgspec.json.encode(summary).decode())
    lost = [f"{summary.room}: {summary.detail}" for summary in summaries if summary.ending is Ending.SOURCE_LOST]
    if lost:
        raise SourceError("; ".join(lost))


def _run(specs: Sequence[SourceSpec]) -> list[IngestSummary]:
    settings = load_settings()
    require_topics(settings, [topic.name for topic in (LIVE_FRAMES, LIVE_AUDIO, ROOM_LIFECYCLE)])
    stop = stop_on_signals()
    with Publisher(settings, client_id="dajia-ingest") as publisher:
        return run_rooms(specs, publisher, settings, stop=stop, report=_report)


def _report(summary: IngestSummary) -> None:
    seconds = (summary.last_ms - summary.start_ms) / 1000
    click.echo(
        f"{summary.room}: {seconds:.0f} s on air, {summary.frames} frames, {summary.audio_chunks} sound chunks, "
        f"{summary.reconnects} reconnects",
        err=True,
    )

"""`dajia chat`: chat lines to live-danmaku, as a gateway would send them."""

import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import click
import msgspec

from pipelines.broker.clients import Publisher
from pipelines.broker.topics import require_topics
from pipelines.cli.signals import stop_on_signals
from pipelines.errors import InputError
from pipelines.ingest.chat import ChatGateway
from pipelines.ingest.chat_lines import LineMaker
from pipelines.ingest.line_reader import LineReader
from pipelines.ingest.source import LATEST_MS, session_id
from pipelines.settings import load_settings
from schemas.topics import LIVE_DANMAKU


@click.command()
@click.argument("file", metavar="FILE|-", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True))
@click.option("--room", default="", help="Room id of lines without one of their own.")
@click.option("--session", default="", help="Show id of those lines.  [default: ROOM-START, with --start-ms]")
@click.option(
    "--start-ms", type=click.IntRange(0, LATEST_MS), help="Event time of at_ms 0, ms since the epoch.  [default: now]"
)
@click.option(
    "--speed", type=click.FloatRange(min=0), default=1.0, show_default=True,
    help="How fast lines with at_ms are sent; 0 is as fast as possible.",
)  # fmt: skip
def chat(file: Path, *, room: str, session: str, start_ms: int | None, speed: float) -> None:
    """Publish chat lines on live-danmaku as a gateway would.

    Reads JSON lines from FILE, or from standard input when it is "-": {"viewer", "text", "at_ms"} with milliseconds
    after the start, or "time_ms" with milliseconds since the epoch; lines with neither were typed now. A line may
    carry its own "room" and "session". Writes batches of one room, of at most 200 ms or 500 lines; viewers are replaced
    by a keyed hash (DAJIA_VIEWER_KEY). Unusable lines are reported on stderr; the exit status is then 1.
    The last line on stdout is a JSON summary.

    \b
    Examples:
      dajia chat chat.jsonl --room r1 --session r1-1760000000000 --start-ms 1760000000000
      echo '{"viewer": "u1", "text": "是正品吗"}' | dajia chat - --room r1 --session s1
    """  # noqa: D301 (click reads \b as "keep these lines")
    settings = load_settings()
    if room and not session and start_ms is not None:
        session = session_id(room, start_ms)
    require_topics(settings, [LIVE_DANMAKU.name])
    stop = stop_on_signals()
    with ExitStack() as stack:
        source: IO[bytes] | IO[str] = sys.stdin if file == Path("-") else stack.enter_context(_open(file))
        publisher = stack.enter_context(Publisher(settings, client_id="dajia-chat"))
        gateway = ChatGateway(
            publisher,
            LineMaker(room=room, session=session, viewer_key=settings.viewer_key.get_secret_value()),
            start_ms=time.time_ns() // 1_000_000 if start_ms is None else start_ms,
            speed=speed,
            stop=stop,
            reject=lambda number, reason: click.echo(f"{file}:{number}: {reason}", err=True),
        )
        summary = gateway.run(LineReader(source.fileno()))
    click.echo(msgspec.json.encode(summary).decode())
    if summary.rejected:
        raise InputError(f"{summary.rejected} lines of {file} could not be used; the others are published")


def _open(file: Path) -> IO[bytes]:
    try:
        return file.open("rb")
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}") from error

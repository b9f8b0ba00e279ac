"""Many rooms in one process: one thread for each source, one sender for all."""

import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from pipelines.errors import SourceError
from pipelines.ingest.run import Report, run_source
from pipelines.ingest.show import Sender
from pipelines.ingest.source import Ending, IngestSummary, SourceSpec
from pipelines.settings import Settings


def run_rooms(
    specs: Sequence[SourceSpec],
    sender: Sender,
    settings: Settings,
    *,
    stop: threading.Event,
    report: Report = lambda _: None,
) -> list[IngestSummary]:
    """Publish several sources at once; returns, in the order of `specs`, when all are over.

    A room that cannot be opened does not disturb the others; its summary says `source-lost`.

    Raises:
        DeliveryError: Kafka did not take a record; all rooms are stopped first.
    """
    with ThreadPoolExecutor(max_workers=max(1, len(specs)), thread_name_prefix="room") as threads:
        rooms = [threads.submit(_run_room, spec, sender, settings, stop, report) for spec in specs]
        try:
            _wait(rooms, stop)
        except BaseException:  # Ctrl-C: without this, the end of all rooms would be waited for
            stop.set()
            raise
    return [room.result() for room in rooms]


def _run_room(
    spec: SourceSpec, sender: Sender, settings: Settings, stop: threading.Event, report: Report
) -> IngestSummary:
    try:
        return run_source(spec, sender, settings, stop=stop, report=report)
    except SourceError as error:
        return IngestSummary(room=spec.room, session=spec.session, ending=Ending.SOURCE_LOST, detail=str(error))


def _wait(rooms: Sequence[Future[IngestSummary]], stop: threading.Event) -> None:
    done, running = wait(rooms, return_when=FIRST_EXCEPTION)
    if any(room.exception() is not None for room in done):
        stop.set()
    wait(running)

"""Plays rooms on the wall clock: clips through ingest, chat through the gateway, the rest as the platform sends it."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipelines.broker.clients import Publisher
from pipelines.clock import now_ms
from pipelines.demo.room import DemoRoom
from pipelines.errors import InputError
from pipelines.ingest.chat import ChatGateway
from pipelines.ingest.chat_lines import LineMaker
from pipelines.ingest.line_reader import LineReader
from pipelines.ingest.room_files import read_lifecycle, read_listings, read_reports
from pipelines.ingest.rooms import run_rooms
from pipelines.ingest.source import Ending, SourceSpec, session_id
from pipelines.settings import Settings
from schemas import ConsumerReport, Lifecycle, ListingChange
from schemas.cloudevents import encode
from schemas.topics import CONSUMER_REPORTS, LIVE_LISTINGS, ROOM_LIFECYCLE

LEAD_MS = 500
"""Time for the threads to start before the first moment is on air."""


def play(rooms: Sequence[DemoRoom], settings: Settings, *, stop: threading.Event) -> list[str]:
    """Play all rooms at once; returns when the last is over, with a sentence for each clip that could not be played.

    Raises:
        InputError: a file beside a clip has a wrong line; all rooms are stopped first.
        DeliveryError: Kafka did not take a record; all rooms are stopped first.
    """
    start_ms = now_ms() + LEAD_MS
    specs = [
        SourceSpec(
            url=str(room.clip),
            room=room.name,
            session=session_id(room.name, start_ms),
            start_ms=start_ms,
            lifecycle=not room.lifecycle.exists(),
            title=room.name,
        )
        for room in rooms
    ]
    with Publisher(settings, client_id="demo") as publisher, ThreadPoolExecutor(max_workers=2 * len(rooms)) as threads:
        others = [
            threads.submit(task, room, publisher, settings, start_ms, stop)
            for room in rooms
            for task in (_send_platform_events, _send_chat)
        ]
        for task in others:
            task.add_done_callback(lambda done: stop.set() if done.exception() else None)
        summaries = run_rooms(specs, publisher, settings, stop=stop)
        for task in others:
            task.result()
    return [f"{one.room}: {one.detail}" for one in summaries if one.ending is Ending.SOURCE_LOST]


def _send_chat(room: DemoRoom, publisher: Publisher, settings: Settings, start_ms: int, stop: threading.Event) -> None:
    if not room.danmaku.exists():
        return
    maker = LineMaker(
        room=room.name, session=session_id(room.name, start_ms), viewer_key=settings.viewer_key.get_secret_value()
    )
    gateway = ChatGateway(publisher, maker, start_ms=start_ms, speed=1.0, stop=stop, reject=_refuse(room.danmaku))
    with room.danmaku.open("rb") as lines:
        gateway.run(LineReader(lines.fileno()))


def _refuse(file: Path) -> Callable[[int, str], None]:
    def reject(number: int, why: str) -> None:
        raise InputError(f"{file}:{number}: {why}")

    return reject


def _send_platform_events(
    room: DemoRoom, publisher: Publisher, _settings: Settings, start_ms: int, stop: threading.Event
) -> None:
    session = session_id(room.name, start_ms)
    events: list[tuple[str, Lifecycle | ListingChange | ConsumerReport]] = []
    if room.lifecycle.exists():
        changes = read_lifecycle(room.lifecycle, room=room.name, session=session, start_ms=start_ms)
        events += [(ROOM_LIFECYCLE.name, change) for change in changes]
    if room.listings.exists():
        links = read_listings(room.listings, room=room.name, session=session, start_ms=start_ms)
        events += [(LIVE_LISTINGS.name, link) for link in links]
    if room.reports.exists():
        reports = read_reports(room.reports, room=room.name, session=session, start_ms=start_ms)
        events += [(CONSUMER_REPORTS.name, report) for report in reports]
    for topic, event in sorted(events, key=lambda pair: pair[1].time_ms):
        if stop.wait(max(0, event.time_ms - now_ms()) / 1000):
            return
        publisher.send(topic, encode(event, source="dajia/demo"))

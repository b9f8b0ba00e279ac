"""Runs the demo from beginning to end: broker, topics, models, workers, rooms, and what the join makes of them."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, Self

import msgspec

from pipelines.broker.clients import read_topics
from pipelines.broker.embedded import EmbeddedBroker
from pipelines.broker.topics import apply_topics
from pipelines.demo.play import play
from pipelines.demo.room import DemoRoom
from pipelines.demo.workers import WorkerProcess, lag, running_workers, wait_until_sealed
from pipelines.errors import DajiaError, SourceError
from pipelines.models import speech_model
from pipelines.settings import Settings
from pipelines.subscriber import follow
from schemas import DecodeError, Enforcement, Lifecycle, Message, Modality, Progress, Rung, Suspicion, Tick
from schemas.cloudevents import decode
from schemas.topics import (
    AUTONOMY_PERMITS,
    AUTONOMY_REQUESTS,
    ENFORCEMENT_EVENTS,
    ENFORCEMENT_OUTCOMES,
    EVIDENCE_SEALS,
    ROOM_LIFECYCLE,
    SEAL_REQUESTS,
    SUSPICION_EVENTS,
    TOPICS,
)

FOLLOWED = (
    SUSPICION_EVENTS,
    ROOM_LIFECYCLE,
    EVIDENCE_SEALS,
    ENFORCEMENT_OUTCOMES,
    ENFORCEMENT_EVENTS,
    SEAL_REQUESTS,
    AUTONOMY_REQUESTS,
    AUTONOMY_PERMITS,
)
"""What the join reads and writes."""
QUIET_S = 6.0
"""After the last clip, the demo ends when all lag is gone and nothing has been said for so long: the audio agent waits
2 s for more sound, the join 5 s for an idle modality."""
DRAIN_WITHIN_S = 240.0


class RoomSummary(msgspec.Struct, kw_only=True):
    """What became of a room."""

    label: str
    actions: list[dict[str, Any]]
    """The actions that stand at the end, mildest first."""
    modalities: list[Modality]
    """Modalities that gave evidence."""


Listener = Callable[[Message], None]
Progresser = Callable[[str], None]


def run_demo(
    rooms: Sequence[DemoRoom],
    settings: Settings,
    environment: dict[str, str],
    *,
    embedded: bool,
    listen: Listener,
    progress: Progresser,
) -> dict[str, RoomSummary]:
    """Play rooms through ingest, agents and join.

    Args:
        rooms: what to play.
        settings: settings of the workers.
        environment: environment of the worker processes.
        embedded: start the embedded broker; otherwise use the Kafka of the settings.
        listen: given each event that the join reads or writes, as it happens.
        progress: given words for people.

    Raises:
        DajiaError: something the demo needs is missing; the message says what to do.
    """
    with ExitStack() as stack:
        if embedded:
            progress("starting the embedded Kafka broker")
            broker = stack.enter_context(EmbeddedBroker())
            settings = broker.settings(settings)
            environment = environment | settings.environment()
        progress(f"creating {len(TOPICS)} topics and their dead-letter topics")
        apply_topics(settings)
        speech_model(settings)
        progress("starting the workers; the models of ear and eye take a while to load")
        workers = stack.enter_context(
            running_workers(settings, environment, progress=lambda role: progress(f"worker {role} is ready"))
        )
        watcher = stack.enter_context(_Watcher(settings, rooms, listen))
        progress(f"on air: {', '.join(room.name for room in rooms)}")
        lost = play(rooms, settings, stop=watcher.stop)
        progress("the shows are over; waiting for what is still being judged")
        _drain(workers, watcher)
        wait_until_sealed(workers)
        if lost:
            raise SourceError("could not be played: " + "; ".join(lost))
        return watcher.summary()


class _Watcher:
    """Follows the topics in a thread, and answers actions as an enforcement service would."""

    def __init__(self, settings: Settings, rooms: Sequence[DemoRoom], listen: Listener) -> None:
        self._settings, self._listen = settings, listen
        self._labels = {room.name: room.label for room in rooms}
        self._accounts: set[str] = set()
        self._actions: dict[str, Enforcement] = {}
        self._modalities: dict[str, set[Modality]] = {room.name: set() for room in rooms}
        self._error: BaseException | None = None
        self.stop = threading.Event()
        self.last_event_s = time.monotonic()
        self._threads = [threading.Thread(target=self._guard, args=(task,)) for task in (self._follow, self._subscribe)]

    def __enter__(self) -> Self:
        self._records = read_topics(
            self._settings, [topic.name for topic in FOLLOWED], from_beginning=False, follow=True, stop=self.stop.is_set
        )
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()

    def check(self) -> None:
        """Raise what ended one of the threads."""
        if self._error is not None:
            raise self._error

    def summary(self) -> dict[str, RoomSummary]:
        """The rooms' standing actions and modalities."""
        self.check()
        taken_back = {action.compensates for action in self._actions.values()}
        order = list(Rung)
        standing = sorted(
            (one for one in self._actions.values() if not one.compensates and one.action_id not in taken_back),
            key=lambda one: order.index(one.rung),
        )
        return {
            room: RoomSummary(
                label=label,
                actions=[
                    {"action_id": one.action_id, "rung": one.rung, "modalities": list(one.modalities)}
                    for one in standing
                    if one.room == room
                ],
                modalities=sorted(self._modalities[room]),
            )
            for room, label in self._labels.items()
        }

    def _guard(self, task: Callable[[], None]) -> None:
        try:
            task()
        except BaseException as error:  # noqa: BLE001  raised again by check() in the main thread
            self._error = error
            self.stop.set()

    def _follow(self) -> None:
        for record in self._records:
            try:
                message = decode(TOPICS[record.topic], key=record.key, value=record.value, headers=record.headers)
            except DecodeError:
                continue  # someone else's record on the user's own Kafka
            if not self._is_ours(message):
                continue
            if not isinstance(message, Progress | Tick):
                self.last_event_s = time.monotonic()
            if isinstance(message, Suspicion) and message.llr > 0:
                self._modalities[message.room].add(message.modality)
            if isinstance(message, Enforcement):
                self._actions[message.action_id] = message
            self._listen(message)

    def _is_ours(self, message: Message) -> bool:
        """Whether it concerns one of the rooms on air, or the host or a merchant of one."""
        room = getattr(message, "room", None)
        if isinstance(message, Lifecycle) and room in self._labels:
            self._accounts |= {f"merchant:{one}" for one in message.merchants} | {f"host:{message.host}"}
        return room in self._labels or room in self._accounts

    def _subscribe(self) -> None:
        """Say of every action that it was carried out; what that means for hosts and merchants, cases decides."""
        for _ in follow(
            self._settings, group="demo", from_beginning=True, stop=self.stop.is_set, carry_out=lambda _: None
        ):
            pass


def _drain(workers: Sequence[WorkerProcess], watcher: _Watcher) -> None:
    deadline = time.monotonic() + DRAIN_WITHIN_S
    idle_since: float | None = None
    while idle_since is None or time.monotonic() - max(idle_since, watcher.last_event_s) < QUIET_S:
        watcher.check()
        if lag(workers) > 1:
            idle_since = None
        elif idle_since is None:
            idle_since = time.monotonic()
        if time.monotonic() > deadline:
            raise DajiaError(
                f"the workers are still busy {DRAIN_WITHIN_S:g} s after the last clip; see {workers[0].log.parent}"
            )
        time.sleep(0.5)

"""The agent of a detector that judges one record of a room at a time, with a state for each room."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

import msgspec
from faust.types import AppT

from detectors.contract import Detector
from detectors.text.engine import TextEngine
from pipelines.app import create_app, room_table
from pipelines.consume import Consumer, Received, judging, publish, with_evidence
from pipelines.reference.lexicon import LiveLexicon
from pipelines.room_state import RoomStates
from pipelines.settings import Settings
from schemas import Suspicion
from schemas.topics import SUSPICION_EVENTS, Topic

State = TypeVar("State")


class RoomDetector(Detector[State, Any], Protocol[State]):
    """A detector on the text engine that judges the messages of a topic; the lexicon in force is put in before each."""

    engine: TextEngine


def room_agent(
    role: str,
    settings: Settings,
    topic: Topic,
    make: Callable[[TextEngine], RoomDetector[State]],
    state: type[State],
    *,
    aside: Mapping[Topic, Callable[[Received], list[Suspicion]]] | None = None,
) -> AppT:
    """Build a worker: each record of `topic` judged once, the detector's state in a table keyed by room.

    Args:
        role: name of the agent.
        settings: the settings.
        topic: what is judged.
        make: builds the detector on an engine.
        state: type of the detector's state.
        aside: further topics, each with what judges its records without the room's state.
    """
    app = create_app(role, settings)
    lexicon = LiveLexicon(settings, role).start()
    detector = make(lexicon.engine)
    rooms = RoomStates(
        room_table(app, f"{role}-rooms", settings),
        msgspec.msgpack.Decoder(state).decode,
        lambda _room: detector.initial(),
    )

    others = {other.name: judge_other for other, judge_other in (aside or {}).items()}

    async def judge(received: Received) -> None:
        if received.ref.topic in others:
            found = await asyncio.to_thread(others[received.ref.topic], received)
            await publish(
                app, role, SUSPICION_EVENTS, with_evidence(found, received.ref), traceparent=received.traceparent
            )
            return
        turn = rooms.turn(received)
        if turn is None:
            return
        detector.engine = lexicon.engine
        with judging(detector.name):
            after, suspicions = detector.judge(turn.state, received.message)
        found = with_evidence(suspicions, received.ref)
        await publish(app, role, SUSPICION_EVENTS, found, traceparent=received.traceparent)
        turn.put(after)

    Consumer(app, role, settings, (topic, *(aside or {})), judge)
    return app

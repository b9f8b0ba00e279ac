"""Reports agent: complaints of buyers in, suspicion events out."""

import msgspec
from faust.types import AppT

from detectors.report.complaint import ComplaintDetector, ComplaintState
from pipelines.app import create_app, room_table
from pipelines.consume import Consumer, Received, judging, publish, with_evidence
from pipelines.reference.lexicon import LiveLexicon
from pipelines.room_state import RoomStates
from pipelines.settings import Settings
from schemas import ConsumerReport
from schemas.topics import CONSUMER_REPORTS, SUSPICION_EVENTS

ROLE = "reports"


def create(settings: Settings) -> AppT:
    """Build the worker: claims through the text engine, distinct buyers and raids by the state of the room."""
    app = create_app(ROLE, settings)
    lexicon = LiveLexicon(settings, ROLE).start()
    detector = ComplaintDetector(lexicon.engine)
    rooms = RoomStates(
        room_table(app, "reports-rooms", settings),
        msgspec.msgpack.Decoder(ComplaintState).decode,
        lambda _room: detector.initial(),
    )

    async def judge(received: Received) -> None:
        report = received.message
        assert isinstance(report, ConsumerReport)
        turn = rooms.turn(received)
        if turn is None:
            return
        detector.engine = lexicon.engine
        with judging(detector.name):
            state, suspicions = detector.judge(turn.state, report)
        found = with_evidence(suspicions, received.ref)
        await publish(app, ROLE, SUSPICION_EVENTS, found, traceparent=received.traceparent)
        turn.put(state)

    Consumer(app, ROLE, settings, (CONSUMER_REPORTS,), judge)
    return app

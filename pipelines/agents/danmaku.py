"""Danmaku agent: chat batches in, suspicion events out."""

import msgspec
from faust.types import AppT

from detectors.danmaku.doubt_burst import BurstState, DoubtBurstDetector, DoubtCount, doubting_lines
from detectors.danmaku.lines import DanmakuTextDetector
from pipelines.app import create_app, room_table
from pipelines.consume import Consumer, Received, judging, publish, with_evidence
from pipelines.progress import ProgressMarks
from pipelines.reference.lexicon import LiveLexicon
from pipelines.room_state import RoomStates
from pipelines.settings import Settings
from schemas import DanmakuBatch, Modality
from schemas.topics import LIVE_DANMAKU, SUSPICION_EVENTS

ROLE = "danmaku"


def create(settings: Settings) -> AppT:
    """Build the worker: one text detector, and one burst detector whose state is a table keyed by room."""
    app = create_app(ROLE, settings)
    lexicon = LiveLexicon(settings, ROLE, many_lines=True).start()
    lines, bursts = DanmakuTextDetector(lexicon.engine), DoubtBurstDetector()
    rooms = RoomStates(
        room_table(app, "danmaku-rooms", settings),
        msgspec.msgpack.Decoder(BurstState).decode,
        lambda _room: bursts.initial(),
    )
    marks = ProgressMarks(Modality.DANMAKU)

    async def judge(received: Received) -> None:
        batch = received.message
        assert isinstance(batch, DanmakuBatch)
        turn = rooms.turn(received)
        if turn is None:
            return
        lines.engine = lexicon.engine
        with judging(lines.name):
            _, suspicions = lines.judge(None, batch)
        count = DoubtCount(batch=batch, doubting=doubting_lines(suspicions))
        with judging(bursts.name):
            state, burst = bursts.judge(turn.state, count)
        found = with_evidence([*suspicions, *burst], received.ref)
        progress = marks.up_to(batch.room, batch.session, batch.lines[-1].time_ms)
        await publish(app, ROLE, SUSPICION_EVENTS, [*found, *progress], traceparent=received.traceparent)
        turn.put(state)

    Consumer(app, ROLE, settings, (LIVE_DANMAKU,), judge)
    return app

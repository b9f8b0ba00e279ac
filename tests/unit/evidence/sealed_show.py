"""A made-up show as Kafka records, and a recorder that seals it into a folder vault."""

import itertools

import cv2
import numpy as np

from pipelines.broker.reader import ConsumedRecord
from pipelines.evidence.bundle import ReadBack
from pipelines.evidence.folder_vault import FolderVault
from pipelines.evidence.plan import Watched
from pipelines.evidence.recorder import Recorder
from pipelines.evidence.signing import FileSigner, generate, trusted
from schemas import AudioChunk, DanmakuBatch, DanmakuLine, Frame, Lifecycle, LifecycleChange, SealRequest
from schemas.cloudevents import encode
from schemas.topics import LIVE_AUDIO, LIVE_DANMAKU, LIVE_FRAMES, ROOM_LIFECYCLE

START_MS = 1_700_000_000_000
ROOM = "room/../1"
SECONDS = 24


def picture(number):
    image = np.full((90, 161, 3), number * 9 % 255, dtype=np.uint8)
    return cv2.imencode(".jpg", image)[1].tobytes()


def show(session, *, seconds=SECONDS):
    """Records of a show that lasts some seconds."""
    for second in range(seconds):
        time_ms = START_MS + second * 1000
        yield LIVE_FRAMES, Frame(room=ROOM, session=session, time_ms=time_ms, sequence=second, jpeg=picture(second))
        wave = (np.sin(np.arange(16_000) / 20) * 9000).astype("<i2").tobytes()
        yield LIVE_AUDIO, AudioChunk(room=ROOM, session=session, time_ms=time_ms, sequence=second, pcm=wave)
        line = DanmakuLine(line_id=f"l{second}", viewer="v", time_ms=time_ms, text=f"这是真的吗 {second}")
        yield LIVE_DANMAKU, DanmakuBatch(room=ROOM, session=session, lines=(line,))
    for second, change in ((0, LifecycleChange.STARTED), (seconds, LifecycleChange.ENDED)):
        time_ms = START_MS + second * 1000
        yield ROOM_LIFECYCLE, Lifecycle(room=ROOM, session=session, time_ms=time_ms, change=change)


def records_of(messages):
    offsets = {}
    for topic, message in messages:
        record = encode(message, source="test")
        offset = next(offsets.setdefault(topic.name, itertools.count()))
        yield ConsumedRecord(
            topic=topic.name,
            partition=3,
            offset=offset,
            key=record.key,
            value=record.value,
            headers=list(record.headers),
            timestamp_ms=record.timestamp_ms,
        )


class ListReader:
    """Kafka, as far as the recorder sees it: the records of a list."""

    def __init__(self, records, *, suspicious=True, missing=None):
        self.records, self.suspicious, self.missing = list(records), suspicious, missing or {}

    def read(self, room, session, topics, start_ms, end_ms):
        kept = [one for one in self.records if one.topic in topics and start_ms <= one.timestamp_ms < end_ms]
        return ReadBack(records=tuple(kept), missing=self.missing)

    def is_suspicious(self, room, session, start_ms, end_ms):
        return self.suspicious


class Sealer:
    """A recorder with a clock that a test sets."""

    def __init__(self, folder, **reading):
        folder.mkdir(exist_ok=True)
        self.key = folder / "key.pem"
        self.keys = trusted([generate(self.key)])
        self.root = folder / "vault"
        self.now_ms = START_MS + 3_600_000
        self.reading = reading

    def recorder(self, session, vault=None):
        return Recorder(
            vault or FolderVault(self.root),
            FileSigner(self.key),
            ListReader(records_of(show(session)), **self.reading),
            part_ms=10_000,
            quiet_ms=5_000,
            clock=lambda: self.now_ms,
            code_version="test",
        )

    def seal_all(self, session="show-1", vault=None):
        """Seal a whole show; returns its chain."""
        recorder = self.recorder(session, vault)
        chain, quiet = recorder.open(ROOM, session), []
        while True:
            known = len(quiet)
            entry = recorder.seal_next(chain, watched(session), quiet, ("p1", "# policy"))
            if entry is None and len(quiet) == known:
                return chain

    def folder(self, session="show-1"):
        return next(self.root.rglob(f"{session}/chain")).parent


def watched(session="show-1"):
    return Watched(
        session=session,
        started_ms=START_MS,
        ended_ms=START_MS + SECONDS * 1000,
        request=SealRequest(
            request_id="r1",
            room=ROOM,
            session=session,
            start_ms=START_MS,
            end_ms=START_MS + 15_000,
            deadline_ms=START_MS + 20_000,
        ),
    )

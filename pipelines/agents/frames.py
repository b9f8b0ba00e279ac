"""Frames agent: pictures in, suspicion events out. Recognition runs outside the event loop, one frame at a time."""

import asyncio

from faust.types import AppT

from detectors.contract import Image, ScreenItem, TextBox
from detectors.engines.ocr import load_ocr_engine
from detectors.frame.covered_label import CoveredLabelDetector
from detectors.frame.gate import GateState, look
from detectors.frame.picture import decode_jpeg
from detectors.frame.screen_text import ScreenTextDetector
from pipelines.app import MEDIA_BUFFER, create_app
from pipelines.consume import Consumer, Received, judging, publish, with_evidence
from pipelines.metrics import FRAMES_READ
from pipelines.progress import ProgressMarks
from pipelines.reference.lexicon import LiveLexicon
from pipelines.room_memory import SessionMemory
from pipelines.settings import Settings
from schemas import Frame, Modality
from schemas.topics import LIVE_FRAMES, SUSPICION_EVENTS

ROLE = "frames"


def create(settings: Settings) -> AppT:
    """Build the worker: OCR on frames that the change gate lets through, covered labels on every frame."""
    app = create_app(ROLE, settings, stream_buffer=MEDIA_BUFFER)
    ocr = load_ocr_engine(threads=settings.inference_threads)
    lexicon = LiveLexicon(settings, ROLE).start()
    texts, labels = ScreenTextDetector(lexicon.engine), CoveredLabelDetector()
    memory = SessionMemory(lambda: (GateState(), texts.initial(), labels.initial()))
    marks = ProgressMarks(Modality.FRAME)

    def read(image: Image) -> tuple[TextBox, ...]:
        with judging(ocr.version):
            return ocr.read(image)

    async def judge(received: Received) -> None:
        frame = received.message
        assert isinstance(frame, Frame)
        gate, text_state, label_state = memory.get(frame.room, frame.session)
        with judging("frame-gate"):
            image = await asyncio.to_thread(decode_jpeg, frame.jpeg, max_pixels=settings.max_image_pixels)
            gate, seen = look(gate, image, frame.time_ms)
        FRAMES_READ.labels("read" if seen.read else "skipped").inc()
        boxes = await asyncio.to_thread(read, image) if seen.read else ()
        item = ScreenItem(
            room=frame.room,
            session=frame.session,
            sequence=frame.sequence,
            time_ms=frame.time_ms,
            image=image,
            boxes=boxes,
        )
        texts.engine = lexicon.engine
        with judging(texts.name):
            text_state, screen = texts.judge(text_state, item)
        # Every frame, not only those that are read: a label held still is seen again only in frames without change.
        with judging(labels.name):
            label_state, covered = await asyncio.to_thread(labels.judge, label_state, item)
        found = with_evidence([*screen, *covered], received.ref)
        progress = marks.up_to(frame.room, frame.session, frame.time_ms)
        await publish(app, ROLE, SUSPICION_EVENTS, [*found, *progress], traceparent=received.traceparent)
        memory.put(frame.room, frame.session, (gate, text_state, label_state))

    Consumer(app, ROLE, settings, (LIVE_FRAMES,), judge)
    return app

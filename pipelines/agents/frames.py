"""Frames agent: pictures in, suspicion events out. Recognition runs outside the event loop, one frame at a time."""

import asyncio

from faust.types import AppT

from detectors.contract import Image, ScreenItem, TextBox
from detectors.engines.ocr import load_ocr_engine
from detectors.frame.camera import CameraDetector
from detectors.frame.covered_label import CoveredLabelDetector
from detectors.frame.gallery.flood import FloodState, watch
from detectors.frame.gallery.store import GalleryError, load_gallery
from detectors.frame.gate import GateState, look
from detectors.frame.logo import LogoDetector
from detectors.frame.picture import decode_jpeg
from detectors.frame.screen_text import ScreenTextDetector
from pipelines.app import MEDIA_BUFFER, create_app
from pipelines.consume import Consumer, Received, judging, publish, with_evidence
from pipelines.errors import SettingsError
from pipelines.metrics import FRAMES_READ, GALLERY_QUARANTINED
from pipelines.progress import ProgressMarks
from pipelines.reference.lexicon import LiveLexicon
from pipelines.room_memory import SessionMemory
from pipelines.settings import Settings
from schemas import Frame, Modality, Suspicion
from schemas.topics import LIVE_FRAMES, SUSPICION_EVENTS

ROLE = "frames"


def create(settings: Settings) -> AppT:
    """Build the worker: text and marks where the change gate sees something new, labels and camera on every frame."""
    app = create_app(ROLE, settings, stream_buffer=MEDIA_BUFFER)
    ocr = load_ocr_engine(threads=settings.inference_threads, provider=settings.inference_provider)
    lexicon = LiveLexicon(settings, ROLE).start()
    texts, labels = ScreenTextDetector(lexicon.engine), CoveredLabelDetector()
    logos, camera = _logo_detector(settings), CameraDetector()
    flood = FloodState()
    memory = SessionMemory(lambda: (GateState(), texts.initial(), labels.initial(), logos.initial(), camera.initial()))
    marks = ProgressMarks(Modality.FRAME)

    def read(image: Image) -> tuple[TextBox, ...]:
        with judging(ocr.version):
            return ocr.read(image)

    async def judge(received: Received) -> None:
        nonlocal flood
        frame = received.message
        assert isinstance(frame, Frame)
        gate, text_state, label_state, logo_state, camera_state = memory.get(frame.room, frame.session)
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
        with judging(camera.name):
            camera_state, wrong = camera.judge(camera_state, item)
        logos_seen: list[Suspicion] = []
        if seen.read:  # a mark is searched where the picture has changed: it costs more than half of reading the text
            logos.quarantined = frozenset(flood.until)
            with judging(logos.name):
                logo_state, logos_seen = await asyncio.to_thread(logos.judge, logo_state, item)
            flood = watch(flood, frame.room, frozenset(one.facts.term for one in logos_seen), frame.time_ms)
            GALLERY_QUARANTINED.set(len(flood.until))
        found = with_evidence([*screen, *covered, *logos_seen, *wrong], received.ref)
        progress = marks.up_to(frame.room, frame.session, frame.time_ms)
        await publish(app, ROLE, SUSPICION_EVENTS, [*found, *progress], traceparent=received.traceparent)
        memory.put(frame.room, frame.session, (gate, text_state, label_state, logo_state, camera_state))

    Consumer(app, ROLE, settings, (LIVE_FRAMES,), judge)
    return app


def _logo_detector(settings: Settings) -> LogoDetector:
    try:
        return LogoDetector(load_gallery(settings.gallery_dir))
    except GalleryError as error:
        raise SettingsError(f"the gallery cannot be used: {error}") from error

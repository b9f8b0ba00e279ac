"""Audio agent: sound in, suspicion events out. Utterances are cut, transcribed outside the event loop, and judged.

A record is acknowledged only when no utterance that is still being cut needs its sound: after a crash the next worker
gets that sound again.
"""

import asyncio
from collections.abc import Sequence

import msgspec
from faust.types import AppT

from detectors.audio.segment import FRAME_MS, PcmUtterance, SegmenterState, flush, push
from detectors.audio.speech import SpeechDetector
from detectors.engines.speech import SpeechEngine, load_speech_engine
from pipelines.app import MEDIA_BUFFER, create_app, every
from pipelines.clock import now_ms
from pipelines.consume import Consumer, Received, judging, publish, with_evidence
from pipelines.metrics import SPEECH_SECONDS, UTTERANCES
from pipelines.models import speech_model
from pipelines.progress import ProgressMarks
from pipelines.reference.lexicon import LiveLexicon
from pipelines.room_memory import SessionMemory
from pipelines.settings import Settings
from schemas import AudioChunk, DecodeError, EvidenceRef, Modality, Suspicion
from schemas.topics import LIVE_AUDIO, SUSPICION_EVENTS

ROLE = "audio"
SILENT_MS = 2_000
"""A session from which no sound came for so long has ended or hangs: what was said last is judged now."""


class Listening(msgspec.Struct, frozen=True):
    """What is remembered of a session."""

    segmenter: SegmenterState = msgspec.field(default_factory=SegmenterState)
    unfinished: tuple[Received, ...] = ()
    """Records whose sound an utterance still being cut needs."""
    heard_ms: int = 0
    """Processing time of the last record."""


def create(settings: Settings) -> AppT:
    """Build the worker: a segmenter per session, the speech engine of the settings, the detector of speech."""
    app = create_app(ROLE, settings, stream_buffer=MEDIA_BUFFER)
    engine = load_speech_engine(settings.asr_engine, speech_model(settings), threads=settings.inference_threads)
    lexicon = LiveLexicon(settings, ROLE).start()
    listener = Listener(app, Ears(engine, settings.asr_engine, SpeechDetector(lexicon.engine), lexicon))
    listener.consumer = Consumer(app, ROLE, settings, (LIVE_AUDIO,), listener.judge)
    every(app, SILENT_MS / 2000, listener.judge_silent_sessions)
    return app


class Listener:
    """Follows all sessions of a worker: what is still being cut, and which records that needs."""

    consumer: Consumer

    def __init__(self, app: AppT, ears: "Ears") -> None:
        self._app, self._ears = app, ears
        self._memory, self._marks, self._busy = SessionMemory(Listening), ProgressMarks(Modality.AUDIO), asyncio.Lock()

    async def judge(self, received: Received) -> list[Received]:
        """Take a record; returns those that are finished by it."""
        chunk = received.message
        assert isinstance(chunk, AudioChunk)
        async with self._busy:
            known = self._memory.get(chunk.room, chunk.session)
            with judging("segmenter"):
                segmenter, utterances = push(known.segmenter, chunk)
            judged_ms, records = _judged_ms(segmenter), (*known.unfinished, received)
            finished = [one for one in records if _end_ms(one) <= judged_ms]
            unfinished = tuple(one for one in records if _end_ms(one) > judged_ms)
            self._memory.put(chunk.room, chunk.session, Listening(segmenter, unfinished, now_ms()))
            try:
                await self._report(utterances, received.ref, segmenter)
            except DecodeError:
                await self.consumer.finish(one for one in finished if one is not received)
                raise
            return finished

    async def judge_silent_sessions(self) -> None:
        """Judge what was said last where no more sound comes."""
        async with self._busy:
            for (room, session), known in self._memory.items():
                if known.unfinished and now_ms() - known.heard_ms >= SILENT_MS:
                    self._memory.put(room, session, Listening())
                    if self.consumer.holds(known.unfinished[-1]):
                        await self._end(known)

    async def _end(self, known: Listening) -> None:
        *others, last = known.unfinished
        try:
            with judging("segmenter"):
                rest = flush(known.segmenter)
            await self._report(rest, last.ref, known.segmenter)
        except DecodeError as error:
            await self.consumer.refuse(last, error)
            await self.consumer.finish(others)
        else:
            await self.consumer.finish(known.unfinished)

    async def _report(self, utterances: Sequence[PcmUtterance], ref: EvidenceRef, up_to: SegmenterState) -> None:
        found = await asyncio.to_thread(self._ears.judge, utterances) if utterances else []
        progress = self._marks.up_to(up_to.room, up_to.session, _judged_ms(up_to))
        await publish(self._app, ROLE, SUSPICION_EVENTS, [*with_evidence(found, ref), *progress])


class Ears:
    """Recognition and judgement of utterances; runs in a thread, one call at a time."""

    def __init__(self, engine: SpeechEngine, kind: str, detector: SpeechDetector, lexicon: LiveLexicon) -> None:
        self._engine, self._kind, self._detector, self._lexicon = engine, kind, detector, lexicon

    def judge(self, utterances: Sequence[PcmUtterance]) -> list[Suspicion]:
        """Transcribe and judge utterances of one session, in order."""
        found: list[Suspicion] = []
        for pcm in utterances:
            with judging(self._kind):
                said = self._engine.transcribe(pcm.pcm, start_ms=pcm.start_ms)
            UTTERANCES.labels(self._kind).inc()
            SPEECH_SECONDS.labels(self._kind).inc((pcm.end_ms - pcm.start_ms) / 1000)
            item = said.utterance(
                room=pcm.room,
                session=pcm.session,
                start_ms=pcm.start_ms,
                end_ms=pcm.end_ms,
                model_version=self._engine.version,
            )
            self._detector.engine = self._lexicon.engine
            with judging(self._detector.name):
                found += self._detector.judge(None, item)[1]
        return found


def _judged_ms(state: SegmenterState) -> int:
    """On-air moment up to which nothing is being cut any more."""
    return state.expected_ms if state.opened_at is None else state.start_ms + state.held_from * FRAME_MS


def _end_ms(received: Received) -> int:
    chunk = received.message
    assert isinstance(chunk, AudioChunk)
    return chunk.time_ms + chunk.duration_ms

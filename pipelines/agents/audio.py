"""Audio agent: sound in, suspicion events out.

Records are cut into utterances as they come; a task beside takes what waits, one utterance a room and several rooms at
once, has it recognised outside the event loop and judges it. A record is acknowledged only when no utterance needs its
sound any more, whether it is still being cut or waits: after a crash the next worker gets that sound again.
"""

import asyncio
from collections.abc import Iterable, Sequence

import msgspec
from faust.types import AppT

from detectors.audio.segment import FRAME_MS, PcmUtterance, SegmenterState, flush, push
from detectors.audio.speech import SpeechDetector
from detectors.audio.transcript import Transcript
from detectors.audio.waiting import Waiting, WaitingRooms
from detectors.engines.guarded import EngineDiedError, GuardedEngine
from detectors.engines.speech import Sound
from pipelines.app import MEDIA_BUFFER, create_app, every
from pipelines.clock import now_ms
from pipelines.consume import Consumer, Received, judging, publish, with_evidence
from pipelines.metrics import (
    ENGINE_DEATHS,
    SPEECH_DELAY_SECONDS,
    SPEECH_SECONDS,
    UNHEARD_SECONDS,
    UTTERANCES,
    UTTERANCES_WAITING,
)
from pipelines.models import speech_model
from pipelines.progress import ProgressMarks
from pipelines.reference.lexicon import LiveLexicon
from pipelines.room_memory import SessionMemory
from pipelines.settings import Settings
from schemas import AudioChunk, DeadLetterReason, DecodeError, Modality, Progress, Suspicion
from schemas.topics import LIVE_AUDIO, SUSPICION_EVENTS

ROLE = "audio"
SILENT_MS = 2_000
"""A session from which no sound came for so long has ended or hangs: what was said last is judged now."""
BATCHES_WAITING = 4
"""Batches that may wait in memory; beyond that no more records are taken, and Kafka holds them."""


class Listening(msgspec.Struct, kw_only=True):
    """What is remembered of a session."""

    segmenter: SegmenterState = msgspec.field(default_factory=SegmenterState)
    cut_to_ms: int = 0
    """On-air moment up to which nothing is being cut any more."""
    pending: dict[int, Received] = {}
    """Utterances that wait or are being recognised, by their start, with the record that completed them."""
    unfinished: list[Received] = []
    """Records whose sound is needed, in order."""
    heard_ms: int = 0
    """Processing time of the last record."""
    found_llr: float = 0.0
    """Sum of all that was found."""

    @property
    def judged_ms(self) -> int:
        """On-air moment up to which everything was judged."""
        return min([self.cut_to_ms, *self.pending])

    def take_finished(self) -> list[Received]:
        """Records whose sound nobody needs any more; they are forgotten here."""
        finished = [one for one in self.unfinished if _end_ms(one) <= self.judged_ms]
        self.unfinished = [one for one in self.unfinished if _end_ms(one) > self.judged_ms]
        return finished


def create(settings: Settings) -> AppT:
    """Build the worker: a segmenter per session, the speech engine of the settings, the detector of speech."""
    app = create_app(ROLE, settings, stream_buffer=MEDIA_BUFFER)
    engine = load_engine(settings)
    lexicon = LiveLexicon(settings, ROLE).start()
    ears = Ears(engine, settings.asr_engine, SpeechDetector(lexicon.engine), lexicon)
    listener = Listener(app, ears, settings)
    listener.consumer = Consumer(app, ROLE, settings, (LIVE_AUDIO,), listener.take)
    every(app, SILENT_MS / 2000, listener.cut_silent_sessions)
    app.task(listener.recognise)
    return app


def load_engine(settings: Settings) -> GuardedEngine:
    """The speech engine of the settings, in a process of its own."""
    return GuardedEngine.load(settings.asr_engine, speech_model(settings), threads=settings.inference_threads)


class Listener:
    """Follows all sessions of a worker: what is being cut, what waits, and which records that needs."""

    consumer: Consumer

    def __init__(self, app: AppT, ears: "Ears", settings: Settings) -> None:
        self._app, self._ears, self._batch = app, ears, settings.asr_batch
        self._patience_ms = round(settings.asr_patience_s * 1000)
        self._memory, self._marks = SessionMemory(Listening), ProgressMarks(Modality.AUDIO)
        self._waiting, self._changed = WaitingRooms(), asyncio.Condition()

    async def take(self, received: Received) -> list[Received]:
        """Cut a record into utterances; returns the records that are finished by it."""
        chunk = received.message
        assert isinstance(chunk, AudioChunk)
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._waiting) < self._batch * BATCHES_WAITING)
            known = self._memory.get(chunk.room, chunk.session)
            with judging("segmenter"):
                segmenter, utterances = push(known.segmenter, chunk)
            known.segmenter, known.heard_ms = segmenter, now_ms()
            known.cut_to_ms = _cut_to_ms(segmenter)
            known.unfinished.append(received)
            self._memory.put(chunk.room, chunk.session, known)
            self._queue(known, utterances, received)
        await self._publish([], self._progress(chunk.room, chunk.session, known))
        return known.take_finished()

    async def cut_silent_sessions(self) -> None:
        """Take what was said last where no more sound comes."""
        async with self._changed:
            for _, known in self._memory.items():  # noqa: PERF102  # no dict
                if known.unfinished and now_ms() - known.heard_ms >= SILENT_MS and known.segmenter.room:
                    last = known.unfinished[-1]
                    rest = flush(known.segmenter) if self.consumer.holds(last) else []
                    known.cut_to_ms = known.segmenter.expected_ms
                    known.segmenter = SegmenterState()
                    self._queue(known, rest, last)
        for (room, session), known in self._memory.items():
            if known.unfinished and not known.segmenter.room:
                await self._publish([], self._progress(room, session, known))
                await self._finish(known.take_finished())

    async def recognise(self) -> None:
        """Recognise and judge what waits, for ever."""
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: len(self._waiting))
                late = self._waiting.give_up(now_ms(), self._patience_ms)
                batch = self._waiting.take(self._batch)
                UTTERANCES_WAITING.set(len(self._waiting))
                self._changed.notify_all()
            for one in late:
                await self._report(one.utterance, [], unheard=True)
                UNHEARD_SECONDS.labels("suspicious" if one.risky else "quiet").inc(_seconds(one.utterance))
            said = await asyncio.to_thread(self._ears.hear, [one.utterance for one in batch]) if batch else []
            for one, transcript in zip(batch, said, strict=True):
                await self._judge(one.utterance, transcript)

    async def _judge(self, utterance: PcmUtterance, said: Transcript | EngineDiedError) -> None:
        known = self._memory.get(utterance.room, utterance.session)
        try:
            found = await asyncio.to_thread(self._ears.judge, utterance, said)
        except DecodeError as error:
            record = known.pending.pop(utterance.start_ms, None)
            if record in known.unfinished and self.consumer.holds(record):
                known.unfinished.remove(record)
                await self.consumer.refuse(record, error)
            await self._finish(known.take_finished())
        else:
            await self._report(utterance, found)

    async def _report(self, utterance: PcmUtterance, found: Sequence[Suspicion], *, unheard: bool = False) -> None:
        """Publish what was found in an utterance, and finish the records that nothing else needs."""
        room, session = utterance.room, utterance.session
        known = self._memory.get(room, session)
        record = known.pending.pop(utterance.start_ms, None)
        if record is None:  # forgotten, or given again after the partition came back
            return
        known.found_llr += sum(suspicion.llr for suspicion in found)
        progress = self._progress(room, session, known)
        if unheard:
            mark = Progress(
                room=room,
                session=session,
                modality=Modality.AUDIO,
                up_to_ms=known.judged_ms,
                unheard_from_ms=min(utterance.start_ms, known.judged_ms),
            )
            progress = (mark,)
        await self._publish(with_evidence(found, record.ref), progress)
        SPEECH_DELAY_SECONDS.labels(self._ears.kind).observe(max(0, now_ms() - utterance.end_ms) / 1000)
        await self._finish(known.take_finished())

    def _queue(self, known: Listening, utterances: Iterable[PcmUtterance], record: Received) -> None:
        for utterance in utterances:
            known.pending[utterance.start_ms] = record
            self._waiting.add(Waiting(utterance=utterance, risk_llr=known.found_llr))
        UTTERANCES_WAITING.set(len(self._waiting))
        self._changed.notify_all()

    def _progress(self, room: str, session: str, known: Listening) -> tuple[Progress, ...]:
        return self._marks.up_to(room, session, known.judged_ms)

    async def _publish(self, found: Sequence[Suspicion], progress: Sequence[Progress]) -> None:
        await publish(self._app, ROLE, SUSPICION_EVENTS, [*found, *progress])

    async def _finish(self, records: Iterable[Received]) -> None:
        await self.consumer.finish(record for record in records if self.consumer.holds(record))


class Ears:
    """Recognition and judgement of utterances; runs in a thread, one call at a time."""

    def __init__(self, engine: GuardedEngine, kind: str, detector: SpeechDetector, lexicon: LiveLexicon) -> None:
        self._engine, self.kind, self._detector, self._lexicon = engine, kind, detector, lexicon

    def hear(self, utterances: Sequence[PcmUtterance]) -> list[Transcript | EngineDiedError]:
        """Recognise utterances of several rooms."""
        with judging(self.kind):
            said = self._engine.transcribe_many([Sound(pcm=one.pcm, start_ms=one.start_ms) for one in utterances])
        for one, transcript in zip(utterances, said, strict=True):
            if isinstance(transcript, EngineDiedError):
                ENGINE_DEATHS.labels(self.kind).inc()
            UTTERANCES.labels(self.kind).inc()
            SPEECH_SECONDS.labels(self.kind).inc(_seconds(one))
        return said

    def judge(self, pcm: PcmUtterance, said: Transcript | EngineDiedError) -> list[Suspicion]:
        """Judge what was said.

        Raises:
            DecodeError: the engine died of this utterance, or the detector failed.
        """
        if isinstance(said, EngineDiedError):
            raise DecodeError(DeadLetterReason.DETECTOR_FAILED, f"{self.kind} failed on this sound: {said}")
        item = said.utterance(
            room=pcm.room,
            session=pcm.session,
            start_ms=pcm.start_ms,
            end_ms=pcm.end_ms,
            model_version=self._engine.version,
        )
        self._detector.engine = self._lexicon.engine
        with judging(self._detector.name):
            return self._detector.judge(None, item)[1]


def _cut_to_ms(state: SegmenterState) -> int:
    """On-air moment up to which nothing is being cut any more."""
    return state.expected_ms if state.opened_at is None else state.start_ms + state.held_from * FRAME_MS


def _end_ms(received: Received) -> int:
    chunk = received.message
    assert isinstance(chunk, AudioChunk)
    return chunk.time_ms + chunk.duration_ms


def _seconds(utterance: PcmUtterance) -> float:
    return (utterance.end_ms - utterance.start_ms) / 1000

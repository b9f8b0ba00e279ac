"""Measures the ears: what they find of what was said, what they find that was not, and what that costs."""

import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from detectors.audio.segment import PcmUtterance, SegmenterState, flush, push
from detectors.audio.speech import SpeechDetector
from detectors.audio.transcript import Transcript
from detectors.audio.waiting import Waiting, WaitingRooms
from detectors.contract import Utterance
from detectors.engines.plain_whisper import PlainWhisper
from detectors.engines.speech import Sound, SpeechEngine, load_speech_engine
from detectors.text.engine import TextEngine
from pipelines.bench.audio_shows import Line, Show, shows
from pipelines.models import speech_model
from pipelines.settings import Settings
from schemas import AudioChunk, Signal, Suspicion

CHUNK_MS = 500
"""What ingest sends."""
BATCH = 8
FINDING_LLR = 0.5
"""From here on a suspicion counts as a finding: what an everyday shop says weighs less (own choice)."""
FACTS = frozenset({Signal.BRAND, Signal.PRICE, Signal.GUARANTEE})
"""Recorded, never weighed: no findings."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a show as an engine wrote it."""

    room: str
    start_ms: int
    end_ms: int
    known_ms: float
    """Moment of the show at which it was known: when the sound was there, and the time that recognition took."""
    said: Transcript


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of the spoken lines."""

    lines: int
    recall: float
    exact: float
    """Share of the same lines of which the transcript has the characters."""
    false_findings: int
    ordinary_minutes: float
    by_condition: dict[str, float]
    by_speed: dict[str, float]

    @property
    def false_an_hour(self) -> float:
        """False findings in an hour of ordinary speech."""
        return round(self.false_findings / self.ordinary_minutes * 60, 2) if self.ordinary_minutes else 0.0


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What an engine needs."""

    engine: str
    gated: bool
    cpu_seconds: float
    audio_seconds: float

    @property
    def real_time_factor(self) -> float:
        """CPU seconds for a second of show."""
        return self.cpu_seconds / self.audio_seconds

    @property
    def rooms_per_core(self) -> float:
        """Rooms that one core follows."""
        return self.audio_seconds / self.cpu_seconds


class AudioFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was measured."""

    ours: Quality
    plain: Quality
    false_findings_an_hour: float
    costs: list[dict[str, str | bool | float]]
    delay_p50_s: float
    delay_p95_s: float
    speech_share: float


class AudioBench(msgspec.Struct, frozen=True, kw_only=True):
    """The result, as `--json` writes it."""

    name: str = "audio"
    ratios: dict[str, float]
    figures: AudioFigures


def measure_audio(settings: Settings, *, every: int, say: Callable[[str], None]) -> AudioBench:
    """Measure whisper-base behind our gate against plain faster-whisper on the same shows, one thread each.

    Args:
        settings: where the model is.
        every: one of so many lines is played.
        say: told what is going on.
    """
    rooms = shows(every)
    texts, model = TextEngine.load(), speech_model(settings)
    total_s = sum(show.seconds for show in rooms)
    spoken_s = sum(line.end_ms - line.start_ms for show in rooms for line in show.lines) / 1000
    say(f"{len(rooms)} rooms, {total_s:.0f} s, of which {spoken_s:.0f} s are speech")
    engine = load_speech_engine("whisper", model, threads=1)
    began = time.process_time()
    ours = listen(engine, rooms)
    ours_s = time.process_time() - began
    say(f"our path: {ours_s:.0f} s of CPU")
    plain_engine, plain, plain_s = PlainWhisper(model, threads=1), list[Heard](), 0.0
    for show in rooms:
        began = time.process_time()
        said = plain_engine.transcribe(show.pcm)
        plain_s += time.process_time() - began
        plain += [
            Heard(room=show.room, start_ms=start, end_ms=max(end, start + 1), known_ms=0, said=text)
            for start, end, text in said
        ]
    say(f"plain faster-whisper: {plain_s:.0f} s of CPU")
    mine, found = quality(texts, rooms, ours)
    delays = sorted(known_ms / 1000 - one.end_ms / 1000 for one, known_ms in found)
    costs = [
        Cost(engine="whisper", gated=True, cpu_seconds=ours_s, audio_seconds=total_s),
        Cost(engine="plain faster-whisper", gated=False, cpu_seconds=plain_s, audio_seconds=total_s),
    ]
    return AudioBench(
        ratios={"rooms_vs_plain_engine": round(plain_s / ours_s, 3), "recall": round(mine.recall, 3)},
        figures=AudioFigures(
            ours=mine,
            plain=quality(texts, rooms, plain)[0],
            false_findings_an_hour=mine.false_an_hour,
            costs=[
                {
                    "engine": one.engine,
                    "gated": one.gated,
                    "real_time_factor": round(one.real_time_factor, 4),
                    "rooms_per_core": round(one.rooms_per_core, 2),
                }
                for one in costs
            ],
            delay_p50_s=_quantile(delays, 0.5),
            delay_p95_s=_quantile(delays, 0.95),
            speech_share=round(spoken_s / total_s, 3),
        ),
    )


def listen(engine: SpeechEngine, rooms: Sequence[Show]) -> list[Heard]:
    """Play all rooms at once through gate, queue and engine, as the audio agent does."""
    states = {show.room: SegmenterState() for show in rooms}
    waiting, heard, busy_until_ms = WaitingRooms(), list[Heard](), 0.0
    for at_ms in range(0, round(max(show.seconds for show in rooms) * 1000) + CHUNK_MS, CHUNK_MS):
        for show in rooms:
            pcm = show.pcm[at_ms * 32 : (at_ms + CHUNK_MS) * 32]
            chunk = AudioChunk(room=show.room, session="s", time_ms=at_ms, sequence=at_ms // CHUNK_MS, pcm=pcm)
            states[show.room], found = push(states[show.room], chunk) if pcm else (states[show.room], [])
            for utterance in found:
                waiting.add(Waiting(utterance=utterance, risk_llr=0))
        now_ms = at_ms + CHUNK_MS  # as on a core of its own: who is not waiting when it is free waits for the next turn
        while len(waiting) and busy_until_ms <= now_ms:
            heard += _recognise(engine, waiting.take(BATCH), now_ms)
            busy_until_ms = heard[-1].known_ms
    for state in states.values():
        for utterance in flush(state):
            waiting.add(Waiting(utterance=utterance, risk_llr=0))
    while len(waiting):
        heard += _recognise(engine, waiting.take(BATCH), max(now_ms, busy_until_ms))
        busy_until_ms = heard[-1].known_ms
    return heard


def _recognise(engine: SpeechEngine, batch: Sequence[Waiting], now_ms: float) -> list[Heard]:
    began = time.process_time()
    said = engine.transcribe_many([_sound(one.utterance) for one in batch])
    known_ms = now_ms + (time.process_time() - began) * 1000
    return [
        Heard(
            room=one.utterance.room,
            start_ms=one.utterance.start_ms,
            end_ms=one.utterance.end_ms,
            known_ms=known_ms,
            said=transcript,
        )
        for one, transcript in zip(batch, said, strict=True)
    ]


def _sound(utterance: PcmUtterance) -> Sound:
    return Sound(pcm=utterance.pcm, start_ms=utterance.start_ms)


def quality(
    texts: TextEngine, rooms: Iterable[Show], heard: Iterable[Heard]
) -> tuple[Quality, list[tuple[Suspicion, float]]]:
    """Hold what was found against what the text engine finds in the words as they were written.

    Lines in which it finds nothing by reading are left out: they measure the lexicon and not the ears.
    """
    detector = SpeechDetector(texts)
    by_room: defaultdict[str, list[tuple[Heard, list[Suspicion]]]] = defaultdict(list)
    for one in heard:
        item = _item(one.room, one.start_ms, one.end_ms, one.said)
        by_room[one.room].append((one, detector.judge(None, item)[1] if one.said.text else []))
    hits: list[tuple[Line, bool, bool]] = []
    false, ordinary_ms, right = 0, 0, list[tuple[Suspicion, float]]()
    for show in rooms:
        for line in show.lines:
            near = [pair for pair in by_room[show.room] if _overlap(pair[0], line)]
            found = [
                (s, h.known_ms) for h, all_found in near for s in all_found if _is_finding(s) and _overlap(s, line)
            ]
            if line.ordinary:
                ordinary_ms += line.end_ms - line.start_ms
                false += len(found)
                continue
            meant = detector.judge(None, _item(show.room, 0, 9000, Transcript(text=line.text)))[1]
            meant = [one for one in meant if _is_finding(one)]
            if meant:
                signals = {one.signal for one in meant}
                good = [pair for pair in found if pair[0].signal in signals]
                right += good
                written = "".join(h.said.text for h, _ in near)
                hits.append((line, bool(good), any(one.facts.surface in written for one in meant)))
    return (
        Quality(
            lines=len(hits),
            recall=_share(found for _, found, _ in hits),
            exact=_share(exact for _, _, exact in hits),
            false_findings=false,
            ordinary_minutes=round(ordinary_ms / 60_000, 2),
            by_condition=_by(hits, lambda line: line.condition),
            by_speed=_by(hits, lambda line: str(line.speed)),
        ),
        right,
    )


def _item(room: str, start_ms: int, end_ms: int, said: Transcript) -> Utterance:
    return said.utterance(room=room, session="s", start_ms=start_ms, end_ms=end_ms, model_version="")


def _is_finding(one: Suspicion) -> bool:
    return one.signal not in FACTS and one.llr >= FINDING_LLR


def _overlap(one: Heard | Suspicion, line: Line) -> bool:
    return one.start_ms < line.end_ms and line.start_ms < one.end_ms


def _by(hits: Iterable[tuple[Line, bool, bool]], key: Callable[[Line], str]) -> dict[str, float]:
    groups: defaultdict[str, list[bool]] = defaultdict(list)
    for line, found, _ in hits:
        groups[key(line)].append(found)
    return {name: _share(found) for name, found in sorted(groups.items())}


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return round(sum(values) / len(values), 3) if values else 0.0


def _quantile(values: Sequence[float], share: float) -> float:
    return round(values[min(len(values) - 1, int(share * len(values)))], 2) if values else 0.0


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """Memory over hours of sound played fast."""

    hours: float
    after_first_tenth_mb: float
    at_end_mb: float
    utterances: int
    recognised: int


def measure_memory(settings: Settings, *, hours: float, recognised_of: int, say: Callable[[str], None]) -> Memory:
    """Play hours of sound through gate, engine and detector; one utterance of `recognised_of` is recognised.

    The peak of resident memory is what is compared: it can only rise.
    """
    engine, detector = (
        load_speech_engine("whisper", speech_model(settings), threads=1),
        SpeechDetector(TextEngine.load()),
    )
    show, state = shows(4, 2)[0], SegmenterState()
    utterances = recognised = 0
    first_mb = 0.0
    end_ms = round(hours * 3_600_000)
    for at_ms in range(0, end_ms, CHUNK_MS):
        place = at_ms * 32 % (len(show.pcm) - CHUNK_MS * 32) // 2 * 2
        chunk = AudioChunk(
            room="r",
            session="s",
            time_ms=at_ms,
            sequence=at_ms // CHUNK_MS,
            pcm=show.pcm[place : place + CHUNK_MS * 32],
        )
        state, found = push(state, chunk)
        for one in found:
            if utterances % recognised_of == 0:
                said = engine.transcribe_many([_sound(one)])[0]
                detector.judge(None, _item("r", one.start_ms, one.end_ms, said))
                recognised += 1
            utterances += 1
        if not first_mb and at_ms >= end_ms // 10:
            first_mb = _peak_mb()
            say(f"{at_ms / 3_600_000:.1f} h: {first_mb:.0f} MB")
    return Memory(
        hours=hours, after_first_tenth_mb=first_mb, at_end_mb=_peak_mb(), utterances=utterances, recognised=recognised
    )


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)

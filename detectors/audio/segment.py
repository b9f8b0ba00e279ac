"""Cuts a room's sound into utterances: what the host said between two pauses, 1 to 12 s long.

Pure, and the same for any chunking: sound is judged in frames of 20 ms counted from the first sample of a run, and
a frame's level is integer arithmetic. A run ends where the time jumps or the session changes.

A frame is voiced when its level is well above the floor of the last seconds, so music or noise under the speech
raises the floor and does not merge everything. A short utterance is ended only by a long pause, a long one by a
short pause: recognition costs the same for 2 s as for 12 s of speech, and a host hardly ever pauses for long.
"""

import copy

import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.audio.voice import sounds_like_speech
from schemas.media import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, AudioChunk

FRAME_MS = 20
FRAME_BYTES = SAMPLE_RATE_HZ * FRAME_MS // 1000 * BYTES_PER_SAMPLE

MAX_FRAMES = 12_000 // FRAME_MS
"""Longest utterance. The speech model's window is 30 s, but an enforcement action must not wait for it."""
MIN_FRAMES = 1_000 // FRAME_MS
"""Shortest utterance: shorter ones take in the quiet around them, because the model invents words for fragments."""
OVERLAP_FRAMES = 260 // FRAME_MS
"""Sound that both halves of a cut utterance hold: a syllable lasts 200 to 250 ms, so none is lost in the cut."""
CUT_SEARCH_FRAMES = 3_000 // FRAME_MS
"""An utterance that must be cut is cut at the quietest frame of its last 3 s."""
MARGIN_FRAMES = 200 // FRAME_MS
"""Quiet kept before the first and after the last voiced frame: soft consonants are under the threshold."""
ONSET_FRAMES = 3
"""Voiced frames in a row that open an utterance; fewer are clicks."""
MIN_VOICED_FRAMES = 240 // FRAME_MS
"""Voiced frames that an utterance must have; about one syllable."""
LONG_PAUSE_FRAMES, SHORT_PAUSE_FRAMES = 700 // FRAME_MS, 200 // FRAME_MS
PATIENT_UNTIL_FRAMES, HASTY_FROM_FRAMES = 2_000 // FRAME_MS, 10_000 // FRAME_MS
"""Pause that ends an utterance: the long one up to 2 s of length, falling in a line to the short one at 10 s."""

VOICED_ABOVE_FLOOR_DB = 8
"""Speech is 15 to 30 dB above the music of a room; steady music stays within 6 dB of its own 10th percentile."""
VOICED_BELOW_LOUD_DB = 30
"""Nothing 30 dB below the loud frames is voice: music that begins after silence is above the floor for some seconds."""
QUIETEST_VOICE_DBFS = -60
"""Nothing below this is judged: the noise of 10-bit converters."""
FLOOR_PERCENTILE, LOUD_PERCENTILE = 10, 95
FLOOR_HISTORY_FRAMES = 6_000 // FRAME_MS
FLOOR_EVERY_FRAMES = 25
"""Floor and loudness are percentiles of the last 6 s, taken twice a second."""
FLOOR_AT_START_DBFS = -50
"""Highest floor believed before 2 s are known: a run may begin in the middle of a word."""
FLOOR_TRUSTED_FRAMES = 2_000 // FRAME_MS

JUMP_MS = 250
"""Difference between a chunk's time and the time expected by counting samples that makes a new run. AAC frames
jitter by less than 50 ms; a lost chunk is 500 ms or more."""

STEP_BYTES = 10 * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE
"""Sound judged at a time, 10 s: a chunk of an hour then costs no more than its seconds one by one."""

_DB_OFFSET = 100
"""Levels are stored as bytes: decibels above -100 dBFS."""


class PcmUtterance(msgspec.Struct, frozen=True, kw_only=True):
    """Sound of one utterance, ready for a speech engine."""

    room: str
    session: str
    start_ms: int
    """On-air moment of the first sample, milliseconds since the epoch, inclusive."""
    end_ms: int
    """End of the last sample, exclusive."""
    pcm: bytes
    """PCM s16le, 16 kHz, mono."""
    last_sequence: int
    """Sequence of the newest chunk read when the utterance was cut: all earlier sound has been segmented."""


class SegmenterState(msgspec.Struct, kw_only=True):
    """What the segmenter remembers of one room: at most one utterance of sound and 6 s of levels."""

    room: str = ""
    session: str = ""
    last_sequence: int = -1
    start_ms: int = 0
    """On-air moment of the run's first sample."""
    held_from: int = 0
    """Number, in the run, of the first frame in `held`."""
    held: bytes = b""
    """Sound not yet given out, with up to one unfinished frame at its end."""
    levels: bytes = b""
    """Level of each whole frame in `held`, decibels above -100 dBFS."""
    history: bytes = b""
    """Levels of the last 6 s."""
    threshold: int = QUIETEST_VOICE_DBFS + _DB_OFFSET
    """Lowest level of a voiced frame, decibels above -100 dBFS."""
    opened_at: int | None = None
    """First frame of the utterance being collected, numbered in the run; None between utterances."""
    voiced: int = 0
    """Voiced frames of the utterance, or the run of voiced frames that may open one."""
    quiet: int = 0
    """Frames since the last voiced one."""

    @property
    def expected_ms(self) -> int:
        """On-air moment of the next sample if none is missing."""
        samples = self.held_from * (FRAME_BYTES // BYTES_PER_SAMPLE) + len(self.held) // BYTES_PER_SAMPLE
        return self.start_ms + samples * 1000 // SAMPLE_RATE_HZ


def push(state: SegmenterState, chunk: AudioChunk) -> tuple[SegmenterState, list[PcmUtterance]]:
    """Add a chunk; give back the new state and the utterances that it completes.

    A chunk that was already read is ignored. `state` is not mutated.
    """
    same_session = (state.room, state.session) == (chunk.room, chunk.session)
    drift_ms = chunk.time_ms - state.expected_ms
    if same_session and chunk.sequence <= state.last_sequence and drift_ms < 0:
        return state, []
    found: list[PcmUtterance] = []
    if same_session and abs(drift_ms) <= JUMP_MS:
        state = copy.copy(state)
    else:
        found = flush(state)
        state = SegmenterState(room=chunk.room, session=chunk.session, start_ms=chunk.time_ms)
    state.last_sequence = chunk.sequence
    for at in range(0, len(chunk.pcm), STEP_BYTES):
        state.held += chunk.pcm[at : at + STEP_BYTES]
        found += _judge_new_frames(state)
    return state, found


def flush(state: SegmenterState) -> list[PcmUtterance]:
    """Give out the utterance being collected: the show has ended, or the sound has a gap."""
    if state.opened_at is None:
        return []
    return _give_out(state, end=state.held_from + len(state.levels) - max(0, state.quiet - MARGIN_FRAMES))


def _judge_new_frames(state: SegmenterState) -> list[PcmUtterance]:
    """Judge the frames that have no level yet; mutates `state`, which is the caller's own copy."""
    first_new = len(state.levels)
    new_levels = _levels(state.held[first_new * FRAME_BYTES :])
    state.levels += new_levels
    found: list[PcmUtterance] = []
    frame = state.held_from + first_new
    for level in new_levels:
        _follow_threshold(state, level, frame)
        if state.opened_at is None:
            _look_for_onset(state, level, frame)
        else:
            found += _continue_utterance(state, level, frame)
        frame += 1
    if state.opened_at is None:
        _drop_before(state, frame - MIN_FRAMES)
    return found


def _levels(pcm: bytes) -> bytes:
    """Level of each whole frame in the band of speech, one byte a frame.

    The difference of samples 4 apart passes 250 to 3750 Hz and stops hum. Integers, so exact in any batch.
    """
    frames = len(pcm) // FRAME_BYTES
    samples = np.frombuffer(pcm, dtype="<i2", count=frames * FRAME_BYTES // BYTES_PER_SAMPLE).astype(np.int64)
    band = samples.reshape(frames, FRAME_BYTES // BYTES_PER_SAMPLE)
    band = band[:, 4:] - band[:, :-4]
    mean_square = (band**2).sum(axis=1) / band.shape[1] / 2.0 / 32768.0**2
    decibels = 10 * np.log10(np.maximum(mean_square, 1e-10)) + _DB_OFFSET
    return bytes(np.clip(np.rint(decibels), 0, 255).astype(np.uint8))


def _follow_threshold(state: SegmenterState, level: int, frame: int) -> None:
    state.history = (state.history + bytes((level,)))[-FLOOR_HISTORY_FRAMES:]
    if frame % FLOOR_EVERY_FRAMES == 0:
        known: NDArray[np.uint8] = np.frombuffer(state.history, dtype=np.uint8)
        floor, loud = (int(level) for level in np.percentile(known, (FLOOR_PERCENTILE, LOUD_PERCENTILE)))
        if len(known) < FLOOR_TRUSTED_FRAMES:
            floor = min(floor, FLOOR_AT_START_DBFS + _DB_OFFSET)
        state.threshold = max(
            floor + VOICED_ABOVE_FLOOR_DB, loud - VOICED_BELOW_LOUD_DB, QUIETEST_VOICE_DBFS + _DB_OFFSET
        )


def _is_voiced(state: SegmenterState, level: int) -> bool:
    return level >= state.threshold


def _look_for_onset(state: SegmenterState, level: int, frame: int) -> None:
    state.voiced = state.voiced + 1 if _is_voiced(state, level) else 0
    if state.voiced >= ONSET_FRAMES:
        state.opened_at = max(state.held_from, frame + 1 - ONSET_FRAMES - MARGIN_FRAMES)
        state.quiet = 0


def _continue_utterance(state: SegmenterState, level: int, frame: int) -> list[PcmUtterance]:
    assert state.opened_at is not None
    voiced = _is_voiced(state, level)
    state.voiced += voiced
    state.quiet = 0 if voiced else state.quiet + 1
    length = frame + 1 - state.opened_at
    if state.quiet >= _pause_that_ends(length):
        end = frame + 1 - max(0, state.quiet - MARGIN_FRAMES)
        found = _give_out(state, end=end)
        state.opened_at, state.voiced = None, 0
        _drop_before(state, end)
        return found
    return _cut(state, frame) if length >= MAX_FRAMES else []


def _pause_that_ends(length: int) -> int:
    """Quiet frames that end an utterance of `length` frames."""
    span = HASTY_FROM_FRAMES - PATIENT_UNTIL_FRAMES
    beyond = min(max(length - PATIENT_UNTIL_FRAMES, 0), span)
    return LONG_PAUSE_FRAMES - (LONG_PAUSE_FRAMES - SHORT_PAUSE_FRAMES) * beyond // span


def _cut(state: SegmenterState, frame: int) -> list[PcmUtterance]:
    """Cut an utterance that has become too long at its quietest late frame and go on with the rest."""
    last = frame + 1 - state.held_from
    late = state.levels[last - CUT_SEARCH_FRAMES : last]
    cut = state.held_from + last - CUT_SEARCH_FRAMES + late.index(min(late)) + 1
    found = _give_out(state, end=cut)
    state.opened_at = cut - OVERLAP_FRAMES
    kept = state.levels[state.opened_at - state.held_from : last]
    state.voiced = sum(_is_voiced(state, level) for level in kept)
    _drop_before(state, state.opened_at)
    return found


def _give_out(state: SegmenterState, *, end: int) -> list[PcmUtterance]:
    """The utterance from `opened_at` to frame `end`, or nothing when it does not sound like speech."""
    assert state.opened_at is not None
    if state.voiced < MIN_VOICED_FRAMES:
        return []
    start = max(state.held_from, min(state.opened_at, end - MIN_FRAMES))
    end = min(max(end, start + MIN_FRAMES), state.held_from + len(state.levels))
    pcm = state.held[(start - state.held_from) * FRAME_BYTES : (end - state.held_from) * FRAME_BYTES]
    if not sounds_like_speech(pcm):
        return []
    return [
        PcmUtterance(
            room=state.room,
            session=state.session,
            start_ms=state.start_ms + start * FRAME_MS,
            end_ms=state.start_ms + end * FRAME_MS,
            pcm=pcm,
            last_sequence=state.last_sequence,
        )
    ]


def _drop_before(state: SegmenterState, frame: int) -> None:
    """Forget the sound before a frame."""
    count = min(max(frame - state.held_from, 0), len(state.levels))
    state.held = state.held[count * FRAME_BYTES :]
    state.levels = state.levels[count:]
    state.held_from += count

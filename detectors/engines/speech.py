"""One interface for every speech engine, and the one place that chooses between them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol, assert_never

import msgspec

from detectors.audio.transcript import Transcript
from schemas.media import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ

EngineKind = Literal["whisper", "vosk"]


class SpeechEngineError(ValueError):
    """A model folder is missing, incomplete or of another engine."""


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """The sound of one utterance."""

    pcm: bytes
    """PCM s16le, 16 kHz, mono; 1 to 12 s."""
    start_ms: int
    """On-air moment of its first sample; the word times are absolute."""

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE_HZ


class SpeechEngine(Protocol):
    """Turns the sound of utterances into text. Not thread-safe: one engine for each worker thread."""

    version: str
    """Engine and model, for `Suspicion.model_version`."""

    def transcribe(self, pcm: bytes, *, start_ms: int) -> Transcript:
        """Recognise one utterance, as `transcribe_many` does."""
        ...

    def transcribe_many(self, sounds: Sequence[Sound]) -> list[Transcript]:
        """Recognise utterances, whichever rooms they come from; the results are in their order."""
        ...


def load_speech_engine(kind: EngineKind, model: Path, *, threads: int) -> SpeechEngine:
    """Load a speech engine from a local model folder; nothing is ever downloaded here.

    Raises:
        SpeechEngineError: the folder is missing, incomplete or cannot be loaded; the message says what it needs.
    """
    match kind:
        case "whisper":
            from detectors.engines.whisper import WhisperEngine  # noqa: PLC0415  # loads CTranslate2: only when used

            return WhisperEngine(model, threads=threads)
        case "vosk":
            from detectors.engines.vosk import VoskEngine  # noqa: PLC0415  # loads Kaldi: only when used

            return VoskEngine(model)
        case _:
            assert_never(kind)

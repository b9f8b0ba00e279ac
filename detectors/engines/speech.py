"""One interface for every speech engine, and the one place that chooses between them."""

from pathlib import Path
from typing import Literal, Protocol, assert_never

from detectors.audio.transcript import Transcript

EngineKind = Literal["whisper", "vosk"]


class SpeechEngineError(ValueError):
    """A model folder is missing, incomplete or of another engine."""


class SpeechEngine(Protocol):
    """Turns the sound of one utterance into text. Not thread-safe: one engine for each worker thread."""

    version: str
    """Engine and model, for `Suspicion.model_version`."""

    def transcribe(self, pcm: bytes, *, start_ms: int) -> Transcript:
        """Recognise one utterance.

        Args:
            pcm: PCM s16le, 16 kHz, mono; 1 to 12 s.
            start_ms: on-air moment of its first sample; the word times are absolute.
        """
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

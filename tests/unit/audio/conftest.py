"""Sound for the tests: real speech from `speech.ogg`, music and silence made on the spot."""

from pathlib import Path

import numpy as np
import pytest

from detectors.engines.speech import SpeechEngine, load_speech_engine
from pipelines.media import read_audio
from pipelines.models import shown_ensure
from pipelines.settings import Settings

SPEECH = Path(__file__).with_name("speech.ogg")
MANDARIN_BYTES = 7_850 * 32
"""Where the Mandarin part ends: 7.85 s of 32 bytes a millisecond."""


@pytest.fixture(scope="session")
def mandarin() -> bytes:
    return b"".join(read_audio(SPEECH))[:MANDARIN_BYTES]


@pytest.fixture(scope="session")
def korean() -> bytes:
    return b"".join(read_audio(SPEECH))[MANDARIN_BYTES:]


@pytest.fixture(scope="session")
def music() -> bytes:
    """10 s of chords and plucked notes at about -25 dBFS."""
    t = np.arange(16_000 * 10) / 16_000
    chord = sum(np.sin(2 * np.pi * f * t) * (1 + 0.3 * np.sin(np.pi * t / 2)) for f in (220, 277, 330))
    pluck = np.sin(2 * np.pi * 523 * t) * np.exp(-(t % 0.5) * 6)
    return ((chord + pluck) * 1_000).astype("<i2").tobytes()


@pytest.fixture(scope="session")
def whisper() -> SpeechEngine:
    return load_speech_engine("whisper", shown_ensure("whisper-base", Settings()), threads=1)


@pytest.fixture(scope="session")
def vosk() -> SpeechEngine:
    return load_speech_engine("vosk", shown_ensure("vosk-ko", Settings()), threads=1)

"""A speech engine that crashes or hangs in native code costs one utterance, not the worker."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from detectors.audio.transcript import Transcript
from detectors.engines.guarded import EngineDiedError, GuardedEngine
from detectors.engines.speech import Sound, SpeechEngineError

FRAIL = str(Path(__file__).with_name("frail_engine.py"))


def sound(what: bytes, start_ms: int = 0) -> Sound:
    return Sound(pcm=what.ljust(8), start_ms=start_ms)


@pytest.fixture
def engine() -> Iterator[GuardedEngine]:
    guarded = GuardedEngine([sys.executable, FRAIL], allowed_s=1.5)
    yield guarded
    guarded.close()


def test_results_come_in_order_with_the_version_of_the_engine_inside(engine: GuardedEngine) -> None:
    assert engine.version == "frail/1"
    said = engine.transcribe_many([sound(b"one", 1), sound(b"two", 2)])
    assert said == [Transcript(text="one@1"), Transcript(text="two@2")]
    assert engine.transcribe_many([]) == []


@pytest.mark.parametrize(
    ("fault", "says"), [(b"crash", "ended by itself"), (b"hang", "did not answer"), (b"raise", "ValueError")]
)
def test_only_the_utterance_that_kills_the_engine_is_lost(engine: GuardedEngine, fault: bytes, says: str) -> None:
    first, second, third = engine.transcribe_many([sound(b"one"), sound(fault), sound(b"three")])
    assert (first, third) == (Transcript(text="one@0"), Transcript(text="three@0"))
    assert isinstance(second, EngineDiedError)
    assert says in str(second)
    with pytest.raises(EngineDiedError):
        engine.transcribe(fault, start_ms=0)
    assert engine.transcribe(b"four    ", start_ms=4).text == "four@4"


def test_what_the_engine_prints_does_not_get_between_the_answers(engine: GuardedEngine) -> None:
    assert engine.transcribe(b"print   ", start_ms=0).text == "print@0"


def test_a_model_that_cannot_be_loaded_is_said_in_the_words_of_the_engine(tmp_path: Path) -> None:
    with pytest.raises(SpeechEngineError, match=r"no faster-whisper model folder.*dajia models fetch"):
        GuardedEngine.load("whisper", tmp_path, threads=1)


def test_a_process_that_ends_at_once_is_reported() -> None:
    with pytest.raises(SpeechEngineError, match="cannot be started"):
        GuardedEngine([sys.executable, "-c", "raise SystemExit(3)"])

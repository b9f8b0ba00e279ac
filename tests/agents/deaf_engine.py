"""`dajia` with a speech engine that fails on every utterance, as a real one might on some."""

from detectors.engines import speech
from pipelines.agents import audio
from pipelines.cli.main import main


class DeafEngine:
    """Fails."""

    version = "deaf"

    def transcribe(self, pcm, *, start_ms):
        raise RuntimeError(f"cannot hear {len(pcm)} bytes from {start_ms} on")


assert audio.load_speech_engine is speech.load_speech_engine
audio.load_speech_engine = lambda *_args, **_options: DeafEngine()
main()

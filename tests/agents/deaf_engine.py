"""`dajia` with a speech engine that dies in native code on every utterance, as a real one might on some.

With the argument `engine` this is the engine's process.
"""

import ctypes
import sys

from detectors.engines.guarded import GuardedEngine
from detectors.engines.speech_process import serve


class DeafEngine:
    """Reads address 0."""

    version = "deaf"

    def transcribe_many(self, sounds):
        ctypes.string_at(0)


if sys.argv[1:] == ["engine"]:
    serve(DeafEngine)
else:
    from pipelines.agents import audio
    from pipelines.cli.main import main

    assert audio.GuardedEngine is GuardedEngine
    audio.load_engine = lambda _settings: GuardedEngine([sys.executable, __file__, "engine"])
    main()

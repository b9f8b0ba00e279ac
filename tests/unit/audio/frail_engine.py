"""The process of a speech engine that dies of some sounds."""

import ctypes
import os
import time
from collections.abc import Sequence

from detectors.audio.transcript import Transcript
from detectors.engines.speech import Sound
from detectors.engines.speech_process import serve


class FrailEngine:
    version = "frail/1"

    def transcribe(self, pcm: bytes, *, start_ms: int) -> Transcript:
        match pcm.strip():
            case b"crash":
                ctypes.string_at(0)
            case b"hang":
                time.sleep(60)
            case b"raise":
                raise ValueError("cannot hear this")
            case b"print":
                os.write(1, b"a library says something\n")
        return Transcript(text=f"{pcm.strip().decode()}@{start_ms}")

    def transcribe_many(self, sounds: Sequence[Sound]) -> list[Transcript]:
        return [self.transcribe(sound.pcm, start_ms=sound.start_ms) for sound in sounds]


serve(FrailEngine)

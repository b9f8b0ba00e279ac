"""A speech engine in a process of its own: one that crashes or hangs in native code ends there, not in the worker."""

import select
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from detectors.audio.transcript import NOTHING_SAID, Transcript
from detectors.engines.speech import EngineKind, Sound, SpeechEngineError
from detectors.engines.speech_process import Answer, Question, read_frame, write_frame

START_WITHIN_S = 120.0
"""Loading a model takes 2 to 10 s; a busy disk may need longer."""
ALLOWED_S, ALLOWED_FACTOR = 20.0, 5.0
"""An utterance may take 20 s and five times its own length: whisper-base needs 0.15 times on a free core."""


class EngineDiedError(RuntimeError):
    """The engine crashed or hung on this utterance; the next one gets a new engine."""


class GuardedEngine:
    """The same interface as the engine inside. Thread-safe use is the caller's affair: one call at a time."""

    def __init__(self, command: Sequence[str], *, allowed_s: float = ALLOWED_S) -> None:
        """Start the process `command`, which must call `speech_process.serve`, and wait until its model is loaded.

        Raises:
            SpeechEngineError: the model cannot be loaded, in the words of the engine inside.
        """
        self._command, self._allowed_s = tuple(command), allowed_s
        self.version = ""
        self._start()

    @classmethod
    def load(cls, kind: EngineKind, model: Path, *, threads: int) -> "GuardedEngine":
        """Load a speech engine in a process of its own; raises as `load_speech_engine`."""
        return cls([sys.executable, "-m", "detectors.engines.speech_process", kind, str(model), str(threads)])

    def transcribe(self, pcm: bytes, *, start_ms: int) -> Transcript:
        """Recognise one utterance.

        Raises:
            EngineDiedError: the engine ended or did not answer in time.
        """
        found = self.transcribe_many([Sound(pcm=pcm, start_ms=start_ms)])[0]
        if isinstance(found, EngineDiedError):
            raise found
        return found

    def transcribe_many(self, sounds: Sequence[Sound]) -> list[Transcript | EngineDiedError]:
        """Recognise utterances; the error stands in the place of the one that the engine cannot live through."""
        try:
            return list(self._ask(sounds))
        except EngineDiedError as error:
            if len(sounds) == 1:
                return [error]
        found: list[Transcript | EngineDiedError] = []
        for sound in sounds:
            found += self.transcribe_many([sound])
        return found

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own program
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
        )
        try:
            ready = self._answer(START_WITHIN_S)
        except EngineDiedError as error:
            self.close()
            raise SpeechEngineError(f"the speech engine cannot be started: {error}") from error
        if ready.error:
            self.close()
            raise SpeechEngineError(ready.error)
        self.version = ready.version

    def _ask(self, sounds: Sequence[Sound]) -> Sequence[Transcript]:
        if not sounds:
            return []
        if self._process.poll() is not None:
            self.close()
            self._start()
        seconds = sum(sound.seconds for sound in sounds)
        try:
            assert self._process.stdin is not None
            write_frame(self._process.stdin, msgspec.msgpack.encode(Question(sounds=tuple(sounds))))
            answer = self._answer(self._allowed_s * len(sounds) + ALLOWED_FACTOR * seconds)
        except (EngineDiedError, BrokenPipeError) as error:
            self.close()
            raise EngineDiedError(str(error)) from error
        if answer.error:
            raise EngineDiedError(answer.error)
        return [NOTHING_SAID if one is None else one for one in answer.transcripts]

    def _answer(self, within_s: float) -> Answer:
        assert self._process.stdout is not None
        deadline = time.monotonic() + within_s
        while not select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
            if time.monotonic() >= deadline:
                raise EngineDiedError(f"the speech engine did not answer within {within_s:.0f} s and was ended")
        frame = read_frame(self._process.stdout)
        if frame is None:
            raise EngineDiedError(f"the speech engine ended by itself (exit status {self._process.wait()})")
        return msgspec.msgpack.decode(frame, type=Answer)

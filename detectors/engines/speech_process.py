"""The process of a guarded speech engine: questions come on its standard input, answers go to its standard output.

python -m detectors.engines.speech_process KIND MODEL_FOLDER THREADS
"""

import os
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

import msgspec

from detectors.audio.transcript import Transcript
from detectors.engines.speech import EngineKind, Sound, SpeechEngine, SpeechEngineError, load_speech_engine

_LENGTH = struct.Struct("<Q")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Utterances to recognise."""

    sounds: tuple[Sound, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was said; the first answer of a process has only the version, or the reason why it cannot start."""

    transcripts: tuple[Transcript | None, ...] = ()
    version: str = ""
    error: str = ""


def write_frame(pipe: IO[bytes], data: bytes) -> None:
    """Write a length and that many bytes."""
    view = memoryview(_LENGTH.pack(len(data)) + data)
    while view:  # an unbuffered pipe may take less
        view = view[pipe.write(view) :]


def read_frame(pipe: IO[bytes]) -> bytes | None:
    """Read what `write_frame` wrote; None at the end."""
    head = _exactly(pipe, _LENGTH.size)
    return None if head is None else _exactly(pipe, _LENGTH.unpack(head)[0])


def serve(load: Callable[[], SpeechEngine]) -> None:
    """Load an engine and answer until the input ends: when the worker dies, this process ends too."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a native library prints must not get between the answers
    questions = os.fdopen(0, "rb", buffering=0, closefd=False)
    try:
        engine = load()
    except SpeechEngineError as error:
        write_frame(answers, msgspec.msgpack.encode(Answer(error=str(error))))
        return
    write_frame(answers, msgspec.msgpack.encode(Answer(version=engine.version)))
    while (frame := read_frame(questions)) is not None:
        question = msgspec.msgpack.decode(frame, type=Question)
        write_frame(answers, msgspec.msgpack.encode(_answer(engine, question)))


def _answer(engine: SpeechEngine, question: Question) -> Answer:
    try:
        return Answer(transcripts=tuple(engine.transcribe_many(question.sounds)))
    except Exception as error:  # noqa: BLE001  # whatever it is, it concerns these utterances only
        return Answer(error=f"{type(error).__name__}: {error}")


def _exactly(pipe: IO[bytes], count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        piece = pipe.read(count - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)


if __name__ == "__main__":
    kind, model, threads = sys.argv[1:]
    serve(lambda: load_speech_engine(cast("EngineKind", kind), Path(model), threads=int(threads)))

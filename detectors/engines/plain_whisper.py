"""faster-whisper as its own documentation uses it: the yardstick of `dajia bench audio`, and nothing else."""

from pathlib import Path

import numpy as np
import opencc
from faster_whisper import WhisperModel

from detectors.audio.transcript import Transcript


class PlainWhisper:
    """The whole sound of a show goes in, no gate before it; defaults but int8 and the language."""

    def __init__(self, model: Path, *, threads: int) -> None:
        self._model = WhisperModel(
            str(model), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )
        self._simplify = opencc.OpenCC("t2s").convert

    def transcribe(self, pcm: bytes, *, vad: bool = False) -> list[tuple[int, int, Transcript]]:
        """Recognise a show.

        Args:
            pcm: PCM s16le, 16 kHz, mono.
            vad: leave out what faster-whisper's own voice gate takes for no speech.

        Returns:
            Start and end in milliseconds from the beginning, and what was said.
        """
        sound = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
        segments, _ = self._model.transcribe(sound, language="zh", vad_filter=vad)
        return [
            (round(one.start * 1000), round(one.end * 1000), Transcript(text=self._simplify(one.text.strip())))
            for one in segments
        ]

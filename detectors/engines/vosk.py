"""Speech to text with a Vosk model (Kaldi): the user's own model folder, words with times."""

import json
from collections.abc import Sequence
from pathlib import Path

import vosk

from detectors.audio.transcript import NOTHING_SAID, Transcript
from detectors.contract import Word
from detectors.engines.speech import Sound, SpeechEngineError
from schemas.media import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ

MODEL_FILES = ("am/final.mdl", "conf/model.conf")
STEP_BYTES = SAMPLE_RATE_HZ // 5 * BYTES_PER_SAMPLE
"""Sound given to the recogniser at a time: 0.2 s, as from a live stream."""


class VoskEngine:
    """A loaded model, one call at a time. Each utterance gets a recogniser of its own: nothing leaks between them."""

    def __init__(self, model: Path) -> None:
        """Load the model folder; raises SpeechEngineError when it is none."""
        missing = [name for name in MODEL_FILES if not (model / name).is_file()]
        if missing:
            raise SpeechEngineError(
                f"{model} is no Vosk model folder: {', '.join(missing)} missing. "
                "Unpack a model such as vosk-model-small-cn and name its folder in DAJIA_ASR_MODEL."
            )
        vosk.SetLogLevel(-1)
        try:
            self._model = vosk.Model(str(model))
        except Exception as error:  # Vosk raises nothing more special
            raise SpeechEngineError(f"cannot load the speech model in {model}: its files are damaged") from error
        self.version = f"vosk/{model.name}"

    def transcribe(self, pcm: bytes, *, start_ms: int) -> Transcript:
        """Recognise one utterance; see `SpeechEngine`."""
        stream = VoskStream(self._model, start_ms=start_ms)
        for at in range(0, len(pcm), STEP_BYTES):
            stream.accept(pcm[at : at + STEP_BYTES])
        return stream.finish()

    def transcribe_many(self, sounds: Sequence[Sound]) -> list[Transcript]:
        """Recognise utterances one after another; see `SpeechEngine`."""
        return [self.transcribe(sound.pcm, start_ms=sound.start_ms) for sound in sounds]


class VoskStream:
    """An utterance that is still being said."""

    def __init__(self, model: vosk.Model, *, start_ms: int) -> None:
        self._recognizer = vosk.KaldiRecognizer(model, SAMPLE_RATE_HZ)
        self._recognizer.SetWords(True)  # noqa: FBT003  # Vosk's own signature
        self._start_ms = start_ms
        self._words: list[Word] = []

    def accept(self, pcm: bytes) -> None:
        """Take the next piece of sound."""
        if self._recognizer.AcceptWaveform(pcm):
            self._keep(self._recognizer.Result())

    def partial(self) -> str:
        """Text so far; the last words may still change."""
        unfinished = json.loads(self._recognizer.PartialResult()).get("partial", "")
        return _joined([*(word.text for word in self._words), *unfinished.split()])

    def finish(self) -> Transcript:
        """Text and words of the whole utterance."""
        self._keep(self._recognizer.FinalResult())
        if not self._words:
            return NOTHING_SAID
        confidence = sum(word.confidence for word in self._words) / len(self._words)
        text = _joined([word.text for word in self._words])
        return Transcript(text=text, words=tuple(self._words), confidence=round(confidence, 3))

    def _keep(self, result: str) -> None:
        for item in json.loads(result).get("result", ()):
            start_ms = self._start_ms + round(item["start"] * 1000)
            end_ms = self._start_ms + round(item["end"] * 1000)
            self._words.append(
                Word(text=item["word"], start_ms=start_ms, end_ms=end_ms, confidence=round(item["conf"], 3))
            )


def _joined(words: list[str]) -> str:
    """Chinese words follow each other without spaces; others keep theirs."""
    text = ""
    for word in words:
        spaced = text and not (_is_han(text[-1]) or _is_han(word[0]))
        text += (" " if spaced else "") + word
    return text


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"

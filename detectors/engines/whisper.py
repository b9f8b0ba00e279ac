"""Mandarin speech to text with a Whisper model on CTranslate2 (faster-whisper).

Three things differ from faster-whisper's own `transcribe`:

- The encoder gets a window as long as the utterance asks for instead of always 30 s of mostly silence. Cost falls by
  two thirds on one thread and recognition stays the same.
- Utterances of several rooms go through the model together: reading its weights is dear, using them is cheap.
- Nothing is sampled: where the result repeats itself, one more deterministic try is made, with the full window and
  a penalty on repetition. The same sound always gives the same text.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2  # type: ignore[import-untyped]  # the package has no type information
import msgspec
import numpy as np
import opencc
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio
from numpy.typing import NDArray

from detectors.audio.transcript import NOTHING_SAID, Transcript
from detectors.contract import Word
from detectors.engines.hallucination import Decoding, believable, without_fillers
from detectors.engines.speech import Sound, SpeechEngineError

Features = NDArray[np.float32]

MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")

PROMPT = "姐妹们,欢迎来到直播间,这款包包专柜也有,喜欢的点一下链接,公屏上扣一,今天拍明天发货。"
"""Asks for simplified characters and the trade's talk: 专柜, 公屏, 链接 are then written right, and the decoder does
not stop at a pause. It names no code word and no price. A prompt that names them raises recall,
but it made the model write 专柜、尾货、原单、高仿 for 12 s of silence, with a confidence that speech has too."""

FULL_WINDOW_FRAMES = 3000
"""30 s: what the model was trained on."""
SHORTEST_WINDOW_FRAMES = 1000
"""10 s. Below, the decoder stops too early or repeats itself."""
WINDOW_MARGIN_FRAMES = 300
"""Silence after the utterance in the window, 10 ms a frame, so that the decoder sees the end."""
WINDOW_STEP_FRAMES = 250
"""Windows are 10, 12.5 or 15 s: utterances of several rooms then often have the same one."""
SHORTEST_SAMPLES = 1600
"""0.1 s: no syllable is shorter."""
BEAMS = 5
GUESSES = 3
"""Readings kept of each utterance: the beam has them anyway."""
MAX_TOKENS = 150
"""Longest result of one utterance: 12 s of the fastest Mandarin is about 100 characters, most of them one token."""
REPETITION_PENALTY = 1.2
"""Of the second try."""


class WhisperEngine:
    """A loaded model. One call at a time."""

    def __init__(self, model: Path, *, threads: int) -> None:
        """Load the model folder; raises SpeechEngineError when a file is missing or unreadable."""
        missing = [name for name in MODEL_FILES if not (model / name).is_file()]
        if missing:
            raise SpeechEngineError(
                f"{model} is no faster-whisper model folder: {', '.join(missing)} missing. "
                "`dajia models fetch whisper-base` fetches one; DAJIA_ASR_MODEL names another folder."
            )
        try:
            self._model = WhisperModel(
                str(model), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
            )
        except (RuntimeError, ValueError) as error:
            raise SpeechEngineError(f"cannot load the speech model in {model}: {error}") from error
        self._tokenizer = Tokenizer(self._model.hf_tokenizer, multilingual=True, task="transcribe", language="zh")
        self._prompt = [self._tokenizer.sot_prev, *self._tokenizer.encode(" " + PROMPT)]
        self._simplify = opencc.OpenCC("t2s").convert
        self.version = f"whisper/{model.name}"

    def transcribe(self, pcm: bytes, *, start_ms: int) -> Transcript:
        """Recognise one utterance; see `SpeechEngine`."""
        return self.transcribe_many([Sound(pcm=pcm, start_ms=start_ms)])[0]

    def transcribe_many(self, sounds: Sequence[Sound]) -> list[Transcript]:
        """Recognise utterances of any rooms; those of about the same length go through the model together."""
        said = [NOTHING_SAID] * len(sounds)
        windows: dict[int, list[tuple[int, Sound, Features]]] = {}
        for number, sound in enumerate(sounds):
            features = self._features(sound.pcm)
            if features is not None:
                windows.setdefault(_window(features), []).append((number, sound, features))
        for window, batch in sorted(windows.items()):
            found = self._recognise([(sound, features) for _, sound, features in batch], window)
            for (number, _, _), transcript in zip(batch, found, strict=True):
                said[number] = transcript
        return said

    def _features(self, pcm: bytes) -> Features | None:
        """Log-mel spectrum, shape (80, frames of 10 ms); None for less than a syllable."""
        sound = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
        return None if len(sound) < SHORTEST_SAMPLES else self._model.feature_extractor(sound)

    def _recognise(
        self, batch: Sequence[tuple[Sound, Features]], window: int, penalty: float = 1.0
    ) -> list[Transcript]:
        """Recognise utterances that fit one window; what repeats itself is tried once more, alone."""
        encoded = self._model.encode(np.stack([pad_or_trim(features, window) for _, features in batch]))
        decoded = self._decode(encoded, len(batch), penalty)
        kept = [
            number
            for number, (sound, _) in enumerate(batch)
            if believable(decoded[number][0].decoding, sound.seconds, prompt=PROMPT)
        ]
        words = self._words(
            encoded, batch, [decoded[number][0] if number in kept else None for number in range(len(batch))]
        )
        found = []
        for number, (one, said) in enumerate(zip(batch, decoded, strict=True)):
            if number in kept:
                found.append(_transcript(words[number], said))
            elif said[0].decoding.repeats and penalty == 1.0:
                found += self._recognise([one], FULL_WINDOW_FRAMES, REPETITION_PENALTY)
            else:
                found.append(NOTHING_SAID)
        return found

    def _decode(self, encoded: ctranslate2.StorageView, count: int, penalty: float) -> list[list["_Guess"]]:
        """For each utterance the best token sequences, best first, and what is known about them."""
        prompt = [*self._prompt, *self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        results = self._model.model.generate(
            encoded,
            [prompt] * count,
            beam_size=BEAMS,
            num_hypotheses=GUESSES,
            repetition_penalty=penalty,
            max_length=len(prompt) + MAX_TOKENS,
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [
            [
                self._guess(ids, score, result.no_speech_prob)
                for ids, score in zip(result.sequences_ids, result.scores, strict=True)
            ]
            for result in results
        ]

    def _guess(self, ids: Sequence[int], score: float, no_speech: float) -> "_Guess":
        tokens = [token for token in ids if token < self._tokenizer.eot]
        text = self._tokenizer.decode(tokens).strip()
        decoding = Decoding(
            text=text,
            mean_logprob=score,
            no_speech_probability=no_speech,
            compression_ratio=get_compression_ratio(text) if text else 0.0,
        )
        return _Guess(tokens=tokens, decoding=decoding, simplified=self._simplify(text))

    def _words(
        self, encoded: ctranslate2.StorageView, batch: Sequence[tuple[Sound, Features]], best: Sequence["_Guess | None"]
    ) -> list[tuple[Word, ...]]:
        """Characters or words of each best guess with their times, in simplified characters."""
        if not any(best):
            return [()] * len(best)
        tokens = [[] if guess is None else guess.tokens for guess in best]
        frames = [min(features.shape[-1], FULL_WINDOW_FRAMES) for _, features in batch]
        found = self._model.find_alignment(self._tokenizer, tokens, encoded, frames)
        return [self._placed(items, sound.start_ms) for items, (sound, _) in zip(found, batch, strict=True)]

    def _placed(self, found: list[dict[str, Any]], start_ms: int) -> tuple[Word, ...]:
        simplified = self._simplify("".join(item["word"] for item in found))
        same_length = len(simplified) == sum(len(item["word"]) for item in found)
        words, at = [], 0
        for item in found:
            raw = item["word"]
            text = simplified[at : at + len(raw)] if same_length else self._simplify(raw)
            at += len(raw)
            begin, end = start_ms + round(item["start"] * 1000), start_ms + round(item["end"] * 1000)
            words.append(
                Word(text=text, start_ms=begin, end_ms=max(begin, end), confidence=round(float(item["probability"]), 3))
            )
        return tuple(words)


class _Guess(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of an utterance."""

    tokens: list[int]
    decoding: Decoding
    simplified: str


def _window(features: Features) -> int:
    """Frames that the encoder is given: as many as the utterance asks for, in steps so that utterances can share."""
    asked = int(features.shape[-1]) + WINDOW_MARGIN_FRAMES
    return min(FULL_WINDOW_FRAMES, max(SHORTEST_WINDOW_FRAMES, -(-asked // WINDOW_STEP_FRAMES) * WINDOW_STEP_FRAMES))


def _transcript(words: tuple[Word, ...], guesses: Sequence[_Guess]) -> Transcript:
    kept = without_fillers(words)
    text = "".join(word.text for word in kept)
    others = dict.fromkeys(guess.simplified for guess in guesses[1:] if text and guess.simplified != text)
    confidence = min(1.0, math.exp(guesses[0].decoding.mean_logprob))
    return Transcript(text=text, words=kept, confidence=confidence, alternatives=tuple(others))

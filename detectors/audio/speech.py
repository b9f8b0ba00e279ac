"""Judges what the host says: a transcript through the text engine, each finding placed on the words around it."""

from collections import Counter

import msgspec

from detectors.contract import Example, TextItem, Utterance, Word
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
from schemas import Modality, Signal, Suspicion

WORDS_AROUND = 2
"""Words on each side of a hit that its span takes in: word times are known to about 0.2 s."""


class SpeechDetector:
    """Detector of code words, aliases, prices and evasions in speech. Stateless."""

    name = "audio-speech"
    version = "1"
    modality = Modality.AUDIO

    def __init__(self, engine: TextEngine) -> None:
        self._engine = engine

    def initial(self) -> None:
        """No state."""

    def judge(self, state: None, item: Utterance) -> tuple[None, list[Suspicion]]:  # noqa: ARG002  # stateless
        """Judge one utterance."""
        text = TextItem(
            room=item.room,
            session=item.session,
            source_id=str(item.start_ms),
            text=item.text,
            speaker="host",
            start_ms=item.start_ms,
            end_ms=item.end_ms,
        )
        found = judge_text(self._engine, text, modality=self.modality, detector=self.name, version=self.version)
        seen: Counter[tuple[Signal, str]] = Counter()
        placed = []
        for suspicion in found:
            key = (suspicion.signal, suspicion.facts.surface)
            placed.append(_placed(suspicion, item, occurrence=seen[key]))
            seen[key] += 1
        return None, placed

    def examples(self) -> tuple[Example[Utterance], ...]:
        """Worked examples."""
        return (
            Example(
                why="a grade of counterfeits, as the recogniser may write it",
                items=(_example("这一批都是顶级原单跟专柜一模一样"),),
                signals=frozenset({Signal.CODE_WORD}),
            ),
            Example(why="honest talk", items=(_example("这件衣服是纯棉的洗了不会掉颜色"),), signals=frozenset()),
        )


def _example(text: str) -> Utterance:
    return Utterance(room="example-room", session="example-session", start_ms=0, end_ms=4000, text=text)


def _placed(suspicion: Suspicion, item: Utterance, *, occurrence: int) -> Suspicion:
    """The suspicion with the model's version and, where word times are known, the span of the words around the hit.

    The id stays that of the whole utterance: it must not depend on how well words could be placed.
    """
    words = _words_of(item, suspicion.facts.surface, occurrence)
    if not words:
        return msgspec.structs.replace(suspicion, model_version=item.model_version)
    start_ms = max(item.start_ms, words[0].start_ms)
    end_ms = min(item.end_ms, words[-1].end_ms)
    confidence = round(sum(word.confidence for word in words) / len(words), 3)
    return msgspec.structs.replace(
        suspicion,
        start_ms=min(start_ms, item.end_ms - 1),
        end_ms=max(end_ms, start_ms + 1),
        facts=msgspec.structs.replace(suspicion.facts, confidence=confidence),
        model_version=item.model_version,
    )


def _words_of(item: Utterance, surface: str, occurrence: int) -> tuple[Word, ...]:
    """Words that the surface touches, and two on each side; none when it cannot be found in the words."""
    start = -1
    for _ in range(occurrence + 1):
        found = item.text.find(surface, start + 1)
        if found < 0:
            break
        start = found
    if start < 0 or not surface:
        return ()
    touched = []
    at = 0
    for number, word in enumerate(item.words):
        begin = item.text.find(word.text, at)
        if begin < 0:
            return ()
        at = begin + len(word.text)
        if begin < start + len(surface) and start < at:
            touched.append(number)
    if not touched:
        return ()
    return item.words[max(0, touched[0] - WORDS_AROUND) : touched[-1] + 1 + WORDS_AROUND]

"""Judges what the host says: a repaired transcript through the text engine, each finding placed on its words."""

from collections import Counter

import msgspec

from detectors.audio.repair import Repair, bundled_repair
from detectors.contract import Example, TextItem, Utterance, Word
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
from schemas import MatchKind, Modality, Signal, Suspicion

WORDS_AROUND = 2
"""Words on each side of a hit that its span takes in: word times are known to about 0.2 s."""

ANCHORS = frozenset({Signal.CODE_WORD, Signal.BRAND_ALIAS, Signal.BRAND})
"""Beside one of these, 原单 is not the 元旦 that it sounds like."""
ANCHOR_LLR = 1.0
"""What a code word or alias must weigh to be one; a plain brand weighs 0 and always is."""
SAID_IN_WORDS = frozenset(
    {
        Signal.CODE_WORD,
        Signal.BRAND_ALIAS,
        Signal.ADMISSION,
        Signal.EVASION,
        Signal.SILENCE_ORDER,
        Signal.OFF_PLATFORM,
    }
)
"""What another reading of an utterance may hold. Not prices: readings differ in their digits, and one is low."""
ALTERNATIVE_FACTOR = 0.6
"""Left of a finding that is not in the likeliest reading (own choice; the bench counts what it finds falsely)."""
EVERYDAY_FACTOR = 0.5
"""Left of a finding that an everyday word explains as well: the text engine leaves 0.45 of an ambiguous word."""


class SpeechDetector:
    """Detector of code words, aliases, prices and evasions in speech. Stateless."""

    name = "audio-speech"
    version = "1"
    modality = Modality.AUDIO

    def __init__(self, engine: TextEngine, repair: Repair | None = None) -> None:
        """Judge with a text engine, after a repair of the transcript; the bundled one when none is given."""
        self.engine = engine
        """May be replaced between two items."""
        self._repair = repair or bundled_repair()

    def initial(self) -> None:
        """No state."""

    def judge(self, state: None, item: Utterance) -> tuple[None, list[Suspicion]]:  # noqa: ARG002  # stateless
        """Judge one utterance."""
        text = TextItem(
            room=item.room,
            session=item.session,
            source_id=str(item.start_ms),
            text=self._repair(item.text),
            speaker="host",
            start_ms=item.start_ms,
            end_ms=item.end_ms,
        )
        found = judge_text(self.engine, text, modality=self.modality, detector=self.name, version=self.version)
        found = self._doubt_everyday_sounds(found)
        seen: Counter[tuple[Signal, str]] = Counter()
        placed = []
        for suspicion in found:
            key = (suspicion.signal, suspicion.facts.surface)
            at = _nth(text.text, suspicion.facts.surface, seen[key])
            placed.append(_placed(suspicion, item, repaired=text.text, at=at))
            seen[key] += 1
        return None, placed + self._read_otherwise(text, item, placed)

    def _read_otherwise(self, text: TextItem, item: Utterance, found: list[Suspicion]) -> list[Suspicion]:
        """What only the recogniser's other readings hold, at less weight: each reading was thought less likely."""
        known = {(one.signal, one.facts.term) for one in found}
        more = []
        for reading in item.alternatives:
            other = msgspec.structs.replace(text, text=self._repair(reading))
            judged = judge_text(self.engine, other, modality=self.modality, detector=self.name, version=self.version)
            for one in self._doubt_everyday_sounds(judged):
                key = one.signal, one.facts.term
                if one.signal in SAID_IN_WORDS and one.llr > 0 and key not in known:
                    known.add(key)
                    more.append(_less_likely(one, item))
        return more

    def _doubt_everyday_sounds(self, found: list[Suspicion]) -> list[Suspicion]:
        """Halve what sounds like an everyday word and stands alone: a recogniser writes 元旦 as 原单 by itself."""
        everyday = self.engine.tables.collisions
        anchored = any(
            one.signal in ANCHORS and one.facts.term not in everyday and (one.llr >= ANCHOR_LLR or not one.llr)
            for one in found
        )
        if anchored:
            return found
        return [
            msgspec.structs.replace(one, llr=one.llr * EVERYDAY_FACTOR, score=one.score * EVERYDAY_FACTOR)
            if one.facts.term in everyday
            else one
            for one in found
        ]

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


def _less_likely(one: Suspicion, item: Utterance) -> Suspicion:
    return msgspec.structs.replace(
        one,
        llr=one.llr * ALTERNATIVE_FACTOR,
        score=one.score * ALTERNATIVE_FACTOR,
        facts=msgspec.structs.replace(one.facts, match=MatchKind.SOUND, confidence=item.confidence),
        model_version=item.model_version,
    )


def _example(text: str) -> Utterance:
    return Utterance(room="example-room", session="example-session", start_ms=0, end_ms=4000, text=text)


def _nth(text: str, surface: str, number: int) -> int:
    """Place of an occurrence, counted from 0; the last one when there are fewer, -1 when there is none."""
    at = text.find(surface)
    for _ in range(number):
        following = text.find(surface, at + 1)
        if following < 0:
            break
        at = following
    return at


def _placed(suspicion: Suspicion, item: Utterance, *, repaired: str, at: int) -> Suspicion:
    """The suspicion as it was heard: the recogniser's own characters and version, the span of the words around it.

    The id stays that of the whole utterance: it must not depend on how well words could be placed.
    """
    facts = suspicion.facts
    if at >= 0:
        context_at = repaired.find(facts.context)
        heard = item.text[at : at + len(facts.surface)]
        facts = msgspec.structs.replace(
            facts,
            surface=heard,
            match=facts.match if heard == facts.surface else MatchKind.SOUND,
            context=item.text[context_at : context_at + len(facts.context)],
        )
    words = _words_at(item, at, at + len(facts.surface)) if at >= 0 else ()
    if not words:
        return msgspec.structs.replace(suspicion, facts=facts, model_version=item.model_version)
    start_ms = min(max(item.start_ms, words[0].start_ms), item.end_ms - 1)
    end_ms = max(min(item.end_ms, words[-1].end_ms), start_ms + 1)
    confidence = round(sum(word.confidence for word in words) / len(words), 3)
    return msgspec.structs.replace(
        suspicion,
        start_ms=start_ms,
        end_ms=end_ms,
        facts=msgspec.structs.replace(facts, confidence=confidence),
        model_version=item.model_version,
    )


def _words_at(item: Utterance, start: int, end: int) -> tuple[Word, ...]:
    """Words that the characters `start` to `end` touch, and two on each side; none when words and text differ."""
    touched: list[int] = []
    word_end = 0
    for number, word in enumerate(item.words):
        word_start = item.text.find(word.text, word_end)
        if word_start < 0:
            return ()
        word_end = word_start + len(word.text)
        if word_start < end and start < word_end:
            touched.append(number)
    if not touched:
        return ()
    return item.words[max(0, touched[0] - WORDS_AROUND) : touched[-1] + 1 + WORDS_AROUND]

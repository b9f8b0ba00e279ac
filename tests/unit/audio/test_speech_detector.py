"""Judging what the host said, and placing findings on words."""

from detectors.audio.speech import SpeechDetector
from detectors.contract import Utterance, Word
from detectors.text.engine import TextEngine
from schemas import Modality, Signal, Suspicion

SAID = "大家好这一批都是顶级原单欢迎下单"
START_MS, STEP_MS = 50_000, 200


def utterance(text: str = SAID, *, words: bool = True) -> Utterance:
    end_ms = START_MS + len(text) * STEP_MS
    spoken = tuple(
        Word(text=character, start_ms=at, end_ms=at + STEP_MS, confidence=0.5)
        for character, at in zip(text, range(START_MS, end_ms, STEP_MS), strict=True)
    )
    return Utterance(
        room="r1", session="s1", start_ms=START_MS, end_ms=end_ms, text=text, words=spoken if words else (),
        model_version="whisper/test",
    )  # fmt: skip


def judged(item: Utterance) -> list[Suspicion]:
    return SpeechDetector(TextEngine.load()).judge(None, item)[1]


def the_code_word(found: list[Suspicion]) -> Suspicion:
    [one] = [one for one in found if one.signal is Signal.CODE_WORD]
    return one


def test_the_span_is_that_of_the_words_around_the_hit() -> None:
    one = the_code_word(judged(utterance()))
    at = START_MS + SAID.index(one.facts.surface) * STEP_MS
    assert one.start_ms == at - 2 * STEP_MS
    assert one.end_ms == at + (len(one.facts.surface) + 2) * STEP_MS
    assert one.facts.confidence == 0.5
    assert one.modality is Modality.AUDIO
    assert one.facts.speaker == "host"
    assert one.model_version == "whisper/test"


def test_without_word_times_the_span_is_the_utterance() -> None:
    one = the_code_word(judged(utterance(words=False)))
    assert (one.start_ms, one.end_ms) == (START_MS, START_MS + len(SAID) * STEP_MS)
    assert one.model_version == "whisper/test"


def test_the_id_does_not_depend_on_word_times() -> None:
    with_words, without = judged(utterance()), judged(utterance(words=False))
    assert [one.suspicion_id for one in with_words] == [one.suspicion_id for one in without]


def test_the_second_mention_has_its_own_place() -> None:
    said = "这是顶级原单我再说一遍真的是顶级原单"
    found = [one for one in judged(utterance(said)) if one.facts.surface == "顶级原单"]
    assert [one.start_ms for one in found] == [START_MS, START_MS + (said.rindex("顶级原单") - 2) * STEP_MS]


def test_honest_talk_and_silence_give_nothing() -> None:
    assert judged(utterance("这件衣服是纯棉的洗了不会掉颜色")) == []
    assert judged(utterance("")) == []


def test_a_repaired_word_is_reported_as_it_was_heard() -> None:
    said = "这一批都是原担货欢迎下单"
    one = the_code_word(judged(utterance(said)))
    assert one.facts.term == "原单货"
    assert one.facts.surface == "原担货"
    assert one.facts.match == "sound"
    assert one.facts.context == said
    assert one.start_ms == START_MS + (said.index("原担货") - 2) * STEP_MS


def test_new_year_written_wrongly_is_no_code_word() -> None:
    assert judged(utterance("原诞照常发货")) == []

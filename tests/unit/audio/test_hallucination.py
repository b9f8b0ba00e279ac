"""What Whisper invents is thrown away, what was said is kept."""

import pytest

from detectors.contract import Word
from detectors.engines.hallucination import Decoding, believable, without_fillers


def decoding(
    text: str = "这一批都是原单", *, logprob: float = -0.3, no_speech: float = 0.1, ratio: float = 1.0
) -> Decoding:
    return Decoding(text=text, mean_logprob=logprob, no_speech_probability=no_speech, compression_ratio=ratio)


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(text=one, start_ms=0, end_ms=1, confidence=1.0) for one in text)


def left(text: str) -> str:
    return "".join(word.text for word in without_fillers(words(text)))


def test_plain_speech_is_believed() -> None:
    assert believable(decoding(), seconds=2.0)


@pytest.mark.parametrize(
    "doubtful",
    [
        decoding(no_speech=0.9, logprob=-0.6),
        decoding(logprob=-1.1),
        decoding(ratio=3.0),
        decoding("一" * 100),
        decoding(""),
        decoding("。。。"),
    ],
    ids=["silence", "guesswork", "repetition", "faster than a mouth", "nothing", "punctuation"],
)
def test_what_cannot_be_speech_is_not_believed(doubtful: Decoding) -> None:
    assert not believable(doubtful, seconds=2.0)


PROMPT = "姐妹们,欢迎来到直播间,专柜也有,今天拍明天发货。"


@pytest.mark.parametrize("echo", ["专柜也有,今天拍明天发货。", "姐妹们", "欢迎来到直播间。专柜"])
def test_an_echo_of_the_prompt_is_not_believed(echo: str) -> None:
    assert believable(decoding(echo), seconds=5.0)
    assert not believable(decoding(echo), seconds=5.0, prompt=PROMPT)


def test_the_prompts_words_beside_others_are_believed() -> None:
    assert believable(decoding("专柜也有,这是原单"), seconds=5.0, prompt=PROMPT)


def test_sure_words_are_speech_whatever_the_first_guess_was() -> None:
    assert believable(decoding(no_speech=0.9, logprob=-0.3), seconds=2.0)


@pytest.mark.parametrize(
    "filler",
    [
        "请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
        "字幕由Amara.org社区提供",
        "中文字幕志愿者 杨茜茜",
        "优优独播剧场——YoYo Television Series Exclusive",
        "词曲 李宗盛",
    ],
)
def test_fillers_of_the_training_data_are_taken_out(filler: str) -> None:
    assert left(filler) == ""


def test_speech_beside_a_filler_stays() -> None:
    assert left("这一批都是原单。字幕由Amara.org社区提供") == "这一批都是原单。"


@pytest.mark.parametrize(
    "said",
    ["姐妹们,欢迎来到直播间", "谢谢大家的关注点点小红心", "喜欢的点赞关注", "这件衣服是纯棉的", "大家记得点一下订阅"],
)
def test_a_hosts_own_words_are_kept(said: str) -> None:
    assert left(said) == said

"""Fakes sold in plain words, and honest talk that sounds like it."""

import pytest

from detectors.contract import TextItem
from detectors.text.acting import is_acting
from detectors.text.suspicions import judge_text
from schemas import Modality, Signal


def flagged(engine, text, speaker="host"):
    item = TextItem(room="r", session="s", source_id="1", text=text, speaker=speaker, start_ms=0, end_ms=1)
    return is_acting(judge_text(engine, item, modality=Modality.DANMAKU, detector="text", version="1"))


@pytest.mark.parametrize(
    "text",
    [
        "出库之前商标那里会帮你抠掉",
        "包装上的logo我用创可贴粘起来了",
        "这个钱你还想要真货",
        "没人拿放大镜看你的鞋",
        "拍那个毛巾链接我给你寄鞋",
        "瓶子跟飞天的一样里面是我们自己的酒",
        "那只真的我们拿回来拆了打版",
        "别纠结是不是真的",
        "官方要查了大家别走我先播袜子",
    ],
)
def test_plain_talk_of_fakes_acts(engine, text):
    assert flagged(engine, text)


@pytest.mark.parametrize(
    "text",
    [
        "谁卖A货谁关门",
        "我们跟仿货没有一点关系",
        "有些主播直播间把标贴起来卖",
        "什么原单什么高仿听到就快跑",
        "不是专柜货，是奥莱的，都是正品",
        "劳力士绿水鬼二零年的，九万八千元",
        "快递发货前我们都检查三遍",
    ],
)
def test_honest_talk_does_not_act(engine, text):
    assert not flagged(engine, text)


@pytest.mark.parametrize(
    "text", ["大家不要买，这家卖的全是假货", "骗人的，收到的是假货", "我要投诉，卖假货", "维权！主播卖高仿"]
)
def test_a_buyer_who_warns_denies_nothing(engine, text):
    assert Signal.DOUBT in {hit.signal for hit in engine.scan(text, speaker="report")}
    assert not flagged(engine, text, "report")


def test_a_buyer_who_says_that_nothing_is_fake_denies(engine):
    assert not [hit for hit in engine.scan("不存在假货，放心", speaker="report") if hit.signal is Signal.DOUBT]


def test_of_rows_that_overlap_the_heaviest_stays(engine):
    """说了…没了 reaches further than 牌子…不能说 and weighs less."""
    hits = engine.scan("牌子我不能说，说了就没了", speaker="host")
    assert [hit.term for hit in hits] == ["牌子…不能说"]


def test_the_name_of_a_row_is_no_term(engine):
    assert not flagged(engine, "我们只用经过验证的原料，有没有防伪码大家可以看")

"""Who names fakes to refuse them and then sells some, sells some: a use after a mention acts."""

import pytest

from detectors.contract import TextItem
from detectors.text.acting import is_acting
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
from schemas import Modality

MENTIONS = (
    "拒绝A货",
    "有厂家让我带莆田鞋 我推了",
    "让我上复刻表的 不上",
    "卖家跟你讲纯原 那就是假货",
    "高仿包的油边容易拉丝",
    "法院上周判了一个卖A货的",
    "我这双眼皮是高仿的",
    "我们跟高仿没有关系",
    "听说隔壁的包是A货",
    "那种高仿戴两天就掉色",
)
USES = (
    "今天这批高仿三百六上车",
    "我这里的A货要的扣一",
    "咱家复刻表现货来一块",
    "这批莆田纯原一百九拍三号链接",
    "我们家驴家老花包二百八带走",
    "今天香奶奶的口盖包四百走起",
)

SEEN = ("隔壁卖A货的被抓了", "我闺蜜背的高仿掉色", "别家的莆田鞋我不要", "纯原到底啥意思", "新闻说高仿要判刑")
ORDERS = ("老板给我来一只驴家老花", "我要一双莆田纯原", "给我留一个高仿的链条包")


@pytest.fixture(scope="module")
def engine() -> TextEngine:
    return TextEngine.load()


def acts(engine: TextEngine, text: str, speaker: str = "host") -> bool:
    item = TextItem(room="", session="", source_id="", text=text, speaker=speaker, start_ms=0, end_ms=0)
    return is_acting(judge_text(engine, item, modality=Modality.AUDIO, detector="test", version="1"))


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("between", ["，", "。", " "])
def test_use_after_mention_acts(engine: TextEngine, use: str, between: str) -> None:
    hushed = [mention for mention in MENTIONS if not acts(engine, mention + between + use)]
    assert acts(engine, use)
    assert not hushed, f"{use} is hushed by what stands before it: {hushed}"


@pytest.mark.parametrize("mention", MENTIONS)
def test_mention_alone_does_not_act(engine: TextEngine, mention: str) -> None:
    assert not acts(engine, mention)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("between", ["，", "。", " "])
def test_order_of_viewer_after_mention_acts(engine: TextEngine, order: str, between: str) -> None:
    hushed = [seen for seen in SEEN if not acts(engine, seen + between + order, "viewer")]
    assert acts(engine, order, "viewer")
    assert not hushed, f"{order} is hushed by what stands before it: {hushed}"

"""Hard benign talk: words that hold a term by chance, talk against fakes, homophones, everyday shopping."""

import pytest

from detectors.text.acting import is_acting
from schemas import Signal

HOST = """
我们家都是品牌授权 支持专柜验货 假一赔十
坚决打假 我们绝对不卖A货和高仿
红豆包和奶黄包一比一混装
高仿 复刻 一概不收
高仿和A货我们一律不收的
大家不要相信网上那些高仿 我们是正品专柜
市面上很多一比一的货都是假的 我们只做正品
很多主播卖原单其实都是高仿 大家擦亮眼睛
有姐妹问是不是高仿 我们是官方旗舰店
如果收到不是正品 我赔你十倍
谁要是说我家不是正品 直接拿去专柜验
不是正品你来找我
我教大家怎么分辨真假老花
这个高仿真花插在家里特别好看
一比一还原妈妈的味道
精华和水一比一兑开用
元旦活动 全场八折
我们老家的马家柚特别甜 九块九三斤
椰子水 椰子鸡 三块九一个
铁锅炖大鹅 一百二十八一只
驴肉火烧 十块钱三个
东阿阿胶 驴皮熬制 四百六一盒
老花镜买一送一 29块9
裁片都是我们自己工厂裁的 跟单小姐姐很负责
库存尾货 商场撤柜 全部59
裁剪标准 版型特别正
卫星云图显示明天下雨 大家注意
大家可以进粉丝群领优惠券
我们是中检鉴定的二手奢侈品 香奈儿CF 两万八
迪奥口红 今天到手价三百二
耐克运动袜 29块9三双
茅台镇酱香酒 99一瓶
系统升到最高版本就行
世家传承的老手艺 只要99
这个气场超A的姐妹们
复刻了妈妈的味道
下单送赠品 不是赠品的话找客服
医保真的好 家用高保真音箱
您这原单号发我一下
"""

VIEWER = """
假货吧
这是正品吗
是不是高仿啊
A货吧
不会是假的吧
感觉像高仿
这个是A货吗
高仿真花好看
老家是福建莆田的
双C位出道
想奶奶了
香奶茶好喝
LV15粉丝团
升到lv20了
给gf买的
fk是什么意思
大鹅蛋多少钱
原单位退休了
帮我改下原单地址
姐姐超a的
高 仿佛置身海边
身高，仿佛不太合适
打假的来了
支持打假 别卖假货了
小香风外套好看
毛呢大衣
专柜三万六呢
9块9包邮吗
一比一比较划算
家伙挺大
绿水青山
这個好看嗎
主播身高多少 165穿什么码
绿包多少钱
绿家具好看
去年高反了 没穿够
YouTube channel
G版本的手机
LV包好看
"""


@pytest.mark.parametrize("line", HOST.strip().splitlines())
@pytest.mark.parametrize("speaker", ["host", "screen", "listing"])
def test_honest_seller_does_not_act(judge, line, speaker):
    assert not is_acting(judge(line, speaker))


@pytest.mark.parametrize("line", VIEWER.strip().splitlines())
def test_ordinary_viewer_does_not_act(judge, line):
    assert not is_acting(judge(line, "viewer"))


@pytest.mark.parametrize(
    "line",
    ["绝不卖高仿", "我们不卖原单", "我们不是高仿", "拒绝假货", "假一赔十", "支持专柜验货", "高仿我们从来不做", "打假"],
)
def test_talk_against_fakes_gives_no_weight(judge, line):
    assert sum(one.llr for one in judge(line)) == 0


@pytest.mark.parametrize(
    ("line", "term"),
    [
        ("不是高仿，是一比一的货", "一比一的货"),
        ("我们不卖高仿 我们只做原单的包", "原单的包"),
        ("专柜都分辨不出来的高仿", "高仿"),
        ("一比一跟正品没区别", "一比一"),
    ],
)
def test_denial_ends_where_the_talk_turns(engine, line, term):
    assert term in {hit.term for hit in engine.scan(line, speaker="host") if hit.signal == Signal.CODE_WORD}


def test_collision_counts_only_beside_a_brand(engine):
    def code_words(text):
        return [hit.term for hit in engine.scan(text, speaker="host") if hit.signal == Signal.CODE_WORD]

    assert code_words("元旦的时候再来") == []
    assert code_words("香奶奶元旦") == ["原单"]


def test_guarantee_is_recorded(engine):
    assert [hit.signal for hit in engine.scan("假一赔十", speaker="host")] == [Signal.GUARANTEE]

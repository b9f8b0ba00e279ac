"""Families of evasion and of honest talk that look alike: what acts beside what must not."""

import pytest

from detectors.text.acting import is_acting

ACTS = [
    ("纪梵希钱夹六十六米到手", "host"),  # a brand at a tenth of its lowest price and less
    ("浪琴这块表两张红的带走", "host"),
    ("Burberry 围巾 59元 礼袋", "listing"),
    ("劳力士水鬼三五零", "host"),
    ("商场挂着一万八，我这三百六，皮一样的", "host"),  # another shop's price, and sameness
    ("店里卖三千二的吹风机，我四百，盒子一样", "host"),
    ("上回那只高仿还有白色吗", "viewer"),  # customers for copies
    ("驴家的卡包再来一只", "viewer"),
    ("这个A货跟公司级比差在哪", "viewer"),
    ("gf的包跟yd的包分开放", "host"),  # initials in turns of trade talk
    ("莆🌿田那双多少", "viewer"),  # a city, named around a filter
    ("蒲田那边厂里的鞋", "host"),
    ("复刹手表 现货", "listing"),  # everyday characters that look like the term's
    ("劳力土绿盘", "screen"),
    ("jing fang 手表 专场", "screen"),
    ("LLVV的包", "screen"),
    ("РRADA的包到了", "host"),
    ("ＧＵＣＣＩ那双还有吗", "viewer"),
    ("jianadae的外套", "viewer"),
    ("👵家口盖包", "host"),
    ("带标的包不在这卖，加绿泡泡发你", "host"),
    ("拍抹布链接，备注包的编号", "host"),
    ("请勿提牌 请勿打字", "screen"),
    ("谁再发那个牌子我就禁言", "host"),
    ("不会是高*仿吧", "viewer"),
]

HONEST = [
    ("爱马仕橙的沙发巾，九十九一条", "host"),  # a colour, a place, a part, a sample
    ("耐克那家店门口的奶茶十二块", "host"),
    ("适用于戴森吹风机支架 39元", "listing"),
    ("迪奥的小样五毫升，二十九", "host"),
    ("苹果耳机套十块", "host"),
    ("商场三千的羽绒服过季了，六百", "host"),
    ("人家大牌卖三千，我这个没牌子卖八十，料子一样", "host"),
    ("高仿的五金一般都偏黄", "host"),
    ("海关查了一柜子A货包，全部销毁了", "host"),
    ("一比一复刻奶奶的红烧肉", "host"),
    ("我老公才是高仿的", "host"),
    ("没有碰过驴家的东西", "host"),
    ("原来莆田鞋是这么看出来的，涨知识", "viewer"),
    ("我gf生日，想送她香薰", "viewer"),
    ("给gf的包挑哪个色好看", "viewer"),
    ("FK-12 电钻 YD牌 轴承", "screen"),
    ("袁丹老师教大家织围巾", "host"),
    ("老老花和白内障", "host"),
    ("广西欢迎你ahhh", "viewer"),
    ("来看 1👍:👍1🔥混🌸合", "host"),
    ("评价别写错单号", "host"),
]


@pytest.mark.parametrize(("text", "speaker"), ACTS)
def test_acts(judge, text, speaker):
    assert is_acting(judge(text, speaker))


@pytest.mark.parametrize(("text", "speaker"), HONEST)
def test_honest(judge, text, speaker):
    assert not is_acting(judge(text, speaker))

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
    ("这批表都是原单的，放心戴", "host"),  # certain words, said of stock
    ("纯原的那双到货了，号全", "host"),
    ("莆田鞋 源头厂家 一件代发", "screen"),
    ("通货不拿，只出过检版", "host"),
    ("LV托特 580⭕", "screen"),  # prices and names in code
    ("劳家黑盘，六张给你", "host"),
    ("单立人加一个方，前面加个精", "host"),  # characters and grades that are described
    ("左边一个马右边一个户，那家的包", "host"),
    ("这只包是四个A的", "host"),
    ("幺比幺的鞋，放心穿", "host"),
    ("精纺手表还有吗", "viewer"),
    ("拍那个毛巾，备注手上那只", "host"),  # paths and orders to be silent
    ("挡住标的那几个，进群看高清", "host"),
    ("认出来了也别说出口", "host"),
    ("打那家名字的，管理直接踢", "host"),
    ("车里挂的是白板，到手是带标的", "host"),
    ("香奶奶奶奶的包", "host"),  # its own double letter, said long
    ("爱马仕皮带三百米行不行", "viewer"),  # customers
    ("求普甜的AJ 42码", "viewer"),
    ("超a的卡包 上链接我秒", "viewer"),
]

HONEST = [
    ("这个蜂蜜是莆田发货的，酸甜，5斤装", "host"),  # food of places and plants that name goods elsewhere
    ("莆田椰子礼盒 12袋装 送礼", "listing"),
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
    ("精纺羊毛西装，专柜同款面料", "host"),
    ("三个A四个B的成绩，孩子真棒", "host"),
    ("我们是AAA级信用企业", "host"),
    ("GD的鞋好帅", "viewer"),
    ("有DJ，九点半后有女孩跳舞", "host"),
    ("工厂做的还有别的颜色码吗", "viewer"),
    ("要真的皮沙发去商场比比", "host"),
    ("看到了也别说出来，给孩子一个惊喜", "host"),
    ("证书我们自己打印的奖状发给孩子", "host"),
    ("羽绒服吊牌给你挂好的，不喜欢可以退", "host"),
    ("没讲过这个是真的牛皮，别误会", "host"),
    ("我们自家品牌，商场卖两千四，直播间一百九", "host"),
    ("门店两万八的沙发，今天八千八", "host"),
]


@pytest.mark.parametrize(("text", "speaker"), ACTS)
def test_acts(judge, text, speaker):
    assert is_acting(judge(text, speaker))


@pytest.mark.parametrize(("text", "speaker"), HONEST)
def test_honest(judge, text, speaker):
    assert not is_acting(judge(text, speaker))

"""Prices as hosts say them, and the numbers that are none."""

import pytest

from detectors.text.prices import find_prices, read_number

PRICES = [
    ("四百六", [(460, "offer")]), ("三万六", [(36000, "offer")]), ("九块九包邮", [(9.9, "offer")]),
    ("两千九", [(2900, "offer")]), ("只要幺九九", [(199, "offer")]), ("¥468", [(468, "offer")]),
    ("￥ 468.5", [(468.5, "offer")]), ("468元", [(468, "offer")]), ("468米", [(468, "offer")]),
    ("今天只要88米", [(88, "offer")]), ("2k8", [(2800, "offer")]), ("1w2带走", [(12000, "offer")]),
    ("三位数带走", [(999, "offer")]), ("几百块钱", [(900, "offer")]), ("三九块九", [(39.9, "offer")]),
    ("到手价一百九十九", [(199, "offer")]), ("99r包邮", [(99, "offer")]), ("99🥕", [(99, "offer")]),
    ("一百二十八一只", [(128, "offer")]), ("六百五出头", [(650, "offer")]), ("299起", [(299, "offer")]),
    ("专柜价12,800元", [(12800, "anchor")]), ("一万二千五", [(12500, "offer")]),
    ("拍一发三 三十九块九", [(39.9, "offer")]), ("一千零五块", [(1005, "offer")]),
    ("专柜三万六今天四百六", [(36000, "anchor"), (460, "offer")]),
    ("原价一千二现价三百五", [(1200, "anchor"), (350, "offer")]),
    ("官网卖8900 我们家890", [(8900, "anchor"), (890, "offer")]),
    ("不要三万六 不要一万八 只要四百六", [(36000, "anchor"), (18000, "anchor"), (460, "offer")]),
    ("不是999 不是899 是199块", [(999, "anchor"), (899, "anchor"), (199, "offer")]),
    ("专柜同款今天四百六", [(460, "offer")]), ("专柜就卖四百六", [(460, "anchor")]),
    ("外面卖两万多", [(20000, "anchor")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PRICES, ids=[text for text, _ in PRICES])
def test_prices(text, expected):
    assert [(hit.price_cny, hit.price_role) for hit in find_prices(text)] == expected


NONE = [
    "身高165体重一百一", "一米六五一百一十斤", "体重一百九十斤", "3号链接", "尺码175/96A", "70度热水", "拍一发三",
    "88米布料", "跑了三百米", "晚上八点开播", "八折优惠",
    "满300减50", "立减二十元", "库存还有300件", "粉丝突破了三万六千人",
    "第1001号", "电话13800138000", "2024年12月", "一块儿玩吧", "两块布", "一块表", "定金五十元", "100%棉", "一张门票",
    "买一送一", "百分之百", "十分好看", "千万别错过", "一百个赞", "๑๑๑", "²³",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_numbers_that_are_no_prices(text):
    assert find_prices(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [("四百六", 460), ("六百零五", 605), ("一百九", 190), ("十五", 15), ("两万八", 28000), ("一万零八", 10008),
     ("六五零", 650), ("九十九点九", 99.9), ("三千五百六", 3560), ("1,299", 1299), ("一百二百", 300), ("三四百", None)],
)  # fmt: skip
def test_read_number(text, value):
    assert read_number(text) == value


def test_surface_is_the_text():
    text = "今天只要 四百六 带走"
    (hit,) = find_prices(text)
    assert text[hit.start : hit.end] == hit.surface == "四百六"

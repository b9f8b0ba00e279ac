"""The seller's own price beside what others ask, told without a currency."""

import time

import pytest

from detectors.text.acting import is_acting
from detectors.text.price_contrast import bare_amounts, find_contrast


@pytest.mark.parametrize(
    ("text", "own", "other"),
    [
        ("国金挂两万八那只，我这里三百二", 320, 28_000),
        ("专柜标着3w，今天给你460带走", 460, 30_000),
        ("五万块的蓝气球，您给六百", 600, 50_000),
        ("专柜九千，我给一千，今天只要五百", 500, 9000),
    ],
)
def test_the_steepest_contrast_is_told(text, own, other):
    found = find_contrast(text)
    assert (found.own, found.other) == (own, other)
    assert 0 <= found.start < found.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "今天只要五百，专柜九千",  # what comes behind is not compared
        "专柜买的，我一米七二，穿三十八码",
        "专柜五百，我这里卖九百",
        "门店有三百平，我们卖两百",
        "今天三百二带走",
    ],
)
def test_what_is_no_contrast(text):
    assert find_contrast(text) is None


def test_a_bare_number_closes_a_thought():
    text = "卡家螺丝手镯，六十八，要几号手围"
    (found,) = bare_amounts(text)
    assert (found.own, text[found.start : found.end]) == (68, "六十八")


@pytest.mark.parametrize("unit", ["专柜9千我给1百，", "我1我1", "专柜9千，", "一二三"])
def test_a_long_text_takes_time_by_its_length(unit):
    text = unit * (20_000 // len(unit))
    started = time.process_time()
    find_contrast(text)
    bare_amounts(text)
    assert time.process_time() - started < 2  # seconds; comparing every pair took hours


def test_a_sign_alone_is_no_sound(judge):
    assert not is_acting(judge("➕🛰️"))

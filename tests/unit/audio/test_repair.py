"""What the speech model writes wrongly again and again is put right, place by place."""

import pytest

from detectors.audio.repair import ConfusionError, Repair, bundled_repair, parse_confusions


def test_the_bundled_rows_keep_the_length_and_hit_no_plain_word() -> None:
    repair = bundled_repair()
    assert repair("原诞照常发货,专闺三万六") == "元旦照常发货,专柜三万六"
    for plain in ("为货车司机准备的", "公平公正", "经济转轨", "元旦快乐", "专柜验货", "加强威性"):
        assert repair(plain) == plain


def test_a_family_named_li_keeps_its_noodles() -> None:
    repair = bundled_repair()
    assert repair("老李家的包到了") == "老驴家的包到了"
    for plain in ("老李家的包子", "老李家的包装", "老李家的包邮", "老李家的面"):
        assert repair(plain) == plain


def test_the_longest_row_wins() -> None:
    assert Repair({"专贵": "专柜", "专贵三": "专柜三"})("专贵三万") == "专柜三万"


@pytest.mark.parametrize("row", ["专贵,专柜台,x", ",,x"])
def test_a_row_that_moves_the_text_is_refused(row: str) -> None:
    with pytest.raises(ConfusionError, match="same length"):
        parse_confusions(["heard,meant,source", row])

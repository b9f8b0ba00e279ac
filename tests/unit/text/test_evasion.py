"""Each way of dodging a word list, with the term it hides and the characters it covers."""

import pytest

from detectors.text.acting import is_acting
from schemas import MatchKind, Signal

WAYS = [
    # way, line, term, surface
    ("plain", "这批原单的包", "原单的包", "原单的包"),
    ("inserted star", "有高*仿吗", "高仿", "高*仿"),
    ("inserted spaces", "求 高 仿 链接", "高仿", "高 仿"),
    ("inserted emoji", "原🔥单包包", "原单包包", "原🔥单包包"),
    ("zero width", "高\u200b仿包", "高仿包", "高\u200b仿包"),
    ("variation selector", "高\ufe0f仿", "高仿", "高\ufe0f仿"),
    ("commas between all", "一，比，一的货", "一比一", "一，比，一"),
    ("dots", "A.货多少钱", "A货", "A.货"),
    ("full width", "Ａ货有吗", "A货", "Ａ货"),
    ("traditional", "驢家的包", "驴家的", "驢家的"),
    ("variant character", "髙仿", "高仿", "髙仿"),
    ("Cyrillic letter", "А货", "A货", "А货"),
    ("circled letter", "Ⓐ货", "A货", "Ⓐ货"),
    ("boxed emoji letter", "🅰️货", "A货", "🅰️货"),
    ("emoji as word", "🫏家新款", "驴家", "🫏家"),
    ("emoji as two characters", "香👵家", "香奶奶家", "香👵家"),
    ("split", "高亻方", "高仿", "高亻方"),
    ("split with a space", "亻 方 高亻 方包", "高仿包", "高亻 方包"),
    ("split alias", "马户家", "驴家", "马户家"),
    ("split milk", "香女乃女乃", "香奶奶", "香女乃女乃"),
    ("repeated", "高高高仿仿", "高仿", "高高高仿仿"),
    ("repeated inside", "一一比比一一", "一比一", "一一比比一一"),
    ("colon ratio", "1：1复刻", "一比一复刻", "1：1复刻"),
    ("digit in the word", "1比1精仿", "1比1精仿", None),
    ("pinyin", "gaofang包", "高仿包", "gaofang包"),
    ("half pinyin", "gao仿", "高仿", "gao仿"),
    ("initial", "高f货", "高仿货", "高f货"),
    ("initial first", "g仿", "高仿", "g仿"),
    ("same sound", "搞仿", "高仿", "搞仿"),
    ("same sound, alias", "香乃乃家", "香奶奶家", "香乃乃家"),
    ("near sound", "顶级副科", "顶级复刻", "顶级副科"),
    ("look-alike character", "高坊货", "高仿货", "高坊货"),
    ("misspelt brand", "CHANEI包", "CHANEI", "CHANEI"),
    ("letter and digit", "d1or同款", "d1or", "d1or"),
    ("described", "两个C背靠背的那家", "两个C背靠背", "两个C背靠背"),
]


@pytest.mark.parametrize(("line", "term", "surface"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
@pytest.mark.parametrize("speaker", ["host", "viewer"])
def test_term_is_found_where_it_stands(engine, line, term, surface, speaker):
    hits = [hit for hit in engine.scan(line, speaker=speaker) if hit.signal not in (Signal.PRICE, Signal.BRAND)]
    if surface is None:  # two terms share the line
        assert {hit.term for hit in hits} & {"一比一", "精仿", "一比一精仿", "1:1"}
        return
    assert (term, surface) in {(hit.term, hit.surface) for hit in hits}


EVASIVE = [
    way
    for way in WAYS
    if way[0] not in {"plain", "described", "misspelt brand", "letter and digit", "colon ratio", "digit in the word"}
]


@pytest.mark.parametrize("line", [way[1] for way in EVASIVE], ids=[way[0] for way in EVASIVE])
def test_viewer_who_dodges_the_list_acts(judge, line):
    assert is_acting(judge(line, "viewer"))


SPOKEN = [
    # what a recogniser makes of it, the term that was said
    ("这个是顶级元旦品质的", "顶级原单"),
    ("驴家元旦的包包", "原单的包"),
    ("香乃乃家的新款到了", "香奶奶家"),
    ("这个是一笔一妇科的", "一比一复刻"),
    ("连接图片仅做参考啊", "链接图片仅作参考"),
    ("姐妹们不要大字", "不要打字"),
    ("这批货是搞仿的", "高仿"),
    ("绿家的老花", "驴家"),
    ("外贸微单的", "外贸尾单"),
]


@pytest.mark.parametrize(("line", "term"), SPOKEN)
def test_homophones_of_the_recogniser_are_heard(engine, line, term):
    found = {hit.term: hit.match for hit in engine.scan(line, speaker="host")}
    assert term in found or any(term in longer for longer in found), found
    assert MatchKind.SOUND in found.values()


@pytest.mark.parametrize(
    ("plain", "odd"),
    [("今天这款高仿", "今天這款高仿"), ("這個是驢家的", "這個是驢家的"), ("ＬＯＯＫ Ａ货", "ＬＯＯＫ Ａ货")],
)
def test_habit_of_writing_is_no_evasion(engine, plain, odd):
    assert not any(hit.evasive for hit in engine.scan(odd, speaker="viewer"))

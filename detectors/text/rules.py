"""Which candidates stand: word boundaries, gaps, guards, and the care that sound and shape need."""

import re
from collections.abc import Iterator

import msgspec

from detectors.text.allowed import is_allowed
from detectors.text.candidates import Candidate
from detectors.text.fold import PLAIN
from detectors.text.hits import SELLING_SIDE
from detectors.text.letters import SYMBOL_WORDS
from detectors.text.tables import IDEOGRAPHS, Tables
from detectors.text.term import CITIES, TRADE_NEED, Term
from schemas import MatchKind, TermCategory

HARD_GAP = re.compile(r"[，。！？；：,!?;:、\n…“”\"（）()]")
"""Punctuation that ends a thought: a word is seldom written across it."""

CHAT_CHARS = 30
"""In a chat line of this length one mark between two characters is more likely a trick than a sentence's end."""

HARD_GAPS = 2
"""Sentence marks between all of three or more characters are no sentence: 一，比，一."""

LONGEST_GAP = 6
"""Characters put between two characters of a word; more are two words."""

REACH = 2
"""Letters beside a span that a common word of three characters can reach over."""

EVERYWHERE = frozenset("家包牌货表鞋版的")
"""Characters that half of all shop talk holds: sharing one with a term says nothing (绿包 and 驴包)."""

BRANDED_GOODS = re.compile(
    r"\s?的?(?:这个|那个|这款|那款|这只|新|小号|大号)?"
    r"(?:包包|包(?![子装邮裹])|老花|同款|新款|限定|水桶|邮差|托特|链条|口盖|流浪|马鞍|腋下|手袋|卡包|钱包|皮带|腰带|围巾"
    r"|丝巾|手表|羽绒服|外套|鞋)"
)
"""Before these 绿家 is the 驴家 that the host said, or that the writer hides."""
GOODS_BEGIN = "的这那新小大包老同限水邮托链口盖流马腋手卡钱皮腰围丝羽外鞋"
"""The letters that it can begin with; `screen` relies on it."""

FRAME_BEFORE = re.compile(r"(?:是|[做卖]的?|这批|这款|这个)\s?$")
FRAME_AFTER = re.compile(r"\s?(?:的(?=$|[\s，,。、！!吧啊呀嘛吗哦]|包|货|表|鞋|皮)|货|品质|质量|级|版)")
"""Between these stands a grade of goods: 都是X的, 这批X货."""

_PACKED = re.compile("[邮子装裹括含车场]")
"""After 包 it is no bag: 元旦包邮."""

PERSON_AFTER = re.compile("老师|医生|教练|女士|先生|同学|姐姐|大姐|阿姨|[镇村乡县]|街道|社区|小学|中学|酒店")
"""Behind these sounds are the name of somebody or of a place: 袁丹老师, 高坊镇."""

NEW_YEAR = "元旦"
HOLIDAY = re.compile(
    "节|放假|假期|新年|过年|跨年|囤|备货|备好|备足|快递|物流|停发|没发|几号发|圣诞|活动|限定|元月|一月|祝|快乐"
)
"""With these New Year's Day is meant, though goods stand beside it: 元旦的货备好了."""

GOODS_ARE = re.compile(
    "(?:包|包包|鞋|鞋子|表|手表|围巾|丝巾|皮带|腰带|羽绒服|外套|大衣|墨镜|眼镜)(?:呢|啊|它|就|都|全|全部)?是$"
)
"""Before these even an everyday word is a grade, when 的 ends the clause behind it: 这个包是高防的啊."""

TWO_SYLLABLES = 2
SOUND_MIN_RISK = 0.6
"""Two-syllable sounds are only heard for terms from this risk on: the everyday words are too many."""

NEAR_CHARS = 12
"""How near a brand or a certain code word must stand to make a doubtful sound count."""

DECIMALS = re.compile(r"[.．点][0-9]")
LONG_RUN = re.compile(r"(.)\1\1")
_LETTER = re.compile(r"[a-z0-9]")
_LETTERS = re.compile(r"[a-z]")
_LATIN = re.compile(r"[a-z0-9]+")


class Span(msgspec.Struct, frozen=True):
    """Part of the original text, end exclusive."""

    start: int
    end: int


def well_formed(tables: Tables, text: str, candidate: Candidate) -> bool:
    """Word boundaries for Latin edges, and gaps that a person puts into one word."""
    term = tables.terms[candidate.term]
    surface = text[candidate.start : candidate.end]
    if surface == term.folded and not term.folds and not (surface[0].isascii() or surface[-1].isascii()):
        return True  # ideographs as they stand in the row: most candidates, and nothing below speaks against them
    longer = term.folded.isascii() and len(surface) > len(term.folded) and surface.isalpha()
    drawn_out = LONG_RUN.search(surface) is not None and term.needs != TRADE_NEED  # vxxx, but ahhh is a sigh
    if longer and not drawn_out and surface[::2] != surface[1::2]:
        return False  # channel is no Chanel; vxxx is a vx
    if surface.translate(PLAIN).isdigit() and _LETTERS.search(candidate.folded.text, candidate.first, candidate.last):
        return False  # 19.9 is no lgg
    return (
        is_allowed(term, text, candidate)
        and _edges_free(text, candidate, term)
        and _gaps_fit(tables, text, candidate, term)
    )


def _edges_free(text: str, candidate: Candidate, term: Term) -> bool:
    first, last = candidate.folded.text[candidate.first], candidate.folded.text[candidate.last - 1]
    if _LETTER.fullmatch(first) and candidate.start > 0:
        left = text[candidate.start - 1].translate(PLAIN)[-1:]
        if _LETTER.fullmatch(left) and not (first.isdigit() and left.isalpha()):
            return False
    if (_LETTER.fullmatch(last) or text[candidate.end - 1].isdigit()) and candidate.end < len(text):
        right = text[candidate.end].translate(PLAIN)[:1]
        if text[candidate.end - 1].isdigit() and DECIMALS.match(text, candidate.end):
            return False  # 1:1.5 is no 1:1
        if text[candidate.end] == "-" and text[candidate.end + 1 : candidate.end + 2].isdigit():
            return False  # FK-12 is a model
        number_follows = right.isdigit() and term.category == TermCategory.OFF_PLATFORM  # 加v13…
        if _LETTER.fullmatch(right) and not number_follows:
            return False
    return True


def _gaps_fit(tables: Tables, text: str, candidate: Candidate, term: Term) -> bool:
    folded, hard, gaps = candidate.folded, False, 0
    for place in range(candidate.first + 1, candidate.last):
        gap = text[folded.ends[place - 1] : folded.starts[place]]
        if not gap:
            continue
        gaps += 1
        if len(gap) > LONGEST_GAP:
            return False
        hard = hard or HARD_GAP.search(gap) is not None
        two_words = (
            gap.isspace() and _LETTER.fullmatch(folded.text[place - 1]) and _LETTER.fullmatch(folded.text[place])
        )
        if two_words and " " not in term.term and not _spaced_out(tables, text, candidate):
            return False
    if not hard:
        return True
    each_apart = gaps == candidate.last - candidate.first - 1
    if not each_apart:
        return False
    apart_from_words = not _crossed_by_word(tables, text, candidate, longest=candidate.last - candidate.first + 1)
    return gaps >= HARD_GAPS or _stands_alone(text, candidate) or (apart_from_words and len(text) <= CHAT_CHARS)


def _spaced_out(tables: Tables, text: str, candidate: Candidate) -> bool:
    """Every letter or, of pinyin, every syllable stands by itself: `l v`, `v s厂`, `jing fang`, not `cool view`."""
    runs = _LATIN.findall(text[candidate.start : candidate.end].lower())
    if candidate.match == MatchKind.SOUND and all(run in tables.sound.by_syllable for run in runs):
        return True
    return all(len(run) == 1 for run in runs)


def _stands_alone(text: str, candidate: Candidate) -> bool:
    """No letter touches the span: in `身高，仿佛` 高 belongs to 身."""
    around = text[max(0, candidate.start - 1) : candidate.start], text[candidate.end : candidate.end + 1]
    return not any(side.translate(PLAIN) for side in around)


def masked(candidate: Candidate, guards: list[Span]) -> bool:
    """True when a guard holds the candidate, or a guard at least as long cuts across it.

    A sound that is just the guard (元旦) is not masked: `sounds_true` asks what stands beside it.
    """
    length = candidate.last - candidate.first
    for guard in guards:
        if guard.start <= candidate.start and candidate.end <= guard.end:
            return not (candidate.match == MatchKind.SOUND and length == guard.end - guard.start)
        crosses = (
            guard.start < candidate.start < guard.end < candidate.end
            or candidate.start < guard.start < candidate.end < guard.end
        )
        if crosses and guard.end - guard.start >= min(length, 3):
            return True
    return False


def sounds_true(
    tables: Tables, text: str, candidate: Candidate, *, speaker: str, near: bool, named: bool, everyday: bool
) -> bool:
    """Whether a match by sound or shape is meant: no everyday word explains what is written.

    Args:
        tables: sounds, collisions and common words.
        text: the original.
        candidate: the match.
        speaker: two-syllable sounds of viewers must be exact.
        everyday: the span is a guard: an everyday word.
        near: a brand or a certain code word stands beside it.
        named: a brand or an alias stands beside it; only these tell an everyday word's sound, as 警方 and 高仿 go
            together in the news.
    """
    term = tables.terms[candidate.term]
    surface = text[candidate.start : candidate.end].translate(PLAIN)
    person = any(PERSON_AFTER.match(text, k + len(surface)) for k in _places(text, surface))
    if (
        not surface  # signs alone (🛰️) stand for words and are not heard
        or person
        or not _plausible(candidate, term, surface)
        or (surface.endswith("包") and _PACKED.match(text, candidate.end))
    ):
        return False
    syllables = candidate.last - candidate.first
    holiday = NEW_YEAR in surface and HOLIDAY.search(text) is not None
    if everyday or holiday or surface in tables.collisions.get(term.term, frozenset()):
        said = speaker == "host" and not holiday and _goods_are(text, candidate, term)
        return named or said or _names_goods(text, candidate, term, surface)
    if _crossed_by_word(tables, text, candidate, longest=syllables):
        return near and syllables > TWO_SYLLABLES
    if is_typed(surface, term):  # no everyday word is written so, but whole pinyin is as ambiguous as speech
        return near or _typed_true(tables, text, surface, term)
    if syllables > TWO_SYLLABLES:
        return (
            near
            or any(a == b for a, b in zip(surface, term.folded, strict=False))
            or _framed(tables, text, candidate, surface)
        )
    return (term.risk >= SOUND_MIN_RISK or term.term in CITIES) and (
        near or _short_sound_true(tables, text, candidate, surface, speaker=speaker)
    )


def _places(text: str, surface: str) -> Iterator[int]:
    """Where a surface stands: 高坊镇的脐橙，江西高坊的 names one place twice."""
    place = text.find(surface)
    while place >= 0:
        yield place
        place = text.find(surface, place + 1)


def _typed_true(tables: Tables, text: str, surface: str, term: Term) -> bool:
    """Whether pinyin stands for the term: part of it is the term's own characters, or no everyday word sounds so.

    Else somebody orders or offers: yuandan alone is New Year's Day.
    """
    kept = any(letter in term.folded for letter in surface if not letter.isdigit())
    if kept or term.category != TermCategory.GRADE:
        return kept or (term.sound and term.term not in tables.collisions)
    return term.term not in tables.collisions or _BARGAIN.search(text) is not None


_BARGAIN = re.compile(
    "[货包鞋码箱批]|出来的|机芯|表盘|专场|议价|自助|带盒|链接|多少|清仓|大牌|求|还有|打一个|要一|来一|手表"
)


def _short_sound_true(tables: Tables, text: str, candidate: Candidate, surface: str, *, speaker: str) -> bool:
    """Whether two syllables that stand alone are the term: a telling character, and for speech the tone."""
    folded = tables.terms[candidate.term].folded
    pairs = list(zip(surface, folded, strict=False))
    telling = any(a == b and a not in EVERYWHERE for a, b in pairs) or all(
        a == b or a not in tables.common_characters for a, b in pairs
    )
    if BRANDED_GOODS.match(text, candidate.end):
        telling = True
        if speaker not in SELLING_SIDE and folded.endswith("家"):
            return True
    exact = speaker == "host" or _same_syllables(tables, surface, folded)
    if exact and _framed(tables, text, candidate, surface):
        return True
    if speaker == "host" and candidate.match == MatchKind.SOUND:
        return _heard_so(tables, surface, folded, telling=telling and folded not in tables.collisions)
    alike = candidate.match == MatchKind.VISUAL or _same_syllables(tables, surface, folded)
    return telling and (speaker in SELLING_SIDE or alike)


def _framed(tables: Tables, text: str, candidate: Candidate, surface: str) -> bool:
    """The sound of a strong grade where only a grade can stand, and no word that anybody knows: 都是原蛋的."""
    term = tables.terms[candidate.term]
    if not is_strong(term) or tables.words.find_matches_as_indexes(surface):
        return False
    if candidate.match == MatchKind.SOUND:
        within = FRAME_BEFORE.search(text, 0, candidate.start) and FRAME_AFTER.match(text, candidate.end)
        if within is not None or OF_GOODS.match(text, candidate.end) is not None:
            return True
    if not _same_syllables(tables, surface, term.folded):
        return False
    if ASKED_BEFORE.search(text, 0, candidate.start) and STOCK_AFTER.match(text, candidate.end):
        return True
    around = text[max(0, candidate.start - TRADE_REACH) : candidate.start], text[candidate.end :][:TRADE_REACH]
    return any(TRADE.search(side) for side in around)


def is_strong(term: Term) -> bool:
    """A grade that is told by its sound where goods or talk of the trade stand beside it."""
    return term.category == TermCategory.GRADE and (term.risk >= FRAMED_MIN_RISK or term.term in CITIES)


ASKED_BEFORE = re.compile(
    r"(?:有没有|有么|还有|谁要|你?们?要的|想要|求|来|给我|拿|上回那[只双块件]|上次那[只双块件]|标着|全是|都是|属于|上架?|打|^)\s?$"
)
STOCK_AFTER = re.compile(r"\s?(?:的(?=[^话时事人方])|款|版|里头|里面|那[只双块件款]|(?:[，,。！!\s]|$))")
"""Between these stands stock of a grade: 有没有糕访的, 高芳里头我排第二."""

TRADE_REACH = 12
TRADE = re.compile(
    "口红|唇釉|腮红|粉饼|气垫|眼影|香水|香氛|面霜|精华|彩妆|眉笔|墨镜|眼镜|耳机|手镯|手链|项链|戒指|腰带|围巾|丝巾|卫衣|冲锋衣|瑜伽裤|羽绒|偏光"
    "|倒钩|老爹鞋|板鞋|绿水鬼|蓝气球|老花|码数?(?=就|还|有|全)|大牌|现货|上脚|礼盒|批次|定制|纽扣|走线|油边|里布|鞋|大衣|羽绒服|包(?![子装邮裹含括])|皮带|羊皮|牛皮|做工|五金|领标|吊牌|原模|开模|机芯|货(?!物|币|车|架|运)|厂|档口|版本|专柜|柜台"
)
"""Talk of the trade beside a sound that no everyday word explains: 搞防里头也有良心货."""


def _names_goods(text: str, candidate: Candidate, term: Term, surface: str) -> bool:
    """Goods are named as of the grade that an everyday word sounds like: 高防的包; New Year's Day has goods too."""
    sound = candidate.match == MatchKind.SOUND and is_strong(term) and NEW_YEAR not in surface
    return sound and OF_GOODS.match(text, candidate.end) is not None


def _goods_are(text: str, candidate: Candidate, term: Term) -> bool:
    """Goods are said to be of the grade that the everyday word sounds like."""
    strong = term.category == TermCategory.GRADE and term.risk >= FRAMED_MIN_RISK and candidate.match == MatchKind.SOUND
    goods = GOODS_ARE.search(text, 0, candidate.start) is not None
    return strong and goods and FRAME_AFTER.match(text, candidate.end) is not None


FRAMED_MIN_RISK = 0.68
OF_GOODS = re.compile(
    r"的(?:包包|手表|表(?![演示明态述扬彰格现率达])|鞋|大衣|风衣|外套|羽绒服?|卫衣|衣服|裤子|皮带|腰带|围巾|丝巾|墨镜|手镯|项链|耳钉"
    r"|口红|香水|包(?![子装邮裹])|级别|品质|版本|质量|做工|工艺|皮料)"
)


def _plausible(candidate: Candidate, term: Term, surface: str) -> bool:
    """Not the term itself, not a doubt by shape, and no digit that does not sound for a number word."""
    if candidate.match == MatchKind.VISUAL:
        return surface != term.folded and term.category != TermCategory.VIEWER_DOUBT
    return surface != term.folded and _digits_fit(surface, term.folded)


def _digits_fit(surface: str, folded: str) -> bool:
    """A digit only sounds for a number word: 1笔1 for 一比一, never 下来2 for 夏奈尔."""
    return len(surface) != len(folded) or all(
        b in NUMBER_WORDS or b == a for a, b in zip(surface, folded, strict=True) if a.isdigit()
    )


NUMBER_WORDS = frozenset("零一二三四五六七八九幺0123456789")


def _same_syllables(tables: Tables, surface: str, folded: str) -> bool:
    return all(tables.sound.plain.get(a) == tables.sound.plain.get(b) for a, b in zip(surface, folded, strict=False))


def _heard_so(tables: Tables, surface: str, folded: str, *, telling: bool) -> bool:
    """A recogniser that writes another word keeps the tone of what it heard, more surely so that of the last syllable.

    Measured with whisper-base on synthesised speech, 2 voices: of 13 sounds written for trade words of two syllables 12
    kept the last tone (高房, 伟丹, 纯元; third and second are one where they meet); of 8 written for 元旦 none had that
    of 原单. `telling`: the last tone is enough; not so for a term that an everyday word sounds like (原当 is 元旦).
    """
    tones = [(_tone(tables, a), _tone(tables, b)) for a, b in zip(surface, folded, strict=False)]
    if tones[-1][0] != tones[-1][1]:
        return False
    same = all(a == b for a, b in tones) and _same_syllables(tables, surface, folded)
    return telling or (same and not folded.endswith("家"))  # 吕家 is a family


def _tone(tables: Tables, character: str) -> str | None:
    tone = tables.sound.tones.get(character)
    return "2" if tone == "3" else tone


def _crossed_by_word(tables: Tables, text: str, candidate: Candidate, *, longest: int) -> bool:
    """A common word is the span, holds it, or reaches over its edge: 提高|房价 against the sound of 高仿."""
    before = text[max(0, candidate.start - LONGEST_GAP) : candidate.start].translate(PLAIN)[-REACH:]
    inside = text[candidate.start : candidate.end].translate(PLAIN)
    after = text[candidate.end : candidate.end + LONGEST_GAP].translate(PLAIN)[:REACH]
    window, start, end = before + inside + after, len(before), len(before) + len(inside)
    for _, first, last in tables.words.find_matches_as_indexes(window, overlapping=True):
        within = start <= first and last <= end
        if last > start and first < end and (not within or last - first >= longest):
            return True
    return False


def is_typed(surface: str, term: Term) -> bool:
    """Pinyin stands where the term has characters."""
    return any(_LETTER.fullmatch(letter) and letter not in term.folded for letter in surface)


def is_deliberate(candidate: Candidate, text: str, term: Term, *, evasive: bool) -> bool:
    """Written so that no other word can be meant, so that an ambiguous term needs nothing beside it.

    Not so for one initial (y单), white space and sentence marks (原 单), full width, sound and shape.
    """
    surface = text[candidate.start : candidate.end]
    typed = is_typed(surface, term)
    if typed or not evasive:
        return typed and len(surface) != len(term.folded)
    if candidate.match == MatchKind.SOUND and len(surface) == len(term.folded) > TWO_SYLLABLES:
        return all(a != b for a, b in zip(surface, term.folded, strict=True))  # nobody misspells a ratio: 依壁依
    if candidate.match in (MatchKind.SOUND, MatchKind.VISUAL):
        return False
    return candidate.altered or any(
        not (
            letter.isspace() or HARD_GAP.match(letter) or "！" <= letter <= "～" or letter.lower() in term.term.lower()
        )
        for letter in surface
    )


def is_decorated(candidate: Candidate, text: str) -> bool:
    """The sign within the word stands within the words beside it too: 限·时·秒·杀 is a title, no trick."""
    surface = text[candidate.start : candidate.end]
    signs = {letter for letter in surface if not letter.translate(PLAIN) and letter not in SYMBOL_WORDS}
    edges = "".join(signs)
    rest = text[: candidate.start].rstrip(edges) + text[candidate.end :].lstrip(edges)
    return (
        bool(signs)
        and any(letter in signs for letter in rest)
        and not any(letter.translate(PLAIN) != letter for letter in surface if letter not in signs)
    )


def is_evasive(candidate: Candidate, text: str, term: Term) -> bool:
    """Written so that a word list would miss it.

    Case is no evasion; width and traditional characters are none where the rest of the text is written so too.
    """
    surface = text[candidate.start : candidate.end]
    if surface.lower().replace("：", ":") == term.term.lower():
        return False
    if candidate.match in (MatchKind.SOUND, MatchKind.VISUAL) or candidate.altered:
        return True
    if surface.isascii() and term.folded.isascii():
        return not surface.isalnum() and surface.lower() != term.term.lower() and " " not in term.term
    if len(surface) != len(term.folded):
        return True
    rest = text[: candidate.start] + text[candidate.end :]
    return any(_odd(character, rest) for character in surface)


def _odd(character: str, rest: str) -> bool:
    """Neither plain nor a habit of the writer."""
    if character.isascii():
        return False
    if "！" <= character <= "～":
        return not any("０" <= other <= "ｚ" for other in rest)
    if not IDEOGRAPHS.fullmatch(character):
        return True
    return character.translate(PLAIN) != character and not any(
        other.translate(PLAIN) != other for other in IDEOGRAPHS.findall(rest)
    )

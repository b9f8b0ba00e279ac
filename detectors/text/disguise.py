"""How much more a name weighs because it is written around a filter: an honest writer has none to dodge."""

import re
from collections.abc import Collection

from detectors.text.candidates import Candidate
from detectors.text.fold import PLAIN
from detectors.text.hits import SELLING_SIDE
from detectors.text.letters import LOOKALIKES
from detectors.text.readings import RUN, SIGN
from detectors.text.rules import is_decorated, is_typed
from detectors.text.tables import IDEOGRAPHS, Tables
from detectors.text.term import CITIES, Term
from schemas import MatchKind, TermCategory

WRITTEN = frozenset({"screen", "listing"})
"""Written by the seller: no recogniser and no hurried viewer chose the characters."""

HIDDEN_BRAND_RISK = 0.58
"""A brand's own name written around the filter (L∨, 香.奈.儿): as telling as a code name, yet slips of the pen are
among them, so that a viewer's alone does not act."""

FOREIGN_BRAND_RISK = 0.67
"""As `HIDDEN_BRAND_RISK`, with letters of another alphabet among its own, in full width or in pinyin: no slip and no
recogniser's spelling, so that anybody's acts alone."""

SWAPPED_BRAND_RISK = 0.74
"""A brand's name with a letter exchanged for one that looks like it (劳力土), before what shapes are taken down: acts
alone. Viewers misread and mistype, customers less so."""

DISGUISED_MIN_RISK = 0.3
"""Weaker words are everybody's: 微瑕 with a sign in it hides nothing."""
DISGUISED_RISK = 0.68
"""A code word or code name that alone is ambiguous, written so that nothing else can be meant (亻方表, 🐴🏠). Own
choice: anybody's acts alone."""
CITY_RISK = 0.75
"""As `DISGUISED_RISK`, of a city (莆🌿田); more, as sound and shape are taken down."""

TRICKS = frozenset({"symbol", "split", "gap", "look-alike", "shape"})
CITY_TRICKS = TRICKS | {"pinyin", "sound", "initial"}
WORD_TRICKS = frozenset({"symbol", "split"})
"""Those that make a code name of an everyday word: 🐴🏠, but not 老老花, a slip, nor 马~家."""

INSERTED = re.compile(r"[^\w\s，,]")
"""What is put into a word on purpose; blanks and commas also part words."""
HAN = re.compile("[一-鿿]")
MANY_TWICE = 4
"""Letters of which each pair is one letter twice (LLVV); two are a slip."""


def disguised_risk(tables: Tables, text: str, one: Candidate, term: Term, ways: Collection[str]) -> float:
    """Risk of a code word or code name that is written around a filter, 0 where it is not.

    Args:
        tables: of the engine.
        text: the original.
        one: the candidate.
        term: its term.
        ways: in which it is written, see `detectors.text.ways`.
    """
    city, grade = term.term in CITIES, term.category == TermCategory.GRADE
    known = (grade or term.category == TermCategory.BRAND_ALIAS) and (city or term.risk >= DISGUISED_MIN_RISK)
    if not known:
        return 0.0
    if grade and not term.needs and "pinyin" in ways and HAN.search(text, one.start, one.end):
        return DISGUISED_RISK  # 尾huo
    tricks = CITY_TRICKS if city else TRICKS if grade else WORD_TRICKS
    plain = one.term in tables.rows or term.needs == "copy" or term.folded.isascii()
    if plain or tricks.isdisjoint(ways) or is_decorated(one, text):
        return 0.0
    if tricks & set(ways) == {"gap"} and not INSERTED.search(text, one.start, one.end):
        return 0.0
    return CITY_RISK if city else max(term.risk, DISGUISED_RISK)


def hidden_brand_risk(one: Candidate, text: str, term: Term, *, speaker: str, evasive: bool, dealt: bool) -> float:
    """Risk of a brand's own name that is written around a filter, 0 where it is written as it is.

    Args:
        one: the candidate.
        text: the original.
        term: its term.
        speaker: who wrote it.
        evasive: a word list would miss it.
        dealt: by a viewer who is a customer for such goods.
    """
    if term.category != TermCategory.BRAND:
        return 0.0
    if one.match == MatchKind.VISUAL and (speaker in SELLING_SIDE or dealt):
        return SWAPPED_BRAND_RISK
    surface = text[one.start : one.end]
    foreign = is_foreign(surface, speaker) or (evasive and is_typed(surface, term))
    if foreign:
        return FOREIGN_BRAND_RISK
    if not evasive or not _hides(one, surface, speaker):
        return 0.0
    mixed = _mixes_scripts(surface, one.folded.text[one.first : one.last])
    return FOREIGN_BRAND_RISK if mixed or dealt else HIDDEN_BRAND_RISK


def is_foreign(surface: str, speaker: str) -> bool:
    """Letters of another alphabet in the brand's name, each of its letters twice (LLVV), or all of them full width.

    Full width is a designer's choice on screens and in listings; no recogniser and no telephone writes it by itself.
    """
    if speaker not in WRITTEN and all("Ａ" <= letter <= "ｚ" for letter in surface):
        return True
    pairs = surface.lower()
    twice = len(pairs) >= MANY_TWICE and len(pairs) % 2 == 0 and pairs[::2] == pairs[1::2]
    return twice or any(letter in LOOKALIKES for letter in surface)


def _mixes_scripts(surface: str, name: str) -> bool:
    """Latin letters within a name in ideographs (香n儿), or digits and signs within one in letters (ch4nel, ch@nel)."""
    letters = surface.translate(PLAIN)
    if letters.isascii():
        return SIGN.search(surface) is not None or (any(letter.isdigit() for letter in letters) and name.isalpha())
    return any(letter.isascii() and letter.isalpha() for letter in letters)


def _hides(one: Candidate, surface: str, speaker: str) -> bool:
    """A host is written down by the recogniser; a letter twice is a slip, spaces and traditional characters a habit."""
    spelling, letters = one.folded.text[one.first : one.last], surface.translate(PLAIN)
    doubled = letters != spelling and RUN.sub(r"\1", letters) == spelling
    plain = letters == spelling and IDEOGRAPHS.fullmatch("".join(surface.split())) is not None
    return speaker != "host" and not plain and not doubled

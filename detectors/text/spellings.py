"""Spellings with pinyin initials, and the rows of the lexicon that are another row written evasively."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from detectors.text.sound import SoundTable
from detectors.text.term import CITIES, EXACT, NO_INITIAL, NO_SHAPE, Term
from schemas import TermCategory

INITIAL_MIN_RISK = 0.68
"""Terms from this risk on are also found with characters written as their pinyin initials: 高f, g仿, gf包."""

SWAPPED_MAX_CHARS = 5
"""Longer phrases are not written with a look-alike: their other characters would give them away."""

INITIAL_MAX_CHARS = 6
"""Longer terms are not abbreviated."""

TYPED_WITH_INITIAL = frozenset({"原单", "一比一", "复刻", "纯原", "尾单", "高货", "公司级"})
"""Ambiguous terms that are common enough to be looked for with an initial; G版本 is no 高版本."""

NAMED_BY_INITIALS = 5
"""From this many letters on initials alone are looked for: ybyfk. Fewer are other words too (zbj, yyds); those of the
trade (gf, yd) are rows of the lexicon, or count before goods (gf的包)."""

NAMED_BEFORE_GOODS = frozenset({"高仿", "精仿", "原单", "复刻", "纯原", "尾单"})
GOODS = "包鞋表货"
"""What those terms are written before as two initials: gf的包, cy鞋."""

BRAND_MIN_CHARS = 3
"""Ideographs of a brand's name that is still known with one of them changed."""

MISSPELT_MIN_RISK = 0.5
"""Aliases below are other words too (巴黎是家)."""

HAN = re.compile("[一-鿿]+")


def initial_patterns(terms: Sequence[Term], sound: SoundTable) -> list[tuple[str, int]]:
    """Spellings of strong terms with initials that are no term themselves, and the index of the term."""
    known = {term.folded for term in terms}
    found: dict[str, int] = {}
    for spelling, index in _abbreviated(terms, sound):
        if spelling not in known:
            found.setdefault(spelling, index)
    return list(found.items())


def swapped_patterns(terms: Sequence[Term], swaps: Mapping[str, str]) -> list[tuple[str, int]]:
    """Spellings of strong terms and long brand names with one character exchanged for a common one that looks like it.

    Args:
        terms: of the lexicon.
        swaps: character -> the common characters that are written in its place. They are looked for nowhere else.
    """
    known = {term.folded for term in terms}
    found: dict[str, int] = {}
    for index, term in enumerate(terms):
        strong = _worth_initials(term) or term.term in TYPED_WITH_INITIAL or term.term in CITIES
        if not strong or len(term.folded) > SWAPPED_MAX_CHARS or term.folds & {NO_SHAPE, EXACT}:
            continue
        for place, character in enumerate(term.folded):
            for odd in swaps.get(character, ""):
                spelling = term.folded[:place] + odd + term.folded[place + 1 :]
                if spelling not in known:
                    found.setdefault(spelling, index)
    return list(found.items())


def disguised_terms(terms: Sequence[Term], sound: SoundTable, parts: Collection[str] = ()) -> frozenset[int]:
    """Indices of code words that are a stronger one written evasively: by initials, sound (A伙) or pinyin (a huo).

    Args:
        terms: of the lexicon.
        sound: how characters sound.
        parts: of split characters; a term that is nothing else (马户) is one.
    """
    split = frozenset(parts)
    strongest: dict[str, float] = {}
    for spelling, index in _abbreviated(terms, sound):
        strongest[spelling] = max(strongest.get(spelling, 0.0), terms[index].risk)
    for term in terms:
        if term.category == TermCategory.GRADE and HAN.search(term.folded):
            key = sound.of(term.folded)
            strongest[key] = max(strongest.get(key, 0.0), term.risk)
    return frozenset(
        index for index, term in enumerate(terms) if _is_disguised(term, sound, strongest) or term.folded in split
    )


def misspelt_names(terms: Sequence[Term], sound: SoundTable) -> frozenset[int]:
    """Indices of aliases that are a brand's name in other characters, at most one sound apart: 雅诗兰带, 奥米噶."""
    names: dict[str, list[str]] = {}
    for term in terms:
        if term.category == TermCategory.BRAND and len(term.folded) >= BRAND_MIN_CHARS and HAN.fullmatch(term.folded):
            names.setdefault(term.brand, []).append(sound.of(term.folded))
    return frozenset(
        index
        for index, term in enumerate(terms)
        if term.category == TermCategory.BRAND_ALIAS
        and term.risk >= MISSPELT_MIN_RISK
        and any(_one_apart(sound.of(term.folded), name) for name in names.get(term.brand, ()))
    )


def _one_apart(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= 1


def _is_disguised(term: Term, sound: SoundTable, strongest: dict[str, float]) -> bool:
    if term.category != TermCategory.GRADE:
        return False
    if term.folded.isascii():
        return term.folded.isalpha() and not term.brand
    same = (term.folded, sound.of(term.folded), sound.of(term.folded.translate(LETTER_NAMES)))
    return any(strongest.get(key, 0.0) > term.risk for key in same)


LETTER_NAMES = str.maketrans("诶欸埃", "aaa")
"""Characters that are read as the name of a letter, in speech and in chat."""


def _abbreviated(terms: Sequence[Term], sound: SoundTable) -> Iterator[tuple[str, int]]:
    for index, term in enumerate(terms):
        if (
            not _worth_initials(term)
            or term.folds & {NO_INITIAL, EXACT}
            or (term.needs and term.term not in TYPED_WITH_INITIAL)
            or len(term.folded) > INITIAL_MAX_CHARS
            or not HAN.fullmatch(term.folded)
        ):
            continue
        initials = [sound.plain.get(character, "")[:1] for character in term.folded]
        if term.term in NAMED_BEFORE_GOODS:
            yield from (("".join(initials) + of + goods, index) for of in ("", "的") for goods in GOODS)
        if all(initials):
            yield from ((spelling, index) for spelling in _with_initials(term.folded, initials))


def _worth_initials(term: Term) -> bool:
    """A strong code word or alias, or a brand's name that is long enough to be known by the rest of it: 香n儿."""
    if term.category == TermCategory.BRAND:
        return len(term.folded) >= BRAND_MIN_CHARS
    return term.category in (TermCategory.GRADE, TermCategory.BRAND_ALIAS) and term.risk >= INITIAL_MIN_RISK


def _with_initials(term: str, initials: list[str]) -> Iterator[str]:
    """One character as its initial; all up to or from a place on; all, when they are enough letters."""
    for place, initial in enumerate(initials):
        yield term[:place] + initial + term[place + 1 :]
    for place in range(2, len(term)):
        yield "".join(initials[:place]) + term[place:]
        yield term[: len(term) - place] + "".join(initials[-place:])
    if len(term) >= NAMED_BY_INITIALS:
        yield "".join(initials)

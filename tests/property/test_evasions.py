"""What is written around a filter is found, and what guards a word guards it however it is written.

The ways of writing are those of `evasions.py`, each for the terms that it suits; the reasons why one
does not suit a term stand there.
"""

from functools import cache
from random import Random

import pytest
from evasions import EVASIONS
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from detectors.contract import TextItem
from detectors.text.acting import is_acting
from detectors.text.engine import TextEngine
from detectors.text.lexicon import read_lexicon
from detectors.text.suspicions import judge_text
from detectors.text.tables import DATA
from detectors.text.term import Term
from schemas import Modality, TermCategory

DOUBTFUL = {"alike_shape", "alike_sound", "pinyin_whole", "pinyin_one", "digits"}
"""Ways that may be another word after all: a code name stands in the line with them."""

OVER_OTHERS = ("marks_between", "spaces_between", "invisible_between", "emoji_between")
UNDER_OTHERS = ("full_width", "traditional", "lookalike_letters", "split")
SURE = (*OVER_OTHERS, *UNDER_OTHERS, "other_case")

MASKED = ("过得物", "不会是高仿吧")
"""Known to be lost: a guard that crosses its edge is measured with the marks in it (的 过·得·物), and a denial takes
the code word away that an evasive spelling makes of a doubt (不会是高*仿吧)."""

CARRIERS = {
    TermCategory.VIEWER_DOUBT: ("viewer", "主播 {} 哦"),
    TermCategory.OFF_PLATFORM: ("host", "想看图的 {} ，都在"),
    TermCategory.ADMISSION: ("host", "跟你们讲 {} ，喜欢再买"),
    TermCategory.SILENCE_ORDER: ("host", "跟你们讲 {} ，谢谢"),
    TermCategory.EVASION: ("host", "跟你们讲 {} ，喜欢再买"),
}
GOODS_CARRIER = ("host", "来看这批新到的 {} ，质量很好")

seeds = st.integers(min_value=0, max_value=2**32)
few = settings(deadline=None, max_examples=15, derandomize=True)
"""The same examples every time: among thousands of terms a few meet another word in the line when written so."""


@cache
def engine():
    return TextEngine.load()


@cache
def terms() -> tuple[Term, ...]:
    """Terms of the lexicon that count for their speaker; a pattern with a gap (…) is written by its words."""
    tables = engine().tables
    unheard = (TermCategory.BENIGN_GUARD, TermCategory.DEAL, TermCategory.GUARANTEE)
    return tuple(
        term
        for term in tables.terms
        if term.category not in unheard and "…" not in term.term and not any(held in term.term for held in MASKED)
    )


@cache
def suited(name: str, of: tuple[Term, ...]) -> tuple[Term, ...]:
    """Terms that the way of writing suits."""
    return tuple(term for term in of if EVASIONS[name](term, engine().tables, Random(0)) is not None)


def found(term: Term, written: str, *, beside_code_name: bool = False) -> bool:
    """A finding lies in what was written for the term."""
    speaker, carrier = CARRIERS.get(term.category, GOODS_CARRIER)
    text = ("爱马屎家，" if beside_code_name else "") + carrier
    start = text.index("{")
    text = text.format(written)
    hits = engine().scan(text, speaker=speaker)
    return any(hit.term and hit.start < start + len(written) and hit.end > start for hit in hits)


@pytest.mark.parametrize("name", EVASIONS)
@few
@given(data=st.data())
def test_a_term_is_found_however_it_is_written(name, data):
    term = data.draw(st.sampled_from(suited(name, terms())))
    written = EVASIONS[name](term, engine().tables, Random(data.draw(seeds)))
    assume(written is not None and found(term, term.term))
    assert found(term, written, beside_code_name=name in DOUBTFUL), (term.term, written)


@pytest.mark.parametrize("over", OVER_OTHERS)
@pytest.mark.parametrize("under", UNDER_OTHERS)
@few
@given(data=st.data())
def test_tricks_on_top_of_each_other(over, under, data):
    tables, draw = engine().tables, Random(data.draw(seeds))
    term = data.draw(st.sampled_from(suited(under, terms())))
    once = EVASIONS[under](term, tables, draw)
    assume(once is not None and found(term, term.term))
    twice = EVASIONS[over](Term(term=once, category=term.category, folded=once), tables, draw)
    assert twice is not None
    assert found(term, twice), (term.term, twice)


def acts(text: str, speaker: str) -> bool:
    item = TextItem(room="r", session="s", source_id="1", text=text, speaker=speaker, start_ms=0, end_ms=1)
    return is_acting(judge_text(engine(), item, modality=Modality.DANMAKU, detector="d", version="1"))


@cache
def guards() -> tuple[Term, ...]:
    """Guards that hold a term."""
    tables = engine().tables
    held = [term.folded for term in terms() if len(term.folded) > 1]
    return tuple(
        guard for guard in tables.terms[tables.first_guard :] if any(folded in guard.folded for folded in held)
    )


@pytest.mark.parametrize("name", [*SURE, "repeated", "doubled"])
@few
@given(data=st.data())
def test_a_guard_guards_however_it_is_written(name, data):
    guard = data.draw(st.sampled_from(suited(name, guards())))
    speaker = data.draw(st.sampled_from(["host", "viewer", "screen", "listing"]))
    written = EVASIONS[name](guard, engine().tables, Random(data.draw(seeds)))
    assume(written is not None and not acts(f"来看 {guard.term} ，很好", speaker))
    assert not acts(f"来看 {written} ，很好", speaker), (guard.term, written)


said = st.sampled_from(["驴家原单四百六", "高仿", "不是高仿", "今天天气好", "香奶奶 三百"])
lines = st.lists(st.one_of(st.text(max_size=20), said), max_size=6)


@few
@given(lines, st.sampled_from(["host", "viewer"]))
def test_a_line_does_not_depend_on_the_lines_around_it(texts, speaker):
    together = [engine().scan(text, speaker=speaker) for text in texts]
    backwards = [engine().scan(text, speaker=speaker) for text in reversed(texts)]
    assert together == backwards[::-1]


@cache
def reloaded():
    """From the terms that a worker keeps, as when a change of the lexicon is taken back."""
    return TextEngine.of(read_lexicon(DATA / "lexicon.csv"))


@few
@given(lines, st.sampled_from(["host", "viewer", "listing"]))
def test_the_same_lexicon_loaded_again_gives_the_same(texts, speaker):
    assert reloaded().version == engine().version
    for text in texts:
        assert reloaded().scan(text, speaker=speaker) == engine().scan(text, speaker=speaker)

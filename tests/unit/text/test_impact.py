"""What a new term would hit in ordinary text."""

import pytest

from detectors.text.engine import TextEngine
from detectors.text.impact import AROUND, MOST_EXAMPLES, ImpactCounter, held_in
from detectors.text.lexicon import read_lexicon
from detectors.text.overlay import checked, overlaid
from detectors.text.tables import DATA
from schemas import TermCategory, TermEntry

BASE = read_lexicon(DATA / "lexicon.csv")


def counted(entry, *lines):
    before, after = TextEngine.of(BASE), TextEngine.of(overlaid(BASE, [entry]))
    counter = ImpactCounter(before, after, [checked(entry)])
    for line in lines:
        counter.add(line)
    assert counter.lines == len(lines)
    return {term: (impact.hits, impact.examples) for term, impact in counter.found.items()}


def entry(term, **fields):
    return TermEntry(**({"term": term, "category": TermCategory.GRADE, "llr": 3.0} | fields))


def test_lines_are_counted_by_the_way_a_term_is_found():
    found = counted(entry("火车"), "坐火车去", "去虹桥火车站", "坐飞机去")
    assert found["火车"] == ({"spelling": 2}, ["坐火车去", "去虹桥火车站"])


def test_a_guard_keeps_a_term_silent():
    assert counted(entry("火车", guards=("火车站",)), "去虹桥火车站") == {}


def test_found_by_sound():
    (hits, _) = counted(entry("柜台原版货"), "贵台元版货")["柜台原版货"]
    assert hits.keys() == {"sound"}


def test_only_what_is_more_than_before_counts():
    (known,) = [term for term in BASE if term.term == "高仿"]
    assert counted(entry("高仿", llr=known.llr), "这是高仿") == {}
    assert counted(entry("高仿", llr=known.llr / 2), "这是高仿") == {}
    assert "高仿" in counted(entry("高仿", llr=3.7), "这是高仿")


def test_doubts_are_looked_for_in_what_viewers_say():
    assert "甪丬吧" in counted(entry("甪丬吧", category=TermCategory.VIEWER_DOUBT, llr=0.5), "这是甪丬吧")


def test_examples_are_few_and_short():
    _, examples = counted(entry("火车"), *["长" * 500 + "火车" + "长" * 500] * 20)["火车"]
    assert examples == ["长" * AROUND + "火车" + "长" * AROUND] * MOST_EXAMPLES


@pytest.mark.parametrize(
    ("term", "spelled", "sounding"),
    [("火车", ("火车站", "坐火车"), ("货车",)), ("甪丬", (), ()), ("货车", (), ("火车站", "坐火车"))],
)  # fmt: skip
def test_everyday_words_that_hold_a_term(term, spelled, sounding):
    words = ["火车站", "坐火车", "货车", "飞机"]
    (held,) = held_in(TextEngine.of(BASE).tables, [checked(entry(term))], words)
    assert (held.spelled, held.sounding) == (spelled, sounding)

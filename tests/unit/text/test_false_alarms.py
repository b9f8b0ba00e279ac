"""What a term would hit in everyday text is counted before it is published."""

from detectors.text.engine import TextEngine
from detectors.text.false_alarms import EXAMPLES, hits_in
from detectors.text.lexicon_row import term_of
from schemas import TermCategory, TermEntry

LINES = ["酒店在虹桥火车站旁边", "火*车晚点了", "火车票", "今天吃茄子", "大客车也有人坐"]


def term(text, **changes):
    return term_of(TermEntry(term=text, category=TermCategory.GRADE, risk=0.9, **changes), where=text)


def test_lines_that_hold_a_term_are_counted_with_examples():
    train, other = hits_in(LINES, [term("火车"), term("复刻")])
    assert (train.term, train.held, train.found) == ("火车", 3, 0)
    assert train.examples == tuple(LINES[:3])
    assert (other.held, other.examples) == (0, ())


def test_an_engine_counts_guards_too():
    guarded = term("火车", guards=("火车站", "火车票"))
    (hits,) = hits_in(LINES, [guarded], engine=TextEngine.of((guarded,)))
    assert (hits.held, hits.found, hits.examples) == (3, 1, ("火*车晚点了",))


def test_examples_are_few():
    (hits,) = hits_in(["火车"] * 100, [term("火车")])
    assert hits.held == 100
    assert len(hits.examples) == EXAMPLES

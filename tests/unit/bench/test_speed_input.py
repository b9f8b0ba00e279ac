"""What the speed benchmark scans: made-up lexicons and lines, always the same."""

import pytest

from detectors.text.lexicon import parse_lexicon, read_lexicon, write_lexicon
from detectors.text.tables import DATA
from pipelines.bench.chat_lines import EVASIVE_SHARE, LINE_CHARS, chat_lines
from pipelines.bench.lexicons import sized_lexicon


@pytest.mark.parametrize("size", [1_000, 10_000])
def test_a_lexicon_of_any_size_can_be_written_and_read(size):
    terms = sized_lexicon(size)
    assert len({(term.folded, term.category) for term in terms}) == len(terms) == size
    assert parse_lexicon(write_lexicon(terms).splitlines(), name="made-up.csv") == terms == sized_lexicon(size)


def test_larger_lexicons_hold_the_smaller():
    assert sized_lexicon(10_000)[:5_000] == sized_lexicon(5_000)


def test_made_up_terms_are_no_words_of_ordinary_lines():
    bundled = read_lexicon()
    made_up = {term.term for term in sized_lexicon(50_000)} - {term.term for term in bundled}
    lines = "\n".join(chat_lines(1_000, bundled, seed=6))
    assert not [term for term in made_up if term in lines]


def test_lines_are_the_same_each_time_and_some_are_evasive():
    terms = read_lexicon(DATA / "lexicon.csv")
    lines = chat_lines(2_000, terms)
    assert lines == chat_lines(2_000, terms) != chat_lines(2_000, terms, seed=5)
    assert {len(line) for line in lines} == {LINE_CHARS}
    marked = sum(any(mark in line for mark in "*·_-🔥🎁✨") for line in lines)
    assert 0 < marked < len(lines) * EVASIVE_SHARE

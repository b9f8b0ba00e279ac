"""Entries of the reference topic over the bundled lexicon."""

import random

import pytest

from detectors.text.engine import TextEngine
from detectors.text.lexicon import read_lexicon
from detectors.text.lexicon_row import entry_of
from detectors.text.overlay import LONGEST, overlaid
from detectors.text.tables import DATA
from detectors.text.term import LexiconError
from schemas import TermCategory, TermEntry

BASE = read_lexicon(DATA / "lexicon.csv")


def entry(term, **fields):
    return TermEntry(**({"term": term, "category": TermCategory.GRADE, "llr": 3.0} | fields))


def terms(entries):
    return {term.term: term for term in overlaid(BASE, entries)}


def test_without_entries_nothing_changes():
    assert overlaid(BASE, []) == BASE
    assert TextEngine.of(overlaid(BASE, [])).version == TextEngine.load().version


def test_an_entry_adds_or_replaces():
    assert terms([entry("甪丬货")])["甪丬货"].llr == 3.0
    assert terms([entry("高仿", llr=1.0)])["高仿"].llr == 1.0
    assert len(terms([entry("高仿", llr=1.0)])) == len(terms([]))


def test_an_entry_in_other_letters_replaces_too():
    over = terms([entry("Ａ货", llr=1.0)])
    assert "A货" not in over
    assert over["Ａ货"].llr == 1.0


def test_an_entry_takes_the_place_of_every_kind_of_its_term():
    kinds = [term.category for term in BASE if term.term == "不是正品"]
    assert len(kinds) > 1
    assert [term.category for term in overlaid(BASE, [entry("不是正品")]) if term.term == "不是正品"] == ["grade"]


def test_an_entry_switches_a_bundled_term_off():
    assert "高仿" not in terms([entry("高仿", off=True)])
    switched_off = TextEngine.of(overlaid(BASE, [entry("高仿", off=True)]))
    assert [hit.term for hit in switched_off.scan("这是高仿", speaker="host")] == []
    assert [hit.term for hit in TextEngine.of(BASE).scan("这是高仿", speaker="host")] == ["高仿"]


def test_order_of_entries_does_not_matter():
    entries = [entry(f"甪丬{word}") for word in ("卣囟", "汆黾", "氽呤")] + [
        entry("A货", llr=2.0),
        entry("Ａ货", llr=1.0),
    ]
    versions = set()
    for seed in range(3):
        random.Random(seed).shuffle(entries)
        versions.add(TextEngine.of(overlaid(BASE, entries)).version)
    assert len(versions) == 1
    assert versions != {TextEngine.of(BASE).version}


def test_entries_that_say_what_the_base_says_change_nothing():
    entries = [entry_of(term) for term in BASE[:50]]
    assert TextEngine.of(overlaid(BASE, entries)).version == TextEngine.of(BASE).version


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (entry("货"), "column term"),
        (entry("甪丬货", llr=99.0), "column llr"),
        (entry("甪丬货", category=TermCategory.BRAND_ALIAS, llr=1.0), "column brand"),
        (entry("好" * (LONGEST + 1)), "column term"),
    ],
)
def test_an_unusable_entry_is_named(wrong, words):
    with pytest.raises(LexiconError, match=words) as caught:
        overlaid(BASE, [wrong])
    assert wrong.term[:20] in str(caught.value)

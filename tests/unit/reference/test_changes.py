"""What a file changes, and what is published for it."""

import msgspec
import pytest

from detectors.text.lexicon import read_lexicon
from detectors.text.lexicon_row import entry_of
from detectors.text.overlay import overlaid
from detectors.text.tables import DATA
from detectors.text.term import Term
from pipelines.errors import InputError
from pipelines.reference.changes import Kind, applied, compare, plan, switched_off
from schemas import TermCategory

BASE = read_lexicon(DATA / "lexicon.csv")
HIGH = next(term for term in BASE if term.term == "高仿")
NEW = Term(
    term="甪丬货", folded="甪丬货", category=TermCategory.GRADE, llr=3.0, source="own", since="0.2.0", owner="li"
)


def changed(row, **fields):
    return msgspec.structs.replace(row, **fields)


def kinds(changes):
    return {change.term: change.change for change in changes}


def test_new_changed_and_gone():
    changes = compare(BASE, [NEW, changed(HIGH, llr=1.0, owner="li"), BASE[0]], whole=False)
    assert kinds(changes) == {"甪丬货": Kind.NEW, "高仿": Kind.CHANGED}
    (fields,) = [change.fields for change in changes if change.term == "高仿"]
    assert fields["llr"] == (f"{HIGH.llr:g}", "1")
    assert fields.keys() == {"llr", "owner"}
    assert kinds(compare(BASE, BASE[1:], whole=True)) == {BASE[0].term: Kind.GONE}


def test_the_lexicon_in_force_changes_nothing():
    assert compare(BASE, BASE, whole=True) == []


def carried_out(entries, wanted, *, whole=False):
    _, todo = plan(BASE, entries, wanted, whole=whole)
    after = applied(entries, todo)
    assert compare(overlaid(BASE, after.values()), wanted, whole=whole) == [], "a plan does what it is for"
    return after


def test_a_plan_adds_changes_and_switches_off():
    after = carried_out(
        {}, [NEW, changed(HIGH, llr=1.0), *(term for term in BASE if term not in (HIGH, BASE[0]))], whole=True
    )
    assert after.keys() == {"甪丬货", "高仿", BASE[0].term}
    assert after[BASE[0].term].off


def test_a_file_that_says_what_is_bundled_takes_the_entry_away():
    held = {"高仿": entry_of(changed(HIGH, llr=1.0))}
    assert carried_out(held, [HIGH]) == {}


def test_a_published_term_that_the_whole_file_lacks_is_taken_away():
    assert carried_out({NEW.term: entry_of(NEW)}, BASE, whole=True) == {}


def test_another_spelling_takes_the_place_of_the_first():
    held = {NEW.term: entry_of(NEW)}
    spaced = changed(NEW, term="甪 丬货", llr=2.0)
    assert carried_out(held, [spaced]) == {"甪 丬货": entry_of(spaced)}


def test_two_kinds_of_a_changed_term_are_refused():
    rows = [changed(term, llr=0.1) for term in BASE if term.term == "不是正品"]
    assert len(rows) > 1
    with pytest.raises(InputError, match="leave one row"):
        plan(BASE, {}, rows, whole=False)


def test_only_what_is_bundled_can_be_switched_off():
    (entry,) = switched_off(BASE, ["高仿"]).entries
    assert (entry.term, entry.off) == ("高仿", True)
    with pytest.raises(InputError, match="甪丬货"):
        switched_off(BASE, ["高仿", "甪丬货"])

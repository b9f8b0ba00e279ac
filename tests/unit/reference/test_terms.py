"""Records of reference-terms, one after the other; no broker."""

import msgspec
import pytest

from pipelines.broker.reader import ConsumedRecord
from pipelines.reference import terms as reference_terms
from pipelines.reference.settling import AT_MOST_S, QUIET_S, Settling
from pipelines.reference.terms import TermEntries
from schemas import DeadLetterReason, DecodeError, TermCategory, TermEntry
from schemas.cloudevents import encode


def entry(term, **fields):
    return TermEntry(**({"term": term, "category": TermCategory.GRADE, "llr": 3.0} | fields))


def record(message, offset=0, **changes):
    sent = encode(message, source="test")
    fields = {"key": sent.key, "value": sent.value, "headers": sent.headers} | changes
    return ConsumedRecord(topic="reference-terms", partition=0, offset=offset, timestamp_ms=0, **fields)


def tombstone(term):
    return ConsumedRecord(
        topic="reference-terms", partition=0, offset=1, key=term.encode(), value=None, headers=[], timestamp_ms=0
    )


def test_the_newest_entry_of_a_term_stands():
    topic = TermEntries()
    topic.take(record(entry("甪丬货", llr=1.0)))
    topic.take(record(entry("甪丬货", llr=2.0)))
    assert topic.entries == {"甪丬货": entry("甪丬货", llr=2.0)}


def test_a_record_without_value_takes_the_entry_away():
    topic = TermEntries()
    topic.take(record(entry("甪丬货")))
    topic.take(tombstone("甪丬货"))
    topic.take(tombstone("never there"))
    assert topic.entries == {}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (record(entry("甪丬货"), value=b"{"), DeadLetterReason.INVALID_JSON),
        (record(entry("甪丬货"), value=b'{"term": "x"}'), DeadLetterReason.SCHEMA_MISMATCH),
        (record(entry("甪丬货"), key=b"other"), DeadLetterReason.KEY_MISMATCH),
        (record(entry("甪丬货"), headers=[]), DeadLetterReason.MISSING_HEADER),
        (record(entry("甪丬货", llr=99.0)), DeadLetterReason.UNUSABLE_ENTRY),
        (record(entry("货")), DeadLetterReason.UNUSABLE_ENTRY),
        (msgspec.structs.replace(tombstone("x"), key=b"\xff"), DeadLetterReason.INVALID_UTF8),
    ],
)
def test_a_bad_record_is_refused_and_the_older_entry_stays(bad, reason):
    topic = TermEntries()
    topic.take(record(entry("甪丬货", llr=1.0)))
    with pytest.raises(DecodeError) as caught:
        topic.take(bad)
    assert caught.value.reason is reason
    assert topic.settle() == {"甪丬货": entry("甪丬货", llr=1.0)}


def test_there_is_an_end_to_entries(monkeypatch):
    monkeypatch.setattr(reference_terms, "MOST_ENTRIES", 2)
    topic = TermEntries()
    for term in ("甪丬货", "甪丬单"):
        topic.take(record(entry(term)))
    topic.take(record(entry("甪丬货", llr=1.0)))
    with pytest.raises(DecodeError, match="dajia reference remove"):
        topic.take(record(entry("甪丬版")))


def test_given_up_records_are_those_since_the_last_settling():
    topic = TermEntries()
    topic.take(record(entry("甪丬货"), offset=0))
    good = topic.settle()
    topic.take(record(entry("甪丬货", off=True), offset=1))
    topic.take(tombstone("甪丬货"))
    assert [one.offset for one in topic.revert(good)] == [1, 1]
    assert topic.entries == good
    assert topic.revert(good) == []


def reloads(times_s):
    """When a watcher who looks ten times a second would reload, for changes at these times."""
    settling, waiting, found = Settling(), list(times_s), []
    for tick in range(200):
        now_s = tick / 10
        while waiting and waiting[0] <= now_s:
            settling.note(waiting.pop(0))
        if settling.due(now_s):
            found.append(now_s)
    return found


def test_nothing_to_do_without_changes():
    assert reloads([]) == []


def test_a_burst_is_one_reload():
    assert len(reloads([1 + number / 5000 for number in range(1000)])) == 1
    assert reloads([1.0]) == [pytest.approx(1 + QUIET_S, abs=0.11)]


def test_changes_that_never_stop_do_not_wait_for_ever():
    found = reloads([number / 10 for number in range(100)])
    assert found[0] <= AT_MOST_S + 0.2
    assert 4 <= len(found) <= 100 / 10 / AT_MOST_S + 1

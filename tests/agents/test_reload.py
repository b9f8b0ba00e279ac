"""A change published to reference-terms is in force in a running worker within five seconds, and loses no record."""

import time
from uuid import uuid4

import msgspec
import pytest

from pipelines.broker.publisher import Publisher
from pipelines.clock import now_ms
from schemas import DanmakuBatch, DanmakuLine, Suspicion, TermCategory, TermEntry
from schemas.cloudevents import encode
from schemas.topics import LIVE_DANMAKU, REFERENCE_TERMS, SUSPICION_EVENTS

WITHIN_S = 5
RECORDS = 200
BACKLOG_WITHIN_S = 400

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def made_up(broker_settings):
    """A term that no lexicon has; it is taken away again at the end: an Apache Kafka may be the user's."""
    letters = "甪丬彳亍丏卣囟汆黾氽呤叵"
    term = "".join(letters[int(digit, 16) % len(letters)] for digit in uuid4().hex[:8])
    yield term
    remove(broker_settings, term)


def remove(settings, *terms):
    with Publisher(settings, client_id="test") as publisher:
        for term in terms:
            publisher.remove(REFERENCE_TERMS.name, term.encode())


def entry(term, **fields):
    return TermEntry(term=term, category=TermCategory.GRADE, llr=3.0, source="test", **fields)


def line(room, number, text):
    chat = DanmakuLine(line_id=f"{room}-{number}", viewer="v", time_ms=now_ms(), text=text)
    return encode(DanmakuBatch(room=room, session=f"{room}-1", lines=(chat,)), source="test")


def found(wire, room):
    """Suspicions of the room; other workers of a shared Kafka send the same ones with the same ids."""
    read = wire.read(SUSPICION_EVENTS.name, room)
    return list({one.suspicion_id: one for one in read if isinstance(one, Suspicion)}.values())


def versions(worker):
    return {dict(labels)["version"] for name, labels in worker.metrics() if name == "dajia_lexicon_info"}


def caught_up(worker):
    """On an Apache Kafka that others use, the worker has their chat to judge first."""

    def lags():
        return [value for (name, _), value in worker.metrics().items() if name == "dajia_consumer_lag_records"]

    worker.wait_until_ready()
    worker.wait_for(lambda: sum(lags()) < RECORDS, BACKLOG_WITHIN_S)
    return worker


def wait_for_another_version(worker, version):
    worker.wait_for(lambda: versions(worker) not in ({version}, set()), WITHIN_S)
    (after,) = versions(worker)
    return after


def test_a_new_term_is_found_within_five_seconds(wire, start_worker, new_room, made_up):
    room, worker = new_room(), caught_up(start_worker("danmaku"))
    (before,) = versions(worker)
    wire.send(REFERENCE_TERMS.name, encode(entry(made_up), source="test"))
    after = wait_for_another_version(worker, before)
    wire.send(LIVE_DANMAKU.name, line(room, 1, f"有{made_up}吗"))
    worker.wait_for(lambda: found(wire, room))

    (suspicion,) = found(wire, room)
    assert (suspicion.facts.term, suspicion.facts.source_id) == (made_up, f"{room}-1")
    assert suspicion.lexicon_version == after

    # A worker that starts later has it from its first record on, and names the same version.
    assert versions(start_worker("listings").wait_until_ready()) == {after}


def test_a_burst_is_one_or_two_reloads_and_loses_no_record(broker_settings, wire, start_worker, new_room, made_up):
    room, worker = new_room(), caught_up(start_worker("danmaku"))
    (before,) = versions(worker)
    loaded = worker.metric("dajia_lexicon_reloads_total", result="loaded")
    lines = [line(room, number, "这是假货吧") for number in range(RECORDS)]
    wire.send(LIVE_DANMAKU.name, *lines[: RECORDS // 4])
    terms = [f"{made_up[:5]}{chr(0x4E00 + number)}" for number in range(999)]
    try:
        wire.send(REFERENCE_TERMS.name, *(encode(entry(term), source="test") for term in [*terms, made_up]))
        wire.send(LIVE_DANMAKU.name, *lines[RECORDS // 4 :])
        wait_for_another_version(worker, before)
        wire.send(LIVE_DANMAKU.name, line(room, "last", f"有{made_up}吗"))
        worker.wait_for(lambda: any(one.facts.term == made_up for one in found(wire, room)), 120)
    finally:
        remove(broker_settings, *terms)

    doubted = {one.facts.source_id for one in found(wire, room) if one.facts.term != made_up}
    assert doubted >= {f"{room}-{number}" for number in range(RECORDS)}
    assert 1 <= worker.metric("dajia_lexicon_reloads_total", result="loaded") - loaded <= 2


def test_what_was_taken_away_is_no_longer_found(broker_settings, wire, start_worker, new_room, made_up):
    room, worker = new_room(), caught_up(start_worker("danmaku"))
    (before,) = versions(worker)
    wire.send(REFERENCE_TERMS.name, encode(entry(made_up), source="test"))
    after = wait_for_another_version(worker, before)
    remove(broker_settings, made_up)
    assert wait_for_another_version(worker, after) == before, "the same lexicon has the same version"
    wire.send(LIVE_DANMAKU.name, line(room, 1, f"有{made_up}吗"), line(room, 2, "这是假货吧"))
    worker.wait_for(lambda: found(wire, room))
    assert [one.facts.source_id for one in found(wire, room)] == [f"{room}-2"]


def test_a_bad_entry_is_dead_lettered_once_and_the_lexicon_stays(wire, start_worker, new_room, made_up):
    room, worker = new_room(), caught_up(start_worker("danmaku"))
    (before,) = versions(worker)
    sent = encode(entry(made_up), source="test")
    wire.send(REFERENCE_TERMS.name, msgspec.structs.replace(sent, value=b"{"))
    wire.send(REFERENCE_TERMS.name, encode(entry(made_up, expires="soon"), source="test"))
    worker.wait_for(lambda: len(wire.dead_letters(REFERENCE_TERMS.name, made_up)) >= 2)
    reasons = {letter["dlq_reason"] for letter in wire.dead_letters(REFERENCE_TERMS.name, made_up)}
    assert reasons == {b"invalid-json", b"unusable-entry"}
    assert versions(worker) == {before}

    # One that starts later meets both records again and sends no further letters.
    later = start_worker("listings").wait_until_ready()
    assert versions(later) == {before}
    time.sleep(2)
    senders = {letter["dlq_worker"] for letter in wire.dead_letters(REFERENCE_TERMS.name, made_up)}
    assert not any(sender.endswith(f":{later.process.pid}".encode()) for sender in senders)

    wire.send(LIVE_DANMAKU.name, line(room, 1, "这是假货吧"))
    worker.wait_for(lambda: found(wire, room))

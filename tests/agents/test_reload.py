"""A change published to reference-terms is in force in a running worker within five seconds, and loses no record."""

import time
from uuid import uuid4

import pytest

from pipelines.broker.publisher import Publisher
from pipelines.clock import now_ms
from schemas import DanmakuBatch, DanmakuLine, Suspicion, TermCategory, TermEntry
from schemas.cloudevents import encode
from schemas.topics import LIVE_DANMAKU, REFERENCE_TERMS, SUSPICION_EVENTS

WITHIN_S = 5


@pytest.fixture
def made_up(broker_settings):
    """A term that no lexicon has; it is taken away again at the end: an Apache Kafka may be the user's."""
    letters = "甪丬彳亍丏卣囟汆黾氽呤叵"
    term = "".join(letters[int(digit, 16) % len(letters)] for digit in uuid4().hex[:8])
    yield term
    with Publisher(broker_settings, client_id="test") as publisher:
        publisher.remove(REFERENCE_TERMS.name, term.encode())


def entry(term, **fields):
    return TermEntry(term=term, category=TermCategory.GRADE, llr=3.0, source="test", **fields)


def line(room, number, text):
    chat = DanmakuLine(line_id=f"{room}-{number}", viewer="v", time_ms=now_ms(), text=text)
    return encode(DanmakuBatch(room=room, session=f"{room}-1", lines=(chat,)), source="test")


def found(wire, room):
    return [one for one in wire.read(SUSPICION_EVENTS.name, room) if isinstance(one, Suspicion)]


def versions(worker):
    return {dict(labels)["version"] for name, labels in worker.metrics() if name == "dajia_lexicon_info"}


def wait_for_another_version(worker, version):
    started = time.monotonic()
    worker.wait_for(lambda: versions(worker) not in ({version}, set()), WITHIN_S)
    print(f"another lexicon in force after {time.monotonic() - started:.1f} s")
    return time.monotonic() - started


def test_a_new_term_is_found_within_five_seconds(wire, start_worker, new_room, made_up):
    room, worker = new_room(), start_worker("danmaku").wait_until_ready()
    (before,) = versions(worker)
    wire.send(LIVE_DANMAKU.name, line(room, 0, f"有{made_up}吗"))
    worker.wait_for(lambda: wire.read(SUSPICION_EVENTS.name, room))
    assert found(wire, room) == []

    wire.send(REFERENCE_TERMS.name, encode(entry(made_up), source="test"))
    assert wait_for_another_version(worker, before) < WITHIN_S
    wire.send(LIVE_DANMAKU.name, line(room, 1, f"有{made_up}吗"))
    worker.wait_for(lambda: found(wire, room))

    (after,) = versions(worker)
    (suspicion,) = found(wire, room)
    assert (suspicion.facts.term, suspicion.facts.source_id) == (made_up, f"{room}-1")
    assert suspicion.lexicon_version == after != before

    # A worker that starts later has it from its first record on, and names the same version.
    assert versions(start_worker("listings").wait_until_ready()) == {after}

"""Many rooms in one process do not disturb each other."""

import threading
import time

import pytest

from pipelines.errors import DeliveryError
from pipelines.ingest.rooms import run_rooms
from pipelines.ingest.source import Ending, SourceSpec
from pipelines.settings import Settings


def test_rooms_run_side_by_side(make_media, receiver):
    path = str(make_media(seconds=2))
    specs = [SourceSpec(url=path, room=f"r{n}", start_ms=0, speed=1) for n in range(4)]
    began_s = time.monotonic()
    summaries = run_rooms(specs, receiver, Settings(), stop=threading.Event())
    assert time.monotonic() - began_s < 7, "one after the other would take eight seconds"
    assert [summary.room for summary in summaries] == ["r0", "r1", "r2", "r3"]
    for summary in summaries:
        assert summary.ending is Ending.ENDED
        assert [f.sequence for f in receiver.frames if f.room == summary.room] == list(range(summary.frames))


def test_a_room_that_does_not_open_leaves_the_others_alone(make_media, receiver):
    specs = [
        SourceSpec(url="/nowhere.mp4", room="bad", session="s"),
        SourceSpec(url=str(make_media(seconds=1)), room="good", speed=0),
    ]
    bad, good = run_rooms(specs, receiver, Settings(), stop=threading.Event())
    assert (bad.ending, bad.session) == (Ending.SOURCE_LOST, "s")
    assert "no such file" in bad.detail
    assert good.ending is Ending.ENDED


def test_when_kafka_fails_all_rooms_stop(make_media):
    class Full:
        def send(self, topic, record):
            if record.key == b"r1":
                raise DeliveryError("not delivered")

    path = str(make_media(seconds=12))
    specs = [SourceSpec(url=path, room=room) for room in ("r0", "r1")]
    began_s = time.monotonic()
    with pytest.raises(DeliveryError):
        run_rooms(specs, Full(), Settings(), stop=threading.Event())
    assert time.monotonic() - began_s < 10, "the other room would have gone on for twelve seconds"

"""What a room's state remembers of the records that were applied to it."""

import msgspec

from pipelines.consume import Received
from pipelines.room_state import RoomStates
from schemas import EvidenceRef
from schemas.examples import EXAMPLES

BATCH = EXAMPLES[2]


def received(offset, timestamp_ms=1000, topic="live-danmaku", key=b"room-1"):
    ref = EvidenceRef(topic=topic, partition=0, offset=offset)
    return Received(message=BATCH, key=key, ref=ref, timestamp_ms=timestamp_ms, traceparent="", event=None)


def states(table=None):
    return RoomStates(
        {} if table is None else table, msgspec.msgpack.Decoder(list[int]).decode, lambda room: [len(room)]
    )


def test_a_room_starts_with_the_initial_state_and_keeps_what_is_put():
    table = {}
    rooms = states(table)
    assert rooms.get(b"room-1") == [6]
    turn = rooms.turn(received(0))
    assert turn.state == [6]
    assert turn.put([1, 2]) == len(table[b"room-1"])
    assert rooms.get(b"room-1") == [1, 2]
    assert rooms.get(b"room-22") == [7]
    assert rooms.keys() == [b"room-1"]


def test_a_record_is_seen_once_it_is_applied_also_by_the_next_worker():
    table = {}
    rooms = states(table)
    assert rooms.turn(received(5)) is not None
    rooms.turn(received(5)).put([])
    assert states(table).turn(received(5)) is None
    assert states(table).turn(received(4)) is None
    assert states(table).turn(received(6)) is not None
    assert states(table).turn(received(5, topic="room-lifecycle")) is not None, "each source topic has its own offsets"
    assert states(table).turn(received(5, key=b"room-2")) is not None, "each room has its own"


def test_a_topic_that_was_made_anew_starts_again_at_offset_0():
    rooms = states()
    rooms.turn(received(900, timestamp_ms=1000)).put([])
    assert rooms.turn(received(0, timestamp_ms=900)) is None
    assert rooms.turn(received(0, timestamp_ms=2000)) is not None, "an old offset with a newer time is a new topic"

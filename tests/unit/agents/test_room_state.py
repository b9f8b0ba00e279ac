"""What a room's state remembers of the records that were applied to it."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pipelines.consume import Received
from pipelines.room_state import FoldedStates, RoomStates
from schemas import EvidenceRef
from schemas.examples import EXAMPLES

BATCH = EXAMPLES[2]


class Event:
    """Stands for Faust's event, of which nothing is asked here but that it lives."""


def received(offset, timestamp_ms=1000, topic="live-danmaku", key=b"room-1"):
    ref = EvidenceRef(topic=topic, partition=0, offset=offset)
    return Received(message=BATCH, key=key, ref=ref, timestamp_ms=timestamp_ms, traceparent="", event=Event())


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


class CountingTable(dict):
    writes = 0

    def __setitem__(self, key, value):
        self.writes += 1
        super().__setitem__(key, value)


def apply(folded, record, generation=1):
    """Append the record's offset to its room's state; whether it was applied."""
    before = folded.state(record, generation)
    if before is not None:
        folded.put(record, [*before, record.ref.offset])
    return before is not None


def test_records_of_a_room_are_folded_into_one_write_and_acknowledged_after_it():
    table, sizes = CountingTable(), []
    folded = FoldedStates(states(table))
    records = [received(offset, key=key) for offset in range(10) for key in (b"room-1", b"room-2")]
    assert all(apply(folded, record) for record in records)
    assert (table.writes, len(folded)) == (0, 20), "nothing is written and nothing is acknowledged before the flush"
    assert folded.flush(1, sizes.append) == records
    assert table.writes == len(sizes) == 2
    assert states(table).get(b"room-1") == [6, *range(10)]
    assert folded.flush(1, sizes.append) == []
    assert table.writes == 2


def test_a_record_that_is_held_is_applied_once_and_acknowledged_with_the_others():
    folded = FoldedStates(states())
    assert [apply(folded, received(offset)) for offset in (0, 1, 1, 0, 2)] == [True, True, False, False, True]
    assert folded.state(received(3), 1) == [6, 0, 1, 2]
    assert [one.ref.offset for one in folded.flush(1, len_of)] == [0, 1, 1, 0, 2]


def test_after_a_rebalance_what_was_held_is_given_up_and_comes_again():
    table = CountingTable()
    folded = FoldedStates(states(table))
    apply(folded, received(0))
    folded.flush(1, len_of)
    apply(folded, received(1))
    assert folded.flush(2, len_of) == [], "a timer notices the new generation first"
    apply(folded, received(1))
    assert folded.state(received(1), 2) == [6, 0], "the consumer notices it first"
    assert apply(folded, received(1), 2)
    assert [one.ref.offset for one in folded.flush(2, len_of)] == [1]
    assert states(table).get(b"room-1") == [6, 0, 1]
    assert table.writes == 2


@given(st.lists(st.sampled_from(["record", "flush", "die", "rebalance"]), max_size=60))
def test_whatever_happens_each_record_is_applied_once_in_order_and_none_is_acknowledged_before_it_is_written(acts):
    table, generation, acknowledged, fetched = {}, 1, 0, 0
    folded = FoldedStates(states(table))
    for act in [*acts, "flush"]:
        if act == "record":
            apply(folded, received(fetched), generation)
            fetched += 1
        elif act == "flush":
            for one in folded.flush(generation, len_of):
                acknowledged = max(acknowledged, one.ref.offset + 1)
        else:  # the group gives the records behind the last acknowledged one again, to this worker or to another
            generation, fetched = generation + 1, acknowledged
            if act == "die":
                folded = FoldedStates(states(table))
        assert states(table).get(b"room-1") == [6, *range(acknowledged)]


def len_of(size):
    assert size > 0

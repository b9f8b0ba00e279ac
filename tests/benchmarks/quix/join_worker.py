"""The join as a Quix Streams application: the same step per record, the room's state in its state store.

Run by `dajia bench join` in an environment of its own (requirements.txt), with the repository on the path. Reads
suspicion-events and room-lifecycle, both into one state a room, as `pipelines/agents/join.py` does; remembers the
offsets that it applied, as that does; sends what follows. At least once, a checkpoint each second, state with
changelog: Quix folds all writes to a room between two checkpoints into one.

Arguments: broker, group, folder for the state, number of records. Writes one JSON line: records, wall seconds,
processor seconds and actions, from the first record to the end of the last checkpoint.
"""

import json
import resource
import sys
import time

import msgspec
from quixstreams import Application, State, message_context

from pipelines.join.policy import BUNDLED_POLICY, load_policy
from pipelines.join.state import decode, encode, initial
from pipelines.join.step import step
from schemas.cloudevents import decode as decode_record
from schemas.cloudevents import encode as encode_record
from schemas.topics import ENFORCEMENT_EVENTS, ROOM_LIFECYCLE, SEAL_REQUESTS, SUSPICION_EVENTS, TOPICS

STATE_KEY = "room"


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """The value in the store: the last offset of each topic, and the state."""

    applied: dict[str, int]
    state: msgspec.Raw


class Meter:
    """Time and processor time since the first record."""

    def __init__(self) -> None:
        self.records = self.actions = 0
        self.wall = self.processor = 0.0

    def count(self) -> None:
        if not self.records:
            self.wall, self.processor = time.monotonic(), processor_seconds()
        self.records += 1


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    broker, group, folder, records = sys.argv[1:5]
    policy = load_policy(BUNDLED_POLICY.read_text(encoding="utf-8"))
    app = Application(
        broker_address=broker, consumer_group=group, auto_offset_reset="earliest", commit_interval=1.0,
        state_dir=folder, loglevel="WARNING", processing_guarantee="at-least-once",
        producer_extra_config={"compression.type": "lz4", "linger.ms": 20},
    )  # fmt: skip
    raw = {"key_deserializer": "bytes", "value_deserializer": "bytes"}
    sources = [app.topic(topic.name, **raw) for topic in (SUSPICION_EVENTS, ROOM_LIFECYCLE)]
    meter = Meter()

    def judge(value: bytes, key: bytes, _timestamp: int, headers: list, state: State) -> list:
        meter.count()
        place = message_context()
        stored = state.get_bytes(STATE_KEY)
        known = msgspec.msgpack.decode(stored, type=Stored) if stored else None
        if known and place.offset <= known.applied.get(place.topic, -1):
            return []
        event = decode_record(TOPICS[place.topic], key=key, value=value, headers=headers)
        room = decode(bytes(known.state)) if known else initial(event.room)
        after, outputs = step(room, event, time.time_ns() // 1_000_000, policy)
        applied = {**(known.applied if known else {}), place.topic: place.offset}
        state.set_bytes(STATE_KEY, msgspec.msgpack.encode(Stored(applied, msgspec.Raw(encode(after)))))
        meter.actions += len(outputs.enforcements)
        return [(ENFORCEMENT_EVENTS.name, one) for one in outputs.enforcements] + [
            (SEAL_REQUESTS.name, one) for one in outputs.seal_requests
        ]

    first, second = (app.dataframe(topic) for topic in sources)
    frame = first.concat(second)
    frame = frame.apply(judge, stateful=True, metadata=True)
    with app.get_producer() as producer:

        def send(outputs: list) -> None:
            for topic, message in outputs:
                record = encode_record(message, source="dajia/quix")
                producer.produce(
                    topic, key=record.key, value=record.value, headers=record.headers, timestamp=record.timestamp_ms
                )

        frame.update(send)
        app.run(count=int(records), collect=False)  # ends with a checkpoint
    took = {
        "records": meter.records,
        "wall_s": time.monotonic() - meter.wall,
        "processor_s": processor_seconds() - meter.processor,
        "actions": meter.actions,
    }
    print(json.dumps(took))


if __name__ == "__main__":
    main()

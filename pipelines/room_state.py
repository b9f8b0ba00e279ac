"""State of a room in a Faust table, with what has already been applied to it.

A record that Kafka delivers twice is applied once, because the state remembers the last offset of each source topic.

A table write is dear in Faust (a record of the changelog), so the records of one room can be folded into one:
`FoldedStates` holds a room's state in memory from its first record until `flush`. Its records stay unacknowledged until
then, so whoever gets the partition next begins before them with the state before them: the effect is that of a worker
that died between two of its records, which ids and remembered offsets make harmless.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Generic, TypeVar
from weakref import ref

import msgspec
from faust.streams import _current_event
from faust.types import TableT

from pipelines.consume import Received

State = TypeVar("State")


class Applied(msgspec.Struct, frozen=True, array_like=True):
    """The last record of a topic that a room's state has seen."""

    offset: int
    newest_ms: int
    """Newest record timestamp: an old offset with a newer timestamp means that the topic was created anew."""


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    applied: dict[str, Applied]
    state: msgspec.Raw


class RoomStates(Generic[State]):
    """Reads and writes the states of one role's rooms.

    Args:
        table: a table of `pipelines.app.room_table`.
        decode: reads a stored state; MessagePack.
        initial: gives the state of a room, by its id, that nothing is known about.
    """

    def __init__(
        self, table: TableT[bytes, bytes], decode: Callable[[bytes], State], initial: Callable[[str], State]
    ) -> None:
        self._table, self._decode, self._initial = table, decode, initial

    def turn(self, received: Received) -> "Turn[State] | None":
        """The turn of a record in its room; None when the record was already applied."""
        stored = self._stored(received.key)
        if _is_applied(received, stored.applied):
            return None
        return Turn(self._table, received, stored.applied, self._state(received.key, stored))

    def held(self, key: bytes) -> "Held[State]":
        """State of a room and what was applied to it, to be held in memory."""
        stored = self._stored(key)
        return Held(applied=stored.applied, state=self._state(key, stored), last=None)

    def write(self, key: bytes, held: "Held[State]") -> int:
        """Write what was held. Returns the size in bytes."""
        data = msgspec.msgpack.encode(_Stored(held.applied, msgspec.Raw(msgspec.msgpack.encode(held.state))))
        with _turn_of(held.last):
            self._table[key] = data
        return len(data)

    def get(self, key: bytes) -> State:
        """State of a room."""
        return self._state(key, self._stored(key))

    def keys(self) -> list[bytes]:
        """Rooms that this worker holds."""
        return list(self._table.keys())

    def _state(self, key: bytes, stored: _Stored) -> State:
        return self._decode(bytes(stored.state)) if stored.applied else self._initial(key.decode())

    def _stored(self, key: bytes) -> _Stored:
        data = self._table.get(key)
        return msgspec.msgpack.decode(data, type=_Stored) if data else _Stored({}, msgspec.Raw(b""))


class Turn(Generic[State]):
    """One record and the state of its room before it."""

    def __init__(
        self, table: TableT[bytes, bytes], received: Received, applied: Mapping[str, Applied], state: State
    ) -> None:
        self._table, self._received, self._applied = table, received, applied
        self.state = state

    def put(self, state: State) -> int:
        """Write the state after the record, and that the record was applied. Returns the size in bytes."""
        now_applied = _with(self._applied, self._received)
        data = msgspec.msgpack.encode(_Stored(now_applied, msgspec.Raw(msgspec.msgpack.encode(state))))
        self._table[self._received.key] = data
        return len(data)


class Held(msgspec.Struct, Generic[State]):
    """A room's state in memory, ahead of the table."""

    applied: dict[str, Applied]
    state: State
    last: Any
    """Faust's event of the last record; None before any."""


class FoldedStates(Generic[State]):
    """Rooms whose records are folded into one table write each until `flush`.

    One consumer uses it: no other task may change a room between `state` and `put`. A flush in between is harmless, for
    the record under way is not among those that it hands back.

    Args:
        rooms: where the states lie.
    """

    def __init__(self, rooms: RoomStates[State]) -> None:
        self._rooms = rooms
        self._held: dict[bytes, Held[State]] = {}
        self._waiting: list[Received] = []
        self._generation = -1

    def __len__(self) -> int:
        """Records that wait for the flush."""
        return len(self._waiting)

    def state(self, received: Received, generation: int) -> State | None:
        """State before a record; None when the record was already applied, and is then acknowledged with the others.

        Args:
            received: the record.
            generation: of the consumer group. A new one begins at the records that were acknowledged last, so what was
                held for an older one is given up.
        """
        if generation != self._generation:
            self.drop()
            self._generation = generation
        held = self._held.get(received.key)
        if held is None:
            held = self._rooms.held(received.key)
        if _is_applied(received, held.applied):
            self._waiting.append(received)
            return None
        return held.state

    def put(self, received: Received, state: State) -> None:
        """Hold the state after a record whose consequences are in Kafka."""
        held = self._held.get(received.key) or self._rooms.held(received.key)
        self._held[received.key] = Held(applied=_with(held.applied, received), state=state, last=received.event)
        self._waiting.append(received)

    def flush(self, generation: int, written: Callable[[int], object]) -> list[Received]:
        """Write every held room once. Returns the records that may be acknowledged now.

        Args:
            generation: of the consumer group now; of an older one nothing is written, for the rooms may be others' by
                then, and nothing can be acknowledged.
            written: told the size of each state, bytes.
        """
        if generation != self._generation:
            self.drop()
            return []
        for key, held in self._held.items():
            written(self._rooms.write(key, held))
        finished = self._waiting
        self.drop()
        return finished

    def drop(self) -> None:
        """Forget what is held: its records come again."""
        self._held, self._waiting = {}, []


@contextmanager
def _turn_of(event: Any) -> Iterator[None]:  # noqa: ANN401  Faust gives no public type
    """Make a record the current one again: Faust takes the partition of the changelog from it."""
    token = _current_event.set(ref(event))
    try:
        yield
    finally:
        _current_event.reset(token)


def _is_applied(received: Received, applied: Mapping[str, Applied]) -> bool:
    last = applied.get(received.ref.topic)
    return last is not None and received.ref.offset <= last.offset and received.timestamp_ms <= last.newest_ms


def _with(applied: Mapping[str, Applied], received: Received) -> dict[str, Applied]:
    last = applied.get(received.ref.topic, Applied(-1, 0))
    return {**applied, received.ref.topic: Applied(received.ref.offset, max(last.newest_ms, received.timestamp_ms))}

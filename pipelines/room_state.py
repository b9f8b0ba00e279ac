"""State of a room in a Faust table, with what has already been applied to it.

A record that Kafka delivers twice is applied once, because the state remembers the last offset of each source topic.
"""

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

import msgspec
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
        last = stored.applied.get(received.ref.topic)
        if last is not None and received.ref.offset <= last.offset and received.timestamp_ms <= last.newest_ms:
            return None
        return Turn(self._table, received, stored.applied, self._state(received.key, stored))

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
        ref, timestamp_ms = self._received.ref, self._received.timestamp_ms
        last = self._applied.get(ref.topic, Applied(-1, 0))
        now_applied = {**self._applied, ref.topic: Applied(ref.offset, max(last.newest_ms, timestamp_ms))}
        data = msgspec.msgpack.encode(_Stored(now_applied, msgspec.Raw(msgspec.msgpack.encode(state))))
        self._table[self._received.key] = data
        return len(data)

"""State of a room in a Faust table, with what has already been applied to it.

A record that Kafka delivers twice is applied once, because the state remembers the last offset of each source topic.
"""

from collections.abc import Callable
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

    def seen(self, received: Received) -> bool:
        """Whether this record was already applied."""
        last = self._stored(received.key).applied.get(received.ref.topic)
        return last is not None and received.ref.offset <= last.offset and received.timestamp_ms <= last.newest_ms

    def get(self, key: bytes) -> State:
        """State of a room."""
        stored = self._stored(key)
        return self._decode(bytes(stored.state)) if stored.applied else self._initial(key.decode())

    def put(self, received: Received, state: State) -> int:
        """Write the state after a record, and that the record was applied. Returns the size in bytes."""
        applied = dict(self._stored(received.key).applied)
        last = applied.get(received.ref.topic, Applied(-1, 0))
        applied[received.ref.topic] = Applied(received.ref.offset, max(last.newest_ms, received.timestamp_ms))
        data = msgspec.msgpack.encode(_Stored(applied, msgspec.Raw(msgspec.msgpack.encode(state))))
        self._table[received.key] = data
        return len(data)

    def keys(self) -> list[bytes]:
        """Rooms that this worker holds."""
        return list(self._table.keys())

    def _stored(self, key: bytes) -> _Stored:
        data = self._table.get(key)
        return msgspec.msgpack.decode(data, type=_Stored) if data else _Stored({}, msgspec.Raw(b""))

"""JSON lines: `{"type": …, "data": {…}}`, the form that `demo --json` writes and `judge` reads and writes."""

from typing import Any

import msgspec

from schemas.topics import MESSAGE_TYPES, Message

_TYPES_BY_NAME = {kind.name: kind for kind in MESSAGE_TYPES if not kind.binary_header}
_NAME_BY_STRUCT = {kind.struct: kind.name for kind in MESSAGE_TYPES}


class _Line(msgspec.Struct):
    type: str
    data: msgspec.Raw


def to_line(message: Message) -> str:
    """One line of JSON without the newline; `type` is the message type's name, for instance `suspicion`."""
    name = _NAME_BY_STRUCT[type(message)]
    return msgspec.json.encode({"type": name, "data": message}).decode()


def from_line(line: str | bytes) -> Message:
    """Read a line that `to_line` wrote.

    Raises:
        ValueError: not such a line; the message names the field and the known types.
    """
    frame = msgspec.json.decode(line, type=_Line)
    kind = _TYPES_BY_NAME.get(frame.type)
    if kind is None:
        raise ValueError(f"unknown type {frame.type!r}; known are {', '.join(sorted(_TYPES_BY_NAME))}")
    message: Any = msgspec.json.decode(frame.data, type=kind.struct)
    return message  # type: ignore[no-any-return]

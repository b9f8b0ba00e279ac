"""States as bytes: MessagePack, with the version of the layout that wrote them."""

from typing import Any, Generic, Protocol, TypeVar

import msgspec


class StateError(ValueError):
    """Stored bytes are not a state of this version."""


class Versioned(Protocol):
    """A state that knows its layout."""

    @property
    def version(self) -> int:
        """Raised when the layout changes in a way that an older state cannot be read."""


State = TypeVar("State", bound=Versioned)


class StateReader(Generic[State]):
    """Reads one kind of state.

    Args:
        kind: msgspec type of the state, or a union of them.
        version: the one that this program reads.
        what: the state in words, for errors.
        instead: what to do when it cannot be read: "rebuild it from suspicion-events".
    """

    def __init__(self, kind: Any, version: int, *, what: str, instead: str) -> None:  # noqa: ANN401  unions are no type
        self._decoder: msgspec.msgpack.Decoder[State] = msgspec.msgpack.Decoder(kind)
        self._version, self._what, self._instead = version, what, instead

    def __call__(self, data: bytes) -> State:
        """State from MessagePack.

        Raises:
            StateError: the bytes are not a state, or one of another version.
        """
        try:
            state = self._decoder.decode(data)
        except msgspec.MsgspecError as error:
            raise StateError(f"these bytes are not {self._what}: {error}; {self._instead}") from error
        if state.version != self._version:
            raise StateError(
                f"{self._what} of version {state.version} was stored, this program reads {self._version}; "
                f"run the version that wrote it, or {self._instead}"
            )
        return state

"""What is published about sealed evidence, and what a check of it finds."""

import msgspec


class ChainRoot(msgspec.Struct, frozen=True, kw_only=True):
    """The newest entry of a session's chain: a chain that was cut at its end no longer has it."""

    room: str
    session: str
    seq: int
    """Number of the entry, from 0."""
    sha256: str
    """Of the entry's stored bytes, hex."""
    time_ms: int
    """When it was sealed."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is wrong with stored evidence."""

    what: str
    where: str
    """Key of the object, or a file in it."""
    since_ms: int = 0
    """Nothing sealed after this moment is proven by what is damaged; 0: from the beginning."""

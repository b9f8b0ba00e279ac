"""What is to be sealed next of a session: pure arithmetic on spans of on-air time.

A seal request is answered at once with the newest part of its span; then parts follow until the show is over, older
ones that the first left out before newer ones. When the show is over its interaction records are sealed, which closes
the chain; a show that lasts is recorded in pieces before its chat leaves Kafka.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from pipelines.evidence.chain import ChainEntry, Kind
from schemas import SealRequest

SETTLE_MS = 4_000
"""A part is sealed so long after its end: recognition of speech and the join are up to 3 s behind the air."""
RECORDS_MS = 6 * 3_600_000
"""Interaction records are sealed at least so often: chat stays in Kafka for a day."""
FIRST_MS = 90_000
"""Longest first part: it has to be sealed within the seconds for which a cut waits."""

Span = tuple[int, int]
"""On-air milliseconds, the end excluded."""


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """A session that is not closed yet, as the evidence worker remembers it."""

    session: str
    started_ms: int
    ended_ms: int | None = None
    request: SealRequest | None = None
    """What the join asked for; None: nothing yet."""
    keeps_all: bool = False
    """Pictures and sound are kept from the start of the show on, asked for or not."""

    @property
    def incident_ms(self) -> int | None:
        """Where the span begins of which pictures and sound are kept; None: there is none."""
        if self.keeps_all:
            return self.started_ms if self.request is None else min(self.started_ms, self.request.start_ms)
        return None if self.request is None else self.request.start_ms


class Why(StrEnum):
    """Why a part is sealed."""

    REQUEST = "request"
    EARLIER = "earlier"
    """Of the request's span, before its first part."""
    CONTINUED = "continued"
    CLOSING = "closing"
    """The last part: the show is over."""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One payload that is to be sealed."""

    kind: Kind
    start_ms: int
    end_ms: int
    why: Why
    closes: bool = False
    """Of records: the session is over, nothing follows."""


def next_work(
    watched: Watched, entries: Sequence[ChainEntry], quiet: Iterable[Span], now_ms: int, part_ms: int
) -> Work | None:
    """The next payload of a session; None: nothing is due.

    Args:
        watched: the session.
        entries: its chain.
        quiet: spans that were looked at and need no media.
        now_ms: wall clock; on-air times are compared with it.
        part_ms: length of a part.
    """
    if is_closed(entries):
        return None
    over = watched.ended_ms is not None and now_ms >= watched.ended_ms + SETTLE_MS
    ends_ms = now_ms - SETTLE_MS if watched.ended_ms is None else min(watched.ended_ms, now_ms - SETTLE_MS)
    if watched.incident_ms is not None:
        if watched.request is not None and not answers(entries, watched.request.request_id):
            return _first(watched.request)
        begin, end = next_gap((watched.incident_ms, ends_ms), [*spans_of(entries, Kind.BUNDLE), *quiet])
        if begin < end and (over or end - begin >= part_ms or end < ends_ms):
            cut_ms = min(end, begin + part_ms)
            return Work(kind=Kind.BUNDLE, start_ms=begin, end_ms=cut_ms, why=_why(watched, begin, cut_ms))
    begin = max([watched.started_ms, *(end for _, end in spans_of(entries, Kind.RECORDS))])
    if over:
        assert watched.ended_ms is not None
        return Work(
            kind=Kind.RECORDS, start_ms=begin, end_ms=max(begin, watched.ended_ms), why=Why.CLOSING, closes=True
        )
    if now_ms - SETTLE_MS >= begin + RECORDS_MS:
        return Work(kind=Kind.RECORDS, start_ms=begin, end_ms=begin + RECORDS_MS, why=Why.CONTINUED)
    return None


def next_gap(wanted: Span, covered: Iterable[Span]) -> Span:
    """The first span of `wanted` that is not covered; an empty one at its end when all is."""
    begin, end = wanted
    for start, stop in sorted(covered):
        if start > begin:
            return begin, min(start, end)
        begin = max(begin, stop)
    return min(begin, end), end


def answers(entries: Iterable[ChainEntry], request_id: str) -> ChainEntry | None:
    """The entry that answers a seal request; None: it is not sealed yet."""
    return next((one for one in entries if one.facts.get("request_id") == request_id), None)


def is_closed(entries: Iterable[ChainEntry]) -> bool:
    """Whether the session's records are sealed to its end."""
    return any(one.facts.get("closes") == "yes" for one in entries)


def spans_of(entries: Iterable[ChainEntry], kind: Kind) -> list[Span]:
    """On-air spans that entries of a kind have sealed."""
    return [(int(one.facts["start_ms"]), int(one.facts["end_ms"])) for one in entries if one.kind is kind]


def _first(request: SealRequest) -> Work:
    return Work(
        kind=Kind.BUNDLE,
        start_ms=max(request.start_ms, request.end_ms - FIRST_MS),
        end_ms=max(request.start_ms, request.end_ms),
        why=Why.REQUEST,
    )


def _why(watched: Watched, begin: int, end: int) -> Why:
    if watched.request is not None and begin < watched.request.end_ms:
        return Why.EARLIER
    return Why.CLOSING if end == watched.ended_ms else Why.CONTINUED

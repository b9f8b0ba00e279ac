"""Which pictures to publish, and which compressed pictures must be decoded for that. Pure.

A compressed picture needs the ones before it, back to a key frame. So packets are kept undecoded until a picture is
due: if a key frame comes first, all that was kept is thrown away undecoded; if the due moment comes first, the kept
packets are decoded in one go. A key frame costs least, so one that comes a little early will do: where key frames
are dense or meet the grid, nothing else is decoded; elsewhere exactly what leads to the due pictures. Nothing is
guessed about the stream, so no picture is lost.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Generic, TypeVar

import msgspec

Packet = TypeVar("Packet")

LOWEST_FPS = 0.001
HIGHEST_FPS = 1_000.0
"""Event time counts milliseconds."""

EARLY = Fraction(1, 4)
"""Part of the interval that a key frame may come early; more would make the distances of pictures too uneven."""

MAX_KEPT = 1_024
"""Packets kept at most before they are decoded anyway: 17 s of 60 pictures a second, some megabytes."""

KEY_PATIENCE_MS = 10_000
"""After so long without a first key frame, decode without one: streams with intra refresh have none."""


class FrameGrid:
    """Chooses pictures at a set rate, one for each point of a grid that begins with the first picture.

    That is the first picture at or after the point, or a key frame up to a quarter of an interval before it.
    """

    def __init__(self, fps: float) -> None:
        """Set the rate, pictures a second.

        Raises:
            ValueError: `fps` is not between `LOWEST_FPS` and `HIGHEST_FPS`.
        """
        if not LOWEST_FPS <= fps <= HIGHEST_FPS:
            raise ValueError(f"fps must be between {LOWEST_FPS} and {HIGHEST_FPS}, not {fps}")
        self._interval_ms = Fraction(1000) / Fraction(fps).limit_denominator(100_000)
        self._origin_ms: int | None = None
        self._point = 0
        self.due_ms: int | None = None
        """Event time from which the next picture is wanted; None before the first: any will do."""

    def restart(self) -> None:
        """Begin a new grid with the next due picture: on a new connection the key frames lie elsewhere."""
        self._origin_ms = None
        self._point = 0

    def wants(self, time_ms: int, *, is_key: bool) -> bool:
        """Whether a picture of that time would be taken now."""
        return self.due_ms is None or time_ms >= self.due_ms - (self._interval_ms * EARLY if is_key else 0)

    def take(self, time_ms: int, *, is_key: bool) -> bool:
        """Whether to publish a picture; if so, the next due moment belongs to the next point of the grid."""
        if not self.wants(time_ms, is_key=is_key):
            return False
        if self._origin_ms is None:
            self._origin_ms = time_ms
        self._point = max(self._point, floor((time_ms - self._origin_ms) / self._interval_ms)) + 1
        self.due_ms = self._origin_ms + ceil(self._point * self._interval_ms)
        return True


class Decoding(msgspec.Struct, Generic[Packet], frozen=True):
    """What to do with the decoder now."""

    packets: Sequence[Packet] = ()
    """Give these to the decoder, in this order."""
    restart: bool = False
    """Empty the decoder first: packets before these were thrown away."""
    skipped: int = 0
    """Packets thrown away undecoded by this step."""


class LazyDecoding(Generic[Packet]):
    """Keeps packets of one connection undecoded until a picture is due."""

    def __init__(self) -> None:
        self._kept: list[Packet] = []
        self._begun = False
        self._gap = False
        self._first_ms: int | None = None
        self._hungry_for: int | None = None

    def offer(self, packet: Packet, time_ms: int, *, is_key: bool, grid: FrameGrid) -> Decoding[Packet]:
        """Take the next packet in decoding order.

        Args:
            packet: whatever the decoder takes.
            time_ms: event time at which its picture is shown.
            is_key: whether its picture needs no other.
            grid: says which pictures are wanted; every picture that the decoder gives must be offered to it.
        """
        if not self._may_begin(time_ms, is_key=is_key):
            return Decoding(skipped=1)
        if self._hungry_for is not None and self._hungry_for == grid.due_ms:  # a wanted picture is still in the decoder
            return self._release(packet)
        skipped = 0
        if is_key:
            skipped = len(self._kept)
            self._gap = self._gap or skipped > 0
            self._kept.clear()
        wanted = grid.wants(time_ms, is_key=is_key)
        self._hungry_for = grid.due_ms if wanted else None
        if wanted or len(self._kept) >= MAX_KEPT:
            return self._release(packet, skipped=skipped)
        self._kept.append(packet)
        return Decoding(skipped=skipped)

    def drain(self) -> int:
        """Forget what is kept, at the end of the connection; returns how many packets that were."""
        skipped = len(self._kept)
        self._kept.clear()
        return skipped

    def _may_begin(self, time_ms: int, *, is_key: bool) -> bool:
        if self._first_ms is None:
            self._first_ms = time_ms
        self._begun = self._begun or is_key or time_ms - self._first_ms >= KEY_PATIENCE_MS
        return self._begun

    def _release(self, packet: Packet, *, skipped: int = 0) -> Decoding[Packet]:
        step = Decoding(packets=(*self._kept, packet), restart=self._gap, skipped=skipped)
        self._kept.clear()
        self._gap = False
        return step

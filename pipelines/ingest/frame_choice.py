"""Which pictures to publish, and which compressed pictures must be decoded for that. Pure.

A compressed picture needs the ones before it, back to a key frame. So packets are kept undecoded until a picture is
due: if a key frame comes first, all that was kept is thrown away undecoded; if the due moment comes first, the kept
packets are decoded in one go. With a key frame at least every `1/fps` seconds this decodes key frames only; without, it
decodes exactly what leads to the due pictures. Nothing is guessed about the stream, so no picture is lost.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Generic, TypeVar

import msgspec

Packet = TypeVar("Packet")

MAX_KEPT = 1_024
"""Packets kept at most before they are decoded anyway: 17 s of 60 pictures a second, some megabytes."""

KEY_PATIENCE_MS = 10_000
"""After so long without a first key frame, decode without one: streams with intra refresh have none."""


class FrameGrid:
    """Chooses pictures at a set rate: the first one at or after each point of a grid begun by the first picture."""

    def __init__(self, fps: float) -> None:
        """Set the rate, pictures a second.

        Raises:
            ValueError: `fps` is not above 0.
        """
        if not fps > 0:
            raise ValueError(f"fps must be above 0, not {fps}")
        self._interval_ms = Fraction(1000) / Fraction(fps).limit_denominator(1000)
        self._origin_ms: int | None = None
        self.due_ms: int | None = None
        """Event time from which the next picture is wanted; None before the first: any will do."""

    def take(self, time_ms: int) -> bool:
        """Whether to publish the picture of `time_ms`; if so, the next due moment lies after it."""
        if self.due_ms is not None and time_ms < self.due_ms:
            return False
        if self._origin_ms is None:
            self._origin_ms = time_ms
        point = floor((time_ms - self._origin_ms) / self._interval_ms) + 1
        self.due_ms = self._origin_ms + ceil(point * self._interval_ms)
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
        self._hungry_since: int | None = None

    def offer(self, packet: Packet, time_ms: int, *, is_key: bool, due_ms: int | None) -> Decoding[Packet]:
        """Take the next packet in decoding order.

        Args:
            packet: whatever the decoder takes.
            time_ms: event time at which its picture is shown.
            is_key: whether its picture needs no other.
            due_ms: event time from which a picture is wanted (`FrameGrid.due_ms`).
        """
        due = time_ms if due_ms is None else due_ms
        if not self._may_begin(time_ms, is_key=is_key):
            return Decoding(skipped=1)
        if self._hungry_since is not None and self._hungry_since == due_ms:
            return self._release(packet)
        skipped = 0
        if is_key:
            skipped = len(self._kept)
            self._gap = self._gap or skipped > 0
            self._kept.clear()
        if time_ms >= due or len(self._kept) >= MAX_KEPT:
            self._hungry_since = due_ms if time_ms >= due else None
            return self._release(packet, skipped=skipped)
        self._hungry_since = None
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

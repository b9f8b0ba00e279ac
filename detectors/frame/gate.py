"""Which frames deserve recognition: OCR costs hundreds of milliseconds, comparing two thumbnails costs one.

A frame is compared with the frame that was read last, by block, on a small grey version. What has changed and stays
(a caption that came up, a label that is held still) is read as soon as it stays; what keeps moving is read at an
interval, because a frame in motion is blurred and the next one is as good.
"""

from enum import StrEnum

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from detectors.contract import Image

THUMB_WIDTH, THUMB_HEIGHT = 45, 80
"""Grey cells of the thumbnail. At 405 x 720 a cell is 9 x 9 pixels: half a character of a small caption."""
BLOCK_WIDTH, BLOCK_HEIGHT = 5, 5
"""Cells of a block: 9 x 16 blocks, each about three characters wide."""
STRONGEST_CELLS = 5
"""Cells of a block that decide: one character that changes moves a few cells, not the mean of all."""
BLOCK_CHANGE_GREY = 16.0
"""Mean absolute difference of those cells, grey levels, from which a block has changed. JPEG at quality 60 and sensor
noise of 8 levels stay under 4; a digit of a 35 pixel price that changes gives 25 (measured on drawn frames)."""
BLOCK_RANGE_GREY = 24
"""Difference between the lightest and the darkest cell of a block that may hold text. A bare wall from which somebody
stepped aside is not worth reading."""
SCENE_BLOCKS = 0.4
"""Share of blocks whose change is a new scene: read at once."""
MAX_INTERVAL_MS = 4_000
"""Longest time without reading while something has changed."""
STILL_INTERVAL_MS = 30_000
"""Longest time without reading at all: a slow fade stays under the block threshold from frame to frame."""


class LookReason(StrEnum):
    """Why a frame is read or not."""

    FIRST = "first"
    SCENE = "scene"
    SETTLED = "settled"
    """Something has changed since the last reading and now stays."""
    INTERVAL = "interval"
    MOVING = "moving"
    """Not read: what has changed still moves, and the last reading is recent."""
    STILL = "still"
    """Not read: the picture is the one that was read."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a frame deserves recognition."""

    read: bool
    reason: LookReason


class GateState(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate remembers of a room: two thumbnails and the time of the last reading."""

    read_thumb: bytes = b""
    """Thumbnail of the frame read last; empty when none was read."""
    last_thumb: bytes = b""
    """Thumbnail of the frame looked at last."""
    read_ms: int = 0


def look(state: GateState, image: Image, time_ms: int) -> tuple[GateState, Look]:
    """Decide whether `image`, shown at `time_ms`, deserves recognition.

    A frame from before the last reading (a repeated record, a source that started again) is read: nothing is known
    about the time before.
    """
    thumb = _thumbnail(image)
    reason = _reason(state, thumb, time_ms)
    read = reason not in {LookReason.MOVING, LookReason.STILL}
    data = thumb.tobytes()
    new = GateState(
        read_thumb=data if read else state.read_thumb, last_thumb=data, read_ms=time_ms if read else state.read_ms
    )
    return new, Look(read=read, reason=reason)


def _reason(state: GateState, thumb: NDArray[np.uint8], time_ms: int) -> LookReason:
    if not state.read_thumb or time_ms < state.read_ms:
        return LookReason.FIRST
    changed = _changed_blocks(state.read_thumb, thumb)
    waited_ms = time_ms - state.read_ms
    if changed.mean() >= SCENE_BLOCKS:
        return LookReason.SCENE
    if not changed.any():
        return LookReason.INTERVAL if waited_ms >= STILL_INTERVAL_MS else LookReason.STILL
    if waited_ms >= MAX_INTERVAL_MS:
        return LookReason.INTERVAL
    moving = _changed_blocks(state.last_thumb, thumb)
    return LookReason.SETTLED if (changed & ~moving & _busy_blocks(thumb)).any() else LookReason.MOVING


def _thumbnail(image: Image) -> NDArray[np.uint8]:
    small = cv2.resize(image, (THUMB_WIDTH, THUMB_HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _changed_blocks(before: bytes, thumb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Blocks, rows x columns, whose strongest differences reach the threshold."""
    old = np.frombuffer(before, dtype=np.uint8).reshape(THUMB_HEIGHT, THUMB_WIDTH)
    difference = _blocks(np.abs(old.astype(np.int16) - thumb))
    strongest = np.sort(difference, axis=2)[:, :, -STRONGEST_CELLS:]
    return np.asarray(strongest.mean(axis=2) >= BLOCK_CHANGE_GREY)


def _busy_blocks(thumb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Blocks, rows x columns, with enough contrast inside to hold text."""
    cells = _blocks(thumb.astype(np.int16))
    return np.asarray(cells.max(axis=2) - cells.min(axis=2) >= BLOCK_RANGE_GREY)


def _blocks(cells: NDArray[np.int16]) -> NDArray[np.int16]:
    """Cells by block: rows x columns x cells of one block."""
    rows, columns = THUMB_HEIGHT // BLOCK_HEIGHT, THUMB_WIDTH // BLOCK_WIDTH
    return cells.reshape(rows, BLOCK_HEIGHT, columns, BLOCK_WIDTH).swapaxes(1, 2).reshape(rows, columns, -1)

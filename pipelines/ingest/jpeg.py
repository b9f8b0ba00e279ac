"""Decoded pictures to JPEG: upright, square pixels, not larger than needed."""

from fractions import Fraction

import cv2
import numpy as np
from av.video.frame import VideoFrame

_FALLBACK_QUALITIES = (60, 35)
"""Tried in turn when a picture does not fit its topic; only noise is so large."""


def display_size(width: int, height: int, *, pixel_aspect: Fraction, long_side_px: int) -> tuple[int, int]:
    """Width and height in square pixels with the long side at most `long_side_px`; never enlarged, at least one pixel.

    Args:
        width: columns of the decoded picture.
        height: rows of the decoded picture.
        pixel_aspect: width of a pixel over its height; 1 for nearly all streams.
        long_side_px: limit for the longer side.
    """
    shown_width = width * pixel_aspect if pixel_aspect > 0 else Fraction(width)
    scale = min(Fraction(1), Fraction(long_side_px) / max(shown_width, Fraction(height)))
    return max(1, round(shown_width * scale)), max(1, round(height * scale))


def encode_jpeg(
    frame: VideoFrame, *, pixel_aspect: Fraction, long_side_px: int, quality: int, max_bytes: int
) -> bytes | None:
    """JPEG of a picture; None when it does not fit into `max_bytes` even at poor quality."""
    width, height = display_size(frame.width, frame.height, pixel_aspect=pixel_aspect, long_side_px=long_side_px)
    scaled = frame.reformat(width=width, height=height, format="bgr24", interpolation="AREA", threads=1)
    image = np.rot90(scaled.to_ndarray(), frame.rotation // 90 % 4)  # a display matrix turns counterclockwise
    for step in (quality, *(lower for lower in _FALLBACK_QUALITIES if lower < quality)):
        done, data = cv2.imencode(".jpg", np.ascontiguousarray(image), [cv2.IMWRITE_JPEG_QUALITY, step])
        if done and data.size <= max_bytes:
            return data.tobytes()
    return None

"""Pictures are published upright, with square pixels and within limits."""

from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.jpeg import display_size, encode_jpeg


def frame_of(array: np.ndarray) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(array, format="rgb24")


def encoded(frame, **changes):
    wanted = {"pixel_aspect": Fraction(1), "long_side_px": 1280, "quality": 85, "max_bytes": 2**21, **changes}
    return encode_jpeg(frame, **wanted)


def test_colours_stay():
    image = np.zeros((64, 48, 3), np.uint8)
    image[:, :, 0] = 200
    decoded = cv2.imdecode(np.frombuffer(encoded(frame_of(image)), np.uint8), cv2.IMREAD_COLOR)
    assert decoded.shape == (64, 48, 3)
    assert decoded.mean(axis=(0, 1)) == pytest.approx([0, 0, 200], abs=4), "blue, green, red"


def test_a_picture_too_large_for_its_topic_is_made_smaller_or_not_at_all():
    noise = np.random.default_rng(1).integers(0, 255, (400, 400, 3), dtype=np.uint8)
    good = encoded(frame_of(noise))
    assert len(encoded(frame_of(noise), max_bytes=len(good) - 1)) < len(good)
    assert encoded(frame_of(noise), max_bytes=1_000) is None


@pytest.mark.parametrize(
    ("size", "aspect", "limit", "shown"),
    [
        ((1080, 1920), Fraction(1), 1280, (720, 1280)),
        ((720, 1280), Fraction(1), 1280, (720, 1280)),
        ((320, 568), Fraction(1), 1280, (320, 568)),
        ((720, 576), Fraction(16, 15), 1280, (768, 576)),
        ((5000, 1), Fraction(1), 1280, (1280, 1)),
    ],
)
def test_display_size(size, aspect, limit, shown):
    assert display_size(*size, pixel_aspect=aspect, long_side_px=limit) == shown


@given(
    st.integers(1, 10_000), st.integers(1, 10_000), st.fractions(Fraction(1, 10), 10, max_denominator=100),
    st.integers(64, 8_192),
)  # fmt: skip
def test_the_long_side_is_never_too_long_and_nothing_is_enlarged(width, height, aspect, limit):
    shown = display_size(width, height, pixel_aspect=aspect, long_side_px=limit)
    assert min(shown) >= 1
    assert max(shown) <= limit
    assert shown[0] <= max(1, round(width * aspect))
    assert shown[1] <= height

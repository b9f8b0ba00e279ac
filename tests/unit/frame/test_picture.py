import io

import numpy as np
import pytest
from PIL import Image as PillowImage

from detectors.frame.picture import decode_jpeg
from schemas import DeadLetterReason, DecodeError

LIMIT = 1_000_000


def jpeg(mode: str = "RGB", size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    picture = PillowImage.fromarray((rows * 3 + columns).astype(np.uint8)).convert(mode)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, **options)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_every_colour_mode_becomes_rgb(mode: str) -> None:
    image = decode_jpeg(jpeg(mode), max_pixels=LIMIT)
    assert image.shape == (48, 64, 3)
    assert image.dtype == np.uint8
    assert image[40, 60].astype(int) == pytest.approx(np.full(3, 180), abs=12)


@pytest.mark.parametrize("options", [{}, {"progressive": True}], ids=["baseline", "progressive"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.6, 0.9])
def test_a_cut_off_jpeg_is_refused(options: dict[str, bool], share: float) -> None:
    data = jpeg(size=(320, 240), **options)
    with pytest.raises(DecodeError) as raised:
        decode_jpeg(data[: int(len(data) * share)], max_pixels=LIMIT)
    assert raised.value.reason is DeadLetterReason.INVALID_IMAGE


@pytest.mark.parametrize(
    "data", [b"not a picture", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0" + bytes(200), b"\x89PNG\r\n\x1a\n"]
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(DecodeError) as raised:
        decode_jpeg(data, max_pixels=LIMIT)
    assert raised.value.reason is DeadLetterReason.INVALID_IMAGE


def claiming(data: bytes, width: int, height: int) -> bytes:
    """The JPEG with another size in its frame header (SOF0: marker, length, precision, height, width)."""
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[at + 4 :]


@pytest.mark.parametrize(("width", "height"), [(10_000, 10_000), (65_000, 65_000)])
def test_a_huge_picture_is_refused_by_its_header_alone(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(self: PillowImage.Image) -> None:
        pytest.fail("the pixels were decoded")

    data = claiming(jpeg(), width, height)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", load)
    with pytest.raises(DecodeError) as raised:
        decode_jpeg(data, max_pixels=8_300_000)
    assert raised.value.reason is DeadLetterReason.IMAGE_TOO_LARGE
    assert str(width) in str(raised.value)
    assert "8300000" in str(raised.value)


def test_the_limit_itself_is_allowed() -> None:
    assert decode_jpeg(jpeg(size=(64, 48)), max_pixels=64 * 48).shape == (48, 64, 3)
    with pytest.raises(DecodeError):
        decode_jpeg(jpeg(size=(64, 48)), max_pixels=64 * 48 - 1)

import io
import zlib

import numpy as np
import pytest
from PIL import Image as PillowImage

from detectors.frame.picture import decode_jpeg, decode_picture
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


def coded(kind: str, mode: str = "RGB", **options: object) -> bytes:
    rows, columns = np.mgrid[0:48, 0:64]
    picture = PillowImage.fromarray((rows * 3 + columns).astype(np.uint8)).convert(mode)
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("GIF", "P"), ("WEBP", "RGB")]
)
def test_pictures_of_catalogues_become_rgb(kind: str, mode: str) -> None:
    image = decode_picture(coded(kind, mode), max_pixels=LIMIT)
    assert image.shape == (48, 64, 3)
    assert image[40, 60].astype(int) == pytest.approx(np.full(3, 180), abs=14)


def test_sixteen_bits_a_channel_keep_their_light() -> None:
    out = io.BytesIO()
    PillowImage.fromarray(np.full((48, 64), 180 * 257, dtype=np.uint16)).save(out, "PNG")
    assert decode_picture(out.getvalue(), max_pixels=LIMIT)[0, 0].tolist() == [180, 180, 180]


def test_of_an_animation_the_first_picture_is_taken() -> None:
    out = io.BytesIO()
    dark, light = (PillowImage.new("L", (64, 48), level) for level in (20, 200))
    dark.save(out, "GIF", save_all=True, append_images=[light])
    assert decode_picture(out.getvalue(), max_pixels=LIMIT)[0, 0, 0] < 40


def test_exif_turns_a_picture_as_people_see_it() -> None:
    exif = PillowImage.Exif()
    exif[0x0112] = 6
    assert decode_picture(jpeg(exif=exif), max_pixels=LIMIT).shape == (64, 48, 3)


def test_a_file_that_is_two_things_is_what_it_begins_as() -> None:
    archive = jpeg() + b"PK\x03\x04" + bytes(200)
    assert decode_picture(archive, max_pixels=LIMIT).shape == (48, 64, 3)
    with pytest.raises(DecodeError, match="not a picture"):
        decode_picture(b"PK\x03\x04" + jpeg(), max_pixels=LIMIT)


def test_a_huge_png_is_refused_by_its_header() -> None:
    header = b"IHDR" + (20_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    data = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0d" + header + zlib.crc32(header).to_bytes(4, "big")
    with pytest.raises(DecodeError) as raised:
        decode_picture(data + b"\x00\x00\x00\x00IDAT" + zlib.crc32(b"IDAT").to_bytes(4, "big"), max_pixels=8_300_000)
    assert raised.value.reason is DeadLetterReason.IMAGE_TOO_LARGE


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_a_cut_off_picture_is_refused(kind: str) -> None:
    data = coded(kind, "P" if kind == "GIF" else "RGB")
    with pytest.raises(DecodeError) as raised:
        decode_picture(data[: len(data) // 3], max_pixels=LIMIT)
    assert raised.value.reason is DeadLetterReason.INVALID_IMAGE


def test_one_pixel_is_a_picture() -> None:
    assert decode_picture(jpeg(size=(1, 1)), max_pixels=LIMIT).shape == (1, 1, 3)

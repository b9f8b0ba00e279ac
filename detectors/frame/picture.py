"""Decode pictures from the wire: header first, pixels only when the size is allowed."""

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin
from PIL import Image as PillowImage

from detectors.contract import Image
from schemas import DeadLetterReason, DecodeError

KINDS: Mapping[str, tuple[tuple[bytes, ...], Callable[[io.BytesIO], PillowImage.Image]]] = MappingProxyType({
    "image/jpeg": ((b"\xff\xd8\xff",), JpegImagePlugin.JpegImageFile),
    "image/png": ((b"\x89PNG\r\n\x1a\n",), PngImagePlugin.PngImageFile),
    "image/gif": ((b"GIF87a", b"GIF89a"), GifImagePlugin.GifImageFile),
    "image/webp": ((b"RIFF",), WebPImagePlugin.WebPImageFile),
})  # fmt: skip
"""Kinds of pictures that catalogues hold: how the bytes begin, and who reads them. What a file is called or said to be
does not count, so a file that is two things at once is the picture that it begins as."""

WHITE = 255
Pixels = TypeVar("Pixels", NDArray[np.uint8], NDArray[np.float32])


def decode_jpeg(data: bytes, *, max_pixels: int) -> Image:
    """Decode a JPEG of any colour mode to rows x columns x 3, RGB, 0 to 255.

    Args:
        data: the whole file.
        max_pixels: largest width times height that is decoded. The header says the size, so a picture that is too
            large costs no more than reading its header.

    Raises:
        DecodeError: `INVALID_IMAGE` when the bytes are not a whole JPEG, `IMAGE_TOO_LARGE` when the header names more
            than `max_pixels`.
    """
    return _pixels(_open(data, "image/jpeg"), max_pixels=max_pixels)


def decode_picture(data: bytes, *, max_pixels: int) -> Image:
    """Decode a JPEG, PNG, GIF or WebP as a buyer sees it: the first picture of an animation, turned as EXIF says.

    Raises:
        DecodeError: as `decode_jpeg`.
    """
    kind = picture_kind(data)
    if kind is None:
        raise DecodeError(DeadLetterReason.INVALID_IMAGE, f"not a picture; send one of {', '.join(KINDS)}")
    return _pixels(_open(data, kind), max_pixels=max_pixels)


def scaled_down(picture: Pixels, longest: int) -> tuple[Pixels, float]:
    """A picture with its longest side at most so many pixels, and the factor to the original, at least 1."""
    rows, columns = picture.shape[:2]
    factor = max(rows, columns) / longest
    if factor <= 1:
        return picture, 1.0
    size = max(1, round(columns / factor)), max(1, round(rows / factor))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=picture.dtype), factor


def picture_kind(data: bytes) -> str | None:
    """The content type of a picture by its first bytes; None for anything else."""
    found = next((kind for kind, (beginnings, _) in KINDS.items() if data.startswith(beginnings)), None)
    return None if found == "image/webp" and data[8:12] != b"WEBP" else found


def _pixels(picture: PillowImage.Image, *, max_pixels: int) -> Image:
    width, height = picture.size
    if width * height > max_pixels:
        raise DecodeError(
            DeadLetterReason.IMAGE_TOO_LARGE,
            f"the picture has {width} x {height} pixels; at most {max_pixels} are decoded",
        )
    try:
        turned = ImageOps.exif_transpose(picture)
        if turned.mode.startswith("I"):  # 16 bits a channel: the upper eight are what a screen shows
            deep = np.asarray(turned, dtype=np.int64)
            turned = PillowImage.fromarray((deep // 257 if deep.max(initial=0) > WHITE else deep).astype(np.uint8))
        if turned.mode in {"RGBA", "LA", "PA"} or "transparency" in turned.info:
            seen = turned.convert("RGBA")
            turned = PillowImage.alpha_composite(PillowImage.new("RGBA", seen.size, "white"), seen)
        return np.array(turned.convert("RGB"), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise DecodeError(DeadLetterReason.INVALID_IMAGE, f"the picture cannot be decoded: {error}") from error


def _open(data: bytes, kind: str) -> PillowImage.Image:
    # The plug-in's class reads the header only. `Image.open` would also warn about large pictures, which the limit of
    # the caller covers, and would try formats that no producer of ours sends.
    try:
        return KINDS[kind][1](io.BytesIO(data))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise DecodeError(DeadLetterReason.INVALID_IMAGE, f"not a whole {kind}: {error}") from error

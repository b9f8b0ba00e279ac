"""Decode pictures from the wire: header first, pixels only when the size is allowed."""

import io

import numpy as np
from PIL import Image as PillowImage
from PIL import JpegImagePlugin

from detectors.contract import Image
from schemas import DeadLetterReason, DecodeError


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
    picture = _open(data)
    width, height = picture.size
    if width * height > max_pixels:
        raise DecodeError(
            DeadLetterReason.IMAGE_TOO_LARGE,
            f"the picture has {width} x {height} pixels; at most {max_pixels} are decoded",
        )
    try:
        return np.array(picture.convert("RGB"), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError) as error:
        raise DecodeError(DeadLetterReason.INVALID_IMAGE, f"the JPEG cannot be decoded: {error}") from error


def _open(data: bytes) -> PillowImage.Image:
    # The plug-in's class reads the header only. `Image.open` would also warn about large pictures, which the limit of
    # the caller covers, and would try formats that no producer of ours sends.
    try:
        return JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    except (OSError, ValueError, SyntaxError) as error:
        raise DecodeError(DeadLetterReason.INVALID_IMAGE, f"not a JPEG: {error}") from error

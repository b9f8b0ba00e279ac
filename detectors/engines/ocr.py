"""Reading text in pictures: RapidOCR with the PP-OCR models that its package carries, on ONNX Runtime.

Nothing is fetched: the model files are named by path, and a missing one is an error at start.
"""

import logging
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.contract import Image, TextBox

DETECTION_SIDE = 960
"""Longest side, pixels, at which text is searched (recognition works on the full picture). PP-OCR's own default for
pictures; frames of 405 x 720 are searched at 540 x 960, larger ones are made smaller."""
MIN_CONFIDENCE = 0.6
"""Text read with less is mostly texture taken for strokes."""
MIN_SIDE = 16
"""Pictures with a shorter side, pixels, hold no legible text."""

DETECTION_MODEL = "PP-OCRv6_det_small.onnx"
RECOGNITION_MODEL = "PP-OCRv6_rec_small.onnx"


PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
"""ONNX Runtime's names."""


class OcrModelError(ValueError):
    """The OCR models are not where the package should have them."""


class OcrEngine(Protocol):
    """Reads the text of a picture."""

    version: str

    def read(self, image: Image) -> tuple[TextBox, ...]:
        """Text boxes in reading order: top to bottom, left to right. Empty when nothing is legible."""
        ...


class RapidOcrEngine:
    """RapidOCR behind the interface. Not for concurrent use: one engine for one thread."""

    def __init__(self, reader: Callable[[Image], Any], *, version: str) -> None:
        self.version = version
        self._reader = reader

    def read(self, image: Image) -> tuple[TextBox, ...]:
        """See `OcrEngine.read`."""
        height, width = image.shape[:2]
        if min(height, width) < MIN_SIDE:
            return ()
        found = self._reader(np.ascontiguousarray(image[:, :, ::-1]))  # RapidOCR expects BGR
        if found.boxes is None or found.txts is None:
            return ()
        rows = zip(found.boxes, found.txts, found.scores, strict=True)
        return tuple(
            TextBox(text=text, box_xyxy=_bounds(corners, width=width, height=height), confidence=round(float(score), 4))
            for corners, text, score in rows
        )


def load_ocr_engine(*, threads: int, provider: str = "cpu") -> OcrEngine:
    """Load the engine and read one picture, so that the first frame does not pay for the loading.

    Args:
        threads: threads of ONNX Runtime within one picture.
        provider: `cpu` or `cuda`: where ONNX Runtime runs the models; the same models and code.

    Raises:
        OcrModelError: a model file is missing, or ONNX Runtime lacks the provider; the message says what to do.
    """
    import rapidocr  # noqa: PLC0415  loads ONNX Runtime, which only processes that read pictures should pay for

    models = Path(rapidocr.__file__).parent / "models"
    for name in (DETECTION_MODEL, RECOGNITION_MODEL):
        if not (models / name).is_file():
            raise OcrModelError(f"{models / name} is missing; install rapidocr again at the pinned version")
    _check_provider(provider)
    reader = rapidocr.RapidOCR(
        params={
            "EngineConfig.onnxruntime.use_cuda": provider == "cuda",
            "Global.log_level": "critical",
            "Global.text_score": MIN_CONFIDENCE,
            # Upside-down text is not worth a third model: screens and boards face the camera.
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.model_path": str(models / DETECTION_MODEL),
            "Rec.model_path": str(models / RECOGNITION_MODEL),
            "Det.limit_side_len": DETECTION_SIDE,
            "Det.limit_type": "max",
        }
    )
    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    engine = RapidOcrEngine(reader, version=f"PP-OCRv6-small/rapidocr-{version('rapidocr')}")
    engine.read(_warm_up_picture())
    return engine


def _check_provider(provider: str) -> None:
    """Refuse a provider that ONNX Runtime does not have: it would fall back to the CPU without a word."""
    import onnxruntime  # noqa: PLC0415  as rapidocr above

    if PROVIDERS[provider] not in onnxruntime.get_available_providers():
        raise OcrModelError(
            f"ONNX Runtime here has no {PROVIDERS[provider]}: install onnxruntime-gpu instead of onnxruntime, with a "
            "driver for the card, or set DAJIA_INFERENCE_PROVIDER=cpu"
        )


def _warm_up_picture() -> Image:
    """Draw a word on white: RapidOCR loads its recogniser only when something is there to recognise."""
    picture = np.full((96, 240, 3), 255, dtype=np.uint8)
    cv2.putText(picture, "READY", (24, 64), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (0, 0, 0), 3)
    return picture


def _bounds(corners: NDArray[np.float32], *, width: int, height: int) -> tuple[int, int, int, int]:
    """Upright bounds of four corners (x, y), inside the picture and never empty."""
    left, top = np.floor(corners.min(axis=0)).astype(int)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int)
    left, top = min(max(int(left), 0), width - 1), min(max(int(top), 0), height - 1)
    return left, top, max(min(int(right), width), left + 1), max(min(int(bottom), height), top + 1)

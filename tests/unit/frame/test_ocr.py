import json
import logging
import socket
from pathlib import Path

import numpy as np
import pytest

from detectors.engines import ocr
from detectors.engines.ocr import OcrEngine, OcrModelError, load_ocr_engine
from detectors.frame.picture import decode_jpeg

pytestmark = pytest.mark.model

PICTURES = Path(__file__).parent / "pictures"
WORDS: dict[str, list[str]] = json.loads((PICTURES / "words.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def engine() -> OcrEngine:
    return load_ocr_engine(threads=1)


@pytest.mark.parametrize("name", WORDS)
def test_the_lines_of_a_frame_are_read_where_they_stand(engine: OcrEngine, name: str) -> None:
    image = decode_jpeg((PICTURES / name).read_bytes(), max_pixels=1_000_000)
    boxes = engine.read(image)
    read = {box.text.replace(" ", ""): box for box in boxes}
    assert set(WORDS[name]) <= set(read)
    tops = [read[line].box_xyxy[1] for line in WORDS[name]]
    assert tops == sorted(tops), "the lines were drawn from top to bottom"
    for box in boxes:
        left, top, right, bottom = box.box_xyxy
        assert 0 <= left < right <= image.shape[1]
        assert 0 <= top < bottom <= image.shape[0]
        assert 0 < box.confidence <= 1


@pytest.mark.parametrize("shape", [(1, 1), (4, 900), (720, 405)])
def test_an_empty_picture_has_no_text(engine: OcrEngine, shape: tuple[int, int]) -> None:
    assert engine.read(np.full((*shape, 3), 90, dtype=np.uint8)) == ()


def test_loading_needs_no_network_and_says_nothing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def connect(*_: object) -> None:
        pytest.fail("the network was used")

    monkeypatch.setattr(socket.socket, "connect", connect)
    caplog.set_level(logging.DEBUG)
    engine = load_ocr_engine(threads=1)
    assert "PP-OCR" in engine.version
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


def test_a_missing_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "DETECTION_MODEL", "gone.onnx")
    with pytest.raises(OcrModelError, match=r"gone\.onnx is missing"):
        load_ocr_engine(threads=1)

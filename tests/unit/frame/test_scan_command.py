"""`dajia frame scan` on the committed pictures and on a video made of them."""

import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from click.testing import CliRunner, Result

from detectors.contract import Image
from detectors.frame.covered_label import draw_label
from detectors.frame.picture import decode_jpeg
from pipelines.cli.frame import frame

pytestmark = pytest.mark.model

PICTURES = Path(__file__).parent / "pictures"
COVERED, OPEN, TEXT = (str(PICTURES / name) for name in ("covered-1000502.jpg", "open-1000503.jpg", "text-42.jpg"))


def scan(*arguments: str) -> tuple[Result, list[dict[str, Any]]]:
    result = CliRunner().invoke(frame, ["scan", *arguments])
    return result, [json.loads(line) for line in result.stdout.splitlines()]


def write_video(path: Path, shown: list[Image], *, each_s: int = 2, rate: int = 10) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 404, 720, "yuv420p"
        for image in shown:
            for _ in range(each_s * rate):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:, :404]))))
        container.mux(stream.encode())


def test_pictures_with_boxes_spans_and_flags() -> None:
    result, lines = scan(COVERED, OPEN, "--text", TEXT)
    assert result.exit_code == 0
    assert [Path(line["file"]).name for line in lines] == [Path(name).name for name in (COVERED, OPEN, TEXT)]
    assert [line["flag"] for line in lines] == [True, False, True]
    covered = [one for one in lines[0]["suspicions"] if one["signal"] == "covered-label"]
    assert len(covered) == 1
    assert len(covered[0]["facts"]["box_xyxy"]) == 4
    word = next(one for one in lines[2]["suspicions"] if one["signal"] == "code-word")
    assert (word["start_ms"], word["end_ms"], word["facts"]["surface"]) == (0, 1000, "顶级原单")
    assert "顶级原单" in [box["text"] for read in lines[2]["text"] for box in read["boxes"]]


def test_a_video_is_judged_at_the_asked_rate(tmp_path: Path) -> None:
    video = tmp_path / "show.mp4"
    words = decode_jpeg(Path(TEXT).read_bytes(), max_pixels=1_000_000)
    write_video(video, [draw_label(taped=False), draw_label(taped=True), words])
    result, (line,) = scan("--fps", "2", str(video))
    assert result.exit_code == 0
    assert line["flag"]
    starts = {one["signal"]: one["start_ms"] for one in line["suspicions"]}
    assert starts["covered-label"] in {2000, 2500}
    assert starts["code-word"] == 4000


def test_what_cannot_be_read_is_named_and_the_rest_is_scanned(tmp_path: Path) -> None:
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(Path(OPEN).read_bytes()[:5000])
    noise = tmp_path / "noise.mp4"
    noise.write_bytes(bytes(range(256)) * 40)
    empty = tmp_path / "empty.png"
    empty.touch()
    missing = tmp_path / "missing.jpg"
    bad = [cut, noise, empty, missing, tmp_path]
    result, lines = scan(*map(str, bad), OPEN)
    assert result.exit_code == 1
    assert [line["file"] for line in lines] == [OPEN]
    for path in bad:
        assert f"{path}: " in result.stderr
    assert "Traceback" not in result.stderr


def test_help_says_what_goes_in_and_out() -> None:
    result = CliRunner().invoke(frame, ["scan", "--help"])
    assert result.exit_code == 0
    assert '{"file", "suspicions": [...], "flag"}' in result.stdout
    assert "\n    dajia frame scan --fps 2" in result.stdout, "the example stands on a line of its own"

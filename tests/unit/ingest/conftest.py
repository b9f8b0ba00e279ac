"""Small media made on the spot, and a receiver that decodes what ingest sends."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from schemas import TOPICS, AudioChunk, DanmakuBatch, Frame, Lifecycle
from schemas.cloudevents import Record, decode

RATE = 44_100


class Receiver:
    """Takes the place of Kafka: keeps what a consumer would decode."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.chunks: list[AudioChunk] = []
        self.lifecycle: list[Lifecycle] = []
        self.batches: list[DanmakuBatch] = []

    def send(self, topic: str, record: Record) -> None:
        message = decode(TOPICS[topic], key=record.key, value=record.value, headers=record.headers)
        kept = {Frame: self.frames, AudioChunk: self.chunks, Lifecycle: self.lifecycle, DanmakuBatch: self.batches}
        kept[type(message)].append(message)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def picture(index: int, width: int, height: int) -> np.ndarray:
    """A grey picture whose brightness tells its number, with a black upper left corner."""
    array = np.full((height, width, 3), 20 + index % 200, np.uint8)
    array[: height // 8, : width // 8] = 0
    return array


@pytest.fixture
def make_media(tmp_path: Path) -> Callable[..., Path]:
    """Make a clip: 25 pictures a second, H.264, and a tone of 440 Hz, AAC."""

    def make(
        name: str = "clip.mp4", *, seconds: int = 4, size: tuple[int, int] = (96, 160), gop: int = 25,
        b_frames: int = 2, video: bool = True, audio: bool = True, channels: str = "stereo", rotation: int = 0,
        options: dict[str, str] | None = None,
    ) -> Path:  # fmt: skip
        path = tmp_path / name
        with av.open(str(path), "w", options=options or {}) as container:
            pictures = container.add_stream("libx264", rate=25) if video else None
            sound = container.add_stream("aac", rate=RATE) if audio else None
            if pictures is not None:
                pictures.width, pictures.height = size
                pictures.pix_fmt = "yuv420p"
                pictures.set_display_rotation(rotation)
                pictures.gop_size, pictures.max_b_frames = gop, b_frames
                pictures.options = {"sc_threshold": "0", "preset": "ultrafast" if b_frames == 0 else "fast"}
            if sound is not None:
                sound.layout = channels
            made = 0
            for index in range(seconds * 25):
                if pictures is not None:
                    frame = av.VideoFrame.from_ndarray(picture(index, *size), format="rgb24")
                    frame.pts = index
                    container.mux(pictures.encode(frame))
                while sound is not None and made < (index + 1) * RATE // 25:
                    container.mux(sound.encode(tone(made, channels)))
                    made += 1024
            for stream in (pictures, sound):
                if stream is not None:
                    container.mux(stream.encode(None))
        return path

    return make


def tone(first: int, channels: str) -> av.AudioFrame:
    wave = (0.3 * np.sin(2 * np.pi * 440 * np.arange(first, first + 1024) / RATE)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(
        np.stack([wave] * (2 if channels == "stereo" else 1)), format="fltp", layout=channels
    )
    frame.sample_rate, frame.pts = RATE, first
    return frame


@pytest.fixture
def cut_short(tmp_path: Path) -> Callable[[Path, float], Path]:
    """Keep the first part of a file's bytes."""

    def cut(path: Path, part: float) -> Path:
        short = tmp_path / f"short-{path.name}"
        data = path.read_bytes()
        short.write_bytes(data[: int(len(data) * part)])
        return short

    return cut

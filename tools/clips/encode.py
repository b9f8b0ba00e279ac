"""Frames and sound to one MP4: H.264 and AAC, small enough to live in the repository."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from draw import HEIGHT, WIDTH
from speak import RATE_HZ, Sound

FPS = 12


def write_mp4(path: Path, frames: Iterable[Image.Image], sound: Sound) -> None:
    """Write `frames` (RGB, WIDTH x HEIGHT, `FPS` a second) and `sound` (mono, `RATE_HZ`).

    A key frame every second lets a reader decode key frames only and still look once a second.
    """
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.gop_size = FPS
        # One thread: the number of threads changes the bits, and the clip is a committed file.
        video.options = {"crf": "32", "preset": "veryslow", "tune": "animation", "threads": "1"}
        # At 48 kbit/s this encoder blurs n and m, and a small speech model then hears another word.
        audio = container.add_stream("aac", rate=RATE_HZ, layout="mono", bit_rate=80_000)
        for image in frames:
            container.mux(video.encode(av.VideoFrame.from_image(image)))  # type: ignore[no-untyped-call]
        container.mux(video.encode(None))
        for start in range(0, sound.size, 1024):
            block = av.AudioFrame.from_ndarray(sound[np.newaxis, start : start + 1024], "fltp", "mono")
            block.sample_rate, block.pts, block.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
            container.mux(audio.encode(block))
        container.mux(audio.encode(None))

"""Make the bundled rooms: `python make_clips.py OUTPUT_FOLDER [ROOM ...]`, one folder a room."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

import script as scripts
from draw import HEIGHT, WIDTH
from encode import FPS, write_mp4
from feeds import write_feeds
from mix import SPEECH_RMS, soundtrack
from scenes import draw_frame
from speak import RATE_HZ, Sound

SCRIPTS = Path(__file__).parent / "scripts"


def main(output: Path, rooms: set[str]) -> None:
    """Make every room, or the named ones, under `output`."""
    for path in sorted(SCRIPTS.glob("*.toml")):
        script = scripts.load(path)
        if rooms and script.room not in rooms:
            continue
        folder = output / script.room
        folder.mkdir(parents=True, exist_ok=True)
        print(script.room)
        write_feeds(script, folder)
        sound = soundtrack(script)
        write_mp4(folder / "clip.mp4", _frames(script, sound), sound)
        print(f"  {(folder / 'clip.mp4').stat().st_size / 1e6:.2f} MB")


def _frames(script: scripts.Script, sound: Sound) -> Iterator[Image.Image]:
    """The clip's pictures in order, RGB, WIDTH x HEIGHT."""
    step = RATE_HZ // FPS
    for number in range(round(script.duration_s * FPS)):
        loudness = float(np.sqrt(np.mean(sound[number * step : (number + 1) * step] ** 2)))
        # Music alone must not move the lips; a vowel at the usual level opens the mouth fully.
        mouth = min(1.0, max(0.0, loudness / SPEECH_RMS - 0.15))
        sheet = draw_frame(script.look, script.scene_at(number / FPS), number / FPS, mouth)
        yield sheet.image.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), set(sys.argv[2:]))

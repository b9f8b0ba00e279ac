"""What the frames agent costs and finds: marks on composites, and reading with the change gate beside reading all."""

import platform
import resource
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from msgspec import Struct

from detectors.contract import Image
from detectors.engines.ocr import OcrEngine
from detectors.frame.gallery.store import BUNDLED, Gallery
from detectors.frame.gate import GateState, look
from detectors.frame.logo import LogoDetector
from pipelines.bench.mark_scenes import scene

CLIPS = Path(__file__).resolve().parents[1] / "demo" / "rooms"
FRAME_PERIOD_S = 2
"""0.5 frames a second."""


class Marks(Struct, frozen=True, kw_only=True):
    """What the gallery finds on composites."""

    brands: int
    composites: int
    recall: float
    false_per_frame: float
    """On the composites without a mark, wrong marks on the others left out."""
    wrong_per_frame: float
    milliseconds: float


class Reading(Struct, frozen=True, kw_only=True):
    """Text read with the gate beside text read in every frame of the bundled clips, at 0.5 frames a second."""

    frames: int
    read: int
    texts_recall: float
    """Share of the different texts of at least four characters, read in every frame, that the gate's frames hold."""
    gate_milliseconds: float
    ocr_milliseconds: float


class Ratios(Struct, frozen=True, kw_only=True):
    """What is compared over time."""

    rooms_vs_ocr_every_frame: float
    gallery_recall: float
    texts_recall: float


class Figures(Struct, frozen=True, kw_only=True):
    """All that was measured."""

    marks: Marks
    reading: Reading
    peak_megabytes: int


class Environment(Struct, frozen=True, kw_only=True):
    """Where it was measured."""

    python: str
    machine: str
    dajia: str


class FramesBench(Struct, frozen=True, kw_only=True):
    """Result of `measure_frames`."""

    name: Literal["frames"]
    ratios: Ratios
    figures: Figures
    environment: Environment


def measure_frames(
    gallery: Gallery, ocr: OcrEngine, clips: dict[str, list[Image]], *, composites: int, say: Callable[[str], object]
) -> FramesBench:
    """Measure on one core; times are of the processor, so that other programs count little.

    Args:
        gallery: the bundled one.
        ocr: the reader.
        clips: frames of each clip, `FRAME_PERIOD_S` apart.
        composites: pictures with a mark, and as many without.
        say: told what is being measured.
    """
    say(f"searching marks in {2 * composites} composites")
    marks = _marks(gallery, composites)
    say(f"reading {sum(map(len, clips.values()))} frames of the bundled clips")
    reading = _reading(ocr, clips)
    every = reading.ocr_milliseconds * reading.frames
    gated = reading.ocr_milliseconds * reading.read + reading.gate_milliseconds * reading.frames
    return FramesBench(
        name="frames",
        ratios=Ratios(
            rooms_vs_ocr_every_frame=round(every / gated, 2),
            gallery_recall=marks.recall,
            texts_recall=reading.texts_recall,
        ),
        figures=Figures(
            marks=marks,
            reading=reading,
            peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        ),
        environment=Environment(python=platform.python_version(), machine=platform.machine(), dajia=version("dajia")),
    )


def _marks(gallery: Gallery, composites: int) -> Marks:
    detector = LogoDetector(gallery)
    entries = [entry for entry in gallery.entries.values() if (BUNDLED / entry.pictures[0]).is_file()]
    found = wrong = false = 0
    began = time.process_time()
    drawing = 0.0
    for number in range(composites):
        entry = entries[number % len(entries)]
        start = time.process_time()
        drawn = cv2.imread(str(BUNDLED / entry.pictures[0]), cv2.IMREAD_GRAYSCALE)
        mark = np.asarray(1 - np.asarray(drawn, dtype=np.float32) / 255, dtype=np.float32)
        shown, empty = scene(2 * number, mark), scene(2 * number + 1, None)
        drawing += time.process_time() - start
        names = {one.entry for one in detector.marks(shown)}
        found += entry.name in names
        wrong += bool(names - {entry.name})
        false += bool(detector.marks(empty))
    spent = time.process_time() - began - drawing
    return Marks(
        brands=len(entries), composites=composites, recall=round(found / composites, 4),
        false_per_frame=round(false / composites, 4), wrong_per_frame=round(wrong / composites, 4),
        milliseconds=round(spent / (2 * composites) * 1000, 1),
    )  # fmt: skip


def _reading(ocr: OcrEngine, clips: dict[str, list[Image]]) -> Reading:
    frames = read = 0
    gate_s = ocr_s = 0.0
    known, seen = set[tuple[str, str]](), set[tuple[str, str]]()
    for clip, images in clips.items():
        gate = GateState()
        for number, image in enumerate(images):
            start = time.process_time()
            gate, decision = look(gate, image, number * FRAME_PERIOD_S * 1000)
            gate_s += time.process_time() - start
            start = time.process_time()
            texts = {(clip, box.text) for box in ocr.read(image) if len(box.text) >= 4}  # noqa: PLR2004  as documented
            ocr_s += time.process_time() - start
            frames += 1
            known |= texts
            if decision.read:
                read += 1
                seen |= texts
    return Reading(
        frames=frames, read=read, texts_recall=round(len(seen) / max(len(known), 1), 4),
        gate_milliseconds=round(gate_s / max(frames, 1) * 1000, 2),
        ocr_milliseconds=round(ocr_s / max(frames, 1) * 1000, 1),
    )  # fmt: skip

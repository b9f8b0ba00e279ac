"""`dajia frame`: pictures and videos, judged without a broker."""

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import numpy as np

from detectors.contract import Image, ScreenItem, TextBox
from detectors.engines.ocr import OcrEngine, OcrModelError, load_ocr_engine
from detectors.frame.annotate import draw_findings, encode_jpeg
from detectors.frame.camera import CameraDetector
from detectors.frame.covered_label import ACTING_LLR, CoveredLabelDetector
from detectors.frame.gallery.store import GalleryError, load_gallery
from detectors.frame.gate import GateState, look
from detectors.frame.logo import LogoDetector
from detectors.frame.picture import decode_jpeg
from detectors.frame.screen_text import ScreenTextDetector
from detectors.text.acting import is_acting
from detectors.text.engine import TextEngine
from pipelines.cli.scanning import load_text_engine, scan_files
from pipelines.errors import InputError, ModelError, SettingsError, SourceError
from pipelines.settings import load_settings
from schemas import Signal, Suspicion

JPEG_MAGIC = b"\xff\xd8\xff"
STILL_LOOKS_MS = (0, 1000)
"""A still picture stays: it is looked at twice, as a label would be that is held up for a second."""
PROGRESS_FRAMES = 20


class ReadText(msgspec.Struct, frozen=True, kw_only=True):
    """Text that was read in one frame."""

    time_ms: int
    boxes: tuple[TextBox, ...]


class Scanned(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of output."""

    file: str
    suspicions: list[Suspicion]
    flag: bool
    text: list[ReadText] | None = None


@click.group()
def frame() -> None:
    """Scan pictures and videos."""


@frame.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option(
    "--fps", default=1.0, show_default=True, type=click.FloatRange(0.01, 60), help="Frames looked at each second."
)
@click.option("--text", "with_text", is_flag=True, help="Also write the text that was read.")
@click.option(
    "--annotate",
    "annotate_dir",
    metavar="OUT",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also write every picture with a finding to the folder OUT, its boxes drawn.",
)
def scan(files: tuple[Path, ...], *, fps: float, with_text: bool, annotate_dir: Path | None) -> None:
    """Judge each FILE by itself: text on the screen, covered labels, marks of the gallery, the camera.

    Reads pictures and videos of every kind that PyAV opens. Writes for each {"file", "suspicions": [...], "flag"}:
    spans are milliseconds from the beginning of the file, boxes are pixels, flag says that the file alone carries
    acting evidence. A file that cannot be read is named on stderr and left out; the exit status is then 1.

    \b
    Example:
      dajia frame scan --fps 2 show.mp4 label.jpg --annotate seen
    """  # noqa: D301 (click reads \b as "keep these lines")
    scanner = _load_scanner()
    scan_files(files, lambda path: scanner.scan(path, fps=fps, with_text=with_text, annotate_dir=annotate_dir))


class _Scanner:
    """The frames agent without its broker: gate, OCR where something changed, then the detectors of the picture."""

    def __init__(self, ocr: OcrEngine, texts: TextEngine, logos: LogoDetector, *, max_pixels: int) -> None:
        self._ocr = ocr
        self._screen_text = ScreenTextDetector(texts)
        self._covered_label = CoveredLabelDetector()
        self._logos, self._camera = logos, CameraDetector()
        self._max_pixels = max_pixels

    def scan(self, path: Path, *, fps: float, with_text: bool, annotate_dir: Path | None = None) -> Scanned:
        """Judge one file.

        Raises:
            SourceError: it cannot be opened, or no picture in it can be decoded.
            DecodeError: it is a JPEG that cannot be decoded or is too large.
            InputError: an annotated picture cannot be written.
        """
        gate, screen, label = GateState(), self._screen_text.initial(), self._covered_label.initial()
        logo, camera = self._logos.initial(), self._camera.initial()
        read: list[ReadText] = []
        found: list[Suspicion] = []
        texts_act = False
        for number, (time_ms, image) in enumerate(self._frames(path, fps)):
            gate, decision = look(gate, image, time_ms)
            boxes = self._ocr.read(image) if decision.read else ()
            item = ScreenItem(room="", session=str(path), sequence=number, time_ms=time_ms, image=image, boxes=boxes)
            screen, written = self._screen_text.judge(screen, item)
            label, covered = self._covered_label.judge(label, item)
            camera, wrong = self._camera.judge(camera, item)
            marks: list[Suspicion] = []
            if decision.read or number == 1:  # a second look at what is shown first, as for a still picture
                logo, marks = self._logos.judge(logo, item)
            here = [*written, *covered, *marks, *wrong]
            found += here
            if annotate_dir is not None and here:
                _write_annotated(annotate_dir, path, time_ms, draw_findings(image, here))
            texts_act = texts_act or is_acting(written)
            if boxes:
                read.append(ReadText(time_ms=time_ms, boxes=boxes))
            if number and number % PROGRESS_FRAMES == 0:
                click.echo(f"{path}: {time_ms / 1000:.0f} s, {len(found)} findings", err=True)
        covers = any(one.signal is Signal.COVERED_LABEL and one.llr >= ACTING_LLR for one in found)
        return Scanned(file=str(path), suspicions=found, flag=texts_act or covers, text=read if with_text else None)

    def _frames(self, path: Path, fps: float) -> Iterator[tuple[int, Image]]:
        try:
            with path.open("rb") as file:
                is_jpeg = file.read(len(JPEG_MAGIC)) == JPEG_MAGIC
            data = path.read_bytes() if is_jpeg else b""
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror}") from error
        if is_jpeg:
            image = decode_jpeg(data, max_pixels=self._max_pixels)
            return iter([(time_ms, image) for time_ms in STILL_LOOKS_MS])
        return video_frames(path, fps=fps, max_pixels=self._max_pixels)


def _load_scanner() -> _Scanner:
    settings = load_settings()
    click.echo("loading the OCR models …", err=True)
    try:
        ocr = load_ocr_engine(threads=settings.inference_threads, provider=settings.inference_provider)
    except OcrModelError as error:
        raise ModelError(str(error)) from error
    try:
        logos = LogoDetector(load_gallery(settings.gallery_dir))
    except GalleryError as error:
        raise SettingsError(f"the gallery cannot be used: {error}") from error
    return _Scanner(ocr, load_text_engine(settings.lexicon_file), logos, max_pixels=settings.max_image_pixels)


def _write_annotated(folder: Path, source: Path, time_ms: int, picture: Image) -> None:
    target = folder / f"{source.stem}-{time_ms}.jpg"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_bytes(encode_jpeg(picture))
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error.strerror}") from error


def video_frames(path: Path, *, fps: float, max_pixels: int) -> Iterator[tuple[int, Image]]:
    """Yield (milliseconds from the beginning, picture) `fps` times a second; damaged pictures are left out.

    Raises:
        SourceError: nothing in the file can be decoded, or its pictures are too large.
    """
    import av  # noqa: PLC0415  start-up of the other commands of this file's group, and of --help

    taken = 0
    try:
        # FFmpeg unpacks a picture already to look at it, so it is told; coded sizes are a little larger than shown.
        limit = {"max_pixels": str(2 * max_pixels)}
        with av.open(str(path), options=limit) as container:
            if not container.streams.video:
                raise SourceError("holds no picture; give a picture or a video")
            stream = container.streams.video[0]
            if not stream.width:
                raise SourceError(f"no picture of at most {max_pixels} pixels is found in it")
            _check_size(stream.width, stream.height, max_pixels)
            stream.codec_context.options = limit
            stream.thread_type = "AUTO"
            first_s: float | None = None
            due_s = 0.0
            for packet in container.demux(stream):
                try:
                    pictures = packet.decode()
                except av.error.InvalidDataError:
                    continue  # one damaged packet is no reason to give the rest up
                for picture in pictures:
                    _check_size(picture.width, picture.height, max_pixels)
                    at_s = float(picture.time or 0.0)
                    first_s = at_s if first_s is None else first_s
                    if at_s - first_s + 1e-6 < due_s:
                        continue
                    due_s = at_s - first_s + 1 / fps
                    taken += 1
                    yield round((at_s - first_s) * 1000), np.asarray(picture.to_ndarray(format="rgb24"), dtype=np.uint8)
    except av.error.FFmpegError as error:
        raise SourceError(f"cannot be decoded: {error.strerror or error}") from error
    if not taken:
        raise SourceError("no picture in it can be decoded; it may be cut off or not a video")


def _check_size(width: int, height: int, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise SourceError(f"pictures of {width} x {height} pixels; at most {max_pixels} are decoded")

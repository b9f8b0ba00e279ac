"""The gallery on disk: a folder with `gallery.json` and the pictures it names.

The bundled one is extended by an operator's own, whose entries take the place of bundled ones of the same name.
"""

import re
from enum import StrEnum
from pathlib import Path

import cv2
import msgspec
import numpy as np

from detectors.frame.gallery.match import MarkIndex
from detectors.frame.gallery.template import MarkError, Template, mark_in, templates_of
from detectors.frame.picture import decode_picture
from schemas import DecodeError

BUNDLED = Path(__file__).resolve().parents[2] / "data" / "gallery"
INDEX = "gallery.json"
MAX_GALLERY_PIXELS = 4_000_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")


class EntryKind(StrEnum):
    """What a match means."""

    MARK = "mark"
    """A brand's mark."""
    HARMLESS = "harmless"
    """Looks like a mark and is none: where it matches as well, the mark is not reported."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One mark of the gallery."""

    name: str
    brand: str = ""
    kind: EntryKind = EntryKind.MARK
    pictures: tuple[str, ...]
    """File names beside the index."""
    threshold: float
    """Score from which it is found."""
    measured: str
    """What the threshold was measured on."""
    source: str
    """Where the pictures come from."""


class GalleryError(ValueError):
    """A gallery cannot be used; the message names the file and says what is wrong."""


class Gallery(msgspec.Struct, frozen=True, kw_only=True):
    """All entries, ready for the search."""

    entries: dict[str, Entry]
    index: MarkIndex


def load_gallery(own: Path | None = None) -> Gallery:
    """The bundled gallery with an operator's own laid over it.

    Raises:
        GalleryError: an index or a picture cannot be used.
    """
    entries: dict[str, Entry] = {}
    templates: dict[str, tuple[Template, ...]] = {}
    for folder in (BUNDLED, own):
        if folder is None or not (folder / INDEX).is_file():
            continue
        for entry in read_entries(folder):
            entries[entry.name] = entry
            templates[entry.name] = entry_templates(folder, entry)
    return Gallery(entries=entries, index=MarkIndex(templates))


def read_entries(folder: Path) -> list[Entry]:
    """The entries of a gallery folder; none where there is no index yet.

    Raises:
        GalleryError: the index cannot be read.
    """
    path = folder / INDEX
    if not path.is_file():
        return []
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Entry])
    except (OSError, msgspec.DecodeError) as error:
        raise GalleryError(f"{path}: {error}; repair it or take it away") from error


def write_entries(folder: Path, entries: list[Entry]) -> None:
    """Write the index of a gallery folder, one entry after another by name."""
    text = msgspec.json.format(msgspec.json.encode(sorted(entries, key=lambda one: one.name)), indent=1)
    (folder / INDEX).write_bytes(text + b"\n")


def entry_templates(folder: Path, entry: Entry) -> tuple[Template, ...]:
    """Templates of all pictures of an entry.

    Raises:
        GalleryError: a picture is missing or cannot serve.
    """
    found: list[Template] = []
    for name in entry.pictures:
        path = folder / name
        try:
            found += picture_templates(path.read_bytes())
        except (OSError, MarkError, DecodeError) as error:
            raise GalleryError(f"{path}: {error}") from error
    return tuple(found)


def picture_templates(data: bytes) -> tuple[Template, ...]:
    """Templates of one picture file.

    Raises:
        DecodeError: it is no picture.
        MarkError: it cannot serve as a mark; the message says why.
    """
    return templates_of(mark_in(decode_picture(data, max_pixels=MAX_GALLERY_PIXELS)))


def cut_mark(data: bytes) -> bytes:
    """A small PNG of the mark in a picture, black on white: what the gallery keeps.

    Raises:
        DecodeError, MarkError: as `picture_templates`.
    """
    mark = mark_in(decode_picture(data, max_pixels=MAX_GALLERY_PIXELS))
    scale = min(1.0, 192 / max(mark.shape))
    size = max(1, round(mark.shape[1] * scale)), max(1, round(mark.shape[0] * scale))
    small = cv2.resize(mark, size, interpolation=cv2.INTER_AREA)
    grey = np.asarray(np.rint(255 * (1 - small)), dtype=np.uint8)
    wide = 48 // 2  # a rim of ground on all sides, so that the corners are ground and no side is too short
    framed = cv2.copyMakeBorder(grey, wide, wide, wide, wide, cv2.BORDER_CONSTANT, value=(255.0,))
    return bytes(cv2.imencode(".png", framed)[1])


def check_name(name: str) -> None:
    """Refuse a name that cannot be a file's.

    Raises:
        GalleryError: see above.
    """
    if not _NAME.fullmatch(name):
        raise GalleryError(
            f"{name!r} is no entry name; take lower-case letters, digits and hyphens, for instance 'acme-star'"
        )

"""`dajia gallery`: the marks that the frames agent looks for."""

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from detectors.contract import Image
from detectors.frame.gallery.template import Template
from pipelines.errors import InputError, SettingsError
from pipelines.settings import load_settings
from schemas import DecodeError

DRAWN_PICTURES = 60
PICTURE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def gallery() -> None:
    """Marks that the frames agent looks for; your own lie in the folder of DAJIA_GALLERY_DIR."""


@gallery.command()
@click.argument("name")
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE…", type=PICTURE)
@click.option("--brand", default="", help="Brand, as the price list writes it.")
@click.option("--harmless-mark", is_flag=True, help="A look-alike that is none: where it fits, no mark is found.")
@click.option("--source", default="added by hand", show_default=True, help="Where the pictures come from.")
@click.option(
    "--harmless",
    "harmless_dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of pictures without the mark, best frames of honest rooms: the threshold is measured on them, too.",
)
def add(
    name: str, pictures: tuple[Path, ...], *, brand: str, harmless_mark: bool, source: str, harmless_dir: Path | None
) -> None:
    """Add the mark NAME from a few PICTURES, each with the mark alone on a plain ground.

    The threshold is measured: 60 drawn pictures without the mark, and those of --harmless, must not find it. A picture
    that is blank, or a shape that is found everywhere, is refused with the reason. Writes the entry as JSON.

    \b
    Example:
      DAJIA_GALLERY_DIR=marks dajia gallery add acme-star star.png --brand Acme --harmless honest_frames
    """  # noqa: D301 (click reads \b as "keep these lines")
    from detectors.frame.gallery.match import MarkIndex  # noqa: PLC0415  start-up of --help
    from detectors.frame.gallery.measure import HIGHEST_THRESHOLD, false_scores, threshold_above  # noqa: PLC0415  as above
    from detectors.frame.gallery.store import (  # noqa: PLC0415  as above
        Entry,
        EntryKind,
        GalleryError,
        check_name,
        cut_mark,
        picture_templates,
        read_entries,
        write_entries,
    )
    from detectors.frame.gallery.template import MarkError  # noqa: PLC0415  as above

    folder = _own_folder()
    files: dict[str, bytes] = {}
    templates: list[Template] = []
    for number, path in enumerate(pictures):
        try:
            check_name(name)
            files[f"{name}-{number}.png"] = cut_mark(path.read_bytes())
            templates += picture_templates(files[f"{name}-{number}.png"])
        except (OSError, DecodeError, MarkError, GalleryError) as error:
            raise InputError(f"{path}: refused: {error}") from error
    click.echo("measuring the threshold …", err=True)
    shown = [*_drawn(), *(_pictures(harmless_dir) if harmless_dir else ())]
    false = false_scores(MarkIndex({name: tuple(templates)}), shown).get(name, 0.0)
    threshold = threshold_above(false)
    if threshold is None:
        raise InputError(
            f"{name}: refused: too common; it is found with score {false:.2f} in pictures that do not show it, and a "
            f"threshold above {HIGHEST_THRESHOLD} would find nothing. Give a picture with more of the mark"
        )
    entry = Entry(
        name=name, brand=brand, kind=EntryKind.HARMLESS if harmless_mark else EntryKind.MARK, pictures=tuple(files),
        threshold=threshold, source=source,
        measured=f"{len(shown)} pictures without it: highest false score {false:.2f}",
    )  # fmt: skip
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        write_entries(folder, [*(one for one in read_entries(folder) if one.name != name), entry])
    except (OSError, GalleryError) as error:
        raise InputError(f"{folder}: {error}") from error
    click.echo(msgspec.json.encode(entry))


@gallery.command("list")
def list_entries() -> None:
    """Write every entry that is looked for as a JSON line: the bundled ones and your own.

    \b
    Example:
      dajia gallery list | head -3
    """  # noqa: D301 (click reads \b as "keep these lines")
    from detectors.frame.gallery.store import BUNDLED, GalleryError, read_entries  # noqa: PLC0415  start-up of --help

    own = load_settings().gallery_dir
    try:
        entries = {one.name: one for folder in (BUNDLED, own) if folder for one in read_entries(folder)}
    except GalleryError as error:
        raise SettingsError(str(error)) from error
    for entry in entries.values():
        click.echo(msgspec.json.encode(entry))


@gallery.command()
@click.argument("pictures", nargs=-1, required=True, metavar="PICTURE…", type=PICTURE)
@click.option("--all", "show_all", is_flag=True, help="Also what stays below the threshold of its entry.")
def test(pictures: tuple[Path, ...], *, show_all: bool) -> None:
    """Search each PICTURE and write {"file", "found": [{"entry", "score", "mirrored", "box_xyxy"}]}.

    \b
    Example:
      dajia gallery test frame.jpg --all
    """  # noqa: D301 (click reads \b as "keep these lines")
    from detectors.frame.gallery.store import GalleryError, load_gallery  # noqa: PLC0415  start-up of --help
    from detectors.frame.logo import LogoDetector  # noqa: PLC0415  as above
    from detectors.frame.picture import decode_picture  # noqa: PLC0415  as above

    settings = load_settings()
    try:
        detector = LogoDetector(load_gallery(settings.gallery_dir))
    except GalleryError as error:
        raise SettingsError(str(error)) from error
    for path in pictures:
        try:
            image = decode_picture(path.read_bytes(), max_pixels=settings.max_image_pixels)
        except (OSError, DecodeError) as error:
            raise InputError(f"{path}: {error}") from error
        found = detector.gallery.index.find(image) if show_all else detector.marks(image)
        click.echo(msgspec.json.encode({"file": str(path), "found": found}))


def _own_folder() -> Path:
    folder = load_settings().gallery_dir
    if folder is None:
        raise SettingsError(
            "where your own marks lie is not set; set DAJIA_GALLERY_DIR to a folder, here and for the workers"
        )
    return folder


def _drawn() -> Iterator[Image]:
    from detectors.frame.gallery.harmless import harmless_picture  # noqa: PLC0415  start-up of --help

    return (harmless_picture(seed) for seed in range(DRAWN_PICTURES))


def _pictures(folder: Path) -> Iterator[Image]:
    from detectors.frame.picture import decode_picture  # noqa: PLC0415  start-up of --help

    limit = load_settings().max_image_pixels
    for path in sorted(folder.iterdir()):
        if not path.is_file():
            continue
        try:
            yield decode_picture(path.read_bytes(), max_pixels=limit)
        except (OSError, DecodeError) as error:
            raise InputError(f"{path}: {error}") from error

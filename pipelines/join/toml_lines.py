"""Where in a TOML text something is written: the parser of the standard library does not say."""

import re
from collections.abc import Sequence

_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"^\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*=")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Line, from 1, at which as much of a path as can be found is written.

    Args:
        text: TOML with tables at the top level (`[signals]`, `[[ladder]]`), keys below them.
        path: names and places, for instance `("ladder", 2, "posterior")`; keys inside an inline table are looked for
            in the line of the table.
    """
    best, matched = 1, 0
    table: tuple[str | int, ...] = ()
    here: tuple[str | int, ...]
    counts: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            name = header[2].strip("\"'")
            table = (name,)
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                table = (name, counts[name])
            here = table
        elif key := _KEY.match(line):
            here = (*table, key[1])
        else:
            continue
        if len(here) > matched and tuple(path[: len(here)]) == here:
            best, matched = number, len(here)
    return best

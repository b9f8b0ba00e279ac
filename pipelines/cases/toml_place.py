"""Where in a TOML text a key stands, so that a refused policy names the line to change."""

import re

_PATH = re.compile(r"`\$\.?(?P<path>[^`]*)`")
_TABLE = re.compile(r"\[\[?\s*(?P<name>[^\]]+?)\s*\]\]?")
_STEP = re.compile(r"[^.\[\]]+|\[(?:\d+|\.\.\.)\]")
_UNKNOWN_FIELD = re.compile(r"unknown field `(?P<name>[^`]+)`")


def place_of(toml_text: str, message: str) -> str:
    """`line 12, column 1: ` of the key that a message names as `$.path`, or an empty string.

    Args:
        toml_text: tables in brackets, one key a line, as our policies are written.
        message: contains a path such as `$.ladder[2].posterior`; `[...]` stands for any key.
    """
    found = _PATH.search(message)
    steps = _STEP.findall(found["path"]) if found else []
    if unknown := _UNKNOWN_FIELD.search(message):
        steps.append(unknown["name"])
    best = (0, 0, 0)
    for number, column, path in _keys(toml_text):
        depth = _agreement(path, steps)
        if depth > best[0]:
            best = (depth, number, column)
    return f"line {best[1]}, column {best[2]}: " if best[0] else ""


def _keys(toml_text: str) -> list[tuple[int, int, list[str]]]:
    """Line, column and steps of every table header and every key."""
    keys, table, counts = [], list[str](), dict[str, int]()
    for number, raw in enumerate(toml_text.splitlines(), start=1):
        line = raw.strip()
        column = len(raw) - len(raw.lstrip()) + 1
        header = _TABLE.match(line)
        if header:
            name = header["name"]
            table = name.split(".")
            if line.startswith("[["):
                counts[name] = counts.get(name, -1) + 1
                table = [*table, f"[{counts[name]}]"]
            keys.append((number, column, table))
        elif "=" in line and not line.startswith("#"):
            keys.append((number, column, [*table, line.split("=", 1)[0].strip()]))
    return keys


def _agreement(path: list[str], wanted: list[str]) -> int:
    """How many steps of `path` are those wanted, when all of them are; 0 otherwise."""
    if len(path) > len(wanted):
        return 0
    return len(path) if all(b in (a, "[...]") for a, b in zip(path, wanted, strict=False)) else 0

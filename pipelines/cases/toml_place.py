"""Where in a TOML text a key stands, so that a refused policy names the line to change."""

import re

_PATH = re.compile(r"`\$\.?(?P<path>[^`]*)`")
_TABLE = re.compile(r"\[\[?\s*(?P<name>[^\]]+?)\s*\]\]?")
ANY_KEY = "[...]"
"""How msgspec writes a key of a table whose keys are free."""
_STEP = re.compile(r"[^.\[\]]+|\[(?:\d+|\.\.\.)\]")
_UNKNOWN_FIELD = re.compile(r"unknown field `(?P<name>[^`]+)`")


def place_of(toml_text: str, message: str) -> str:
    """`line 12, column 1: ` of the key that a message names as `$.path`, or an empty string when it names none.

    Args:
        toml_text: tables in brackets, one key a line, as our policies are written.
        message: contains a path such as `$.ladder[2].posterior`; `[...]` stands for any key.
    """
    found = _PATH.search(message)
    steps = _STEP.findall(found["path"]) if found else []
    if unknown := _UNKNOWN_FIELD.search(message):
        steps.append(unknown["name"])
    depths = [(_agreement(path, steps), number, column) for number, column, path in _keys(toml_text)]
    deepest = max((depth for depth, _, _ in depths), default=0)
    places = [(number, column) for depth, number, column in depths if depth == deepest > 0]
    if not places:
        return ""
    if len(places) > 1 and ANY_KEY in steps[:deepest]:
        return f"one of the lines {', '.join(str(number) for number, _ in places)}: "
    return f"line {places[0][0]}, column {places[0][1]}: "


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
    return len(path) if all(b in (a, ANY_KEY) for a, b in zip(path, wanted, strict=False)) else 0

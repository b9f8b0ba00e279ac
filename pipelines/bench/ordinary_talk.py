"""Ordinary live-commerce lines by a small grammar: what hosts, viewers, screens and listings say all day.

Weak evidence, and said to be so where it is reported: lines of a grammar hold only the accidents that its author
thought of. Real text of the user's (`--ordinary FILE`) weighs more. Seeded: the same lines every time.
"""

import string
import tomllib
from pathlib import Path
from random import Random  # noqa: TID251 - made-up test lines, not a decision

SEED = 7
LINES_PER_SPEAKER = 1_000
SPEAKERS = ("host", "viewer", "screen", "listing")


def ordinary_talk() -> list[tuple[str, str]]:
    """(speaker, line), `LINES_PER_SPEAKER` different ones for each speaker."""
    grammar = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    words = {name: text.split() for name, text in grammar["words"].items()}
    draw = Random(SEED)  # noqa: S311 - no secret
    return [(speaker, line) for speaker in SPEAKERS for line in _lines(draw, grammar[speaker].split("\n"), words)]


def _lines(draw: Random, patterns: list[str], words: dict[str, list[str]]) -> list[str]:
    patterns = [pattern.strip() for pattern in patterns if pattern.strip()]
    lines: dict[str, None] = {}
    while len(lines) < LINES_PER_SPEAKER:
        lines[_filled(draw, draw.choice(patterns), words)] = None
    return list(lines)


def _filled(draw: Random, pattern: str, words: dict[str, list[str]]) -> str:
    """The pattern with each {name} drawn: a word list, or one of the numbers."""
    parts = []
    for text, name, _, _ in string.Formatter().parse(pattern):
        parts.append(text)
        if name in words:
            parts.append(draw.choice(words[name]))
        elif name:
            low, high = name.split("_")
            parts.append(str(draw.randint(int(low), int(high))))
    return "".join(parts)

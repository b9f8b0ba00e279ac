"""Puts right what the speech model writes wrongly again and again.

Only strings that are no words of their own are replaced, by strings of the same length, so that every place in the
repaired text is the same place in the transcript.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

CONFUSIONS_FILE = Path(__file__).parents[1] / "data" / "asr_confusions.csv"


class ConfusionError(ValueError):
    """A row of the confusions cannot be used; the message names it."""


class Repair:
    """A fixed table of what is heard and what is meant."""

    def __init__(self, meant: Mapping[str, str]) -> None:
        """Take the table; raises ConfusionError when a row changes the length or is empty."""
        for heard, right in meant.items():
            if not heard or len(heard) != len(right):
                raise ConfusionError(f"{heard!r} and {right!r} must have the same length, and at least one character")
        self._meant = dict(meant)
        longest_first = sorted(self._meant, key=lambda heard: (-len(heard), heard))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        """The repaired text, as long as `text`."""
        return self._pattern.sub(lambda match: self._meant[match.group()], text)


def parse_confusions(lines: Iterable[str]) -> Repair:
    """Read a CSV with the columns heard, meant and source.

    Raises:
        ConfusionError: as `Repair`.
    """
    return Repair({row["heard"]: row["meant"] for row in csv.DictReader(lines)})


@cache
def bundled_repair() -> Repair:
    """The table of the package."""
    with CONFUSIONS_FILE.open(encoding="utf-8", newline="") as lines:
        return parse_confusions(lines)

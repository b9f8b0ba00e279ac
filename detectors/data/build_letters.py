"""Build `letters.tsv`: characters that readers take for a Latin letter. Run by hand after an upgrade of its source.

    python -m detectors.data.build_letters

Source: Unicode's confusables (UTS 39) as packed by confusable-homoglyphs (MIT), a development dependency that nothing
imports at run time. Ideographs are left out: they are read as themselves. One line for each letter: the letter, a tab,
its look-alikes.
"""

import json
import unicodedata
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from string import ascii_letters

TARGET = Path(__file__).with_name("letters.tsv")

IDEOGRAPHIC = ("CJK", "KANGXI", "KATAKANA", "HIRAGANA", "IDEOGRAPHIC", "BOPOMOFO")
"""Starts of the names of characters that Chinese readers know as something else."""


def lookalikes() -> dict[str, str]:
    """Map each letter a to z to its look-alikes beyond ASCII, sorted, for instance `{"a": "ɑαа…"}`."""
    table = json.loads((files("confusable_homoglyphs") / "confusables.json").read_text(encoding="utf-8"))
    letter_of: dict[str, str] = {}
    for letter in ascii_letters:
        for row in table.get(letter, ()):
            if _foreign(row["c"]):
                letter_of.setdefault(row["c"], "i" if _is_an_i(row["c"]) else letter.lower())
    found: dict[str, list[str]] = defaultdict(list)
    for character, letter in sorted(letter_of.items()):
        found[letter].append(character)
    return {letter: "".join(characters) for letter, characters in sorted(found.items())}


def _foreign(character: str) -> bool:
    """A letter or letter number that is no ideograph and that compatibility decomposition (NFKD) does not resolve."""
    if len(character) != 1 or unicodedata.category(character) not in ("Lu", "Ll", "Lo", "Nl"):
        return False
    resolved = unicodedata.normalize("NFKD", character).isascii()
    return not resolved and not unicodedata.name(character, "").startswith(IDEOGRAPHIC)


def _is_an_i(character: str) -> bool:
    """Unicode puts capital I, l and 1 into one class; a reader of brand names tells the I by its place."""
    return unicodedata.name(character, "").endswith((" I", " IOTA", " IAUDA"))


if __name__ == "__main__":
    lines = [f"{letter}\t{characters}\n" for letter, characters in lookalikes().items()]
    TARGET.write_text("".join(lines), encoding="utf-8")

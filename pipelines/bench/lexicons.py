"""Lexicons of any size for measurements: the bundled one, and pseudo-terms made of everyday words.

A pseudo-term is a common word of `words.tsv` with one or two characters of other common words behind it (身高灯):
three to five characters that no one says, yet beginning as ordinary chat does, which is the hard case for a scanner.
Their other columns come from bundled terms, so that they take part in every way of matching. Drawn from a seeded
generator: the same size is always the same lexicon, and a larger one holds the smaller.
"""

import csv
from pathlib import Path
from random import Random  # noqa: TID251 - made-up test data, not a decision

from detectors.text.fold import SYMBOLS
from detectors.text.tables import DATA

SEED = 4
_COUNTED = ("grade", "brand_alias", "evasion", "off_platform")
"""Categories of the pseudo-terms: those that are looked for in every way of writing."""


def write_lexicon(size: int, path: Path) -> list[str]:
    """Write a lexicon CSV of `size` terms, fewer than the bundled ones drawn evenly; return the terms as written."""
    with (DATA / "lexicon.csv").open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        rows, columns = list(reader), list(reader.fieldnames or ())
    if size < len(rows):
        rows = [rows[k * len(rows) // size] for k in range(size)]
    known = {row["term"].translate(SYMBOLS) for row in rows}
    words = (DATA / "words.tsv").read_text(encoding="utf-8").split()
    draw = Random(SEED)  # noqa: S311 - no secret
    while len(rows) < size:
        term = draw.choice(words) + "".join(draw.choice(draw.choice(words)) for _ in range(draw.randint(1, 2)))
        pattern = draw.choice(rows)
        if term not in known and pattern["category"] in _COUNTED:
            known.add(term)
            rows.append({**pattern, "term": term, "source": "made up for measurements"})
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fieldnames=columns)
        writer.writeheader()
        writer.writerows(rows)
    return [row["term"] for row in rows]

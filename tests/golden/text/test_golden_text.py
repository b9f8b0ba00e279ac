"""Golden lines: what the bundled lexicon finds in them, and how heavy it is.

After a wanted change: `python tests/golden/text/test_golden_text.py`, and read the difference before it is committed.
"""

from pathlib import Path

import msgspec

from detectors.contract import TextItem
from detectors.text.acting import is_acting
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
from schemas import Modality

HERE = Path(__file__).parent
EXPECTED = HERE / "expected.jsonl"


def judged() -> str:
    engine, rows = TextEngine.load(), []
    for line in (HERE / "lines.jsonl").read_bytes().splitlines():
        row = msgspec.json.decode(line)
        item = TextItem(
            room="", session="", source_id=row["id"], text=row["text"], speaker=row["speaker"], start_ms=0, end_ms=1
        )
        found = judge_text(engine, item, modality=Modality.DANMAKU, detector="text", version="1")
        findings = [
            {
                "signal": one.signal, "surface": one.facts.surface, "term": one.facts.term, "match": one.facts.match,
                "brand": one.facts.brand, "price": one.facts.price_cny, "role": one.facts.price_role, "llr": one.llr,
            }
            for one in found
        ]  # fmt: skip
        rows.append(msgspec.json.encode({"id": row["id"], "flag": is_acting(found), "findings": findings}).decode())
    return "\n".join(rows) + "\n"


def test_golden_lines():
    expected = EXPECTED.read_text(encoding="utf-8").splitlines()
    assert judged().splitlines() == expected


def test_names_of_the_lines_say_what_must_happen():
    """case-* lines carry evidence, honest-* lines never act, doubt-* lines only doubt."""
    for line in EXPECTED.read_bytes().splitlines():
        row = msgspec.json.decode(line)
        kind, weight = row["id"].split("-")[0], sum(one["llr"] for one in row["findings"])
        assert weight > 0 or kind == "honest", row
        assert not row["flag"] or kind == "case", row
        if kind == "doubt":
            assert {one["signal"] for one in row["findings"]} == {"doubt"}


if __name__ == "__main__":
    EXPECTED.write_text(judged(), encoding="utf-8")

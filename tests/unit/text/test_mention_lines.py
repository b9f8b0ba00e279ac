"""Lines that use a code word against lines that only name it: how many of each act must not get worse.

Written by hand in twenty voices, to calibrate the rows of patterns.csv about refusals, lessons, news and jokes; `fresh`
ones were written after the rows.
"""

from pathlib import Path

import msgspec
import pytest

from detectors.contract import TextItem
from detectors.text.acting import is_acting
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
from schemas import Modality

LINES = Path(__file__).parents[2] / "benchmarks" / "data" / "text_mention.jsonl"

MOST_MENTIONS = 71
"""Of 318; 145 before the rows. A lower number is welcome: lower this with it."""
MOST_MISSED = 39
"""Of 184 uses; the rows cost none."""


class Line(msgspec.Struct, frozen=True):
    text: str
    speaker: str
    label: str
    author: str


@pytest.fixture(scope="module")
def flags() -> list[tuple[Line, bool]]:
    engine = TextEngine.load()
    lines = [msgspec.json.decode(line, type=Line) for line in LINES.read_bytes().splitlines()]
    return [(line, acts(engine, line)) for line in lines]


def acts(engine: TextEngine, line: Line) -> bool:
    item = TextItem(room="", session="", source_id="", text=line.text, speaker=line.speaker, start_ms=0, end_ms=0)
    return is_acting(judge_text(engine, item, modality=Modality.AUDIO, detector="test", version="1"))


def test_few_mentions_act(flags: list[tuple[Line, bool]]) -> None:
    acting = [line.text for line, acts in flags if acts and line.label == "benign"]
    assert len(acting) <= MOST_MENTIONS, acting


def test_uses_still_act(flags: list[tuple[Line, bool]]) -> None:
    missed = [line.text for line, acts in flags if not acts and line.label == "fake"]
    assert len(missed) <= MOST_MISSED, missed

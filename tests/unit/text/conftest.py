"""One engine for all text tests: loading takes a third of a second."""

import pytest

from detectors.contract import TextItem
from detectors.text.engine import TextEngine
from detectors.text.suspicions import judge_text
from schemas import Modality


@pytest.fixture(scope="session")
def engine():
    return TextEngine.load()


@pytest.fixture(scope="session")
def judge(engine):
    def judge(text, speaker="host", source_id="1"):
        item = TextItem(
            room="room-1", session="s-1", source_id=source_id, text=text, speaker=speaker, start_ms=1000, end_ms=2000
        )
        return judge_text(engine, item, modality=Modality.DANMAKU, detector="danmaku-text", version="1")

    return judge

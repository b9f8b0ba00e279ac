"""The examples of detectors/text/README.md are true."""

import re
from pathlib import Path

import pytest

from detectors.text import engine as engine_module
from detectors.text.ways import WAYS

README = (Path(engine_module.__file__).parent / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z-]+)` \| `([^`]+)` \| (\S+) \|", README, flags=re.MULTILINE)


def test_every_fold_has_an_example():
    assert [name for name, _, _ in ROWS] == list(WAYS)


@pytest.mark.parametrize(("fold", "written", "term"), ROWS)
def test_the_example_is_found_by_its_fold(engine, fold, written, term):
    found = {hit.term: hit.folds for speaker in ("host", "listing") for hit in engine.scan(written, speaker=speaker)}
    assert fold in found[term]

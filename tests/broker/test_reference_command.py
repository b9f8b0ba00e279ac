"""`dajia reference` against a broker: what is published is what is in force, and can be taken back."""

import json
import subprocess
import sys
from uuid import uuid4

import pytest

from detectors.text.engine import TextEngine
from detectors.text.lexicon import read_lexicon
from detectors.text.term import COLUMNS
from pipelines.broker.reader import read_topics
from pipelines.clock import today
from pipelines.reference.published import published_entries
from schemas.topics import REFERENCE_TERMS

LETTERS = "甪丬彳亍丏卣囟汆黾氽呤叵"


@pytest.fixture
def made_up():
    """A term that no lexicon has."""
    return "".join(LETTERS[int(digit, 16) % len(LETTERS)] for digit in uuid4().hex[:8])


@pytest.fixture
def dajia(broker_settings):
    """Run `dajia reference …`; returns its exit status, what it wrote as JSON, and its words."""

    def run(*words):
        command = [sys.executable, "-m", "pipelines.cli", "reference", *map(str, words)]
        environment = {"PATH": "/usr/bin:/bin"} | broker_settings.environment()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    return run


@pytest.fixture
def write(tmp_path):
    """Write a lexicon file of grade talk: term and weight."""

    def file(*terms, name="new.csv"):
        rows = [f"{term},grade,,{llr},judgement,,,,,unsourced,2026-11-24,li,," for term, llr in terms]
        (tmp_path / name).write_text("\n".join([",".join(COLUMNS), *rows]), encoding="utf-8")
        return tmp_path / name

    return file


def test_publish_pull_diff_remove(dajia, write, made_up, tmp_path, broker_settings):
    file = write((made_up, 3), ("高仿", 1))
    status, said, _ = dajia("publish", file, "--json")
    assert status == 0
    assert {one["change"]["change"] for one in said if "change" in one} == {"new", "changed"}
    (published,) = [one for one in said if "version" in one]
    assert (published["published"], published["removed"]) == (2, 0)
    try:
        assert {made_up, "高仿"} <= published_entries(broker_settings).keys()
        assert dajia("diff", file, "--json")[1] == []

        pulled = tmp_path / "all.csv"
        assert dajia("pull", pulled)[0] == 0
        assert TextEngine.of(read_lexicon(pulled), as_of=today()).version == published["version"]
        assert dajia("diff", pulled, "--whole", "--json")[1] == []
    finally:
        status, said, _ = dajia("remove", made_up, "高仿", "--json")
    assert said[0]["removed"] == 2
    assert not {made_up, "高仿"} & published_entries(broker_settings).keys()
    assert dajia("remove", made_up)[0] == 1


def test_nothing_is_published_with_false_alarms_or_wrong_rows(dajia, write, made_up, broker_settings, tmp_path):
    ordinary = tmp_path / "chat.txt"
    ordinary.write_text(f"今天天气好\n大家好，{made_up}来了\n", encoding="utf-8")
    file = write((made_up, 3))
    assert dajia("lint", file)[0] == 0
    status, said, _ = dajia("lint", file, "--against", ordinary, "--json")
    assert status == 1
    (alarm,) = [one["false_alarm"] for one in said if "false_alarm" in one]
    assert (alarm["term"], alarm["hits"], alarm["lines"], alarm["per_10k"]) == (made_up, {"spelling": 1}, 2, 5000.0)

    status, _, words = dajia("publish", file, "--against", ordinary)
    assert status == 1
    assert "--force" in words
    status, _, words = dajia("publish", write((made_up, 3), ("货", 3), name="bad.csv"))
    assert status == 1
    assert "bad.csv line 3, column term" in words
    assert made_up not in published_entries(broker_settings)

    assert dajia("publish", file, "--against", ordinary, "--force")[0] == 0
    assert made_up in published_entries(broker_settings)
    assert dajia("remove", made_up)[0] == 0


def test_a_term_that_is_switched_off_comes_back(dajia, broker_settings):
    assert dajia("off", "超A")[0] == 0
    assert published_entries(broker_settings)["超A"].off
    assert dajia("remove", "超A")[0] == 0
    assert "超A" not in published_entries(broker_settings)
    removal = [
        record for record in read_topics(broker_settings, [REFERENCE_TERMS.name]) if record.key == "超A".encode()
    ]
    assert removal[-1].value is None
    assert dajia("off", "甪不是词")[0] == 1

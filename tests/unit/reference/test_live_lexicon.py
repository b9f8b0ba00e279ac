"""Reloads without a broker: what is refused, what stays, what a day changes."""

from datetime import date

import pytest
from prometheus_client import REGISTRY

from detectors.text.term import COLUMNS
from pipelines.broker.reader import ConsumedRecord
from pipelines.reference import lexicon as live
from pipelines.reference.lexicon import LiveLexicon
from pipelines.reference.terms import TermEntries
from pipelines.settings import load_settings
from schemas import TermCategory, TermEntry
from schemas.cloudevents import encode

ROWS = (
    "甪丬货,grade,,3,judgement,,,,,unsourced,0.2.0,li,,",
    "甪丬单,grade,,3,judgement,,,,,unsourced,0.2.0,li,2026-11-30,",
)


@pytest.fixture
def lexicon(tmp_path, monkeypatch):
    path = tmp_path / "base.csv"
    path.write_text("\n".join([",".join(COLUMNS), *ROWS]), encoding="utf-8")
    monkeypatch.setattr(live, "today", lambda: date(2026, 11, 24))
    return LiveLexicon(load_settings().model_copy(update={"lexicon_file": path}), "test")


def publish(lexicon, topic, *entries):
    for offset, entry in enumerate(entries):
        sent = encode(entry, source="test")
        topic.take(
            ConsumedRecord(
                topic="reference-terms", partition=0, offset=offset, key=sent.key, value=sent.value,
                headers=sent.headers, timestamp_ms=0,
            )
        )  # fmt: skip
    lexicon._reload(topic)


def entry(term, **fields):
    return TermEntry(**({"term": term, "category": TermCategory.GRADE, "llr": 3.0} | fields))


def found(lexicon, text="有甪丬货和甪丬单和甪丬版"):
    return [hit.term for hit in lexicon.engine.scan(text, speaker="host")]


def shown():
    return {
        sample.labels["version"]
        for metric in REGISTRY.collect()
        if metric.name == "dajia_lexicon_info"
        for sample in metric.samples
    }


def reloads(result):
    return REGISTRY.get_sample_value("dajia_lexicon_reloads_total", {"result": result}) or 0


def test_entries_take_effect_and_are_shown(lexicon):
    before = lexicon.engine.version
    assert (found(lexicon), shown()) == (["甪丬货", "甪丬单"], {before})
    topic, loaded = TermEntries(), reloads("loaded")
    publish(lexicon, topic, entry("甪丬版"), entry("甪丬货", off=True))
    assert found(lexicon) == ["甪丬单", "甪丬版"]
    assert shown() == {lexicon.engine.version} != {before}
    assert reloads("loaded") == loaded + 1


def test_the_same_again_keeps_the_engine(lexicon):
    topic = TermEntries()
    publish(lexicon, topic, entry("甪丬版"))
    engine, unchanged = lexicon.engine, reloads("unchanged")
    publish(lexicon, topic, entry("甪丬版"))
    assert lexicon.engine is engine
    assert reloads("unchanged") == unchanged + 1


def test_entries_that_leave_no_term_are_refused_together(lexicon):
    topic = TermEntries()
    publish(lexicon, topic, entry("甪丬版"), entry("甪丬货", off=True))
    engine = lexicon.engine
    publish(lexicon, topic, entry("甪丬版", off=True), entry("甪丬单", off=True))
    assert lexicon.engine is engine
    reasons = [str(error) for _, error in lexicon._refused._waiting.values()]
    assert len(reasons) == 2
    assert all("no usable lexicon" in reason for reason in reasons)
    publish(lexicon, topic, entry("甪丬甲"))
    assert found(lexicon, "有甪丬版和甪丬甲") == ["甪丬版", "甪丬甲"], "what came after is taken again"


def test_a_term_ends_with_its_last_day(lexicon, monkeypatch):
    topic = TermEntries()
    publish(lexicon, topic)
    assert "甪丬单" in found(lexicon)
    monkeypatch.setattr(live, "today", lambda: date(2026, 12, 1))
    lexicon._reload(topic)
    assert "甪丬单" not in found(lexicon)

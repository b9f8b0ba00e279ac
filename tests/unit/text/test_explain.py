"""Explanations: every candidate is told with the reason of the engine's own decision."""

import json
import subprocess
import sys
from datetime import date

import msgspec
import pytest

from detectors.text.engine import TextEngine
from detectors.text.explain import explain
from detectors.text.lexicon import read_lexicon
from detectors.text.tables import DATA
from detectors.text.trace import Trace
from detectors.text.ways import WAYS
from schemas import Signal


def text_command(*arguments):
    command = [sys.executable, "-c", "from pipelines.cli.main import main; main()", "text", *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, check=False)


def reasons(engine, text, speaker="host"):
    return {one.term: one.because for one in explain(engine, text, speaker=speaker).dropped}


@pytest.mark.parametrize(
    ("text", "speaker", "term", "because"),
    [
        ("不是高仿", "host", "高仿", "denied (is not): 不是高仿"),
        ("有人问算不算高仿", "host", "高仿", "denied (denied): 有人问算不算高仿"),
        ("到底是高仿", "host", "高仿", "taken_up (others' question): 到底是高仿"),
        ("网上那些高仿", "host", "高仿", "denied (said of others): 网上那些高仿"),
        ("高仿真花", "host", "高仿", "masked by the guard 高仿真"),
        ("元旦快乐", "host", "原单", "元旦 is an everyday word by the sound of 原单; it counts beside a brand"),
        ("提高房价", "host", "高仿", "everyday words explain it: 房价 提高"),
        ("channel", "host", "Chanel", "part of a longer word or number"),
        ("一比一的货", "host", "一比一", "一比一的货 stands in its place"),
        ("假货吧", "host", "假货吧", "a doubt counts for viewers and reports, not for host"),
    ],
)
def test_why_a_candidate_gave_no_hit(engine, text, speaker, term, because):
    assert reasons(engine, text, speaker)[term].startswith(because)


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("原单的包", None),
        ("原单", "needs goods, which is not beside it: 20% of its weight"),
        ("这批原单", "needs goods: 这批原单"),
        ("香奶奶 到处都有的那种原单", "needs goods: 香奶奶 beside it"),
        ("原*单", "needs goods: written so that nothing else can be meant"),
    ],
)
def test_what_the_words_beside_a_hit_did(engine, text, decision):
    (hit,) = [one for one in explain(engine, text, speaker="host").hits if one.term.startswith("原单")]
    assert (decision in hit.decisions) if decision else not hit.decisions


def test_viewers_words_are_told_for_what_they_are(engine):
    (asked,) = explain(engine, "这高仿好看吗", speaker="viewer").hits
    (ordered,) = explain(engine, "高仿怎么买", speaker="viewer").hits
    assert (asked.signal, asked.decisions) == (Signal.DOUBT, ("asked by a viewer",))
    assert (ordered.signal, ordered.decisions) == (Signal.CODE_WORD, ("an order: 怎么买",))


@pytest.mark.parametrize(
    ("surface", "folds"),
    [
        ("高仿", ()),
        ("Ａ货", ("width",)),
        ("a货", ("case",)),
        ("髙仿", ("traditional",)),
        ("高*仿", ("gap",)),
        ("髙*仿", ("traditional", "gap")),
        ("高仿仿", ("repeat",)),
        ("高亻方", ("split",)),
        ("🐴户家", ("symbol", "split")),
        ("🅰️货", ("look-alike", "gap")),
        ("gao仿", ("pinyin",)),
        ("高f", ("initial",)),
        ("壹比壹", ("digit",)),
        ("一笔一的货", ("sound",)),
        ("标我给大家贴起来", ()),
        ("標我给大家贴*起来", ("traditional", "gap")),
    ],
)
def test_folds_are_named(engine, surface, folds):
    first = engine.scan(surface, speaker="host")[0]
    assert (first.surface, first.folds) == (surface, folds)
    assert set(folds) <= set(WAYS)


def test_a_hit_carries_its_weight_and_lexicon(engine, judge):
    (hit,) = engine.scan("高*仿", speaker="host")
    (suspicion,) = judge("高*仿")
    assert (hit.llr, hit.lexicon_version) == (suspicion.llr, suspicion.lexicon_version)
    assert suspicion.facts.folds == ("gap",)
    assert hit.llr > 0


def test_the_rule_that_acts_is_named(engine):
    def rule(text, speaker="host"):
        told = explain(engine, text, speaker=speaker)
        return told.acts, told.rule

    assert rule("这是高仿") == (True, "高仿 (code-word, host) weighs 2.997 alone, 2.0 acts")
    assert rule("高*仿", "viewer")[1].startswith("高*仿 is 高仿 written evasively")
    assert rule("最近严查 自助下单 懂的都懂 老花的包")[1].startswith("the findings of the host together weigh")
    assert rule("你好") == (False, "no rule: nothing in the line is certain enough by itself")


def test_an_expired_term_is_told():
    terms = read_lexicon(DATA / "lexicon.csv")
    old = msgspec.structs.replace(terms[0], term="茄子", folded="茄子", guards=(), needs="", expires=date(2026, 1, 31))
    told = explain(TextEngine.of(terms), "这是茄子", speaker="host", expired=(old,))
    assert [(one.term, one.because) for one in told.dropped] == [("茄子", "its row expired after 2026-01-31")]
    assert told.hits == ()


def test_a_trace_changes_nothing(engine):
    for text in ("不是高仿 是一比一的货", "元旦快乐 香奶奶元旦", "高仿真花" * 400, "標我給大家貼起來"):
        assert engine.scan(text, speaker="host", trace=Trace()) == engine.scan(text, speaker="host")


def test_places_in_a_long_text_are_those_of_the_text(engine):
    text = "你好。" * 400 + "不是高仿"
    (seen,) = explain(engine, text, speaker="host").dropped
    assert (text[seen.start : seen.end], seen.because) == ("高仿", "denied (is not): 不是高仿")


def test_words_for_people():
    done = text_command("explain", "不是高仿 是一比一的货")
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0
    assert lines[0] == "不是高仿 是一比一的货"
    assert lines[2:5] == [
        "folded  不 是  高  仿   是  一 比 一 的 货",
        "at      0  1   2   3    5   6  7  8  9  10",
        "sounds  bu shi gao fang shi yi bi yi de huo",
    ]
    assert lines[-1].startswith("acts: 一比一的货 (code-word, host) weighs")


def test_json_for_machines():
    done = text_command("explain", "元旦快乐", "--speaker", "viewer", "--json")
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert (told["speaker"], told["acts"], told["hits"]) == ("viewer", False, [])
    assert [one["letter"] + one["sound"] for one in told["letters"]] == ["元yuan", "旦dan", "快kuai", "乐le"]
    assert told["dropped"][0]["term"] == "原单"


def test_a_lexicon_that_cannot_be_read():
    done = text_command("explain", "高仿", "--lexicon", "/nowhere.csv")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"Traceback" not in done.stderr

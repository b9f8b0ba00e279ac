"""The arithmetic of the quality benchmark, its lines, and what it says about files that it cannot use."""

import gzip

import msgspec
import pytest
from click.testing import CliRunner

from detectors.text.engine import TextEngine
from pipelines.bench import evaluation_lines
from pipelines.bench.evaluation_lines import labelled_lines, ordinary_lines
from pipelines.bench.ordinary_talk import LINES_PER_SPEAKER, SPEAKERS, ordinary_talk
from pipelines.bench.quality import bare_automaton, judge_half, measure_quality, rate
from pipelines.cli.bench import bench
from pipelines.errors import InputError

LEAST_LINES = 500


def test_wilson_interval():
    # Newcombe 1998, table 1, method 3: 81/263 and 0/20
    found = rate(81, 263)
    assert (found.low, found.high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    assert rate(0, 20).high == pytest.approx(0.1611, abs=1e-4)
    assert rate(0, 0).share is None


@pytest.mark.parametrize("half", ["dev", "held"])
def test_lines_are_many_and_different(half):
    lines = labelled_lines(half)
    assert len(lines) >= LEAST_LINES
    assert len({line.id for line in lines}) == len({line.text for line in lines}) == len(lines)
    assert {line.label for line in lines} == {"fake", "doubt", "lead", "benign"}


def test_halves_share_no_line_and_every_held_technique_is_in_the_dev_half():
    dev, held = labelled_lines("dev"), labelled_lines("held")
    assert not {line.text for line in dev} & {line.text for line in held}
    assert {(line.technique, line.label) for line in held} <= {(line.technique, line.label) for line in dev}


def test_lines_are_sought_in_the_checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(evaluation_lines, "DATA", tmp_path)
    with pytest.raises(InputError, match="come with a checkout"):
        labelled_lines("dev")
    (tmp_path / "text_dev.jsonl").write_text('{"id": "1"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"text_dev\.jsonl line 1: .*README"):
        labelled_lines("dev")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'cat,label,review\n书,1,"好看，值得"\n书,0,不好\n'),
        ("a.csv", '\ufeff,split,TEXT\n1,train,"好看，值得"\n2,train,不好\n'),
        ("a.tsv", "1\t好看，值得\n2\t不好\n"),
        ("a.jsonl", '{"text": "好看，值得"}\n{"text": "不好"}\n'),
        ("a.txt", "好看，值得\n\n不好\n"),
    ],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_ordinary_text_of_any_kind(tmp_path, name, content, zipped):
    path = tmp_path / (name + ".gz" if zipped else name)
    data = content.encode()
    path.write_bytes(gzip.compress(data) if zipped else data)
    assert ordinary_lines(path) == ["好看，值得", "不好"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.txt", b"", "no text in it"),
        ("a.csv", b"", "no text in it"),
        ("a.txt", b"\xff\xfe", "UTF-8"),
        ("a.csv.gz", b"no gzip", "gzipped"),
        ("a.jsonl", b"{", "not JSON lines"),
    ],
)
def test_ordinary_text_that_cannot_be_used(tmp_path, name, data, said):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=said):
        ordinary_lines(path)


def test_ordinary_talk_is_the_same_every_time():
    talk = ordinary_talk()
    assert talk == ordinary_talk()
    assert [speaker for speaker, _ in talk] == [speaker for speaker in SPEAKERS for _ in range(LINES_PER_SPEAKER)]
    assert len(set(talk)) == len(talk)


def test_bare_automaton_knows_words_as_they_stand():
    bare = bare_automaton(TextEngine.load())
    assert bare("都是A货啊")
    assert bare("都是a货啊")
    assert not bare("都是Ａ货啊")  # full width is beyond it
    assert not bare("假一赔十")  # guarantees and guards are not its words


def test_rates_follow_from_the_judged_lines():
    result = measure_quality()
    for half in result.halves:
        judged = judge_half(engine := TextEngine.load(), bare_automaton(engine), half.name)
        fake = [one for one in judged if one.line.label == "fake"]
        acting = [one for one in judged if one.acts]
        assert half.recall.hits == sum(one.acts for one in fake)
        assert half.recall.lines == sum(group.acting.lines for group in half.techniques if group.label == "fake")
        assert half.precision.lines == len(acting)
        assert half.recall.lines == sum(group.acting.lines for group in half.roles)


def test_command_prints_one_object_and_no_held_line(tmp_path):
    path = tmp_path / "ordinary.txt"
    path.write_text("今天天气很好\n", encoding="utf-8")
    run = CliRunner().invoke(bench, ["text", "--only", "quality", "--json", "--ordinary", str(path)])
    assert run.exit_code == 0, run.output
    printed = msgspec.json.decode(run.stdout)
    assert printed["kind"] == "quality"
    assert {one["name"] for one in printed["ordinary"]} == {"made-up talk", "ordinary.txt"}
    misses = CliRunner().invoke(bench, ["text", "--misses"])
    shown = misses.stdout + run.stdout
    assert "dev-" in misses.stdout
    assert not any(line.text in shown for line in labelled_lines("held") if len(line.text) > len("已拍已拍好"))

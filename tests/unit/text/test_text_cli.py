"""`dajia text scan` as a user runs it."""

import json
import subprocess
import sys

import pytest


def scan(*arguments, stdin=b""):
    command = [sys.executable, "-c", "from pipelines.cli.main import main; main()", "text", "scan", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


def jsonl(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def test_lines_in_lines_out():
    done = scan(
        "-",
        stdin=jsonl(
            {"id": "a", "text": "驴家原单 今天四百六", "speaker": "host"},
            {"id": 2, "text": "好看", "speaker": "viewer"},
        ),
    )
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0
    assert (first["id"], first["flag"], second) == ("a", True, {"id": 2, "suspicions": [], "flag": False})
    assert {one["signal"] for one in first["suspicions"]} == {"brand-alias", "code-word", "price", "low-price"}
    assert "驴家" in done.stdout.decode()


def test_bad_lines_are_named_and_the_rest_goes_on(tmp_path):
    path = tmp_path / "lines.jsonl"
    good = jsonl({"id": 1, "text": "高仿", "speaker": "host"})
    path.write_bytes(
        b"\xef\xbb\xbf" + good + b"nonsense\n\n\xff\xfe\n" + jsonl({"id": 2, "text": "x", "speaker": "bot"}) + good
    )
    done = scan(str(path))
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 1]
    assert [f"line {n}:" in done.stderr.decode() for n in range(1, 7)] == [False, True, False, True, True, False]
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [("/nowhere.jsonl",), ("--lexicon", "/nowhere.csv", "-")])
def test_missing_files(arguments):
    done = scan(*arguments)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "cannot be read" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_other_lexicon(tmp_path):
    path = tmp_path / "words.csv"
    head = "term,kind,brand,llr,basis,folds,needs,guards,roles,source,since,owner,expires,notes"
    path.write_text(f"{head}\n茄子,grade,,2.997,judgement,,,,,unsourced,0.1.0,project,,\n", encoding="utf-8")
    done = scan("--lexicon", str(path), "-", stdin=jsonl({"id": 1, "text": "这是茄子", "speaker": "host"}))
    assert json.loads(done.stdout)["flag"] is True

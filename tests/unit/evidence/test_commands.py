"""The commands that read, hold and expire, on a sealed show."""

import json

import counterfeit_show
import pytest
from click.testing import CliRunner
from counterfeit_show import SESSION

from pipelines.cli.evidence_case import export
from pipelines.cli.evidence_retention import expire, hold, holds
from pipelines.evidence.sessions import sessions


@pytest.fixture
def vault(tmp_path, monkeypatch):
    vault, _ = counterfeit_show.seal(tmp_path)
    monkeypatch.setenv("DAJIA_VAULT", str(tmp_path / "vault"))
    monkeypatch.setenv("DAJIA_EVIDENCE_KEY_FILE", str(tmp_path / "key.pem"))
    return vault


def run(command, *arguments):
    done = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


def facts(vault):
    return [(str(one.kind), one.facts.get("by")) for one in next(sessions(vault)).entries]


def test_an_export_writes_its_files_and_an_audit_entry(vault, tmp_path):
    (files,) = run(
        export, "a1", "--out", str(tmp_path / "out"), "--role", "police", "--by", "li", "--why", "letter", "--no-pdf"
    )
    assert SESSION in files["html"]
    assert facts(vault)[-1] == ("audit", "li")


def test_a_hold_is_listed_and_nothing_is_due_yet(vault):
    (covered,) = run(hold, "merchant:m-1", "--why", "court", "--by", "wang")
    assert covered["session"] == SESSION
    assert ("hold", "wang") in facts(vault)
    assert [one["subject"] for one in run(holds)] == ["merchant:m-1"]
    assert run(expire) == []

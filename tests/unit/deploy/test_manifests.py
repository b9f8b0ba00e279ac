"""What is generated below deploy/ is current, and says what the code says."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli.manifests import manifests as command
from pipelines.manifests import manifests
from pipelines.settings import Settings
from pipelines.workers import ROLES

DEPLOY = Path(__file__).resolve().parents[3] / "deploy"
GENERATED = manifests()


@pytest.mark.parametrize("place", GENERATED, ids=str)
def test_generated_files_are_current(place):
    assert (DEPLOY / place).read_text(encoding="utf-8") == GENERATED[place], "run: dajia manifests"


def test_the_example_environment_names_every_setting_with_its_default(monkeypatch):
    lines = [line[1:] for line in GENERATED[Path("env.example")].splitlines() if re.match(r"#[A-Z0-9_]+=", line)]
    given = dict(line.split("=", 1) for line in lines)
    assert set(given) == set(Settings.variables().values())
    for name, value in given.items():
        if value:
            monkeypatch.setenv(name, value)
    given_back = Settings()
    for name in Settings.model_fields:
        if name != "models_dir":  # below the home, which the page writes as ~
            assert getattr(given_back, name) == getattr(Settings.model_construct(), name), name


def test_check_finds_what_is_not_current_and_writes_nothing(tmp_path):
    shutil.copytree(DEPLOY, tmp_path, dirs_exist_ok=True)
    assert CliRunner().invoke(command, ["--check", "--folder", str(tmp_path)]).exit_code == 0
    (tmp_path / "SETTINGS.md").write_text("old")
    found = CliRunner().invoke(command, ["--check", "--folder", str(tmp_path)])
    assert (found.exit_code, found.stdout.split()) == (1, [str(tmp_path / "SETTINGS.md")])
    assert (tmp_path / "SETTINGS.md").read_text() == "old"


def test_every_worker_scales_on_topics_that_its_group_reads():
    lag = json.loads(GENERATED[Path("helm/dajia/files/lag.json")])
    assert set(ROLES) <= {role for role, topics in lag.items() if topics}
    assert lag["danmaku"] == ["live-danmaku"]
    assert "autonomy-events" not in lag["join"]  # every worker reads it whole, without a group

"""Every command explains itself, starts fast, and ends in one sentence when something is wrong."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from pipelines.cli.main import COMMANDS, dajia


def test_the_list_of_commands_is_the_help():
    result = CliRunner().invoke(dajia, ["--help"])
    assert result.exit_code == 0
    assert all(name in result.output for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_says_what_it_does(name):
    result = CliRunner().invoke(dajia, [name, "--help"])
    assert result.exit_code == 0
    assert result.output.startswith("Usage:")


def _every_command(group: click.Group, *names: str):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*names, name)
        if isinstance(command, click.Group):
            yield from _every_command(command, *names, name)


@pytest.mark.parametrize("names", list(_every_command(dajia)), ids=" ".join)
def test_no_help_shows_the_marks_that_only_click_reads(names):
    assert "\\b" not in CliRunner().invoke(dajia, [*names, "--help"]).output


def test_an_unknown_command_is_refused():
    result = CliRunner().invoke(dajia, ["jugde"])
    assert result.exit_code == 2
    assert "No such command 'jugde'" in result.output


def test_help_imports_neither_faust_nor_an_inference_library():
    code = (
        "import sys; from click.testing import CliRunner; from pipelines.cli.main import dajia; "
        "CliRunner().invoke(dajia, ['--help']); "
        "sys.exit(bool({'faust', 'onnxruntime', 'av', 'confluent_kafka'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_impossible_setting_is_named(monkeypatch):
    monkeypatch.setenv("DAJIA_PARTITIONS", "0")
    process = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "topics", "check"], capture_output=True, text=True, check=False
    )
    assert process.returncode == 1
    assert process.stderr.startswith("dajia: impossible setting: DAJIA_PARTITIONS")
    assert "Traceback" not in process.stderr

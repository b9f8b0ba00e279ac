"""`dajia policy check`: the refusal says where, the arithmetic is that of the judgement."""

import json

import pytest
from click.testing import CliRunner

from pipelines.cli.policy import policy as command
from pipelines.errors import SettingsError
from pipelines.join.arithmetic import arithmetic, clear_signs
from pipelines.join.fusion import by_rank, verdict_at
from pipelines.join.ladder import suffices
from pipelines.join.policy import BUNDLED_POLICY, load_policy

TEXT = BUNDLED_POLICY.read_text("utf-8")
POLICY = load_policy(TEXT)


def test_the_bundled_policy_is_explained_line_by_line():
    result = CliRunner().invoke(command, ["check", "--json", "--examples", "2"])
    assert result.exit_code == 0
    *lines, last = map(json.loads, result.stdout.splitlines())
    assert [one["line"]["name"] for one in lines] == [line.name for line in POLICY.ladder]
    assert last == {"policy": {"version": POLICY.version, "unknown_signals": []}}
    assert all(len(one["line"]["examples"]) == 2 for one in lines)


def test_words_for_people_go_to_stderr():
    result = CliRunner().invoke(command, ["check", "--examples", "1"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert "posterior 0.99 takes 9.19 nats, 2 modalities or an admission of the host" in result.stderr


def test_examples_reach_their_line_and_no_part_of_them_does():
    signs = {f"{one.signal}/{one.modality} {one.weight:.1f}": one for one in clear_signs(POLICY)}
    lines = {line.name: line for line in POLICY.ladder}
    for takes in arithmetic(POLICY, 3):
        for example in takes.examples:
            items = sorted((signs[name] for name in example), key=by_rank)
            assert suffices(verdict_at(items, 0, POLICY), lines[takes.name], POLICY)
            for gone in items:
                rest = [one for one in items if one is not gone]
                assert not suffices(verdict_at(rest, 0, POLICY), lines[takes.name], POLICY)


def test_a_broken_policy_says_file_line_and_what_to_change(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(TEXT.replace("posterior = 0.99", "posterior = 0.001", 1), "utf-8")
    result = CliRunner().invoke(command, ["check", str(path)])
    assert isinstance(result.exception, SettingsError)
    line = path.read_text("utf-8").splitlines().index("posterior = 0.001") + 1
    assert str(result.exception).startswith(f"{path}:{line}: [[ladder]] 'live-cut' always fires")


@pytest.mark.parametrize("name", ["nothing.toml", "."])
def test_a_file_that_is_none_is_refused(name):
    assert CliRunner().invoke(command, ["check", name]).exit_code == 2

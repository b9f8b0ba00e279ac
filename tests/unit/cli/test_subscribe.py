"""`dajia subscribe --exec`: what a command's end says of an action."""

import json

import click
import pytest

from pipelines.cli.subscribe import runner
from pipelines.errors import ActionFailedError
from schemas.examples import EXAMPLES
from schemas.topics import ENFORCEMENT

CUT = next(example for example in EXAMPLES if type(example) is ENFORCEMENT.struct)


def test_a_command_gets_the_action_and_status_0_means_applied(tmp_path):
    runner(f"tee {tmp_path}/got", 5)(CUT)
    assert json.loads((tmp_path / "got").read_text())["data"]["action_id"] == CUT.action_id


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("sh -c 'echo first >&2; echo no such room >&2; exit 3'", "sh ended with status 3: no such room"),
        ("sh -c 'exit 1'", "sh ended with status 1"),
        ("sleep 5", "timed out after 0.2 seconds"),
    ],
)
def test_another_end_means_failed_and_says_why(command, words):
    with pytest.raises(ActionFailedError, match=words):
        runner(command, 0.2 if command.startswith("sleep") else 5)(CUT)


@pytest.mark.parametrize("command", ["no-such-program-here", "sh -c 'open", " "])
def test_a_command_that_cannot_be_run_is_refused_at_once(command):
    with pytest.raises(click.BadParameter):
        runner(command, 1)

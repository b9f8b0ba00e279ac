"""`dajia judge` with accounts: the join's decisions, outcomes and facts become account actions, without a broker."""

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli.judge import judge
from schemas import Enforcement, OutcomeStatus
from schemas.lines import from_line, to_line

EVENTS = (Path(__file__).parents[2] / "golden" / "join" / "three-rooms.jsonl").read_text("utf-8").splitlines()


def run(lines, *arguments):
    return CliRunner().invoke(judge, [*arguments, "-"], input="\n".join(lines))


def actions(result):
    return [one for one in map(from_line, result.stdout.splitlines()) if isinstance(one, Enforcement)]


def account_actions(result):
    return [one for one in actions(result) if not one.subject.startswith("room:")]


@pytest.fixture(scope="module")
def reviewed():
    """The three rooms with a reviewer's word on the cut; its host is host-11."""
    cut = next(one for one in actions(run(EVENTS)) if one.rung == "cut")
    outcome = {
        "outcome_id": "o", "action_id": cut.action_id, "room": cut.room, "session": cut.session,
        "status": OutcomeStatus.CONFIRMED, "time_ms": cut.decided_at_ms + 1, "subscriber": "desk",
    }  # fmt: skip
    return [*EVENTS, json.dumps({"type": "outcome", "data": outcome})]


def test_accounts_are_judged_when_asked_for(reviewed):
    assert account_actions(run(reviewed)) == []
    result = run(reviewed, "--accounts")
    assert result.exit_code == 0
    assert {"train", "freeze-deposit"} <= {one.policy_line for one in account_actions(result)}
    assert result.stdout.startswith(run(reviewed).stdout), "the rooms' actions first, and unchanged"
    assert "account actions" in result.stderr


def test_facts_in_the_input_ask_for_it(reviewed, made):
    fact = to_line(made.facts("host:ann", 800))
    assert account_actions(run([*reviewed, fact])) == account_actions(run(reviewed, "--accounts"))


def test_the_same_account_actions_in_any_order(reviewed):
    wanted = {one.action_id for one in account_actions(run(reviewed, "--accounts"))}
    for seed in range(5):
        lines = random.Random(seed).sample(reviewed, len(reviewed))
        result = run(lines, "--accounts", "--allowed-lateness", "3600")
        assert {one.action_id for one in account_actions(result)} == wanted


def test_contradictory_facts_are_told_with_their_line_and_the_rest_is_judged(reviewed, made):
    bad = to_line(made.facts("host:ann", 800, opened_ms=5, closed_ms=4))
    result = run([bad, *reviewed], "--accounts")
    assert result.exit_code == 1
    assert "line 1: host:ann would be closed before it was opened" in result.stderr
    assert account_actions(result) == account_actions(run(reviewed, "--accounts"))


def test_outcomes_of_account_actions_that_were_not_decided_here_are_counted(reviewed, made):
    stranger = to_line(made.outcome(made.cut("host:ann", "close/0", 0), OutcomeStatus.APPLIED, 0))
    result = run([*reviewed, stranger], "--accounts")
    assert result.exit_code == 0
    assert "1 outcomes of account actions that were not decided here" in result.stderr


def test_a_broken_policy_is_refused(reviewed, tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("version = 1", "utf-8")
    result = run(reviewed, "--accounts", "--cases-policy", str(path))
    assert "broken.toml: line 1, column 1: " in str(result.exception)

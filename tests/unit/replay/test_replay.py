"""Stored events under two policies: what differs, the same bytes on every run, and errors that name the line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli.replay import replay_command
from pipelines.errors import InputError, SettingsError
from pipelines.join.policy import BUNDLED_POLICY, load_policy
from pipelines.replay.rooms import by_room, replay, standing_actions

EVENTS = Path(__file__).parents[2] / "golden" / "join" / "three-rooms.jsonl"
ACTIONS = EVENTS.with_name("three-rooms.actions.jsonl")
BUNDLED = BUNDLED_POLICY.read_text("utf-8")


@pytest.fixture
def policy(tmp_path):
    def write(*changes):
        text = BUNDLED
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "policy.toml"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def never_cuts(policy):
    return policy(("posterior = 0.99", "posterior = 0.9999999"))


def run(*arguments, **options):
    return CliRunner().invoke(replay_command, [str(one) for one in arguments], **options)


def changes_of(result):
    *changes, summary = map(json.loads, result.stdout.splitlines())
    return changes, summary


def test_the_bundled_policy_decides_as_judge_does():
    rooms, problems = by_room(EVENTS.read_bytes().splitlines())
    assert problems == []
    judged = [json.loads(line)["data"] for line in ACTIONS.read_text("utf-8").splitlines()]
    gone = {one["compensates"] for one in judged}
    expected = {one["action_id"] for one in judged if not one["compensates"]} - gone
    policy = load_policy(BUNDLED)
    found = [one for room, lines in rooms.items() for one in standing_actions(room, lines, policy)]
    assert {one.action_id for one in found} == expected


def test_the_same_policy_changes_nothing(policy):
    result = run(EVENTS, "--policy", policy(), "--check", "--jobs", 1)
    assert result.exit_code == 0
    assert "no action differs" in result.stdout


def test_a_cut_that_goes_is_told_and_fails_the_check(never_cuts):
    result = run(EVENTS, "--policy", never_cuts, "--check", "--json", "--jobs", 1)
    assert result.exit_code == 1
    changes, summary = changes_of(result)
    assert [(one["change"], one["room"], one["rung"]) for one in changes] == [("gone", "bag-room", "cut")]
    assert summary["changes"] == {"gone": {"cut": 1}}
    assert (summary["before"]["cut"], summary["after"].get("cut")) == (1, None)
    words = run(EVENTS, "--policy", never_cuts, "--jobs", 1)
    assert words.exit_code == 0
    assert "gone: 1" in words.stdout
    assert "bag-room" in words.stdout


def test_turned_round_it_is_new(never_cuts):
    changes, _ = changes_of(run(EVENTS, "--policy", BUNDLED_POLICY, "--against", never_cuts, "--json", "--jobs", 1))
    assert [(one["change"], one["rung"], one["before_llr"]) for one in changes] == [("new", "cut", None)]


def test_a_weaker_signal_makes_actions_later_or_lighter(policy):
    weaker = policy(
        ('code-word = { family = "code_word", weight = 1.0', 'code-word = { family = "code_word", weight = 0.9')
    )
    changes, _ = changes_of(run(EVENTS, "--policy", weaker, "--json", "--jobs", 1))
    assert changes
    for one in changes:
        if one["change"] == "weight":
            assert one["after_llr"] < one["before_llr"]
        else:
            assert one["change"] in ("later", "gone")


def test_the_same_bytes_from_one_process_and_from_several(never_cuts):
    one, several = (run(EVENTS, "--policy", never_cuts, "--json", "--jobs", jobs).stdout_bytes for jobs in (1, 3))
    assert one == several != b""


def test_rooms_are_given_in_the_order_of_their_names():
    rooms, _ = by_room(EVENTS.read_bytes().splitlines())
    names = [room for room, _ in replay(dict(reversed(rooms.items())), [load_policy(BUNDLED)], jobs=1)]
    assert names == sorted(rooms)


def test_a_bad_line_is_named_and_the_rest_is_judged(tmp_path, never_cuts):
    file = tmp_path / "events.jsonl"
    file.write_bytes(b'{"type": \n\n' + EVENTS.read_bytes())
    result = run(file, "--policy", never_cuts, "--json", "--jobs", 1)
    assert isinstance(result.exception, InputError)
    assert "line 1: " in result.stderr
    assert changes_of(result)[1]["rooms"] == 3


def test_an_event_that_is_none_names_its_room(tmp_path, never_cuts):
    file = tmp_path / "events.jsonl"
    file.write_text('{"type":"suspicion","data":{"room":"r1","llr":"much"}}\n', "utf-8")
    result = run(file, "--policy", never_cuts, "--jobs", 1)
    assert isinstance(result.exception, InputError)
    assert "room r1: " in str(result.exception)


def test_a_bad_policy_is_named_before_anything_is_read(policy):
    result = run("nowhere.jsonl", "--policy", policy(("half_life_seconds", "half_life_minutes")))
    assert isinstance(result.exception, SettingsError)
    assert "policy.toml" in str(result.exception)


def test_files_or_kafka():
    assert run("--policy", BUNDLED_POLICY).exit_code == 2
    assert run(EVENTS, "--kafka", "--policy", BUNDLED_POLICY).exit_code == 2

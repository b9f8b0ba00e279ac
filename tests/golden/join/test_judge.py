"""`dajia judge` on three recorded rooms: a counterfeit one, an honest one, and one whose warning was overturned.

After a wanted change of the judgement, read the difference and then write the new actions:
`dajia judge tests/golden/join/three-rooms.jsonl > tests/golden/join/three-rooms.actions.jsonl`
"""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.cli.judge import judge
from pipelines.errors import SettingsError
from pipelines.join.policy import BUNDLED_POLICY

HERE = Path(__file__).parent
EVENTS = (HERE / "three-rooms.jsonl").read_text("utf-8").splitlines(keepends=True)
ACTIONS = (HERE / "three-rooms.actions.jsonl").read_text("utf-8")
SPAN_S = "60"


def run(lines, *arguments):
    return CliRunner().invoke(judge, [*arguments, "-"], input=b"".join(map(_bytes, lines)))


def standing(output: str) -> set[str]:
    actions = [json.loads(line)["data"] for line in output.splitlines()]
    return {one["action_id"] for one in actions} - {one["compensates"] for one in actions}


def test_the_actions_are_those_that_were_read_and_agreed_to():
    result = run(EVENTS)
    assert (result.exit_code, result.stdout) == (0, ACTIONS)
    assert [(one["room"], one["rung"]) for one in map(_data, ACTIONS.splitlines()) if not one["compensates"]] == [
        ("watch-room", "observe"), ("watch-room", "warn"), ("bag-room", "observe"), ("bag-room", "warn"),
        ("genuine-room", "observe"), ("bag-room", "warn-viewers"), ("bag-room", "limit-traffic"),
        ("bag-room", "remove-link"), ("bag-room", "review"), ("bag-room", "cut"), ("genuine-room", "warn"),
    ]  # fmt: skip


def test_the_cut_says_why_from_two_senses_with_the_seal_before_it():
    cut = next(one for one in map(_data, ACTIONS.splitlines()) if one["rung"] == "cut")
    assert (cut["seal"], cut["bundle_id"]) == ("sealed", "bundle-bag-room-0924")
    assert {"audio", "frame"} <= {reason["modality"] for reason in cut["reasons"]}


@settings(max_examples=40, deadline=None)
@given(st.permutations(EVENTS), st.lists(st.sampled_from(EVENTS), max_size=5))
def test_shuffled_and_repeated_the_same_actions_stand(lines, again):
    """Also when a show's end comes first and its start last."""
    result = run([*lines, *again], "--allowed-lateness", SPAN_S)
    assert result.exit_code == 0
    assert standing(result.stdout) == standing(ACTIONS)


def test_end_first_and_start_last():
    order = {'"change":"ended"': 0, '"change":"started"': 2}
    lines = sorted(EVENTS, key=lambda line: next((place for word, place in order.items() if word in line), 1))
    assert '"ended"' in lines[0]
    assert '"started"' in lines[-1]
    assert standing(run(lines, "--allowed-lateness", SPAN_S).stdout) == standing(ACTIONS)


def test_no_lateness_at_all_still_judges_what_comes_in_order():
    assert standing(run(EVENTS, "--allowed-lateness", "0").stdout) <= standing(ACTIONS)


BAD = (
    "not json\n",
    '{"type":"rumour","data":{}}\n',
    '{"type":"suspicion","data":{"room":7}}\n',
    b"\xff\xfe\n",
    "[" * 9_000 + "\n",
    next(line for line in EVENTS if '"suspicion"' in line).replace('"start_ms":1', '"start_ms":1' + "0" * 400),
    next(line for line in EVENTS if '"progress"' in line).replace('"up_to_ms":1', '"up_to_ms":-1'),
)


def test_bad_lines_are_told_with_their_number_and_the_rest_is_judged():
    result = run([*BAD, "\n", *EVENTS])
    assert result.exit_code == 1
    assert result.stdout == ACTIONS
    *told, summary = result.stderr.splitlines()
    assert [line.split(":")[0] for line in told] == [f"line {number}" for number in range(1, len(BAD) + 1)]
    assert "unknown type 'rumour'" in told[1]
    assert "no time between 1970 and 9999" in told[-1]
    assert f"{len(BAD)} unreadable" in summary


def test_other_known_types_are_skipped_and_counted():
    chat = '{"type":"danmaku","data":{"room":"r","session":"s","lines":[]}}\n'
    result = run([chat, *ACTIONS.splitlines(keepends=True), *EVENTS])
    assert (result.exit_code, result.stdout) == (0, ACTIONS)
    assert "13 lines of other types skipped" in result.stderr


def test_nothing_in_nothing_out():
    result = run([])
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_policy_of_ones_own(tmp_path):
    bundled = BUNDLED_POLICY.read_text("utf-8")
    path = tmp_path / "strict.toml"
    path.write_text(bundled.replace("posterior = 0.20", "posterior = 0.74"), "utf-8")
    actions = [_data(line) for line in run(EVENTS, "--policy", str(path)).stdout.splitlines()]
    warned = [(one["room"], bool(one["compensates"])) for one in actions if one["rung"] == "warn"]
    assert warned == [("watch-room", True), ("bag-room", False)], "the honest rooms are warned no more"


def test_a_broken_policy_is_refused(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("version = 1", "utf-8")
    result = run(EVENTS, "--policy", str(path))
    assert isinstance(result.exception, SettingsError)
    assert "broken.toml" in str(result.exception)


@pytest.mark.parametrize("value", ["-1", "soon"])
def test_an_impossible_lateness_is_refused(value):
    assert run(EVENTS, "--allowed-lateness", value).exit_code == 2


def test_acknowledgements_change_nothing_and_nothing_is_sent_again():
    """Input without any word on the actions, and with one on each: the same bytes, each action once."""
    actions = [_data(line) for line in ACTIONS.splitlines()]
    said = [
        json.dumps(
            {
                "type": "outcome",
                "data": {
                    "outcome_id": f"o-{one['action_id']}", "action_id": one["action_id"], "room": one["room"],
                    "session": one["session"], "status": "applied", "time_ms": one["decided_at_ms"],
                    "subscriber": "service",
                },
            }
        ) + "\n"
        for one in actions
    ]  # fmt: skip
    assert run([*EVENTS, *said]).stdout == ACTIONS
    assert len({one["action_id"] for one in actions}) == len(actions)


def _bytes(line: str | bytes) -> bytes:
    return line if isinstance(line, bytes) else line.encode()


def _data(line: str) -> dict:
    return json.loads(line)["data"]

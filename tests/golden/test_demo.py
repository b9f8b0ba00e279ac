"""The demo, whole: real clips, broker, models and workers. The counterfeit room is cut on speech and another sense,
the honest room is at most warned, and `judge` on what the join read decides the same, in any order."""

import json
import os
import random
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.model, pytest.mark.timeout(420)]


def standing(lines):
    """Ids of the actions that stand."""
    actions = [event["data"] for event in lines if event.get("type") == "enforcement"]
    taken_back = {one["compensates"] for one in actions if one.get("compensates")}
    return {one["action_id"] for one in actions if not one.get("compensates")} - taken_back


def judge(events, *options):
    text = "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events)
    process = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "judge", "-", *options],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return [json.loads(line) for line in process.stdout.splitlines()]


# On Apache Kafka the same rooms are played in tests/agents/test_kill_roles.py.
@pytest.mark.parametrize("broker_settings", [pytest.param("embedded", marks=pytest.mark.embedded)], indirect=True)
def test_demo(broker_settings):
    environment = os.environ | {
        "KAFKA_BOOTSTRAP_SERVERS": broker_settings.kafka_bootstrap_servers,
        "DAJIA_APP_PREFIX": broker_settings.app_prefix,
        "DAJIA_SESSION_TIMEOUT_S": str(broker_settings.session_timeout_s),
    }
    process = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "demo", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-6000:]
    *events, summary = [json.loads(line) for line in process.stdout.splitlines()]

    rooms = summary["rooms"]
    assert {name: room["label"] for name, room in rooms.items()} == {
        "demo-counterfeit": "counterfeit", "demo-honest": "honest",
    }  # fmt: skip
    cut = [action for action in rooms["demo-counterfeit"]["actions"] if action["rung"] == "cut"]
    assert len(cut) == 1
    assert "audio" in cut[0]["modalities"]
    assert len(cut[0]["modalities"]) >= 2
    assert {action["rung"] for action in rooms["demo-honest"]["actions"]} <= {"warn"}

    names = {"suspicion", "progress", "lifecycle", "outcome", "seal", "tick"}
    read = [event for event in events if event["type"] in names]
    assert {event["data"]["modality"] for event in read if event["type"] == "suspicion"} >= {
        "audio",
        "frame",
        "danmaku",
    }
    assert all(event["data"]["evidence"] for event in read if event["type"] == "suspicion"), (
        "every suspicion says where its source record lies"
    )
    assert standing(judge([*events, summary], "--accounts")) == standing(events), (
        "the demo's whole output can be judged as it is"
    )
    accounts = {one["data"]["subject"] for one in events if one["type"] == "enforcement"} - {
        "room:demo-counterfeit", "room:demo-honest",
    }  # fmt: skip
    assert accounts == {"host:h-yeguang"}, "the host of the room that was cut, and nobody else"
    shuffled = read[:]
    random.Random(7).shuffle(shuffled)
    assert standing(judge(shuffled, "--allowed-lateness", "300")) == standing(judge(read, "--allowed-lateness", "300"))

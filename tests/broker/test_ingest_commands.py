"""`dajia ingest` and `dajia chat` as a person or a supervisor runs them, on a real broker."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from pipelines.broker.clients import read_topics
from pipelines.ingest.chat_lines import viewer_hash
from pipelines.settings import Settings
from schemas import TOPICS
from schemas.cloudevents import decode

pytestmark = [pytest.mark.embedded, pytest.mark.parametrize("broker_settings", ["embedded"], indirect=True)]

START = 1_700_000_000_000


@pytest.fixture
def start(broker_settings: Settings) -> Callable[..., subprocess.Popen[str]]:
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": broker_settings.kafka_bootstrap_servers}

    def command(*words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", *words],
            env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    return command


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 160, "yuv420p"
        for index in range(200):
            frame = av.VideoFrame.from_ndarray(np.full((160, 96, 3), index, np.uint8), format="rgb24")
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def messages(settings: Settings, topic: str, room: str) -> list:
    return [
        decode(TOPICS[topic], key=record.key, value=record.value, headers=record.headers)
        for record in read_topics(settings, [topic])
        if record.key == room.encode()
    ]


def test_a_file(start, broker_settings, new_room, clip):
    room = new_room()
    process = start("ingest", str(clip), "--room", room, "--speed", "0", "--start-ms", str(START), "--host", "h")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    summary = json.loads(out)
    assert (summary["room"], summary["ending"], summary["frames"]) == (room, "ended", 16)
    assert len(messages(broker_settings, "live-frames", room)) == 16
    changes = messages(broker_settings, "room-lifecycle", room)
    assert [change.change for change in changes] == ["started", "ended"]
    assert changes[0].time_ms == START


def test_sigterm_ends_the_show_and_nothing_is_left_unsent(start, broker_settings, new_room, clip):
    room = new_room()
    process = start("ingest", str(clip), "--room", room)
    deadline = time.monotonic() + 30
    while len(messages(broker_settings, "live-frames", room)) < 2:
        assert time.monotonic() < deadline
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 0, err
    summary = json.loads(out)
    assert summary["ending"] == "stopped"
    assert len(messages(broker_settings, "live-frames", room)) == summary["frames"] < 16
    assert messages(broker_settings, "room-lifecycle", room)[-1].change == "ended"


def test_many_rooms_and_one_that_cannot_be_opened(start, broker_settings, new_room, clip, tmp_path):
    good, bad = new_room(), new_room()
    rooms = tmp_path / "rooms.jsonl"
    rooms.write_text(
        f'{{"url": "{clip}", "room": "{good}", "speed": 0}}\n{{"url": "/nowhere.mp4", "room": "{bad}", "speed": 0}}\n'
    )
    process = start("ingest", "--rooms", str(rooms))
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"{bad}: cannot open /nowhere.mp4: there is no such file" in err
    assert "Traceback" not in err
    assert [json.loads(line)["ending"] for line in out.splitlines()] == ["ended", "source-lost"]
    assert messages(broker_settings, "room-lifecycle", good)[-1].change == "ended"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["ingest"], "give URL and --room"),
        (["ingest", "x.mp4", "--room", "r", "--fps", "0"], "--fps"),
        (["ingest", "--rooms", "/nowhere.jsonl"], "cannot read /nowhere.jsonl"),
        (["chat", "/nowhere.jsonl", "--room", "r"], "cannot read /nowhere.jsonl"),
    ],
)
def test_wrong_use_is_explained(start, broker_settings, words, message):
    process = start(*words)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (1, 2)
    assert message in err
    assert "Traceback" not in err


def test_chat_from_standard_input_while_it_is_typed(start, broker_settings, new_room):
    room = new_room()
    process = start("chat", "-", "--room", room, "--session", "s1")
    process.stdin.write('{"viewer": "13800138000", "text": "是正品吗"}\nnot json\n')
    process.stdin.flush()
    deadline = time.monotonic() + 30
    while not messages(broker_settings, "live-danmaku", room):
        assert time.monotonic() < deadline, "the line must arrive while standard input stays open"
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 1, "one line could not be used"
    assert "-:2: " in err
    assert "Traceback" not in err
    assert "Fatal" not in err
    assert json.loads(out) == {"lines": 1, "batches": 1, "rejected": 1}
    (batch,) = messages(broker_settings, "live-danmaku", room)
    assert (batch.session, batch.lines[0].text) == ("s1", "是正品吗")
    assert batch.lines[0].viewer == viewer_hash("13800138000", broker_settings.viewer_key.get_secret_value())


def test_chat_of_a_file_shares_the_session_of_ingest(start, broker_settings, new_room, tmp_path):
    room = new_room()
    file = tmp_path / "chat.jsonl"
    file.write_text('{"viewer": "a", "text": "一", "at_ms": 0}\n{"viewer": "b", "text": "二", "at_ms": 60000}\n')
    process = start("chat", str(file), "--room", room, "--start-ms", str(START), "--speed", "0")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out)["lines"] == 2
    batches = messages(broker_settings, "live-danmaku", room)
    assert {batch.session for batch in batches} == {f"{room}-{START}"}
    assert [line.time_ms - START for batch in batches for line in batch.lines] == [0, 60_000]

"""The gateway: in time, in batches, and never stopped by a bad line."""

import os
import threading
import time

import pytest

from pipelines.ingest.chat import ChatGateway
from pipelines.ingest.chat_lines import LineMaker
from pipelines.ingest.line_reader import LineReader

START = 1_700_000_000_000


class Clocked:
    """Notes when each record was sent."""

    def __init__(self, receiver) -> None:
        self.receiver = receiver
        self.at_s: list[float] = []

    def send(self, topic, record):
        self.at_s.append(time.monotonic())
        self.receiver.send(topic, record)


@pytest.fixture
def rejected():
    return []


@pytest.fixture
def run(tmp_path, receiver, rejected):
    def go(text: bytes, *, speed: float = 0.0, stop: threading.Event | None = None, sender=None):
        path = tmp_path / "chat.jsonl"
        path.write_bytes(text)
        with path.open("rb") as file:
            return gateway(sender or receiver, rejected, speed=speed, stop=stop).run(LineReader(file.fileno()))

    return go


def gateway(sender, rejected, *, speed=0.0, stop=None):
    return ChatGateway(
        sender, LineMaker(room="r1", session="s1", viewer_key="a key for tests"), start_ms=START, speed=speed,
        stop=stop or threading.Event(), reject=lambda number, reason: rejected.append((number, reason)),
    )  # fmt: skip


def row(text: str, at_ms: int) -> bytes:
    return f'{{"viewer": "u", "text": "{text}", "at_ms": {at_ms}}}\n'.encode()


def test_a_file_in_order_with_event_times(run, receiver):
    summary = run(b"".join(row(f"t{n}", n * 50) for n in range(100)))
    lines = [line for batch in receiver.batches for line in batch.lines]
    assert [line.text for line in lines] == [f"t{n}" for n in range(100)]
    assert [line.time_ms - START for line in lines] == [n * 50 for n in range(100)]
    assert (summary.lines, summary.batches, summary.rejected) == (100, len(receiver.batches), 0)
    assert {(batch.room, batch.session) for batch in receiver.batches} == {("r1", "s1")}
    assert len(receiver.batches) == 20


def test_bad_lines_are_reported_with_their_number_and_the_others_go_on(run, receiver, rejected):
    text = row("one", 0) + b"\nnot json\n" + b'{"viewer": "u", "text": "\xe5"}\n' + row("two", 1) + b'{"text": "x"}'
    summary = run(text)
    assert [line.text for batch in receiver.batches for line in batch.lines] == ["one", "two"]
    assert [number for number, _ in rejected] == [3, 4, 6]
    assert summary.rejected == 3


def test_lines_are_sent_when_they_were_typed(run, receiver):
    sender = Clocked(receiver)
    began_s = time.monotonic()
    run(row("a", 0) + row("b", 100) + row("c", 900), speed=1.0, sender=sender)
    waited = [at_s - began_s for at_s in sender.at_s]
    assert 0.19 < waited[0] < 0.9 < waited[-1] < 10
    assert [line.text for line in receiver.batches[-1].lines] == ["c"]


def test_absolute_times_and_lines_typed_now(run, receiver):
    before_ms = time.time_ns() // 1_000_000
    run(b'{"viewer": "u", "text": "then", "time_ms": 123}\n{"viewer": "u", "text": "now"}\n', speed=1.0)
    then, now = (line for batch in receiver.batches for line in batch.lines)
    assert then.time_ms == 123
    assert before_ms <= now.time_ms <= time.time_ns() // 1_000_000


def test_a_pipe_that_stays_open_does_not_hold_a_line_back(receiver, rejected):
    reading, writing = os.pipe()
    stop = threading.Event()
    thread = threading.Thread(target=gateway(receiver, rejected, stop=stop).run, args=(LineReader(reading),))
    thread.start()
    try:
        os.write(writing, row("hello", 0))
        deadline_s = time.monotonic() + 10
        while not receiver.batches and time.monotonic() < deadline_s:
            time.sleep(0.05)
        assert [batch.lines[0].text for batch in receiver.batches] == ["hello"]
        stop.set()
        thread.join(10)
        assert not thread.is_alive()
    finally:
        stop.set()
        os.close(writing)
        thread.join()
        os.close(reading)


def test_stop_sends_what_waits(run, receiver):
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    began_s = time.monotonic()
    run(row("a", 0) + row("late", 60_000), speed=1.0, stop=stop)
    assert time.monotonic() - began_s < 30
    assert receiver.batches[0].lines[0].text == "a"

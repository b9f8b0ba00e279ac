"""The small parts that agents are made of."""

import subprocess
import sys

import pytest
from prometheus_client import REGISTRY

from pipelines.app import LagGauge
from pipelines.awake import GONE_MS, IDLE_MS, AwakeRooms
from pipelines.deadletter import dead_letter_headers
from pipelines.progress import EVERY_MS, ProgressMarks
from pipelines.room_memory import MAX_SESSIONS, SessionMemory
from schemas import DeadLetterReason, DecodeError, Modality


def dead(headers):
    error = DecodeError(DeadLetterReason.INVALID_JSON, "not JSON: 好")
    return dict(dead_letter_headers(headers, error, topic="t", partition=1, offset=2, worker="w", version="v"))


def test_a_dead_letter_keeps_the_original_headers_and_says_why():
    headers = dead([("ce_id", b"1"), ("odd", None)])
    assert headers["ce_id"] == b"1"
    assert headers["dlq_reason"] == b"invalid-json"
    assert headers["dlq_message"].decode() == "not JSON: 好"
    assert (headers["dlq_topic"], headers["dlq_partition"], headers["dlq_offset"]) == (b"t", b"1", b"2")


def test_a_dead_letter_of_a_dead_letter_keeps_only_the_newest_reason():
    again = dead_letter_headers(
        dead([]).items(), DecodeError(DeadLetterReason.INVALID_UTF8, "x"), topic="t", partition=1, offset=9, worker="w",
        version="v",
    )  # fmt: skip
    assert [data for name, data in again if name == "dlq_reason"] == [b"invalid-utf8"]


def test_progress_is_marked_once_a_second_of_on_air_time_and_again_when_time_goes_back():
    marks = ProgressMarks(Modality.AUDIO)
    times = [0, EVERY_MS - 1, EVERY_MS, EVERY_MS + 1, 0]
    assert [bool(marks.up_to("r", "s", time_ms)) for time_ms in times] == [True, False, True, False, True]
    assert marks.up_to("other", "s", 1)[0].up_to_ms == 1


def test_idle_rooms_are_ticked_until_they_close_or_move_away():
    awake = AwakeRooms()
    awake.note("open", 0, is_open=True)
    awake.note("closed", 0, is_open=True)
    awake.note("closed", 1, is_open=False)
    assert awake.idle(IDLE_MS - 1) == []
    assert awake.idle(IDLE_MS) == ["open"]
    awake.note("open", IDLE_MS + 5, is_open=True)
    assert awake.idle(IDLE_MS + 6) == []
    assert awake.idle(3 * IDLE_MS) == ["open"]
    assert awake.idle(3 * IDLE_MS + GONE_MS + 1) == [], "its own ticks never came back: another worker has it"
    assert len(awake) == 0


def test_memory_of_sessions_is_bounded_and_forgets_the_oldest():
    memory = SessionMemory[list[int]](list)
    for number in range(MAX_SESSIONS + 1):
        memory.put("r", str(number), [number])
    assert memory.get("r", "0") == []
    assert memory.get("r", str(MAX_SESSIONS)) == [MAX_SESSIONS]


def test_the_lag_of_a_partition_that_moved_away_is_no_longer_shown():
    def shown(partition):
        labels = {"role": "test", "topic": "t", "partition": partition}
        return REGISTRY.get_sample_value("dajia_consumer_lag_records", labels)

    gauge = LagGauge("test")
    gauge.show({("t", 0): 5, ("t", 1): 7})
    assert (shown("0"), shown("1")) == (5, 7)
    gauge.show({("t", 1): 3})
    assert (shown("0"), shown("1")) == (None, 3)


@pytest.mark.parametrize(
    "module",
    ["schemas", "detectors.text.engine", "pipelines.join.step", "pipelines.cases.step", "pipelines.effect.governor"],
)
def test_judgement_loads_no_glue(module):
    code = f"import {module}, sys; sys.exit(bool({{'faust', 'confluent_kafka', 'aiokafka'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""When a record is acknowledged: last, and never when the worker could not do its work."""

from types import SimpleNamespace

import pytest

from pipelines.app import create_app
from pipelines.clock import now_ms
from pipelines.consume import Consumer, judging
from pipelines.errors import RecordsSkippedError
from pipelines.settings import load_settings
from schemas import DanmakuBatch, DanmakuLine, DeadLetterReason, DecodeError
from schemas.cloudevents import encode
from schemas.topics import LIVE_DANMAKU


class Log(list):
    """What happened, in order; stands for the stream that acknowledges."""

    async def ack(self, event):
        self.append(("ack", event.message.offset))


def event(offset=7, value=None, generation=1):
    line = DanmakuLine(line_id="1", viewer="v", time_ms=now_ms(), text="好看")
    record = encode(DanmakuBatch(room="r", session="s", lines=(line,)), source="test")
    message = SimpleNamespace(
        topic="live-danmaku", partition=0, offset=offset, key=record.key, value=value or record.value,
        headers=record.headers, timestamp=record.timestamp_ms / 1000, generation_id=generation,
    )  # fmt: skip
    return SimpleNamespace(message=message)


@pytest.fixture
def consumer_of(tmp_path):
    def make(handler):
        settings = load_settings().model_copy(update={"state_dir": tmp_path})
        log = Log()
        consumer = Consumer(create_app("test", settings), "test", settings, (LIVE_DANMAKU,), handler(log))
        consumer._stream = log

        async def dead_letter(topic, event, error):
            log.append(("dead letter", str(error.reason)))

        consumer._dead_letter = dead_letter
        return consumer, log

    return make


async def test_a_record_is_acknowledged_after_its_work(consumer_of):
    def handler(log):
        async def judge(received):
            log.append(("judged", received.ref.offset))

        return judge

    consumer, log = consumer_of(handler)
    await consumer._take(event())
    assert log == [("judged", 7), ("ack", 7)]


async def test_a_failure_of_ours_ends_the_worker_and_leaves_the_record(consumer_of):
    def handler(_log):
        async def judge(_received):
            raise ConnectionError("Kafka is gone")

        return judge

    consumer, log = consumer_of(handler)
    with pytest.raises(ConnectionError):
        await consumer._take(event())
    assert log == [], "neither acknowledged nor dead-lettered: the next worker gets it"


async def test_a_failing_detector_dead_letters_the_record_before_it_is_acknowledged(consumer_of):
    def handler(_log):
        async def judge(_received):
            with judging("test-detector"):
                raise ZeroDivisionError

        return judge

    consumer, log = consumer_of(handler)
    await consumer._take(event())
    assert log == [("dead letter", "detector-failed"), ("ack", 7)]


async def test_a_record_that_is_none_never_reaches_the_handler(consumer_of):
    def handler(log):
        async def judge(_received):
            log.append(("judged",))

        return judge

    consumer, log = consumer_of(handler)
    await consumer._take(event(value=b"{"))
    assert log == [("dead letter", "invalid-json"), ("ack", 7)]


async def test_a_handler_may_hold_a_record_back_and_finish_others(consumer_of):
    def handler(_log):
        held = []

        async def judge(received):
            held.append(received)
            return held[:-1]

        return judge

    consumer, log = consumer_of(handler)
    await consumer._take(event(offset=1))
    assert log == []
    await consumer._take(event(offset=2))
    assert log == [("ack", 1)]


async def test_a_jump_over_records_ends_the_worker_before_it_acknowledges_what_follows(consumer_of):
    def handler(log):
        async def judge(received):
            log.append(("judged", received.ref.offset))

        return judge

    consumer, log = consumer_of(handler)
    await consumer._take(event(offset=1))
    with pytest.raises(RecordsSkippedError, match="record 3 came after 1"):
        await consumer._take(event(offset=3))
    assert log == [("judged", 1), ("ack", 1)]


async def test_records_given_again_and_a_new_generation_are_no_jump(consumer_of):
    def handler(_log):
        async def judge(_received):
            pass

        return judge

    consumer, log = consumer_of(handler)
    for offset, generation in [(5, 1), (6, 1), (5, 1), (6, 1), (90, 2), (91, 2)]:
        await consumer._take(event(offset=offset, generation=generation))
    assert log == [("ack", offset) for offset in (5, 6, 5, 6, 90, 91)]


def test_judging_lets_the_reason_of_a_decode_error_through():
    with pytest.raises(DecodeError) as caught, judging("test-detector"):
        raise DecodeError(DeadLetterReason.INVALID_IMAGE, "no picture")
    assert caught.value.reason is DeadLetterReason.INVALID_IMAGE

"""Batches: no line is lost, order is kept, limits hold, rooms never mix."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.chat_batches import BATCH_BYTES, BATCH_LINES, BATCH_MS, ChatBatcher
from pipelines.ingest.chat_lines import MOST_TEXT_BYTES, RoomLine
from schemas import DanmakuLine
from schemas.cloudevents import encode
from schemas.topics import LIVE_DANMAKU


def line(number: int, time_ms: int, *, room: str = "r1", text: str = "x") -> RoomLine:
    found = DanmakuLine(line_id=str(number), viewer="v", time_ms=time_ms, text=text)
    return RoomLine(room=room, session=f"{room}-show", line=found)


ARRIVALS = st.lists(
    st.tuples(
        st.sampled_from(["r1", "r2", "r3"]), st.integers(-500, 1_500), st.integers(0, 400), st.integers(0, 9_000)
    ),
    max_size=80,
)


@given(ARRIVALS)
def test_whatever_arrives_is_batched_within_the_limits(arrivals):
    batcher, now_ms, time_ms = ChatBatcher(), 0.0, 100_000
    sent: dict[str, float] = {}
    arrived: dict[str, float] = {}
    batches = []

    def send(complete):
        for batch in complete:
            batches.append(batch)
            sent.update({found.line_id: now_ms for found in batch.lines})

    for number, (room, step, passed_ms, length) in enumerate(arrivals):
        now_ms += passed_ms
        while (deadline := batcher.deadline_ms()) is not None and deadline <= now_ms:  # the gateway's loop
            now_ms, later = deadline, now_ms
            send(batcher.due(now_ms=now_ms))
            now_ms = later
        time_ms += step
        arrived[str(number)] = now_ms
        send(batcher.add(line(number, time_ms, room=room, text="字" * (length // 3)), now_ms=now_ms))
    send(batcher.drain())

    for room in ("r1", "r2", "r3"):
        expected = [str(number) for number, arrival in enumerate(arrivals) if arrival[0] == room]
        assert [found.line_id for batch in batches if batch.room == room for found in batch.lines] == expected
    for batch in batches:
        times = [found.time_ms for found in batch.lines]
        assert 1 <= len(times) <= BATCH_LINES
        assert max(times) - min(times) <= BATCH_MS
        assert batch.session == f"{batch.room}-show"
        assert len(encode(batch, source="t").value) <= LIVE_DANMAKU.max_message_bytes
    assert all(sent[number] - arrived[number] <= BATCH_MS for number in arrived)


def test_a_burst_is_cut_at_the_line_limit():
    batcher = ChatBatcher()
    batches = [batch for n in range(1_250) for batch in batcher.add(line(n, 0), now_ms=0)]
    assert [len(batch.lines) for batch in [*batches, *batcher.drain()]] == [500, 500, 250]


def test_long_lines_are_cut_at_the_byte_limit_and_fit_the_topic():
    text = "\x01" * MOST_TEXT_BYTES  # JSON writes six bytes for each
    batcher = ChatBatcher()
    batches = [batch for n in range(100) for batch in batcher.add(line(n, 0, text=text), now_ms=0)]
    batches += batcher.drain()
    assert sum(len(batch.lines) for batch in batches) == 100
    assert all(sum(len(found.text) for found in batch.lines) <= BATCH_BYTES for batch in batches)
    assert all(len(encode(batch, source="t").value) <= LIVE_DANMAKU.max_message_bytes for batch in batches)


def test_lines_wait_for_others_at_most_200_ms():
    batcher = ChatBatcher()
    batcher.add(line(1, 0), now_ms=1_000)
    batcher.add(line(2, 150), now_ms=1_150)
    assert batcher.deadline_ms() == 1_200
    assert batcher.due(now_ms=1_199) == []
    assert [len(batch.lines) for batch in batcher.due(now_ms=1_200)] == [2]
    assert batcher.deadline_ms() is None


def test_lines_out_of_order_count_for_the_span_too():
    batcher = ChatBatcher()
    assert batcher.add(line(1, 200), now_ms=0) == []
    assert batcher.add(line(2, 100), now_ms=0) == []
    assert len(batcher.add(line(3, 320), now_ms=0)[0].lines) == 2, "100 to 320 is more than 200 ms"


def test_lines_sent_faster_than_they_were_typed_do_not_share_a_batch():
    batcher = ChatBatcher()
    assert batcher.add(line(1, 0), now_ms=0) == []
    assert [found.line_id for found in batcher.add(line(2, 201), now_ms=0)[0].lines] == ["1"]

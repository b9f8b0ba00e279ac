"""What is refused and why; what other CloudEvents software makes of our records."""

import msgspec
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage
from cloudevents.core.bindings.kafka import from_binary as read_as_others_do
from cloudevents.core.formats.json import JSONFormat

from schemas import TOPICS, AudioChunk, DeadLetterReason, DecodeError
from schemas.cloudevents import check_event_time, decode, encode, format_time, parse_time
from schemas.examples import EXAMPLES, START_MS
from schemas.lines import from_line, to_line
from schemas.topics import LIVE_AUDIO, LIVE_DANMAKU, LIVE_FRAMES, MEBIBYTE, SUSPICION_EVENTS

FRAME, AUDIO, BATCH = EXAMPLES[0], EXAMPLES[1], EXAMPLES[2]


def record_of(message, **changed):
    """Key, value, headers of a message, with headers changed, or left out where None."""
    record = encode(message, source="test")
    headers = dict(record.headers) | {name.replace("content_type", "content-type"): v for name, v in changed.items()}
    return record.key, record.value, [(name, data) for name, data in headers.items() if data is not None]


def reason_of(topic, key, value, headers):
    with pytest.raises(DecodeError) as caught:
        decode(topic, key=key, value=value, headers=headers)
    return caught.value.reason


@pytest.mark.parametrize("header", ["ce_id", "ce_source", "ce_specversion", "ce_type", "content_type"])
def test_a_required_header_is_missing(header):
    assert reason_of(LIVE_DANMAKU, *record_of(BATCH, **{header: None})) is DeadLetterReason.MISSING_HEADER


@pytest.mark.parametrize("header", ["ce_subject", "ce_session", "ce_sequence", "ce_time"])
def test_media_needs_its_words_in_headers(header):
    assert reason_of(LIVE_FRAMES, *record_of(FRAME, **{header: None})) is DeadLetterReason.MISSING_HEADER


@pytest.mark.parametrize(
    ("ce_type", "reason"),
    [
        (b"dajia.danmaku.v2", DeadLetterReason.UNKNOWN_VERSION),
        (b"dajia.frame.v1", DeadLetterReason.UNKNOWN_TYPE),
        (b"danmaku", DeadLetterReason.UNKNOWN_TYPE),
        (b"dajia.danmaku.v1\n", DeadLetterReason.UNKNOWN_TYPE),
        (b"\xff\xfe", DeadLetterReason.INVALID_UTF8),
    ],
)
def test_a_type_that_the_topic_does_not_carry(ce_type, reason):
    assert reason_of(LIVE_DANMAKU, *record_of(BATCH, ce_type=ce_type)) is reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", DeadLetterReason.EMPTY_PAYLOAD),
        (None, DeadLetterReason.EMPTY_PAYLOAD),
        (b"{", DeadLetterReason.INVALID_JSON),
        (b"\xff\xfe{}", DeadLetterReason.INVALID_UTF8),
        (b'{"x": ' + b"[" * 100_000, DeadLetterReason.INVALID_JSON),
        (b"{}", DeadLetterReason.SCHEMA_MISMATCH),
        (b'{"room": 1, "session": "s", "lines": []}', DeadLetterReason.SCHEMA_MISMATCH),
        (b'{"room": "room-1", "session": "s", "lines": []}', DeadLetterReason.EMPTY_PAYLOAD),
        (b" " * (MEBIBYTE + 1), DeadLetterReason.OVERSIZE_RECORD),
    ],
)
def test_a_payload_that_is_none(value, reason):
    key, _, headers = record_of(BATCH)
    assert reason_of(LIVE_DANMAKU, key, value, headers) is reason


def test_the_key_must_be_the_room_or_the_record_is_in_the_wrong_partition():
    _, value, headers = record_of(BATCH)
    assert reason_of(LIVE_DANMAKU, b"another room", value, headers) is DeadLetterReason.KEY_MISMATCH


def test_audio_of_odd_length():
    key, value, headers = record_of(AUDIO)
    assert reason_of(LIVE_AUDIO, key, value + b"\x00", headers) is DeadLetterReason.ODD_LENGTH_AUDIO


@pytest.mark.parametrize(
    "changed",
    [
        {"content_type": b"audio/opus"},
        {"ce_sequence": b"-1"},
        {"ce_time": b"yesterday"},
        {"ce_time": b"2026-11-24T12:00:00"},
    ],
)
def test_media_with_words_that_make_no_sense(changed):
    assert reason_of(LIVE_AUDIO, *record_of(AUDIO, **changed)) is DeadLetterReason.SCHEMA_MISMATCH


@pytest.mark.parametrize(
    ("offset_ms", "refused"), [(0, False), (-10_000, False), (-10_001, True), (500, False), (501, True)]
)
def test_event_time_far_from_now(offset_ms, refused):
    moved = AudioChunk(room="r", session="s", time_ms=START_MS + offset_ms, sequence=0, pcm=b"")
    if not refused:
        check_event_time(moved, now_ms=START_MS, max_past_ms=10_000, max_future_ms=500)
        return
    with pytest.raises(DecodeError) as caught:
        check_event_time(moved, now_ms=START_MS, max_past_ms=10_000, max_future_ms=500)
    assert caught.value.reason is DeadLetterReason.EVENT_TIME_OUT_OF_RANGE


def test_one_line_of_a_batch_with_an_impossible_time_is_enough():
    lines = (BATCH.lines[0], msgspec.structs.replace(BATCH.lines[0], time_ms=0))
    with pytest.raises(DecodeError, match="event time"):
        check_event_time(
            msgspec.structs.replace(BATCH, lines=lines), now_ms=START_MS, max_past_ms=10_000, max_future_ms=10_000
        )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_the_cloudevents_sdk_reads_our_records(example):
    record = encode(example, source="dajia/test", traceparent="00-" + "1" * 32 + "-" + "2" * 16 + "-01")
    message = KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value)
    event = read_as_others_do(message, JSONFormat())
    assert (event.get_specversion(), event.get_source(), event.get_subject()) == (
        "1.0",
        "dajia/test",
        record.key.decode(),
    )
    assert event.get_type().startswith("dajia.")
    assert round(event.get_time().timestamp() * 1000) == record.timestamp_ms
    assert event.get_extension("traceparent").startswith("00-1")


@pytest.mark.parametrize(
    "example", [one for one in EXAMPLES if one not in (FRAME, AUDIO)], ids=lambda one: type(one).__name__
)
def test_json_lines_round_trip(example):
    assert from_line(to_line(example)) == example


def test_a_line_of_an_unknown_type_names_the_known_ones():
    with pytest.raises(ValueError, match=r"known are .*suspicion"):
        from_line('{"type": "suspicions", "data": {}}')


def test_times_round_trip_to_the_millisecond():
    assert parse_time(format_time(START_MS + 7)) == START_MS + 7
    assert parse_time("2026-11-24T20:00:00.007+08:00") == START_MS + 7


def test_topic_names_are_kebab_case_and_room_topics_have_one_partition_count():
    assert all(name == name.lower() and "_" not in name and "." not in name for name in TOPICS)
    assert len({topic.partitions for topic in TOPICS.values() if topic.key == "room id"}) == 1
    assert SUSPICION_EVENTS.dead_letter == "suspicion-events-dlq"

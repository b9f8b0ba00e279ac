"""The codec gives back what it was given, and never anything but a message or a DecodeError."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import TOPICS, DanmakuBatch, DanmakuLine, DecodeError, Facts, Frame, Modality, Signal, Suspicion
from schemas.cloudevents import decode, encode, format_time, parse_time
from schemas.examples import EXAMPLES
from schemas.lines import from_line, to_line
from schemas.topics import LIVE_DANMAKU, LIVE_FRAMES, SUSPICION_EVENTS

TIMES_MS = st.integers(0, 4_102_444_800_000)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = WORDS.filter(bool)


@given(
    room=NAMES,
    session=NAMES,
    lines=st.lists(
        st.builds(DanmakuLine, line_id=WORDS, viewer=WORDS, time_ms=TIMES_MS, text=WORDS), min_size=1, max_size=5
    ),
)
def test_chat_round_trips(room, session, lines):
    batch = DanmakuBatch(room=room, session=session, lines=tuple(lines))
    record = encode(batch, source="test")
    assert decode(LIVE_DANMAKU, key=record.key, value=record.value, headers=record.headers) == batch
    assert record.timestamp_ms == lines[0].time_ms


@given(
    room=NAMES, session=NAMES, time_ms=TIMES_MS, sequence=st.integers(0, 2**40), jpeg=st.binary(min_size=1, max_size=50)
)
def test_media_round_trips_through_headers(room, session, time_ms, sequence, jpeg):
    frame = Frame(room=room, session=session, time_ms=time_ms, sequence=sequence, jpeg=jpeg)
    record = encode(frame, source="test")
    assert decode(LIVE_FRAMES, key=record.key, value=record.value, headers=record.headers) == frame


@given(
    llr=st.floats(-50, 50),
    signal=st.sampled_from(Signal),
    facts=st.builds(Facts, surface=WORDS, term=WORDS, brand=WORDS),
    start_ms=TIMES_MS,
)
def test_suspicions_round_trip_as_record_and_as_line(llr, signal, facts, start_ms):
    suspicion = Suspicion(
        suspicion_id="id",
        room="r",
        session="s",
        modality=Modality.AUDIO,
        detector="d",
        detector_version="1",
        signal=signal,
        start_ms=start_ms,
        end_ms=start_ms + 1,
        llr=llr,
        score=0.5,
        facts=facts,
    )
    record = encode(suspicion, source="test")
    assert decode(SUSPICION_EVENTS, key=record.key, value=record.value, headers=record.headers) == suspicion
    assert from_line(to_line(suspicion)) == suspicion


@given(TIMES_MS)
def test_times_round_trip(time_ms):
    assert parse_time(format_time(time_ms)) == time_ms


@given(
    example=st.sampled_from(EXAMPLES),
    value=st.none() | st.binary(max_size=200),
    key=st.none() | st.binary(max_size=20),
    junk=st.dictionaries(
        st.sampled_from(["ce_type", "ce_time", "ce_subject", "ce_sequence", "content-type", "ce_id"]),
        st.none() | st.binary(max_size=30),
        max_size=4,
    ),
    topic=st.sampled_from(sorted(TOPICS)),
)
def test_rubbish_is_refused_with_a_reason_and_nothing_else_happens(example, value, key, junk, topic):
    record = encode(example, source="test")
    headers = list((dict(record.headers) | junk).items())
    try:
        message = decode(TOPICS[topic], key=key, value=value, headers=headers)
    except DecodeError as error:
        refusal = error
        assert refusal.reason.value
        assert str(refusal)
    else:
        assert type(message) in {kind.struct for kind in TOPICS[topic].types}


@pytest.mark.parametrize("example", EXAMPLES[2:], ids=lambda example: type(example).__name__)
def test_every_truncation_of_a_payload_is_refused(example):
    record = encode(example, source="test")
    topic = next(t for t in TOPICS.values() if any(kind.struct is type(example) for kind in t.types))
    for length in range(len(record.value)):
        with pytest.raises(DecodeError):
            decode(topic, key=record.key, value=record.value[:length], headers=record.headers)
    assert msgspec.json.decode(record.value)

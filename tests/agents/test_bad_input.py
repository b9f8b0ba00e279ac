"""What cannot be used is dead-lettered with its reason; the worker lives on and the next good record is processed."""

import io
import struct
import zlib
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from pipelines.clock import now_ms
from pipelines.media import read_audio
from schemas import (
    AudioChunk,
    ConsumerReport,
    DanmakuBatch,
    DanmakuLine,
    Frame,
    ListingAction,
    ListingChange,
    Progress,
    Signal,
    Suspicion,
)
from schemas.cloudevents import encode

HOUR_MS = 3_600_000
SPEECH = Path(__file__).parents[1] / "unit" / "audio" / "speech.ogg"


def batch(room, text="好看", time_ms=None):
    time_ms = now_ms() if time_ms is None else time_ms
    line = DanmakuLine(line_id=f"{room}-{text}", viewer="v", time_ms=time_ms, text=text)
    return encode(DanmakuBatch(room=room, session=f"{room}-1", lines=(line,)), source="test")


def frame(room, jpeg, sequence=0):
    return encode(Frame(room=room, session=f"{room}-1", time_ms=now_ms(), sequence=sequence, jpeg=jpeg), source="test")


def chunk(room, pcm, sequence=0):
    message = AudioChunk(room=room, session=f"{room}-1", time_ms=now_ms(), sequence=sequence, pcm=pcm)
    return encode(message, source="test")


def changed(record, value=None, **headers):
    """A record with another value and with headers changed, or left out where None."""
    kept = dict(record.headers) | headers
    return msgspec.structs.replace(
        record,
        value=record.value if value is None else value,
        headers=[(name, data) for name, data in kept.items() if data is not None],
    )


def picture(width=320, height=240):
    data = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(data, "JPEG")
    return data.getvalue()


def huge_png():
    """A valid 10,000 x 10,000 picture of a few hundred kilobytes, 300 MB when decoded; but no JPEG."""

    def part(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(30_001) * 10_000)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", pixels) + part(b"IEND", b"")


def huge_jpeg():
    """A JPEG whose header says 10,000 x 10,000: 100 megapixels."""
    data = bytearray(picture())
    start = data.index(b"\xff\xc0")
    data[start + 5 : start + 9] = struct.pack(">HH", 10_000, 10_000)
    return bytes(data)


def corrupt_jpeg():
    """A JPEG whose Huffman tables were overwritten on the way."""
    data = bytearray(picture())
    start = data.index(b"\xff\xc4")
    data[start + 4 : start + 40] = b"\xff" * 36
    return bytes(data)


def listing(room, title="外套"):
    change = ListingChange(
        room=room, session=f"{room}-1", time_ms=now_ms(), listing_id="l1", change=ListingAction.ADDED, title=title
    )
    return encode(change, source="test")


def check_dead_letters(wire, worker, topic, room, expected):
    """The bad records are in the dead-letter topic in order, whole, each with its reason, and counted."""
    worker.wait_for(lambda: len(wire.dead_letters(topic, room)) >= len(expected))
    letters = wire.dead_letters(topic, room)
    assert [letter["dlq_reason"].decode() for letter in letters] == [reason for reason, _ in expected]
    for letter, (_, record) in zip(letters, expected, strict=True):
        assert letter["value"] == record.value
        assert letter["dlq_topic"].decode() == topic
        assert letter["dlq_offset"].isdigit()
        assert letter["dlq_message"]
        assert {name: data for name, data in letter.items() if not name.startswith("dlq_") and name != "value"} == dict(
            record.headers
        )
    for reason in {reason for reason, _ in expected}:
        count = worker.metric("dajia_dead_letters_total", role=worker.role, topic=topic, reason=reason)
        assert count >= sum(reason == one for one, _ in expected)
    assert worker.alive()


def test_danmaku(wire, start_worker, new_room):
    worker, room = start_worker("danmaku"), new_room()
    good = batch(room)
    bad = [
        ("invalid-json", changed(good, value=b'{"room": ')),
        ("invalid-utf8", changed(good, value=b'{"room": "\xff\xfe"}')),
        ("schema-mismatch", changed(good, value=b'{"room": 7}')),
        ("missing-header", changed(good, ce_type=None)),
        ("missing-header", msgspec.structs.replace(good, headers=[])),
        ("unknown-type", changed(good, ce_type=b"dajia.gossip.v1")),
        ("unknown-version", changed(good, ce_type=b"dajia.danmaku.v9")),
        ("event-time-out-of-range", batch(room, time_ms=now_ms() - 400 * 24 * HOUR_MS)),
        ("event-time-out-of-range", batch(room, time_ms=now_ms() + HOUR_MS)),
        ("empty-payload", changed(good, value=b'{"room": "%s", "session": "s", "lines": []}' % room.encode())),
        ("key-mismatch", changed(good, value=good.value.replace(room.encode(), b"another-room"))),
    ]
    for _, record in bad:
        wire.send("live-danmaku", record)
    wire.send("live-danmaku", batch(room, "这是假货吧"))
    worker.wait_until_ready()
    check_dead_letters(wire, worker, "live-danmaku", room, bad)
    worker.wait_for(lambda: any(isinstance(m, Suspicion) for m in wire.read("suspicion-events", room)))
    found = [one for one in wire.read("suspicion-events", room) if isinstance(one, Suspicion)]
    assert {one.signal for one in found} == {Signal.DOUBT}


def test_oversize_record(wire, start_worker, new_room, raw_send):
    worker, room = start_worker("danmaku"), new_room()
    good = batch(room)
    oversize = changed(good, value=good.value[:-1] + b" " * (2 * 1024 * 1024) + b"}")
    raw_send("live-danmaku", oversize)
    wire.send("live-danmaku", batch(room, "这是假货吧"))
    worker.wait_until_ready()
    check_dead_letters(wire, worker, "live-danmaku", room, [("oversize-record", oversize)])
    worker.wait_for(lambda: any(isinstance(m, Suspicion) for m in wire.read("suspicion-events", room)))


@pytest.mark.model
def test_frames(wire, start_worker, new_room):
    worker, room = start_worker("frames"), new_room()
    whole = picture()
    bad = [
        ("invalid-image", frame(room, b"no picture at all")),
        ("invalid-image", frame(room, whole[: len(whole) // 2])),
        ("invalid-image", frame(room, corrupt_jpeg())),
        ("image-too-large", frame(room, huge_jpeg())),
        ("invalid-image", frame(room, huge_png())),
        ("missing-header", changed(frame(room, whole), ce_session=None)),
    ]
    for _, record in bad:
        wire.send("live-frames", record)
    wire.send("live-frames", frame(room, whole))
    worker.wait_until_ready()
    check_dead_letters(wire, worker, "live-frames", room, bad)
    worker.wait_for(lambda: any(isinstance(m, Progress) for m in wire.read("suspicion-events", room)))


@pytest.mark.model
def test_audio(wire, start_worker, new_room):
    worker, room = start_worker("audio"), new_room()
    bad = [
        ("empty-payload", chunk(room, b"")),
        ("odd-length-audio", chunk(room, bytes(1001))),
        ("schema-mismatch", changed(chunk(room, bytes(1000)), **{"content-type": b"audio/mpeg"})),
    ]
    for _, record in bad:
        wire.send("live-audio", record)
    wire.send("live-audio", chunk(room, bytes(16_000)))
    worker.wait_until_ready()
    check_dead_letters(wire, worker, "live-audio", room, bad)
    worker.wait_for(lambda: any(isinstance(m, Progress) for m in wire.read("suspicion-events", room)))


@pytest.mark.model
def test_an_engine_that_fails_on_the_last_utterance_of_a_show_does_not_end_the_worker(wire, start_worker, new_room):
    pcm = b"".join(read_audio(SPEECH))[: 6 * 16_000]
    worker, room = start_worker("audio", str(Path(__file__).with_name("deaf_engine.py"))), new_room()
    start_ms = now_ms()
    records = [
        encode(
            AudioChunk(
                room=room,
                session=f"{room}-1",
                time_ms=start_ms + at * 500,
                sequence=at,
                pcm=pcm[at * 16_000 : (at + 1) * 16_000],
            ),
            source="test",
        )
        for at in range(6)
    ]
    wire.send("live-audio", *records)
    worker.wait_until_ready()
    check_dead_letters(wire, worker, "live-audio", room, [("detector-failed", records[-1])])
    worker.wait_for(lambda: worker.metric("dajia_records_total", role="audio", topic="live-audio") >= len(records) - 1)


def test_listings(wire, start_worker, new_room):
    worker, room = start_worker("listings"), new_room()
    good = listing(room)
    bad = [
        ("invalid-json", changed(good, value=good.value[:-1])),
        ("invalid-utf8", changed(good, value=good.value.replace("外".encode(), b"\xff"))),
        ("schema-mismatch", changed(good, value=good.value.replace(b'"added"', b'"eaten"'))),
        ("unknown-version", changed(good, ce_type=b"dajia.listing.v9")),
    ]
    for _, record in bad:
        wire.send("live-listings", record)
    wire.send("live-listings", listing(room, "顶级原单外套"))
    worker.wait_until_ready()
    check_dead_letters(wire, worker, "live-listings", room, bad)
    worker.wait_for(lambda: any(isinstance(m, Suspicion) for m in wire.read("suspicion-events", room)))


def test_reports(wire, start_worker, new_room):
    worker, room = start_worker("reports"), new_room()

    def complaint(text="收到的包是假货"):
        return encode(
            ConsumerReport(report_id="c1", room=room, session=f"{room}-1", time_ms=now_ms(), text=text), source="test"
        )

    good = complaint()
    bad = [
        ("invalid-json", changed(good, value=good.value[:-1])),
        ("invalid-utf8", changed(good, value=good.value.replace("包".encode(), b"\xff"))),
        ("schema-mismatch", changed(good, value=good.value.replace(b'"c1"', b"1"))),
        ("unknown-version", changed(good, ce_type=b"dajia.report.v9")),
    ]
    for _, record in bad:
        wire.send("consumer-reports", record)
    wire.send("consumer-reports", good)
    worker.wait_until_ready()
    check_dead_letters(wire, worker, "consumer-reports", room, bad)
    worker.wait_for(
        lambda: (
            [m.signal for m in wire.read("suspicion-events", room) if isinstance(m, Suspicion)]
            == ["counterfeit-report"]
        )
    )


def test_join(wire, start_worker, new_room):
    worker, room = start_worker("join"), new_room()
    good = encode(Progress(room=room, session=f"{room}-1", modality="audio", up_to_ms=now_ms()), source="test")
    bad = [
        ("unknown-type", changed(good, ce_type=b"dajia.frame.v1")),
        ("invalid-json", changed(good, value=good.value[:-1])),
        ("schema-mismatch", changed(good, value=good.value.replace(b'"audio"', b'"smell"'))),
    ]
    for _, record in bad:
        wire.send("suspicion-events", record)
    wire.send("suspicion-events", good)
    worker.wait_until_ready()
    check_dead_letters(wire, worker, "suspicion-events", room, bad)
    worker.wait_for(lambda: worker.metric("dajia_records_total", role="join", topic="suspicion-events") > 0)

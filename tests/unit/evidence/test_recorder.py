"""A show is sealed part by part: what is in a bundle, and that doing it again changes nothing."""

import io
import json

import av
import pytest
from sealed_show import ROOM, SECONDS, START_MS, Sealer, records_of, show

from pipelines.evidence.bag import read_bag
from pipelines.evidence.records import read_records
from pipelines.evidence.verify import verify


def bag(sealer, entry):
    return read_bag(io.BytesIO((sealer.root / "objects" / entry.payload).read_bytes()))


def test_an_incident_is_sealed_from_the_request_to_the_end_of_the_show(sealer):
    entries = sealer.seal_all().entries
    facts = [(one.kind, one.facts["why"], one.facts["start_ms"], one.facts["end_ms"]) for one in entries]
    moments = [str(START_MS + second * 1000) for second in (0, 15, SECONDS)]
    assert facts == [
        ("bundle", "request", moments[0], moments[1]),
        ("bundle", "closing", moments[1], moments[2]),
        ("records", "closing", moments[0], moments[2]),
    ]
    assert entries[0].facts["request_id"] == "r1"
    report = verify(sealer.root, sealer.keys, now_ms=sealer.now_ms, deep=True)
    assert (report.faults, report.notes, report.payloads) == ([], [], 3)


def test_the_original_records_are_in_it_byte_for_byte(sealer):
    entries = sealer.seal_all().entries
    wanted = [one for one in records_of(show("show-1")) if one.timestamp_ms < START_MS + 15_000]
    kept = list(read_records(bag(sealer, entries[0])))
    assert sorted(kept, key=str) == sorted(wanted, key=str)
    chat = [one for one in records_of(show("show-1")) if one.topic in {"live-danmaku", "room-lifecycle"}]
    assert sorted(read_records(bag(sealer, entries[2])), key=str) == sorted(chat, key=str)


def test_the_clip_plays_and_knows_its_moments_on_air(sealer):
    files = bag(sealer, sealer.seal_all().entries[0])
    mp4 = files["data/clip.mp4"]
    assert mp4.index(b"moov") < mp4.index(b"mdat"), "a browser plays it before all of it is there"
    with av.open(io.BytesIO(mp4)) as clip:
        assert [(one.type, one.codec_context.name) for one in clip.streams] == [("video", "h264"), ("audio", "aac")]
        assert clip.streams.video[0].codec_context.pix_fmt == "yuv420p"
        frames = [round(one.time * 1000) for one in clip.decode(video=0)]
        assert clip.metadata["creation_time"].startswith("2023-11-14T22:13:20")
    with av.open(io.BytesIO(mp4)) as clip:
        assert sum(one.samples for one in clip.decode(audio=0)) == pytest.approx(15 * 16_000, abs=2100)
    times = json.loads(files["data/clip.json"])
    assert times["starts_ms"] == START_MS
    assert [one["clip_ms"] for one in times["frames"]] == frames[:-1] == [second * 1000 for second in range(15)]
    assert [one["on_air_ms"] for one in times["frames"]] == [START_MS + second * 1000 for second in range(15)]


def test_the_same_records_give_the_same_bytes(tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    one, two = (Sealer(folder) for folder in folders)
    two.key.write_bytes(one.key.read_bytes())
    assert one.seal_all().entries == two.seal_all().entries


def test_a_seal_that_is_asked_for_again_is_the_same_seal(sealer):
    first = sealer.seal_all().entries
    sealer.now_ms += 5000
    assert sealer.seal_all().entries == first


def test_media_that_left_kafka_are_sealed_as_missing(tmp_path):
    sealer = Sealer(tmp_path, missing={"live-danmaku": "the oldest records have left Kafka"})
    recorder = sealer.recorder("show-1")
    recorder._reader.records = [one for one in recorder._reader.records if not one.topic.startswith("live-")]
    sealer.recorder = lambda *_: recorder
    entries = sealer.seal_all().entries
    assert entries[0].facts["missing"] == "live-audio,live-danmaku,live-frames"
    files = bag(sealer, entries[0])
    assert "data/clip.mp4" not in files
    why = {one["topic"]: one["why"] for one in json.loads(files["data/manifest.json"])["missing"]}
    assert why["live-frames"] == "there is no record of this session and span"
    assert why["live-danmaku"] == "the oldest records have left Kafka"


def test_a_part_without_suspicion_keeps_no_media(tmp_path):
    entries = Sealer(tmp_path, suspicious=False).seal_all().entries
    assert [one.facts["why"] for one in entries] == ["request", "closing"]
    assert [one.kind for one in entries] == ["bundle", "records"]


def test_damaged_pictures_are_told_and_kept(sealer):
    recorder = sealer.recorder("show-1")
    broken = recorder._reader.records
    first = next(number for number, one in enumerate(broken) if one.topic == "live-frames")
    broken[first] = type(broken[first])(
        **{name: getattr(broken[first], name) for name in broken[first].__struct_fields__} | {"value": b"no picture"}
    )
    sealer.recorder = lambda *_: recorder
    files = bag(sealer, sealer.seal_all().entries[0])
    assert json.loads(files["data/clip.json"])["damaged_frames"] == [0]
    assert b"no picture" in files.values()


def test_room_names_cannot_lead_out_of_the_vault(sealer):
    sealer.seal_all()
    assert ".." in ROOM
    assert [one.name for one in (sealer.root / "objects").iterdir()] == ["sessions"]

"""Files from end to end: what is published, when, and how it ends."""

import threading
import time

import cv2
import numpy as np
import pytest

from pipelines.errors import DeliveryError, SourceError
from pipelines.ingest.run import run_source
from pipelines.ingest.source import Ending, SourceSpec
from pipelines.settings import Settings

START = 1_700_000_000_000


def play(path, receiver, settings=None, **fields):
    spec = SourceSpec(**{"url": str(path), "room": "r1", "speed": 0, "start_ms": START, **fields})
    return run_source(spec, receiver, settings or Settings(), stop=threading.Event())


def image(frame) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(frame.jpeg, np.uint8), cv2.IMREAD_COLOR)


def brightness(frame) -> float:
    return float(image(frame)[40:, 40:].mean())


def shape(frame) -> tuple[int, int]:
    height, width = image(frame).shape[:2]
    return width, height


def test_a_clip_from_start_to_end(make_media, receiver):
    summary = play(make_media(seconds=4), receiver, fps=2, host="h1", title="t1", merchants=("m1",))
    assert summary.ending is Ending.ENDED
    assert summary.session == f"r1-{START}"
    assert [change.change for change in receiver.lifecycle] == ["started", "ended"]
    started, ended = receiver.lifecycle
    assert (started.time_ms, started.host, started.title, started.merchants) == (START, "h1", "t1", ("m1",))
    last = receiver.chunks[-1]
    assert ended.time_ms == summary.last_ms == max(receiver.frames[-1].time_ms, last.time_ms + last.duration_ms)
    assert 3_900 <= ended.time_ms - START <= 4_100
    assert [frame.sequence for frame in receiver.frames] == list(range(8))
    assert {frame.session for frame in receiver.frames} == {summary.session}
    assert [chunk.sequence for chunk in receiver.chunks] == list(range(len(receiver.chunks)))


def test_pictures_carry_the_time_at_which_they_are_shown(make_media, receiver):
    play(make_media(seconds=4), receiver, fps=2)
    assert len(receiver.frames) == 8
    for frame in receiver.frames:
        index = round((frame.time_ms - START) / 40)
        assert brightness(frame) == pytest.approx(20 + index, abs=2)


def test_sound_is_16_khz_mono_and_keeps_its_pitch_and_length(make_media, receiver):
    play(make_media(seconds=4, video=False, name="sound.m4a"), receiver)
    pcm = np.frombuffer(b"".join(chunk.pcm for chunk in receiver.chunks), np.int16)
    assert len(pcm) / 16_000 == pytest.approx(4, abs=0.05)
    loudest = np.argmax(np.abs(np.fft.rfft(pcm[:16_000].astype(float))))
    assert loudest == 440
    assert [chunk.time_ms - START for chunk in receiver.chunks[:4]] == [0, 500, 1_000, 1_500]
    assert {chunk.duration_ms for chunk in receiver.chunks[:-1]} == {500}


def test_the_same_file_gives_the_same_records(make_media, receiver):
    path = make_media(seconds=2)
    play(path, receiver)
    frames, chunks = list(receiver.frames), list(receiver.chunks)
    receiver.frames.clear()
    receiver.chunks.clear()
    play(path, receiver)
    assert (receiver.frames, receiver.chunks) == (frames, chunks)


@pytest.mark.parametrize("name", ["a.flv", "a.mkv", "a.ts", "a.mov"])
def test_other_containers(make_media, receiver, name):
    summary = play(make_media(name, seconds=2), receiver)
    assert summary.ending is Ending.ENDED
    assert len(receiver.frames) == 4
    assert receiver.frames[0].time_ms - START <= 80
    assert summary.audio_ms == pytest.approx(2_000, abs=100)


def test_key_frames_alone_are_decoded_where_they_are_enough(make_media, receiver):
    summary = play(make_media(seconds=6, gop=10, b_frames=0), receiver, fps=1)
    assert len(receiver.frames) == summary.decoded_pictures == 6
    assert summary.skipped_packets == 150 - 6


def test_b_frames_cost_a_few_pictures_more(make_media, receiver):
    summary = play(make_media(seconds=6, gop=10), receiver, fps=1)
    assert summary.decoded_pictures <= 3 * len(receiver.frames), "the decoder gives a picture out after the next ones"


def test_without_b_frames_nothing_more_than_needed_is_decoded(make_media, receiver):
    summary = play(make_media(seconds=6, gop=50, b_frames=0), receiver, fps=1)
    assert len(receiver.frames) == 6
    assert summary.decoded_pictures == 3 * 26
    assert summary.decoded_pictures + summary.skipped_packets == summary.video_packets == 150


def test_a_clip_of_one_picture(make_media, receiver):
    path = make_media("one.mkv", seconds=1, audio=False)
    summary = play(path, receiver, fps=0.1)
    assert (summary.frames, summary.audio_chunks) == (1, 0)
    assert receiver.lifecycle[-1].change == "ended"


def test_large_pictures_are_scaled_down(make_media, receiver):
    play(make_media(seconds=1, size=(240, 320)), receiver, Settings(frame_long_side_px=160))
    assert shape(receiver.frames[0]) == (120, 160)


def test_a_phone_held_upright(make_media, receiver):
    """Pictures lie on their side, and the file says: turn them by 90 degrees counterclockwise."""
    play(make_media(seconds=1, size=(160, 96), rotation=90), receiver)
    assert shape(receiver.frames[0]) == (96, 160)
    lower_left = image(receiver.frames[0])[-10:, :6].mean()
    assert lower_left < 10 < image(receiver.frames[0])[:10, :6].mean()


def test_pictures_beyond_the_limit_are_refused(make_media, receiver):
    with pytest.raises(SourceError, match="96x160; DAJIA_MAX_IMAGE_PIXELS"):
        play(make_media(seconds=1), receiver, Settings(max_image_pixels=10_000))


def test_files_play_at_the_pace_of_the_wall_clock(make_media, receiver):
    path = make_media(seconds=2)
    began_s = time.monotonic()
    summary = play(path, receiver, speed=2.0)
    assert 0.9 < time.monotonic() - began_s < 10
    assert 900 < summary.wall_ms < 10_000


@pytest.mark.parametrize("name", ["a.mkv", "a.flv"])
def test_a_file_that_is_cut_short_publishes_what_it_has_and_is_lost(make_media, cut_short, receiver, name):
    summary = play(cut_short(make_media(name, seconds=8), 0.5), receiver)
    assert summary.ending is Ending.SOURCE_LOST
    assert "cut short" in summary.detail
    assert [change.change for change in receiver.lifecycle] == ["started", "source-lost", "ended"]
    assert receiver.lifecycle[1].detail == summary.detail
    assert 5 <= len(receiver.frames) <= 11
    assert receiver.lifecycle[1].time_ms == summary.last_ms < START + 7_000


def test_an_mp4_that_is_cut_short(make_media, cut_short, receiver):
    path = make_media(seconds=8, options={"movflags": "faststart"})
    summary = play(cut_short(path, 0.6), receiver)
    assert summary.ending is Ending.SOURCE_LOST
    assert receiver.frames
    assert receiver.lifecycle[-1].change == "ended"


def test_a_damaged_file_is_played_as_far_as_it_goes(make_media, receiver, tmp_path):
    path = make_media("damaged.ts", seconds=8)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3_000] = bytes(range(250)) * 12
    path.write_bytes(bytes(data))
    summary = play(path, receiver)
    assert len(receiver.frames) >= 14
    assert receiver.lifecycle[-1].change == "ended"
    assert summary.last_ms - START > 7_000


def test_a_sender_that_begins_anew_with_another_sound_goes_on(make_media, receiver, tmp_path):
    """Timestamps start again, stereo becomes mono: what happens when an encoder restarts behind the same server."""
    parts = [make_media("1.ts", seconds=2), make_media("2.ts", seconds=2, channels="mono")]
    path = tmp_path / "both.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    summary = play(path, receiver)
    assert summary.audio_ms == pytest.approx(4_000, abs=150)
    assert len(receiver.frames) == 8
    assert summary.last_ms - START == pytest.approx(4_000, abs=200)
    for times in ([frame.time_ms for frame in receiver.frames], [chunk.time_ms for chunk in receiver.chunks]):
        assert times == sorted(set(times))
    pcm = np.frombuffer(b"".join(chunk.pcm for chunk in receiver.chunks), np.int16).astype(float)
    assert [np.argmax(np.abs(np.fft.rfft(pcm[at : at + 16_000]))) for at in (8_000, 40_000)] == [440, 440]


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "no such file"), (b"", "cannot open"), (b"not a video " * 900, "not a video or sound format")],
)
def test_what_cannot_be_opened_is_an_error_and_publishes_nothing(tmp_path, receiver, content, message):
    path = tmp_path / "x.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=message):
        play(path, receiver)
    assert not receiver.lifecycle


def test_without_lifecycle(make_media, receiver):
    play(make_media(seconds=1), receiver, lifecycle=False)
    assert not receiver.lifecycle
    assert receiver.frames


def test_stop_ends_the_show_in_order(make_media, receiver):
    spec = SourceSpec(url=str(make_media(seconds=20)), room="r1", start_ms=START)
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    began_s = time.monotonic()
    summary = run_source(spec, receiver, Settings(), stop=stop)
    assert time.monotonic() - began_s < 10
    assert summary.ending is Ending.STOPPED
    assert [change.change for change in receiver.lifecycle] == ["started", "ended"]
    assert receiver.lifecycle[-1].time_ms == summary.last_ms
    assert 0 < summary.last_ms - START < 10_000


def test_what_kafka_does_not_take_ends_the_run(make_media, receiver):
    class Full:
        def send(self, topic, record):
            if topic == "live-frames":
                raise DeliveryError("not delivered")

    with pytest.raises(DeliveryError, match="not delivered"):
        play(make_media(seconds=1), Full())

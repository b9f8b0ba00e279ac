"""Ingest from a live server on the loopback: nginx with its RTMP module, fed by ffmpeg, pulled over RTMP and HLS."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from pipelines.broker.clients import Publisher, read_topics
from pipelines.broker.embedded import free_port
from pipelines.errors import SourceError
from pipelines.ingest.run import run_source
from pipelines.ingest.source import Ending, IngestSummary, SourceSpec
from pipelines.settings import Settings
from schemas import TOPICS, AudioChunk, Frame, Lifecycle
from schemas.cloudevents import decode
from schemas.media import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ

RTMP_MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")
missing = [name for name in ("nginx", "ffmpeg") if shutil.which(name, path="/usr/bin:/usr/sbin:/usr/local/bin") is None]
if not RTMP_MODULE.exists():
    missing.append("libnginx-mod-rtmp")

pytestmark = [
    pytest.mark.embedded,
    pytest.mark.skipif(
        bool(missing) and "CI" not in os.environ,
        reason=f"install {', '.join(missing)} (Debian: nginx-light libnginx-mod-rtmp ffmpeg)",
    ),
    pytest.mark.parametrize("broker_settings", ["embedded"], indirect=True),
]

NGINX_CONF = """
load_module {module};
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
rtmp {{
  server {{
    listen 127.0.0.1:{rtmp_port};
    application live {{ live on; hls on; hls_path {folder}/hls; hls_fragment 1s; hls_playlist_length 10s; }}
  }}
}}
http {{
  access_log off;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{http_port};
    location /hls {{
      types {{ application/vnd.apple.mpegurl m3u8; video/mp2t ts; }}
      root {folder};
      add_header Cache-Control no-cache;
    }}
  }}
}}
"""

FPS = 2.0
READ_TIMEOUT_S = 3.0
OPEN_TIMEOUT_S = 4.0
RETRIES = 2


class Server(NamedTuple):
    folder: Path
    rtmp_port: int
    http_port: int

    def rtmp(self, name: str) -> str:
        return f"rtmp://127.0.0.1:{self.rtmp_port}/live/{name}"

    def hls(self, name: str) -> str:
        return f"http://127.0.0.1:{self.http_port}/hls/{name}.m3u8"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    found = Server(tmp_path, free_port(), free_port())
    (tmp_path / "hls").mkdir()
    conf = tmp_path / "nginx.conf"
    conf.write_text(
        NGINX_CONF.format(module=RTMP_MODULE, folder=tmp_path, rtmp_port=found.rtmp_port, http_port=found.http_port)
    )
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin") or "nginx"
    with subprocess.Popen([nginx, "-p", str(tmp_path), "-c", str(conf), "-e", str(tmp_path / "error.log")]) as process:
        try:
            yield found
        finally:
            process.terminate()


@contextmanager
def feeding(url: str, *, size: str = "360x640") -> Iterator[subprocess.Popen[bytes]]:
    """An encoder of a phone: 25 pictures a second, a key frame each second, AAC at 44.1 kHz, real time."""
    command = [
        "ffmpeg", "-nostdin", "-loglevel", "error", "-re",
        "-f", "lavfi", "-i", f"testsrc=size={size}:rate=25",
        "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100",
        "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac", "-threads", "1",
        "-f", "flv", url,
    ]  # fmt: skip
    with subprocess.Popen(command) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGKILL)  # as a phone that loses its network: no goodbye


class Ingest(NamedTuple):
    stop: threading.Event
    result: Future[IngestSummary]


@contextmanager
def ingesting(spec: SourceSpec, settings: Settings) -> Iterator[Ingest]:
    quick = settings.model_copy(
        update={"source_read_timeout_s": READ_TIMEOUT_S, "source_open_timeout_s": OPEN_TIMEOUT_S}
    )
    stop = threading.Event()
    with Publisher(quick, client_id="test-ingest") as publisher, ThreadPoolExecutor(1) as thread:
        try:
            yield Ingest(stop, thread.submit(run_source, spec, publisher, quick, stop=stop))
        finally:
            stop.set()


class Received(NamedTuple):
    frames: list[Frame]
    chunks: list[AudioChunk]
    lifecycle: list[Lifecycle]
    partitions: set[int]


def received(settings: Settings, room: str) -> Received:
    found = Received([], [], [], set())
    for record in read_topics(settings, ["live-frames", "live-audio", "room-lifecycle"]):
        if record.key != room.encode():
            continue
        message = decode(TOPICS[record.topic], key=record.key, value=record.value, headers=record.headers)
        found.partitions.add(record.partition)
        match message:
            case Frame():
                found.frames.append(message)
            case AudioChunk():
                found.chunks.append(message)
            case Lifecycle():
                found.lifecycle.append(message)
    return found


def wait_until(condition: Callable[[], bool], *, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.2)


def gone_by(events: list[int]) -> list[int]:
    return [after - before for before, after in pairwise(events)]


def test_rtmp_reconnects_and_ends_when_the_sender_is_gone(
    server: Server, broker_settings: Settings, new_room: Callable[[], str]
) -> None:
    room, url = new_room(), server.rtmp("show")
    spec = SourceSpec(url=url, room=room, fps=FPS, host="h", title="t", max_retries=RETRIES)
    with ingesting(spec, broker_settings) as ingest:
        began_ms = time.time_ns() // 1_000_000
        with feeding(url):
            wait_until(lambda: frames_of(broker_settings, room) >= 10, timeout_s=30)
        time.sleep(READ_TIMEOUT_S + 1)  # long enough to be noticed
        with feeding(url):
            before = frames_of(broker_settings, room)
            wait_until(lambda: frames_of(broker_settings, room) >= before + 12, timeout_s=30)
        killed_s = time.monotonic()
        summary = ingest.result.result(timeout=60)
        assert time.monotonic() - killed_s < READ_TIMEOUT_S + 0.5 + 1 + 2 * OPEN_TIMEOUT_S + 5
    ended_ms = time.time_ns() // 1_000_000

    assert summary.ending is Ending.SOURCE_LOST
    assert summary.reconnects >= 1 + RETRIES, "one brought the show back, the last ones found nobody"
    assert "127.0.0.1" in summary.detail
    got = received(broker_settings, room)
    assert len(got.partitions) == 1, "frames, sound and lifecycle of a room must meet in one partition number"
    assert [event.change for event in got.lifecycle] == ["started", "source-lost", "ended"]
    assert got.lifecycle[0].host == "h"
    assert len(got.frames) == summary.frames
    assert len(got.chunks) == summary.audio_chunks
    times = [frame.time_ms for frame in got.frames]
    assert all(step > 0 for step in gone_by(times))
    assert [step for step in gone_by(times) if step > 600] == [max(gone_by(times))], "one gap, while nobody sent"
    assert max(gone_by(times)) > READ_TIMEOUT_S * 1000
    assert [frame.sequence for frame in got.frames] == list(range(len(got.frames)))
    assert all(step >= 0 for step in gone_by([chunk.time_ms for chunk in got.chunks]))
    last_on_air_ms = max(times[-1], got.chunks[-1].time_ms + got.chunks[-1].duration_ms)
    assert got.lifecycle[-1].time_ms == last_on_air_ms
    assert began_ms - 3_000 <= times[0]
    assert last_on_air_ms <= ended_ms, "nothing was on air in the future"
    assert decoded_size(got.frames[0]) == (360, 640)
    assert hears(got.chunks[2], 440)


def test_hls_follows_the_live_edge_and_stops_in_order(
    server: Server, broker_settings: Settings, new_room: Callable[[], str]
) -> None:
    room = new_room()
    with feeding(server.rtmp("hls-show"), size="720x1280"):
        wait_until((server.folder / "hls" / "hls-show.m3u8").exists, timeout_s=30)
        spec = SourceSpec(url=server.hls("hls-show"), room=room, fps=FPS, max_retries=4)
        quick = broker_settings.model_copy(update={"frame_long_side_px": 640})
        with ingesting(spec, quick) as ingest:
            wait_until(lambda: frames_of(broker_settings, room) >= 12, timeout_s=40)
            ingest.stop.set()
            summary = ingest.result.result(timeout=READ_TIMEOUT_S + 5)
    assert summary.ending is Ending.STOPPED
    got = received(broker_settings, room)
    assert [event.change for event in got.lifecycle] == ["started", "ended"]
    steps = gone_by([frame.time_ms for frame in got.frames])
    assert all(400 <= step <= 600 for step in steps), steps
    assert got.frames[-1].time_ms <= time.time_ns() // 1_000_000
    assert decoded_size(got.frames[0]) == (360, 640)
    assert hears(got.chunks[2], 440)


def test_a_server_that_accepts_and_says_nothing_is_given_up(
    broker_settings: Settings, new_room: Callable[[], str], server: Server
) -> None:
    began_s = time.monotonic()
    spec = SourceSpec(url=server.rtmp("nobody-sends-here"), room=new_room(), max_retries=1)
    with (
        ingesting(spec, broker_settings) as ingest,
        pytest.raises(SourceError, match=r"cannot open rtmp://127\.0\.0\.1"),
    ):
        ingest.result.result(timeout=30)
    assert time.monotonic() - began_s < 20


def frames_of(settings: Settings, room: str) -> int:
    return sum(record.key == room.encode() for record in read_topics(settings, ["live-frames"]))


def decoded_size(frame: Frame) -> tuple[int, int]:
    image = cv2.imdecode(np.frombuffer(frame.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return image.shape[1], image.shape[0]


def hears(chunk: AudioChunk, frequency_hz: float) -> bool:
    """Whether the loudest frequency of a chunk is this one."""
    samples = np.frombuffer(chunk.pcm, np.int16).astype(np.float64)
    assert len(samples) == len(chunk.pcm) // BYTES_PER_SAMPLE
    spectrum = np.abs(np.fft.rfft(samples))
    loudest = float(np.argmax(spectrum) * SAMPLE_RATE_HZ / len(samples))
    return abs(loudest - frequency_hz) < 5

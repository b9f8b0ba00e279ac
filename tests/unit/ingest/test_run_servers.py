"""Servers that stall, drop the line or come back: the end is always in order and in time."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.ingest.opening import public_url
from pipelines.ingest.run import run_source
from pipelines.ingest.source import Ending, SourceSpec
from pipelines.settings import Settings

QUICK = Settings(source_open_timeout_s=1.0, source_read_timeout_s=1.0)
HEADERS = b"HTTP/1.0 200 OK\r\nContent-Type: video/mp2t\r\n\r\n"


@contextmanager
def serving(*connections: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on the loopback that treats its first connection as the first function says, and so on."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def serve() -> None:
        for connection in connections:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            with peer:
                peer.recv(4_096)
                connection(peer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/live.ts"
    finally:
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def sends(data: bytes, *, then_silent_s: float = 0) -> Callable[[socket.socket], None]:
    def connection(peer: socket.socket) -> None:
        peer.sendall(HEADERS + data)
        if then_silent_s:
            peer.settimeout(then_silent_s)
            try:
                peer.recv(1)  # until the other side hangs up
            except TimeoutError:
                return

    return connection


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def folder_served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def is_silent(peer: socket.socket) -> None:
    sends(b"", then_silent_s=20)(peer)


@pytest.fixture
def live_bytes(make_media):
    return make_media("live.ts", seconds=3).read_bytes()


def play(url, receiver, *, stop=None, **fields):
    spec = SourceSpec(**{"url": url, "room": "r1", "max_retries": 0, **fields})
    return run_source(spec, receiver, QUICK, stop=stop or threading.Event())


def changes(receiver) -> list[str]:
    return [change.change.value for change in receiver.lifecycle]


def test_a_stream_that_stalls_is_lost_after_the_read_timeout(receiver, live_bytes):
    with serving(sends(live_bytes, then_silent_s=20)) as url:
        began_s = time.monotonic()
        summary = play(url, receiver)
        assert time.monotonic() - began_s < 15
    assert summary.ending is Ending.SOURCE_LOST
    assert "no data for 1 s" in summary.detail
    assert changes(receiver) == ["started", "source-lost", "ended"]
    assert len(receiver.frames) >= 4


def test_a_stream_that_comes_back_goes_on(receiver, live_bytes):
    with serving(sends(live_bytes), sends(live_bytes), sends(live_bytes)) as url:
        summary = play(url, receiver, max_retries=2)
    assert summary.reconnects == 2
    assert changes(receiver) == ["started", "source-lost", "ended"]
    assert "given up after 2 retries" in receiver.lifecycle[1].detail
    assert len(receiver.frames) >= 15
    times = [frame.time_ms for frame in receiver.frames]
    assert times == sorted(set(times)), "the timestamps of the stream began again three times, event time did not"
    assert [frame.sequence for frame in receiver.frames] == list(range(len(times)))
    starts = [chunk.time_ms for chunk in receiver.chunks]
    assert starts == sorted(starts)


def test_nothing_is_on_air_in_the_future(receiver, live_bytes):
    """The three seconds come at once, so they were on air before."""
    with serving(sends(live_bytes, then_silent_s=20)) as url:
        began_ms = time.time_ns() // 1_000_000
        play(url, receiver)
    assert receiver.frames[-1].time_ms <= time.time_ns() // 1_000_000
    assert receiver.frames[0].time_ms < began_ms - 1_000


def test_a_server_that_never_answers(receiver):
    with serving(is_silent) as url:
        began_s = time.monotonic()
        with pytest.raises(SourceError, match=r"cannot open http://127\.0\.0\.1:\d+/live\.ts: no data for 1 s"):
            play(url, receiver)
        assert time.monotonic() - began_s < 12
    assert not receiver.lifecycle


def test_a_server_that_does_not_run_is_tried_again(receiver):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    began_s = time.monotonic()
    with pytest.raises(SourceError, match="Connection refused; given up after 2 retries"):
        play(f"rtmp://127.0.0.1:{port}/live/x", receiver, max_retries=2)
    assert 1.5 <= time.monotonic() - began_s < 15, "pauses of 0.5 and 1 s"


def test_an_hls_playlist_that_is_not_continued_is_lost(receiver, tmp_path, live_bytes):
    """The sender is gone, the server goes on answering with the same old list."""
    (tmp_path / "live.m3u8").write_text(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:3.0,\nlive.ts\n"
    )
    with folder_served(tmp_path) as url:
        began_s = time.monotonic()
        summary = play(f"{url}/live.m3u8", receiver)
        assert time.monotonic() - began_s < 18
    assert summary.ending is Ending.SOURCE_LOST
    assert changes(receiver) == ["started", "source-lost", "ended"]
    assert len(receiver.frames) >= 5


def test_an_hls_playlist_that_says_the_end_has_ended(receiver, tmp_path, live_bytes):
    (tmp_path / "live.m3u8").write_text(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:3\n#EXTINF:3.0,\nlive.ts\n#EXT-X-ENDLIST\n"
    )
    with folder_served(tmp_path) as url:
        summary = play(f"{url}/live.m3u8", receiver, speed=0)
    assert summary.ending is Ending.ENDED
    assert changes(receiver) == ["started", "ended"]
    assert len(receiver.frames) == 6


def test_stop_while_waiting_for_a_new_try(receiver, live_bytes):
    stop = threading.Event()
    with serving(sends(live_bytes)) as url:
        threading.Timer(2.0, stop.set).start()
        began_s = time.monotonic()
        summary = play(url, receiver, stop=stop, max_retries=50)
        assert time.monotonic() - began_s < 15
    assert summary.ending is Ending.STOPPED
    assert changes(receiver) == ["started", "ended"]


def test_messages_do_not_show_secrets():
    assert public_url("rtmp://user:secret@host:1935/live/r1?key=secret") == "rtmp://host:1935/live/r1"
    assert public_url("/data/clip?.mp4") == "/data/clip?.mp4"

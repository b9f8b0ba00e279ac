"""Files that describe rooms: absolute times out of relative ones, and errors that name the line."""

import pytest

from pipelines.errors import InputError
from pipelines.ingest.room_files import read_lifecycle, read_listings, read_reports, read_sources
from pipelines.ingest.source import SourceSpec
from schemas import ConsumerReport, LifecycleChange, ListingAction, ListingChange

SHOW = {"room": "r1", "session": "s1", "start_ms": 1_000_000}


@pytest.fixture
def written(tmp_path):
    def write(text: str | bytes):
        path = tmp_path / "rows.jsonl"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def test_listings(written):
    path = written(
        '{"at_ms": 9000, "listing_id": "a", "change": "removed"}\n\n'
        '{"at_ms": 500, "listing_id": "a", "link_number": 1, "title": "外套", "price_cny": 88.5, "merchant": "m", '
        '"change": "added"}\n'
    )
    added, removed = read_listings(path, **SHOW)
    assert added == ListingChange(
        room="r1", session="s1", time_ms=1_000_500, listing_id="a", change=ListingAction.ADDED, title="外套",
        price_cny=88.5, link_number=1, merchant="m",
    )  # fmt: skip
    assert (removed.time_ms, removed.change) == (1_009_000, "removed")


def test_reports(written):
    path = written('{"at_ms":700,"report_id":"c","text":"是假货","reporter":"b","order_id":"o","test_report":true}')
    assert read_reports(path, **SHOW) == [
        ConsumerReport(
            report_id="c", room="r1", session="s1", time_ms=1_000_700, text="是假货", reporter="b", order_id="o",
            test_report=True,
        )
    ]  # fmt: skip


def test_lifecycle(written):
    path = written('{"at_ms":0,"change":"started","host":"h","title":"t"}\n{"at_ms":60000,"change":"ended"}')
    started, ended = read_lifecycle(path, **SHOW)
    assert (started.time_ms, started.change, started.host) == (1_000_000, LifecycleChange.STARTED, "h")
    assert (ended.time_ms, ended.change, ended.session) == (1_060_000, LifecycleChange.ENDED, "s1")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "rows.jsonl:2: "),
        ('{"at_ms": 1, "change": "started"', "rows.jsonl:2: "),
        ('{"at_ms": -1, "change": "started"}', r"rows.jsonl:2: .*>= 0.*at_ms"),
        ('{"at_ms": 1, "change": "begun"}', r"rows.jsonl:2: .*begun"),
        ('{"at_ms": 1, "change": "started", "hots": "h"}', r"rows.jsonl:2: .*hots"),
        ('{"change": "started"}', r"rows.jsonl:2: .*at_ms"),
        (b'{"at_ms": 1, "change": "started", "host": "\xff"}', "rows.jsonl:2: "),
    ],
)
def test_a_wrong_line_is_named(written, line, message):
    first = b'{"at_ms": 0, "change": "started"}\n'
    path = written(first + (line.encode() if isinstance(line, str) else line))
    with pytest.raises(InputError, match=message):
        read_lifecycle(path, **SHOW)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*none.jsonl: No such file"):
        read_listings(tmp_path / "none.jsonl", **SHOW)


def test_sources(written):
    path = written('{"url": "rtmp://h/live/a", "room": "a", "fps": 1}\n{"url": "b.mp4", "room": "b", "speed": 0}\n')
    assert read_sources(path) == [
        SourceSpec(url="rtmp://h/live/a", room="a", fps=1),
        SourceSpec(url="b.mp4", room="b", speed=0),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"url": "a", "room": "a"}\n{"url": "b", "room": "a"}', "more than one source: a"),
        ("", "names no source"),
        ('{"url": "a", "room": "a", "fps": 0}', r"rows.jsonl:1: .*fps"),
        ('{"url": "a", "room": "a", "speed": -1}', r"rows.jsonl:1: .*speed"),
    ],
)
def test_impossible_sources(written, text, message):
    with pytest.raises(InputError, match=message):
        read_sources(written(text))

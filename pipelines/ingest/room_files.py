"""Files that describe rooms, as JSON lines: sources to ingest, listing changes, complaints, lifecycle.

Times in the files are milliseconds after the start of the show (`at_ms`), so that a file can be played at any time.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from pipelines.errors import InputError
from pipelines.ingest.source import EventTime, SourceSpec
from schemas import AccountHistory, ConsumerReport, Lifecycle, LifecycleChange, ListingAction, ListingChange

Row = TypeVar("Row")


class _ListingRow(msgspec.Struct, forbid_unknown_fields=True):
    at_ms: EventTime
    listing_id: str
    change: ListingAction
    title: str = ""
    link_number: int | None = None
    price_cny: float | None = None
    merchant: str = ""
    description: str = ""
    category: str = ""


class _ReportRow(msgspec.Struct, forbid_unknown_fields=True):
    at_ms: EventTime
    report_id: str
    text: str
    reporter: str = ""
    account_age_days: int | None = None
    order_id: str = ""
    listing_id: str = ""
    merchant: str = ""
    test_report: bool = False


class _LifecycleRow(msgspec.Struct, forbid_unknown_fields=True):
    at_ms: EventTime
    change: LifecycleChange
    host: str = ""
    title: str = ""
    merchants: tuple[str, ...] = ()
    authorised_brands: tuple[str, ...] = ()
    detail: str = ""
    history: tuple[AccountHistory, ...] = ()
    previous_merchants: tuple[str, ...] = ()
    utc_offset_minutes: int | None = None
    viewers: int | None = None
    peak_viewers: int | None = None


def read_listings(path: Path, *, room: str, session: str, start_ms: int) -> list[ListingChange]:
    """Read a `listings.jsonl`, in the order of time.

    A line is `{"at_ms", "listing_id", "change"}` and, where known, `title`, `price_cny`, `link_number`, `merchant`,
    `description`, `category`.

    Raises:
        InputError: the file cannot be read or a line is wrong; names file and line.
    """
    changes = [
        ListingChange(
            room=room, session=session, time_ms=start_ms + row.at_ms, listing_id=row.listing_id, change=row.change,
            title=row.title, price_cny=row.price_cny, link_number=row.link_number, merchant=row.merchant,
            description=row.description, category=row.category,
        )
        for row in _rows(path, _ListingRow)
    ]  # fmt: skip
    return sorted(changes, key=lambda change: change.time_ms)


def read_reports(path: Path, *, room: str, session: str, start_ms: int) -> list[ConsumerReport]:
    """Read a `reports.jsonl`, in the order of time.

    A line is `{"at_ms", "report_id", "text"}` and, where known, `reporter`, `account_age_days`, `order_id`,
    `listing_id`, `merchant`, `test_report`.

    Raises:
        InputError: the file cannot be read or a line is wrong; names file and line.
    """
    reports = [
        ConsumerReport(
            room=room, session=session, time_ms=start_ms + row.at_ms, report_id=row.report_id, text=row.text,
            reporter=row.reporter, account_age_days=row.account_age_days, order_id=row.order_id,
            listing_id=row.listing_id, merchant=row.merchant, test_report=row.test_report,
        )
        for row in _rows(path, _ReportRow)
    ]  # fmt: skip
    return sorted(reports, key=lambda report: report.time_ms)


def read_lifecycle(path: Path, *, room: str, session: str, start_ms: int) -> list[Lifecycle]:
    """Read a `lifecycle.jsonl`, in the order of time.

    A line is `{"at_ms", "change"}` and, where known, `host`, `title`, `merchants`, `authorised_brands`, `detail`,
    `history`, `previous_merchants`, `utc_offset_minutes`, `viewers`, `peak_viewers`.

    Raises:
        InputError: the file cannot be read or a line is wrong; names file and line.
    """
    changes = [
        Lifecycle(
            room=room, session=session, time_ms=start_ms + row.at_ms, change=row.change, host=row.host,
            title=row.title, merchants=row.merchants, authorised_brands=row.authorised_brands, detail=row.detail,
            history=row.history, previous_merchants=row.previous_merchants, utc_offset_minutes=row.utc_offset_minutes,
            viewers=row.viewers, peak_viewers=row.peak_viewers,
        )
        for row in _rows(path, _LifecycleRow)
    ]  # fmt: skip
    return sorted(changes, key=lambda change: change.time_ms)


def read_sources(path: Path) -> list[SourceSpec]:
    """Read a file of sources: one `SourceSpec` a line, at least `{"url", "room"}`.

    Raises:
        InputError: the file cannot be read, a line is wrong, or a room comes twice.
    """
    specs = list(_rows(path, SourceSpec))
    rooms = [spec.room for spec in specs]
    twice = {room for room in rooms if rooms.count(room) > 1}
    if twice:
        raise InputError(f"{path}: rooms with more than one source: {', '.join(sorted(twice))}")
    if not specs:
        raise InputError(f'{path} names no source; a line looks like {{"url": "rtmp://…", "room": "…"}}')
    return specs


def _rows(path: Path, kind: type[Row]) -> Iterator[Row]:
    decoder = msgspec.json.Decoder(kind)
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{path}:{number}: {error}") from error

"""Stored events as JSON lines: from files, or from the topics that still hold them."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import click

from pipelines.broker.clients import read_topics
from pipelines.clock import now_ms
from pipelines.errors import InputError
from pipelines.settings import Settings, load_settings
from schemas.cloudevents import decode
from schemas.errors import DecodeError
from schemas.lines import to_line
from schemas.topics import ENFORCEMENT_OUTCOMES, EVIDENCE_SEALS, ROOM_LIFECYCLE, SUSPICION_EVENTS, TOPICS

SOURCES = (SUSPICION_EVENTS, ROOM_LIFECYCLE, EVIDENCE_SEALS, ENFORCEMENT_OUTCOMES)


def stored_lines(files: Iterable[Path], *, kafka: bool, since_hours: float | None) -> Iterator[bytes]:
    """Lines of the files, one after another, or of the topics that decide about rooms.

    Raises:
        InputError: a file cannot be read.
    """
    return _kafka_lines(load_settings(), since_hours) if kafka else chain.from_iterable(map(_file_lines, files))


def _file_lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as lines:
            yield from lines
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def _kafka_lines(settings: Settings, since_hours: float | None) -> Iterator[bytes]:
    start_ms = None if since_hours is None else now_ms() - round(since_hours * 3_600_000)
    bad = 0
    for record in read_topics(settings, [topic.name for topic in SOURCES], start_ms=start_ms):
        try:
            message = decode(TOPICS[record.topic], key=record.key, value=record.value, headers=record.headers)
        except DecodeError:
            bad += 1  # its worker has dead-lettered it, with the reason
            continue
        yield to_line(message).encode()
    if bad:
        click.echo(f"{bad} records that cannot be decoded were left out", err=True)

"""Kafka records as files of a bundle, byte for byte, and back.

A topic is one file of JSON lines, `records/<topic>.jsonl`: partition, offset, timestamp_ms, key, headers and value of
each record. Bytes that are UTF-8 stand as text, others under the same name with `_base64`. The values of pictures and
sound are files of their own, `media/<topic>/<partition>-<offset>.jpg|pcm`, which the line names as `value_file`.
"""

import base64
import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipelines.broker.reader import ConsumedRecord
from schemas.topics import LIVE_AUDIO, LIVE_FRAMES

MEDIA = {LIVE_FRAMES.name: "jpg", LIVE_AUDIO.name: "pcm"}
"""Topics whose values are media, and the ending of their files."""


def record_files(records: Iterable[ConsumedRecord], *, compress: bool = False) -> dict[str, bytes]:
    """Files of some records, which are put in the order of their topic, partition and offset.

    Args:
        records: of any topics; one that is given twice is kept once.
        compress: gzip the JSON lines (`.jsonl.gz`).
    """
    lines: dict[str, list[bytes]] = {}
    files: dict[str, bytes] = {}
    places = {(one.topic, one.partition, one.offset): one for one in records}
    for (topic, _, _), record in sorted(places.items()):
        media = _media_file(record)
        if media:
            files[media] = record.value or b""
        lines.setdefault(topic, []).append(_line(record, media))
    for topic, texts in lines.items():
        data = b"".join(texts)
        if compress:  # no file time in it: the same records give the same bytes
            files[f"records/{topic}.jsonl.gz"] = gzip.compress(data, mtime=0)
        else:
            files[f"records/{topic}.jsonl"] = data
    return files


def read_records(files: Mapping[str, bytes]) -> Iterator[ConsumedRecord]:
    """The records of a bundle's files, as `record_files` or `read_bag` give them.

    Raises:
        ValueError: a line is none of these.
    """
    paths = {name.removeprefix("data/"): data for name, data in files.items()}
    for name, data in sorted(paths.items()):
        if not name.startswith("records/"):
            continue
        topic = name.removeprefix("records/").partition(".jsonl")[0]
        text = gzip.decompress(data) if name.endswith(".gz") else data
        for line in text.splitlines():
            yield _record(topic, json.loads(line), paths)


def _media_file(record: ConsumedRecord) -> str:
    ending = MEDIA.get(record.topic)
    return f"media/{record.topic}/{record.partition:05d}-{record.offset:012d}.{ending}" if ending else ""


def _line(record: ConsumedRecord, media: str) -> bytes:
    fields: dict[str, Any] = {
        "partition": record.partition,
        "offset": record.offset,
        "timestamp_ms": record.timestamp_ms,
        **_words("key", record.key),
        "headers": [{"name": name, **_words("value", data)} for name, data in record.headers],
        **({"value_file": media} if media else _words("value", record.value)),
    }
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _words(name: str, data: bytes | None) -> dict[str, str | None]:
    if data is None:
        return {name: None}
    try:
        return {name: data.decode("utf-8")}
    except UnicodeDecodeError:
        return {f"{name}_base64": base64.b64encode(data).decode()}


def _bytes(fields: Mapping[str, Any], name: str) -> bytes | None:
    if f"{name}_base64" in fields:
        return base64.b64decode(fields[f"{name}_base64"])
    text = fields[name]
    return None if text is None else text.encode()


def _record(topic: str, fields: Mapping[str, Any], files: Mapping[str, bytes]) -> ConsumedRecord:
    return ConsumedRecord(
        topic=topic,
        partition=fields["partition"],
        offset=fields["offset"],
        key=_bytes(fields, "key"),
        value=files[fields["value_file"]] if "value_file" in fields else _bytes(fields, "value"),
        headers=[(one["name"], _bytes(one, "value")) for one in fields["headers"]],
        timestamp_ms=fields["timestamp_ms"],
    )

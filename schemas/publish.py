"""Writes the published schemas and golden examples: `python -m schemas.publish` (or `make schemas`).

`schemas/published/<name>.v<version>.schema.json` is the JSON Schema of a payload, and
`schemas/published/<name>.v<version>.example.json` a whole record: key, headers, value. A golden example of a released
version is never changed, only added to: a test decodes every one of them with today's code.
"""

import base64
import json
from pathlib import Path
from typing import Any

import msgspec

from schemas.cloudevents import Record, encode
from schemas.examples import EXAMPLES
from schemas.topics import MESSAGE_TYPES

FOLDER = Path(__file__).parent / "published"


def documents() -> dict[str, str]:
    """File name -> text of every published file."""
    examples = {type(example): example for example in EXAMPLES}
    texts = {}
    for kind in MESSAGE_TYPES:
        stem = f"{kind.name}.v{kind.version}"
        texts[f"{stem}.example.json"] = _text(record_document(encode(examples[kind.struct], source="dajia/example")))
        if not kind.binary_header:
            texts[f"{stem}.schema.json"] = _text(_schema(kind.struct, kind.ce_type))
    return texts


def record_document(record: Record) -> dict[str, Any]:
    """A record as JSON: the value as JSON where it is JSON, otherwise in base64."""
    document: dict[str, Any] = {
        "key": record.key.decode(),
        "timestamp_ms": record.timestamp_ms,
        "headers": {name: data.decode() for name, data in record.headers},
    }
    if document["headers"]["content-type"] == "application/json":
        return document | {"value": json.loads(record.value)}
    return document | {"value_base64": base64.b64encode(record.value).decode()}


def _schema(struct: type, title: str) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title} | msgspec.json.schema(struct)


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in documents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

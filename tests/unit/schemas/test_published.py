"""The published schemas and golden examples agree with the code, and old examples still decode."""

import base64
import json
from pathlib import Path

import jsonschema
import pytest

from schemas import TOPICS
from schemas.cloudevents import decode, encode
from schemas.examples import EXAMPLES
from schemas.publish import FOLDER, documents
from schemas.topics import MESSAGE_TYPES

GOLDEN = sorted(FOLDER.glob("*.example.json"))
TOPIC_OF = {kind.ce_type: topic for topic in TOPICS.values() for kind in topic.types}


def test_published_files_are_what_the_code_gives():
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert on_disk == documents(), "run `make schemas` and look at the difference: only additions are allowed"


def test_every_type_has_an_example_and_a_topic():
    assert {type(example) for example in EXAMPLES} == {kind.struct for kind in MESSAGE_TYPES}
    assert set(TOPIC_OF) == {kind.ce_type for kind in MESSAGE_TYPES}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_golden_example_decodes_to_the_same_record(path: Path):
    document = json.loads(path.read_text(encoding="utf-8"))
    value = (
        base64.b64decode(document["value_base64"])
        if "value_base64" in document
        else json.dumps(document["value"]).encode()
    )
    headers = [(name, text.encode()) for name, text in document["headers"].items()]
    message = decode(
        TOPIC_OF[document["headers"]["ce_type"]], key=document["key"].encode(), value=value, headers=headers
    )
    assert message == next(example for example in EXAMPLES if type(example) is type(message))
    record = encode(message, source="dajia/example")
    assert dict(record.headers) == dict(headers)
    assert record.timestamp_ms == document["timestamp_ms"]


@pytest.mark.parametrize("kind", [kind for kind in MESSAGE_TYPES if not kind.binary_header], ids=lambda kind: kind.name)
def test_example_satisfies_its_schema_and_a_broken_one_does_not(kind):
    schema = json.loads((FOLDER / f"{kind.name}.v{kind.version}.schema.json").read_text(encoding="utf-8"))
    value = json.loads((FOLDER / f"{kind.name}.v{kind.version}.example.json").read_text(encoding="utf-8"))["value"]
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(value)
    required = next(iter(value))
    assert not validator.is_valid({name: item for name, item in value.items() if name != required})


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_a_decoder_ignores_fields_it_does_not_know(example):
    record = encode(example, source="test")
    topic = TOPIC_OF[dict(record.headers)["ce_type"].decode()]
    if dict(record.headers)["content-type"] != b"application/json":
        pytest.skip("media has no fields")
    wider = json.dumps(json.loads(record.value) | {"added_next_year": [1, {"a": None}]}).encode()
    assert decode(topic, key=record.key, value=wider, headers=record.headers) == example

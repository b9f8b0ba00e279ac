"""Lines from a descriptor that may be slow, huge or silent."""

import os
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.line_reader import MOST_LINE_BYTES, LineReader


@pytest.fixture
def pipe():
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


def all_lines(reader: LineReader) -> list[bytes]:
    lines = []
    while not reader.ended:
        line = reader.next_line(1.0)
        if line is not None:
            lines.append(line)
    return lines


def test_a_silent_pipe_does_not_hold_us(pipe):
    reading, writing = pipe
    reader = LineReader(reading)
    os.write(writing, b"half a li")
    began_s = time.monotonic()
    assert reader.next_line(0.05) is None
    assert reader.next_line(0.05) is None
    assert time.monotonic() - began_s < 0.5
    assert not reader.ended
    os.write(writing, b"ne\nnext")
    assert reader.next_line(0.05) == b"half a line"
    os.close(writing)
    assert all_lines(reader) == [b"next"]
    assert reader.ended


@given(st.lists(st.binary(max_size=300).map(lambda data: data.replace(b"\n", b" ")), max_size=60), st.booleans())
def test_every_line_comes_once_and_in_order(tmp_path_factory, lines, ends_with_newline):
    path = tmp_path_factory.mktemp("lines") / "f"
    text = b"\n".join(lines) + (b"\n" if ends_with_newline and lines else b"")
    path.write_bytes(text)
    expected = text.split(b"\n")
    if not expected[-1]:
        expected.pop()
    with path.open("rb") as file:
        assert all_lines(LineReader(file.fileno())) == expected


@pytest.mark.parametrize("length", [MOST_LINE_BYTES - 1, MOST_LINE_BYTES, MOST_LINE_BYTES + 1, 5 * MOST_LINE_BYTES])
@pytest.mark.parametrize("end", [b"\nnext\n", b"\n", b""])
def test_a_huge_line_is_cut_and_the_next_one_is_whole(tmp_path, length, end):
    path = tmp_path / "f"
    path.write_bytes(b"first\n" + b"x" * length + end)
    with path.open("rb") as file:
        lines = all_lines(LineReader(file.fileno()))
    assert lines[0] == b"first"
    assert lines[1] == b"x" * min(length, MOST_LINE_BYTES)
    assert lines[2:] == ([b"next"] if b"next" in end else [])

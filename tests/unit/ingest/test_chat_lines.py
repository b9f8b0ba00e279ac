"""Chat lines in and out: what is refused, how viewers are hidden, which ids lines get."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import InputError
from pipelines.ingest.chat_lines import MOST_TEXT_BYTES, ChatInput, LineMaker, parse_chat_line, viewer_hash


def maker(**changes) -> LineMaker:
    return LineMaker(**{"room": "r1", "session": "s1", "viewer_key": "a key for tests", **changes})


def test_a_line():
    chat = parse_chat_line('{"viewer": "u1", "text": "是正品吗", "at_ms": 1200, "level": 7}'.encode())
    assert chat == ChatInput(viewer="u1", text="是正品吗", at_ms=1200)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"viewer": "u", "text": "\xff"}', "not UTF-8: .* at byte 25"),
        (b"hello", "JSON is malformed"),
        (b'{"viewer": "u"}', "missing required field `text`.*a line looks like"),
        (b'{"viewer": 7, "text": "x"}', r"Expected `str`.*\$\.viewer"),
        (b'{"viewer": "u", "text": "x", "at_ms": -1}', r">= 0.*\$\.at_ms"),
        (b'{"viewer": "u", "text": "x", "time_ms": 1e300}', r"\$\.time_ms"),
        (b'{"viewer": "u", "text": "x", "at_ms": 1, "time_ms": 2}', "both at_ms and time_ms"),
        (b'[["viewer"', "got `array`"),
        (b"[" * 100_000, "a line looks like"),
        (b'{"viewer": "u", "text": "' + b"x" * (MOST_TEXT_BYTES + 1) + b'"}', "longer than"),
    ],
)
def test_what_cannot_be_used(line, message):
    with pytest.raises(InputError, match=message):
        parse_chat_line(line)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_line_or_an_input_error(data):
    try:
        parse_chat_line(data)
    except InputError:
        return


@given(st.text(max_size=40), st.text(max_size=40))
def test_viewers_are_hidden_and_kept_apart(first, second):
    key = "a key for tests"
    assert (viewer_hash(first, key) == viewer_hash(second, key)) == (first == second)
    assert viewer_hash(first, key) != viewer_hash(first, "another key")
    assert len(viewer_hash(first, key)) == 32


def test_the_viewer_is_hashed_with_hmac_sha256():
    # RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?"
    assert viewer_hash("what do ya want for nothing?", "Jefe") == "5bdcc146bf60754e6a042426089575c7"


def test_no_identity_leaves():
    item = maker().make(ChatInput(viewer="13800138000", text="hi"), time_ms=5)
    assert "13800138000" not in repr(item)
    assert (item.room, item.session, item.line.time_ms, item.line.text) == ("r1", "s1", 5, "hi")


def test_ids_are_the_same_in_another_run_and_differ_between_lines():
    def ids():
        lines = maker()
        return [
            lines.make(ChatInput(viewer=viewer, text=text), time_ms=time).line.line_id
            for viewer, text, time in [("a", "假", 1), ("a", "假", 1), ("b", "假", 1), ("a", "真", 1), ("a", "假", 2)]
        ]

    assert ids() == ids()
    assert len(set(ids())) == 5


def test_lines_with_a_room_of_their_own():
    lines = maker()
    own = lines.make(ChatInput(viewer="u", text="x", room="r2", session="s2"), time_ms=1)
    assert (own.room, own.session) == ("r2", "s2")
    with pytest.raises(InputError, match="no room or session"):
        lines.make(ChatInput(viewer="u", text="x", room="r2"), time_ms=1)
    with pytest.raises(InputError, match="give --room and --session"):
        maker(room="", session="").make(ChatInput(viewer="u", text="x"), time_ms=1)

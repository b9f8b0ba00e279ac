"""Chat lines as a gateway gets them: JSON in, danmaku lines with hashed viewers out. Pure."""

import hashlib
import hmac

import msgspec

from pipelines.errors import InputError
from pipelines.ingest.source import EventTime
from schemas import DanmakuLine, stable_id

VIEWER_HEX_CHARS = 32
"""Length of a viewer's hash: 128 bits of HMAC-SHA256, the length of every id of ours."""

MOST_TEXT_BYTES = 16_384
"""Longest text taken, UTF-8 bytes; platforms cap chat lines at some hundred characters."""


class ChatInput(msgspec.Struct, frozen=True):
    """One line of input. Unknown fields are ignored."""

    viewer: str
    text: str
    at_ms: EventTime | None = None
    """Milliseconds after the start of the show."""
    time_ms: EventTime | None = None
    """Milliseconds since the epoch."""
    room: str = ""
    session: str = ""


class RoomLine(msgspec.Struct, frozen=True):
    """A chat line and the show it belongs to."""

    room: str
    session: str
    line: DanmakuLine


_DECODER = msgspec.json.Decoder(ChatInput)


def parse_chat_line(data: bytes) -> ChatInput:
    """Read one line of JSON.

    Raises:
        InputError: not UTF-8, not JSON, a field is missing or wrong, or the text is too long.
    """
    try:
        data.decode("utf-8")
        parsed = _DECODER.decode(data)
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8: {error.reason} at byte {error.start}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f'{error}; a line looks like {{"viewer": "u1", "text": "…", "at_ms": 1200}}') from error
    if parsed.at_ms is not None and parsed.time_ms is not None:
        raise InputError("has both at_ms and time_ms; give one of them")
    if len(parsed.text.encode("utf-8", "surrogatepass")) > MOST_TEXT_BYTES:
        raise InputError(f"the text is longer than {MOST_TEXT_BYTES} bytes")
    return parsed


def viewer_hash(viewer: str, key: str) -> str:
    """Replace a viewer's identity by a keyed hash: the same under one key, nothing without it."""
    digest = hmac.new(key.encode(), viewer.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return digest.hexdigest()[:VIEWER_HEX_CHARS]


class LineMaker:
    """Makes danmaku lines with deterministic ids.

    The same lines in the same order get the same ids. Lines that are equal in everything, the millisecond included,
    are told apart by their number, so that none is lost.
    """

    def __init__(self, *, room: str, session: str, viewer_key: str) -> None:
        """Set what lines without a room or session of their own get."""
        self._room = room
        self._session = session
        self._viewer_key = viewer_key
        self._equal: dict[str, int] = {}
        self._equal_ms: int | None = None

    def make(self, chat: ChatInput, *, time_ms: int) -> RoomLine:
        """Make the line of `chat`, typed at `time_ms`.

        Raises:
            InputError: neither the line nor the command names the room and session.
        """
        room = chat.room or self._room
        session = chat.session or (self._session if room == self._room else "")
        if not room or not session:
            raise InputError("no room or session: give --room and --session, or put both into the line")
        viewer = viewer_hash(chat.viewer, self._viewer_key)
        number = self._number(stable_id("danmaku-line", room, session, time_ms, viewer, chat.text), time_ms)
        line_id = stable_id("danmaku-line", room, session, time_ms, viewer, chat.text, number)
        return RoomLine(
            room=room,
            session=session,
            line=DanmakuLine(line_id=line_id, viewer=viewer, time_ms=time_ms, text=chat.text),
        )

    def _number(self, content: str, time_ms: int) -> int:
        if time_ms != self._equal_ms:
            self._equal.clear()
            self._equal_ms = time_ms
        self._equal[content] = self._equal.get(content, -1) + 1
        return self._equal[content]

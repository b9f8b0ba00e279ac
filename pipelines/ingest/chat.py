"""The chat gateway: lines of a file or of standard input to `live-danmaku`, in time and in batches."""

import threading
import time
from collections.abc import Callable, Iterable

import msgspec

from pipelines.errors import InputError
from pipelines.ingest.chat_batches import ChatBatcher
from pipelines.ingest.chat_lines import ChatInput, LineMaker, parse_chat_line
from pipelines.ingest.line_reader import LineReader
from pipelines.ingest.pacing import Pacer
from pipelines.ingest.show import Sender
from schemas import DanmakuBatch
from schemas.cloudevents import encode
from schemas.topics import LIVE_DANMAKU

CE_SOURCE = "dajia/chat"

_STOP_POLL_S = 0.5
"""How often a gateway without work looks whether it shall stop."""


class ChatSummary(msgspec.Struct, kw_only=True):
    """Counts of one run."""

    lines: int = 0
    """Lines published."""
    batches: int = 0
    rejected: int = 0
    """Lines that could not be read; each was reported."""


class ChatGateway:
    """Publishes chat lines; use `run` once."""

    def __init__(
        self,
        sender: Sender,
        maker: LineMaker,
        *,
        start_ms: int,
        speed: float,
        stop: threading.Event,
        reject: Callable[[int, str], None],
    ) -> None:
        """Set up a gateway.

        Args:
            sender: where records go, a `Publisher`.
            maker: makes lines of one room and key.
            start_ms: event time of `at_ms` 0, milliseconds since the epoch.
            speed: how fast lines with `at_ms` are sent; 0 as fast as possible.
            stop: set it to end early; what waits is sent.
            reject: told the number (from 1) of each unusable line, and why.
        """
        self._sender = sender
        self._maker = maker
        self._start_ms = start_ms
        self._pacer = Pacer(speed)
        self._stop = stop
        self._reject = reject
        self._batcher = ChatBatcher()
        self._summary = ChatSummary()

    def run(self, lines: LineReader) -> ChatSummary:
        """Publish all lines, which may be long in coming; returns at their end or when stopped.

        Raises:
            DeliveryError: Kafka did not take a record.
        """
        self._pacer.delay_s(self._start_ms, monotonic_s=time.monotonic())
        number = 0
        while not self._stop.is_set() and not lines.ended:
            data = lines.next_line(self._patience_s())
            if data is not None:
                number += 1
                if data.strip():
                    self._take(number, data)
            self._send(self._batcher.due(now_ms=_now_ms()))
        self._send(self._batcher.drain())
        return self._summary

    def _take(self, number: int, data: bytes) -> None:
        try:
            chat = parse_chat_line(data)
            item = self._maker.make(chat, time_ms=self._wait_for(chat))
        except InputError as error:
            self._summary.rejected += 1
            self._reject(number, str(error))
            return
        self._send(self._batcher.add(item, now_ms=_now_ms()))

    def _wait_for(self, chat: ChatInput) -> int:
        """Wait until the line is typed, sending meanwhile what is due; returns its event time."""
        if chat.time_ms is not None:
            return chat.time_ms
        if chat.at_ms is None:
            return time.time_ns() // 1_000_000
        time_ms = self._start_ms + chat.at_ms
        while (delay_s := self._pacer.delay_s(time_ms, monotonic_s=time.monotonic())) > 0 and not self._stop.is_set():
            self._stop.wait(min(delay_s, self._patience_s()))
            self._send(self._batcher.due(now_ms=_now_ms()))
        return time_ms

    def _patience_s(self) -> float:
        deadline_ms = self._batcher.deadline_ms()
        return _STOP_POLL_S if deadline_ms is None else min(_STOP_POLL_S, max(0.0, (deadline_ms - _now_ms()) / 1000))

    def _send(self, batches: Iterable[DanmakuBatch]) -> None:
        for batch in batches:
            self._sender.send(LIVE_DANMAKU.name, encode(batch, source=CE_SOURCE))
            self._summary.batches += 1
            self._summary.lines += len(batch.lines)


def _now_ms() -> float:
    return time.monotonic() * 1000

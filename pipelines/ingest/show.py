"""One show on its way to Kafka: numbers its frames and chunks and remembers the last moment that was on air."""

from typing import Protocol

from pipelines.ingest.source import IngestSummary, SourceSpec
from schemas import AudioChunk, Frame, Lifecycle, LifecycleChange, Message
from schemas.cloudevents import Record, encode
from schemas.topics import LIVE_AUDIO, LIVE_FRAMES, ROOM_LIFECYCLE, Topic

CE_SOURCE = "dajia/ingest"


class Sender(Protocol):
    """What ingest needs of `pipelines.broker.clients.Publisher`."""

    def send(self, topic: str, record: Record) -> None:
        """Queue a record; blocks while the queue is full, raises DeliveryError when an earlier one was lost."""
        ...


class Show:
    """Publishes what belongs to one session."""

    def __init__(self, spec: SourceSpec, sender: Sender, summary: IngestSummary) -> None:
        self._spec = spec
        self._sender = sender
        self.summary = summary

    def frame(self, time_ms: int, jpeg: bytes) -> None:
        """Publish a picture."""
        summary = self.summary
        self._send(
            LIVE_FRAMES,
            Frame(room=summary.room, session=summary.session, time_ms=time_ms, sequence=summary.frames, jpeg=jpeg),
        )
        summary.frames += 1
        summary.frame_bytes += len(jpeg)
        summary.last_ms = max(summary.last_ms, time_ms)

    def sound(self, time_ms: int, pcm: bytes) -> None:
        """Publish a chunk of sound."""
        summary = self.summary
        chunk = AudioChunk(
            room=summary.room, session=summary.session, time_ms=time_ms, sequence=summary.audio_chunks, pcm=pcm
        )
        self._send(LIVE_AUDIO, chunk)
        summary.audio_chunks += 1
        summary.audio_ms += chunk.duration_ms
        summary.last_ms = max(summary.last_ms, time_ms + chunk.duration_ms)

    def lifecycle(self, change: LifecycleChange, *, detail: str = "") -> None:
        """Publish start, loss or end at the last moment on air, unless the platform does it."""
        if not self._spec.lifecycle:
            return
        spec, summary = self._spec, self.summary
        self._send(
            ROOM_LIFECYCLE,
            Lifecycle(
                room=summary.room, session=summary.session, time_ms=summary.last_ms, change=change,
                host=spec.host, title=spec.title, merchants=spec.merchants, detail=detail,
            ),
        )  # fmt: skip

    def _send(self, topic: Topic, message: Message) -> None:
        self._sender.send(topic.name, encode(message, source=CE_SOURCE))

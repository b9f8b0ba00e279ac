"""A Faust app for one role, set up as the measured facts of Faust demand.

Why these settings (each is held by a test in `tests/broker` or `tests/agents`):

- raw bytes in and out: one undecodable record in a typed topic stops the agent and takes good records along;
- at-least-once, acknowledged last: the effect is made exactly-once by ids and by state that remembers what it applied;
- stream buffers that do not fill: a full one makes Faust skip records after a rebalance and commit past them (56 of
  624 after a kill -9 with 64, none with 65536); `pipelines.consume` ends the worker if it ever happens all the same;
- recovery that holds the flow while it seeks: see `pipelines.recovery`;
- a session timeout of 30 s (a setting): a worker that is busy with a model must not be expelled.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version
from typing import Any

import faust
import mode
from faust.types import AppT, ChannelT, TableT

from pipelines.broker.faust_options import faust_options
from pipelines.metrics import CONSUMER_LAG, EVENT_LOOP_LAG_SECONDS, READY
from pipelines.recovery import SteadyTables
from pipelines.settings import Settings
from schemas.topics import MEBIBYTE, Topic

PACKAGE_VERSION = version("dajia")
MAX_REQUEST_BYTES = 16 * MEBIBYTE
"""Largest record that workers send: a dead letter holds the whole of an oversize record."""
STREAM_BUFFER = 65_536
"""Records held in memory per stream: an hour of chat batches of a busy partition, some tens of megabytes."""
MEDIA_BUFFER = 16_384
"""The same for pictures and sound: 16 KiB to 60 KiB a record, so up to 1 GB in a worker that is hours behind."""
HOUSEKEEPING_S = 1.0


def create_app(role: str, settings: Settings, *, stream_buffer: int = STREAM_BUFFER) -> AppT:
    """Build the Faust app of a role; its id `<prefix>-<role>` is its consumer group.

    Args:
        role: name of the agent, for instance `frames`.
        settings: broker, prefix and partition count.
        stream_buffer: records held in memory per stream.
    """
    settings.state_dir.mkdir(parents=True, exist_ok=True)  # Faust makes only the last folder of its datadir
    ours: dict[str, Any] = {
        "broker": [f"kafka://{address.strip()}" for address in settings.kafka_bootstrap_servers.split(",")],
        "store": "memory://",
        "topic_partitions": settings.partitions,
        "topic_replication_factor": settings.replication_factor,
        "topic_disable_leader": True,
        "topic_allow_declare": True,
        "key_serializer": "raw",
        "value_serializer": "raw",
        "processing_guarantee": "at_least_once",
        "agent_supervisor": mode.CrashingSupervisor,
        "stream_buffer_maxsize": stream_buffer,
        "stream_wait_empty": False,
        "producer_linger": 0.02,
        "producer_max_request_size": MAX_REQUEST_BYTES,
        "TableManager": SteadyTables,
        "broker_session_timeout": settings.session_timeout_s,
        "broker_heartbeat_interval": min(3.0, settings.session_timeout_s / 3),
        "broker_commit_interval": 1.0,
        "consumer_auto_offset_reset": "earliest",
        "web_enabled": False,
        "datadir": str(settings.state_dir / role),
        "version": 1,
    }
    app = faust.App(f"{settings.app_prefix}-{role}", **ours, **faust_options(settings, ours.keys()))
    _housekeeping(app, role)
    return app


def source(app: AppT, topics: tuple[Topic, ...]) -> ChannelT[bytes]:
    """One channel over topics of the table, as raw bytes."""
    channel: ChannelT[bytes] = app.topic(
        *(topic.name for topic in topics),
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
    )
    return channel


def room_table(app: AppT, name: str, settings: Settings, *, partitions: int | None = None) -> TableT[bytes, bytes]:
    """A plain table keyed by room, in step with the partitions of the room topics, or of another source."""
    table: TableT[bytes, bytes] = app.Table(
        name, key_type=bytes, value_type=bytes, partitions=partitions or settings.partitions
    )
    return table


def every(app: AppT, seconds: float, action: Callable[[], Awaitable[None]]) -> None:
    """Call `action` every so often while the worker runs."""

    @app.timer(seconds)
    async def _timer() -> None:
        await action()


def _housekeeping(app: AppT, role: str) -> None:
    """Publish the lateness of the event loop and readiness every second."""
    expected: list[float] = []

    async def measure() -> None:
        now = time.monotonic()
        if expected:
            EVENT_LOOP_LAG_SECONDS.labels(role).set(max(0.0, now - expected[0]))
        expected[:] = [now + HOUSEKEEPING_S]
        READY.labels(role).set(0 if app.rebalancing or app.unassigned or app.in_transaction else 1)
        await asyncio.sleep(0)

    every(app, HOUSEKEEPING_S, measure)


class LagGauge:
    """Shows the lag of the partitions that this worker holds now: one that moved away is shown by its new worker."""

    def __init__(self, role: str) -> None:
        self._role = role
        self._shown: set[tuple[str, int]] = set()

    def show(self, lags: Mapping[tuple[str, int], int]) -> None:
        """Set the lag of these partitions, and take all others of the role away."""
        for topic, partition in self._shown - lags.keys():
            CONSUMER_LAG.remove(self._role, topic, str(partition))
        for (topic, partition), records in lags.items():
            CONSUMER_LAG.labels(self._role, topic, str(partition)).set(records)
        self._shown = set(lags)

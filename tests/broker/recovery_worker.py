"""A worker with a table for test_recovery: writes down the records it gets, and seeks late after its recovery.

python recovery_worker.py TOPIC LOG (ours|stock)
"""

import asyncio
import sys
from pathlib import Path

import faust

from pipelines.app import create_app, room_table
from pipelines.settings import load_settings

SEEK_LASTS_S = 2
"""Stands for many partitions and a busy worker: the seek of one is long done when that of the last one is."""


def main(topic: str, log: str, way: str) -> None:
    settings = load_settings()
    app = create_app("recovery", settings)
    if way == "stock":
        app.conf.TableManager = faust.tables.TableManager
    table = room_table(app, "numbers", settings)
    channel = app.topic(topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
    lines = Path(log).open("a", encoding="ascii", buffering=1)  # noqa: SIM115 (open as long as the process lives)

    @app.on_rebalance_complete.connect
    async def make_the_seek_last(_app, **_):
        seek = type(app.consumer).perform_seek

        async def slow_seek():
            await seek(app.consumer)
            await asyncio.sleep(SEEK_LASTS_S)

        app.consumer.perform_seek = slow_seek

    @app.agent(channel)
    async def agent(stream):
        async for event in stream.noack().events():
            lines.write(f"{event.value.decode()}\n")
            table[event.key] = event.value
            await asyncio.sleep(0.005)
            await stream.ack(event)

    faust.Worker(app, loglevel="warning", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main(*sys.argv[1:])

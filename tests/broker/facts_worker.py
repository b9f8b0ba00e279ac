"""A Faust worker for test_engine_facts: writes down what it begins and finishes, and fails at record 5 when told to.

    python facts_worker.py TOPIC LOG (ours|plain) (fail|go-on)

`ours` is how every agent of the project works; `plain` is how the manual of Faust writes an agent.
"""

import sys
from pathlib import Path

import faust
import mode

from pipelines.app import create_app
from pipelines.settings import load_settings

BAD_NUMBER = b"5"


def main(topic: str, log: str, way: str, fail: str) -> None:
    app = create_app("facts", load_settings())
    channel = app.topic(topic, key_serializer="raw", value_serializer="raw")
    lines = Path(log).open("a", encoding="ascii", buffering=1)  # noqa: SIM115 (open as long as the process lives)

    def work(value: bytes) -> None:
        lines.write(f"begin {value.decode()}\n")
        if fail == "fail" and value == BAD_NUMBER:
            raise RuntimeError("told to fail")
        lines.write(f"done {value.decode()}\n")

    if way == "ours":

        @app.agent(channel)
        async def agent(stream):
            async for event in stream.noack().events():
                work(event.value)
                await stream.ack(event)
    else:

        @app.agent(channel, supervisor_strategy=mode.OneForOneSupervisor)
        async def agent(stream):
            async for event in stream.events():
                work(event.value)

    faust.Worker(app, loglevel="warning", redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main(*sys.argv[1:])

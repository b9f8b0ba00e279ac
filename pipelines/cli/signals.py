"""Ending in order: Ctrl-C and SIGTERM ask a command to finish what it has begun."""

import signal
import threading
from types import FrameType
from typing import NoReturn


def stop_on_signals() -> threading.Event:
    """Make an event that Ctrl-C and SIGTERM set; a second signal ends the process at once."""
    stop = threading.Event()

    def on_signal(number: int, _frame: object) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    return stop


def interrupt_on_sigterm() -> None:
    """Treat SIGTERM as Ctrl-C: for commands that clean up as a KeyboardInterrupt passes."""

    def interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)

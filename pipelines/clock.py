"""The one place that asks the clock. Judgement never does: it is given the time."""

import time
from datetime import UTC, date, datetime


def now_ms() -> int:
    """Wall clock, milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def today() -> date:
    """Day by the wall clock, UTC: what the lexicon's last days are compared with."""
    return datetime.fromtimestamp(now_ms() / 1000, UTC).date()

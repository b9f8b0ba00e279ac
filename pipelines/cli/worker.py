"""`dajia worker`: one role as a Faust worker, or all of them."""

import signal
import sys
from types import FrameType

import click

from pipelines.settings import load_settings
from pipelines.workers import ROLES, run_all, run_worker


@click.command(epilog="Example: dajia topics apply && dajia worker danmaku")
@click.argument("role", type=click.Choice([*ROLES, "all"]))
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True
)
def worker(role: str, log_level: str) -> None:
    """Run one ROLE as a Faust worker, or `all` of them in one process tree.

    Reads and writes the Kafka topics of the topic table (`dajia topics list`) at KAFKA_BOOTSTRAP_SERVERS. Start more
    workers of a role to share its rooms. Logs are JSON lines on stderr; metrics are served for Prometheus
    (DAJIA_METRICS_HOST, DAJIA_METRICS_PORT).
    """
    if role == "all":
        signal.signal(signal.SIGTERM, _interrupt)
        sys.exit(run_all(log_level))
    run_worker(role, load_settings(), log_level)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt

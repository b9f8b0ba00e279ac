"""`dajia worker`: one role as a Faust worker, or all of them."""

import click

from pipelines.cli.signals import stop_on_signals
from pipelines.settings import load_settings
from pipelines.workers import ROLES, run_all, run_worker


@click.command(epilog="Example: dajia topics apply && dajia worker danmaku")
@click.argument("role", type=click.Choice([*ROLES, "all"]))
@click.option(
    "--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", show_default=True
)
@click.option("--parent", type=int, hidden=True, help="Process to end with.")
def worker(role: str, log_level: str, parent: int | None) -> None:
    """Run one ROLE as a Faust worker, or `all` of them in one process tree.

    Reads and writes the Kafka topics of the topic table (`dajia topics list`) at KAFKA_BOOTSTRAP_SERVERS, which must
    exist. Start more workers of a role to share its rooms. Logs are JSON lines on stderr; metrics are served for
    Prometheus at DAJIA_METRICS_HOST and DAJIA_METRICS_PORT; with `all`, each role takes the next port. Ctrl-C and
    SIGTERM end it in order, within about ten seconds.
    """
    if role == "all":
        run_all(load_settings(), log_level, stop=stop_on_signals())
    else:
        run_worker(role, load_settings(), log_level, parent=parent)

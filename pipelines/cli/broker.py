"""`dajia broker`: the embedded broker in the foreground."""

import sys
from contextlib import suppress

import click

from pipelines.broker.embedded import LOOPBACK, SESSION_TIMEOUT_S, EmbeddedBroker
from pipelines.cli.signals import interrupt_on_sigterm


@click.command()
@click.option(
    "--port", default=9092, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 takes a free one."
)
def broker(port: int) -> None:
    """Run an embedded Kafka-compatible broker until Ctrl-C.

    Reads nothing. Writes one line to stdout once it answers, KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:PORT, fit for a shell;
    everything else goes to stderr. It keeps topics in memory: they are gone when it ends. For data that must last run
    Apache Kafka (`make kafka-up`) or name your own cluster.

    \b
    Example:
      dajia broker &
      dajia topics apply
      dajia worker all
    """  # noqa: D301 (click reads \b as "keep these lines")
    interrupt_on_sigterm()
    with suppress(KeyboardInterrupt), EmbeddedBroker(port) as running:
        click.echo(
            f"The embedded broker answers at {LOOPBACK}:{running.port}, in memory only. In another terminal:\n"
            f"  export KAFKA_BOOTSTRAP_SERVERS={running.bootstrap_servers}\n"
            f"  export DAJIA_SESSION_TIMEOUT_S={SESSION_TIMEOUT_S:g}  # workers join its groups faster\n"
            "  dajia topics apply\n"
            "Ctrl-C ends it.",
            err=True,
        )
        click.echo(f"KAFKA_BOOTSTRAP_SERVERS={running.bootstrap_servers}")
        sys.stdout.flush()
        running.wait()

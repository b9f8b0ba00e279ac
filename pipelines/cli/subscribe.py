"""`dajia subscribe`: the reference subscriber of enforcement events."""

import sys

import click

from pipelines.cli.signals import stop_on_signals
from pipelines.settings import load_settings
from pipelines.subscriber import follow
from schemas.topics import ENFORCEMENT_EVENTS


@click.command(epilog="Example: dajia subscribe --group my-service | jq .data.rung")
@click.option("--group", default="subscriber", show_default=True, help="Consumer group; its members share the rooms.")
@click.option("--acknowledge/--no-acknowledge", default=True, show_default=True, help="Answer on enforcement-outcomes.")
@click.option("--from-beginning", is_flag=True, help="A new group starts at the oldest event instead of the newest.")
@click.option("--limit", type=click.IntRange(min=1), help="End after this many distinct actions.")
def subscribe(group: str, *, acknowledge: bool, from_beginning: bool, limit: int | None) -> None:
    """Print enforcement events, each action once, and acknowledge them.

    Reads the topic enforcement-events; writes one JSON line per action to stdout and, unless told otherwise, an outcome
    (received, or expired when `not_after_ms` has passed) to the topic enforcement-outcomes. A repeated or re-sent
    action is neither printed nor acknowledged twice, also after a restart within the same group.
    """
    settings, stop = load_settings(), stop_on_signals()
    click.echo(f"following {ENFORCEMENT_EVENTS.name} at {settings.kafka_bootstrap_servers} as group {group}", err=True)
    lines = follow(
        settings,
        group=group,
        acknowledge=acknowledge,
        from_beginning=from_beginning,
        limit=limit,
        stop=stop.is_set,
    )
    for line in lines:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

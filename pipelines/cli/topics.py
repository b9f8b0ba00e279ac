"""`dajia topics`: create, alter, check and list the topics of the topic table."""

import sys

import click
import msgspec

from pipelines.broker import topics as broker_topics
from pipelines.settings import load_settings


@click.group()
def topics() -> None:
    """Create, alter, check and list Kafka topics from the topic table.

    The broker is the one in KAFKA_BOOTSTRAP_SERVERS (127.0.0.1:9092 when unset).
    """


@topics.command()
def apply() -> None:
    """Create missing topics and set what differs; run it before the first worker and after each upgrade.

    Writes one JSON line a change to stdout, nothing when all is as it should be. A topic with another partition count
    is refused, never changed. Topics outside the table are left alone.

    \b
    Example:
      dajia topics apply
      {"topic":"live-frames","change":"created","detail":"8 partitions"}
    """  # noqa: D301 (click reads \b as "keep these lines")
    settings = load_settings()
    changes = broker_topics.apply_topics(settings)
    for change in changes:
        click.echo(msgspec.json.encode(change))
    click.echo(f"{len(changes)} topics changed at {settings.kafka_bootstrap_servers}", err=True)


@topics.command()
def check() -> None:
    """Compare the broker with the topic table, changing nothing.

    Writes one JSON line a difference to stdout, with what mends it. Exit status 1 when there is a difference.

    \b
    Example:
      dajia topics check
      {"topic":"live-frames","problem":"missing","detail":"`dajia topics apply` creates it"}
    """  # noqa: D301 (as above)
    settings = load_settings()
    problems = broker_topics.check_topics(settings)
    for problem in problems:
        click.echo(msgspec.json.encode(problem))
    click.echo(f"{len(problems)} differences at {settings.kafka_bootstrap_servers}", err=True)
    sys.exit(1 if problems else 0)


@topics.command("list")
def list_() -> None:
    """Write the topics that there should be as JSON lines; needs no broker.

    \b
    Example:
      dajia topics list
      {"name":"live-frames","partitions":8,"config":{"cleanup.policy":"delete",…}}
    """  # noqa: D301 (as above)
    for topic in broker_topics.desired_topics(load_settings()):
        click.echo(msgspec.json.encode(topic))

"""`dajia topics`: create, alter, check and list the topics of the topic table."""

import sys

import click
import msgspec

from pipelines.broker import topics as broker_topics
from pipelines.broker.access_lists import apply_rights, commands
from pipelines.broker.rights import rights_of, roles_with_rights
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


@topics.command()
@click.option("--role", "chosen", multiple=True, help="Only this role; may be given more than once.")
@click.option("--json", "as_json", is_flag=True, help="JSON lines, one a right, instead of commands.")
@click.option("--apply", "applied", is_flag=True, help="Set them on the broker, as a client that may alter rights.")
def acls(chosen: tuple[str, ...], as_json: bool, applied: bool) -> None:  # noqa: FBT001 (flags of the command line)
    """Write what each role may do, as kafka-acls commands; needs no broker but with --apply.

    The rights follow from the topic table: who reads and writes which topic, the group and the changelogs of a worker.
    The user of a role is DAJIA_APP_PREFIX-ROLE. Roles outside this project (platform, chat gateway, …) are among them.

    \b
    Example:
      dajia topics acls --role join | sh
      kafka-acls.sh --bootstrap-server … --add --allow-principal User:dajia-join --operation Read … --topic …
    """  # noqa: D301 (as above)
    settings = load_settings()
    if unknown := set(chosen) - set(roles_with_rights()):
        known = ", ".join(roles_with_rights())
        raise click.BadParameter(f"no such role: {', '.join(sorted(unknown))}; there are {known}", param_hint="--role")
    roles = chosen or roles_with_rights()
    if applied:
        count = apply_rights(roles, settings)
        click.echo(f"{count} rights of {len(roles)} roles set at {settings.kafka_bootstrap_servers}", err=True)
    elif as_json:
        for role in roles:
            for right in rights_of(role, settings):
                click.echo(msgspec.json.encode(right))
    else:
        for command in commands(roles, settings):
            click.echo(command)

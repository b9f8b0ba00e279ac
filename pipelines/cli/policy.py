"""`dajia policy`: check a policy, see its arithmetic, and put it in force in running workers."""

from pathlib import Path

import click
import msgspec

from pipelines.cases.policy import BUNDLED_POLICY as BUNDLED_CASE_POLICY
from pipelines.cases.rules import Policy as CasePolicy
from pipelines.cli.policy_words import say_line, say_policy
from pipelines.errors import InputError
from pipelines.join.arithmetic import arithmetic
from pipelines.join.policy import BUNDLED_POLICY, Policy
from pipelines.policy import read_case_policy, read_policy
from pipelines.settings import load_settings
from schemas import Judges

FILE = click.argument(
    "file", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False, metavar="[FILE]"
)
ACCOUNTS = click.option(
    "--accounts", is_flag=True, help="The policy of hosts and merchants (pipelines/cases/policy.toml), not of rooms."
)
JSON = click.option("--json", "as_json", is_flag=True, help="JSON lines on stdout instead of words on stderr.")


@click.group()
def policy() -> None:
    """Check policies of rooms and of accounts, and put them in force.

    A policy is TOML: pipelines/join/policy.toml, which comes with the package, says what each number means. Workers use
    their own file (DAJIA_POLICY_FILE; for accounts DAJIA_CASES_POLICY_FILE) until one is published; a published one is
    in force between two records.
    """


@policy.command()
@FILE
@click.option(
    "--examples", default=3, show_default=True, type=click.IntRange(0, 50), help="Sets of signs for each line."
)
@ACCOUNTS
@JSON
def check(file: Path | None, *, examples: int, accounts: bool, as_json: bool) -> None:
    """Refuse a policy that cannot be right, or print what each of its lines takes.

    Says file, line and what to change for every line that can never or always fire, is shadowed by another, takes
    itself back, or contradicts itself; exit status 1 then. Otherwise, for each line of the ladder: the nats that it
    needs, for how long one clear set of signs holds it up, and the smallest sets of clear signs that reach it. Without
    FILE the bundled policy.

    \b
    Examples:
      dajia policy check mine.toml
      dajia policy check mine.toml --json | head -1
      {"line":{"name":"live-observe","rung":"observe","nats":2.4,"most":38.5,"examples":[…]}}
    """  # noqa: D301 (click reads \b as "keep these lines")
    if accounts:
        version = read_case_policy(file).version
        if as_json:
            click.echo(msgspec.json.encode({"policy": {"version": version}}))
        else:
            click.echo(f"policy {version} of hosts and merchants can be used", err=True)
        return
    checked = read_policy(file)
    lines = arithmetic(checked, examples)
    if as_json:
        for line in lines:
            click.echo(msgspec.json.encode({"line": line}))
        click.echo(msgspec.json.encode({"policy": {"version": checked.version, "unknown_signals": checked.unknown}}))
        return
    say_policy(checked)
    for line in lines:
        say_line(line)


@policy.command()
@FILE
@ACCOUNTS
@JSON
def publish(file: Path | None, *, accounts: bool, as_json: bool) -> None:
    """Check FILE and put it in force in all workers; they weigh open rooms anew with it.

    Actions name the policy's `version`, so a changed policy needs another one.

    \b
    Example:
      dajia policy publish mine.toml
    """  # noqa: D301 (as above)
    from pipelines.reference.published_policy import publish_policy  # noqa: PLC0415  the Kafka client loads slowly

    checked = read_case_policy(file) if accounts else read_policy(file)
    source = file or (BUNDLED_CASE_POLICY if accounts else BUNDLED_POLICY)
    publish_policy(load_settings(), source.read_text(encoding="utf-8"), checked)
    _said(checked, as_json=as_json)


@policy.command()
@ACCOUNTS
def withdraw(*, accounts: bool) -> None:
    """Take the published policy away: each worker's own file is in force again.

    \b
    Example:
      dajia policy withdraw
    """  # noqa: D301 (as above)
    from pipelines.reference.published_policy import withdraw_policy  # noqa: PLC0415  as above

    withdraw_policy(load_settings(), _judges(accounts=accounts))
    click.echo("withdrawn; each worker's own policy is in force again", err=True)


@policy.command()
@ACCOUNTS
@JSON
def show(*, accounts: bool, as_json: bool) -> None:
    """Write the published policy to stdout, as the TOML that the other commands read.

    \b
    Example:
      dajia policy show > in_force.toml
    """  # noqa: D301 (as above)
    from pipelines.reference.published_policy import published_policy  # noqa: PLC0415  as above

    entry = published_policy(load_settings(), _judges(accounts=accounts))
    if entry is None:
        raise InputError("no policy is published; each worker uses its own file (DAJIA_POLICY_FILE) or the bundled one")
    click.echo(msgspec.json.encode(entry) if as_json else entry.toml, nl=as_json)


def _judges(*, accounts: bool) -> Judges:
    return Judges.ACCOUNTS if accounts else Judges.ROOMS


def _said(checked: Policy | CasePolicy, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode({"version": checked.version}))
    else:
        click.echo(f"policy {checked.version} published; in force in all workers within a second", err=True)

"""`dajia autonomy`: stop all that the fleet does without a person, let it go on, and see what may be done."""

import getpass
import time

import click
import msgspec

from pipelines.errors import InputError
from schemas import Autonomy, AutonomyOrder, OrderedChange

ANSWER_S = 10.0
"""How long to wait for the governor's word: a worker that runs answers within a second or two."""
BY = click.option("--by", metavar="NAME", default=getpass.getuser, show_default="your user name", help="Who orders it.")
WHY = click.option("--why", metavar="TEXT", required=True, help="Why; it is told on autonomy-events and to reviewers.")
JSON = click.option("--json", "as_json", is_flag=True, help="JSON on stdout instead of words on stderr.")


@click.group()
def autonomy() -> None:
    """Stop all that is done without a person, let it go on, and see what is in force.

    What was decided while it was stopped has gone to reviewers and stays with them; actions are taken back all the
    same. The order outlives every restart. To stop a single line, publish a policy that gives it another authority.
    """


@autonomy.command()
@WHY
@BY
@JSON
def halt(*, why: str, by: str, as_json: bool) -> None:
    """Stop every autonomous action of the whole fleet, until `dajia autonomy resume`.

    The governor grants nothing more; rooms and accounts hand all actions to reviewers as soon as they hear of it,
    within a second. Exit status 1 when no governor answers: rungs that need a permit go to reviewers then too, others
    do not yet.

    \b
    Example:
      dajia autonomy halt --why "a wrong term is in force" --by lin
    """  # noqa: D301 (click reads \b as "keep these lines")
    _order(OrderedChange.HALT, why=why, by=by, as_json=as_json)


@autonomy.command()
@WHY
@BY
@JSON
def resume(*, why: str, by: str, as_json: bool) -> None:
    """Take the order to stop back. Budget, breaker and demoted lines hold as before.

    \b
    Example:
      dajia autonomy resume --why "the term is withdrawn"
    """  # noqa: D301 (as above)
    _order(OrderedChange.RESUME, why=why, by=by, as_json=as_json)


@autonomy.command()
@JSON
def show(*, as_json: bool) -> None:
    """What may be done without a person at this moment, and who changed it last and why.

    \b
    Example:
      dajia autonomy show --json
      {"autonomy":{"sequence":3,"change":"ordered-halt","ordered_halt":true,"ordered_by":"lin",…}}
    """  # noqa: D301 (as above)
    from pipelines.ordering import in_force  # noqa: PLC0415  the Kafka client loads slowly
    from pipelines.settings import load_settings  # noqa: PLC0415  as above

    latest = in_force(load_settings())
    if as_json:
        click.echo(msgspec.json.encode({"autonomy": latest}))
    else:
        for line in words(latest):
            click.echo(line, err=True)


def words(latest: Autonomy | None) -> list[str]:
    """Say what is in force."""
    if latest is None:
        return ["no governor has said anything: every line has the authority that its policy gives it"]
    lines = []
    if latest.ordered_ms is not None:
        did = "stopped by" if latest.ordered_halt else "not stopped; last let go on by"
        lines.append(f"orders      {did} {latest.ordered_by} at {_clock(latest.ordered_ms)}: {latest.ordered_why}")
    else:
        lines.append("orders      none: nobody has stopped anything")
    lines.append(f"breaker     {'OPEN: too many requests at once' if latest.halted else 'closed'}")
    lines.append(f"budget      {'used up for this hour' if latest.exhausted else 'has room'}")
    lines.append(f"promoted    {', '.join(latest.promoted) or 'no line'} (policy {latest.policy_version})")
    lines.append(f"demoted     {', '.join(latest.demoted) or 'no line'}")
    lines.append(f"last change {_clock(latest.time_ms)} {latest.text_zh}  {latest.text_en}")
    return lines


def _clock(time_ms: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(time_ms / 1000))


def _order(change: OrderedChange, *, why: str, by: str, as_json: bool) -> None:
    from pipelines.clock import now_ms  # noqa: PLC0415  as above
    from pipelines.ordering import give  # noqa: PLC0415  as above
    from pipelines.settings import load_settings  # noqa: PLC0415  as above
    from schemas import stable_id  # noqa: PLC0415  as above

    if not (why.strip() and by.strip()):
        raise InputError("--why and --by must not be empty: reviewers and the next on duty read them")
    at_ms = now_ms()
    order = AutonomyOrder(
        order_id=stable_id("autonomy-order", change, by, at_ms), order=change, by=by, why=why, time_ms=at_ms
    )
    told = give(load_settings(), order, ANSWER_S)
    if told is None:
        raise InputError(
            f"the order to {change} lies on autonomy-requests, but no governor answered within {ANSWER_S:g} s; start "
            "one (dajia worker governor), it carries the order out. Until then rungs that need a permit go to reviewers"
        )
    if as_json:
        click.echo(msgspec.json.encode({"autonomy": told}))
    else:
        click.echo(f"{told.text_zh}\n{told.text_en}", err=True)

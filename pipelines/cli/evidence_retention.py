"""`dajia evidence hold | holds | expire`: what must stay, and what may go."""

import getpass

import click
import msgspec

from pipelines.clock import now_ms
from pipelines.settings import load_settings

BY = click.option("--by", default=getpass.getuser, show_default="the user", help="Who does it; written into the chain.")


@click.command(epilog="Example: dajia evidence hold host:h-42 --why 'court order 2026-117'")
@click.argument("subject")
@click.option("--why", required=True, help="Reason; written into the chain of every session it covers.")
@click.option("--lift", is_flag=True, help="Lift the hold instead.")
@BY
def hold(subject: str, why: str, by: str, *, lift: bool) -> None:
    """Forbid that evidence is deleted: SUBJECT is case:ID, session:ID, room:ID, host:ID or merchant:ID.

    Shows that are sealed later are covered too. Writes one JSON line for each session that is covered now.
    """
    from pipelines.evidence.audit import Reader, audited  # noqa: PLC0415  heavy
    from pipelines.evidence.holds import Hold, place, subject_of  # noqa: PLC0415  heavy
    from pipelines.evidence.signing import signer_of  # noqa: PLC0415  heavy
    from pipelines.evidence.vault import open_vault  # noqa: PLC0415  heavy

    settings, at_ms = load_settings(), now_ms()
    wanted = Hold(subject=subject_of(subject), on=not lift, by=by, why=why, at_ms=at_ms)
    signer = signer_of(settings)
    reader = Reader(by=by, command="hold", why=f"{subject}: {why}")
    with audited(open_vault(settings), signer, reader, at_ms) as vault:
        covered = place(vault, signer, wanted)
    for one in covered:
        click.echo(msgspec.json.encode({"subject": subject, "on": not lift, "room": one.room, "session": one.session}))
    click.echo(f"hold on {subject} {'lifted' if lift else 'in force'}: {len(covered)} sessions so far", err=True)


@click.command(epilog="Example: dajia evidence holds | jq -r .subject")
def holds() -> None:
    """List the holds in force, one JSON object a line."""
    from pipelines.evidence.holds import in_force  # noqa: PLC0415  heavy
    from pipelines.evidence.vault import open_vault  # noqa: PLC0415  heavy

    standing = in_force(open_vault(load_settings()))
    for one in standing.values():
        click.echo(msgspec.json.encode(one))
    click.echo(f"{len(standing)} holds in force", err=True)


@click.command(
    epilog="Example: dajia evidence expire            # what would go?  then: dajia evidence expire --delete"
)
@click.option("--delete/--dry-run", "is_meant", default=False, help="Delete; the default only says what would go.")
@click.option("--years", default=3, show_default=True, type=click.IntRange(3, 100), help="Years from the show's end.")
@BY
def expire(years: int, by: str, *, is_meant: bool) -> None:
    """Delete what must not be kept any longer: nothing else deletes evidence.

    The clock starts at the end of the show. What is under a hold stays. Each deletion leaves a certificate in the chain
    of its session. One JSON line for each session whose retention has ended.
    """
    from pipelines.errors import VaultRefusedError  # noqa: PLC0415
    from pipelines.evidence.audit import Reader, audited  # noqa: PLC0415  heavy
    from pipelines.evidence.retention import due  # noqa: PLC0415  heavy
    from pipelines.evidence.retention import expire as delete  # noqa: PLC0415  heavy
    from pipelines.evidence.signing import signer_of  # noqa: PLC0415  heavy
    from pipelines.evidence.vault import open_vault  # noqa: PLC0415  heavy

    settings, at_ms = load_settings(), now_ms()
    signer = signer_of(settings)
    inner = open_vault(settings)
    with audited(inner, signer, Reader(by=by, command="expire", why="who is under a hold"), at_ms) as vault:
        found = list(due(vault, now_ms=at_ms, years=years))
    freed = 0
    for one in found:
        about = {
            "room": one.found.room,
            "session": one.found.session,
            "ended_ms": one.ended_ms,
            "due_ms": one.due_ms,
            "payloads": [entry.payload for entry in one.payloads],
            "bytes": sum(entry.size for entry in one.payloads),
            "held_by": one.held_by,
            "deleted": False,
        }
        if is_meant and not one.held_by:
            try:
                freed += delete(inner, signer, one, now_ms=at_ms, by=by)
                about["deleted"] = True
            except VaultRefusedError as error:
                click.echo(f"{one.found.session}: {error}", err=True)
        click.echo(msgspec.json.encode(about))
    held = sum(bool(one.held_by) for one in found)
    verb = f"{freed} bytes deleted" if is_meant else "nothing deleted (--delete does it)"
    click.echo(f"{len(found)} sessions past their retention, {held} of them held; {verb}", err=True)

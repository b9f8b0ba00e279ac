"""`dajia evidence export`: the case file of one show."""

import getpass
from pathlib import Path

import click
import msgspec

from pipelines.clock import now_ms
from pipelines.settings import load_settings


@click.command(epilog="Example: dajia evidence export 42-tonight --role police --why 'letter 2026-117' -o case-42")
@click.argument("case")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Folder to write to."
)
@click.option(
    "--role",
    type=click.Choice(["reviewer", "partner", "police"]),
    default="reviewer",
    show_default=True,
    help="For whom: contacts are masked but for the police; partners see nobody else's words and no weights.",
)
@click.option("--why", default="", help="Reason for reading; written into the chain.")
@click.option("--by", default=getpass.getuser, show_default="the user", help="Who reads; written into the chain.")
@click.option("--pdf/--no-pdf", "with_pdf", default=True, help="Write the PDF too.")
def export(case: str, out: Path, role: str, why: str, by: str, *, with_pdf: bool) -> None:
    """Write the case file: one HTML page that holds everything, a PDF, and the same as JSON.

    CASE is a session, room/session, an action, a bundle or a seal request. The page needs no network: it can be sent,
    opened on a phone and printed. That it was made is written into the chain of the session. One JSON line names the
    files.
    """
    from pipelines.evidence.audit import Reader, audited  # noqa: PLC0415  heavy
    from pipelines.evidence.casefile.build import build  # noqa: PLC0415  heavy
    from pipelines.evidence.casefile.load import find, read  # noqa: PLC0415  heavy
    from pipelines.evidence.casefile.redact import Role, redacted  # noqa: PLC0415  heavy
    from pipelines.evidence.casefile.write import write  # noqa: PLC0415  heavy
    from pipelines.evidence.signing import signer_of  # noqa: PLC0415  heavy
    from pipelines.evidence.vault import open_vault  # noqa: PLC0415  heavy

    settings, at_ms = load_settings(), now_ms()
    reader = Reader(by=by, command=f"export --role {role}", why=why)
    with audited(open_vault(settings), signer_of(settings), reader, at_ms) as vault:
        found = find(vault, case)
        whole = build(case, read(vault, found), at_ms)
    files = write(redacted(whole, Role(role)), out, with_pdf=with_pdf)
    click.echo(msgspec.json.encode({name: str(path) for name, path in files.items()}))
    click.echo(f"case file of {found.room}/{found.session} for {role}: {files['html']}", err=True)

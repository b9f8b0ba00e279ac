"""`dajia evidence`: what is sealed, and whether it is what was sealed."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from pipelines.cli.evidence_case import export
from pipelines.cli.evidence_retention import expire, hold, holds
from pipelines.clock import now_ms
from pipelines.errors import InputError
from pipelines.settings import load_settings

if TYPE_CHECKING:
    from pipelines.evidence.chain import ChainEntry
    from schemas import ChainRoot

PATH = click.Path(path_type=Path)


@click.group()
def evidence() -> None:
    """What was sealed on air: list it, show it, prove it.

    Evidence lies in DAJIA_VAULT, a folder or s3://bucket/prefix.
    """


for command in (export, hold, holds, expire):
    evidence.add_command(command)


@evidence.command(epilog="Example: dajia evidence keygen /etc/dajia/evidence-key.pem")
@click.argument("file", type=PATH, required=False)
def keygen(file: Path | None) -> None:
    """Make the key pair that signs evidence: FILE, and its public key beside it as .pub.pem.

    Without FILE, evidence-key.pem in the state folder, where workers look for it. Who verifies needs the public key.
    """
    from pipelines.evidence.signing import KEY_FILE, generate  # noqa: PLC0415 - heavy

    public = generate(file or load_settings().state_dir / KEY_FILE)
    click.echo(f"made; whoever verifies needs {public}", err=True)


@evidence.command("list", epilog="Example: dajia evidence list | jq -r 'select(.bundles > 0) | .session'")
@click.option("--room", help="Only the sessions of this room.")
def list_command(room: str | None) -> None:
    """List the sessions in the vault: one JSON object a line."""
    from pipelines.evidence.chain import Kind  # noqa: PLC0415 - heavy
    from pipelines.evidence.plan import is_closed  # noqa: PLC0415 - heavy

    for entries in _chains(room):
        about = {
            "room": entries[0].room,
            "session": entries[0].session,
            "entries": len(entries),
            "bundles": sum(one.kind is Kind.BUNDLE for one in entries),
            "bytes": sum(one.size for one in entries),
            "first_sealed_ms": entries[0].sealed_ms,
            "closed": is_closed(entries),
        }
        click.echo(msgspec.json.encode(about).decode())


@evidence.command(epilog="Example: dajia evidence show demo-counterfeit | jq -c '[.seq, .kind, .facts.why]'")
@click.argument("room")
@click.option("--session", help="Only this session.")
def show(room: str, session: str | None) -> None:
    """Show the chains of a room: one entry a line, as it is stored."""
    from pipelines.evidence.chain import stored_bytes  # noqa: PLC0415 - heavy

    shown = 0
    for entries in _chains(room):
        for entry in entries if session in (None, entries[0].session) else ():
            click.echo(stored_bytes(entry).decode())
            shown += 1
    if not shown:
        raise InputError(f"nothing is sealed of room {room}; `dajia evidence list` shows what is")


@evidence.command(epilog="Example: dajia evidence verify .dajia/vault --key .dajia/evidence-key.pub.pem")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--key", "key_files", multiple=True, type=PATH, help="Public key (PEM) that is trusted; may be given several times."
)
@click.option("--roots", "roots_file", type=PATH, help="Published roots, as `dajia evidence roots` writes them.")
@click.option("--deep", is_flag=True, help="Look into every bag, also of payloads whose hash is right.")
def verify(path: Path, key_files: tuple[Path, ...], roots_file: Path | None, *, deep: bool) -> None:
    """Check a bundle, a session's folder or a whole vault folder: offline, with nothing but the public key.

    Each fault is a line on stdout, {"what", "where", "since_ms"}: nothing sealed after that moment is proven by what is
    damaged. The last line says what was read. The exit status is 0 only when there is no fault.
    """
    from pipelines.evidence.signing import public_key_path, trusted  # noqa: PLC0415 - heavy
    from pipelines.evidence.verify import verify as check  # noqa: PLC0415 - heavy

    keys = trusted(key_files or [public_key_path(load_settings())])
    report = check(path, keys, now_ms=now_ms(), roots=_roots(roots_file), deep=deep)
    for fault in report.faults:
        click.echo(msgspec.json.encode(fault).decode())
        click.echo(f"{fault.where}: {fault.what}; {_since(fault.since_ms)}", err=True)
    for words in report.notes:
        click.echo(f"note: {words}", err=True)
    counts = {name: getattr(report, name) for name in ("sessions", "entries", "payloads", "bytes")}
    click.echo(msgspec.json.encode({"faults": len(report.faults), **counts}).decode())
    if report.faults:
        click.echo(f"{len(report.faults)} faults: this is not what was sealed", err=True)
        sys.exit(1)
    click.echo(f"{report.payloads} payloads and {report.entries} entries are what was sealed", err=True)


@evidence.command(epilog="Example: dajia evidence roots > roots.jsonl")
def roots() -> None:
    """Write the published roots of all chains, one a line: keep them apart from the vault, for `verify --roots`."""
    from pipelines.broker.clients import read_topics  # noqa: PLC0415 - heavy
    from schemas.cloudevents import decode  # noqa: PLC0415 - heavy
    from schemas.topics import EVIDENCE_ROOTS  # noqa: PLC0415 - heavy

    newest: dict[bytes | None, ChainRoot] = {}
    for record in read_topics(load_settings(), [EVIDENCE_ROOTS.name]):
        root = decode(EVIDENCE_ROOTS, key=record.key, value=record.value, headers=record.headers)
        newest[record.key] = root  # type: ignore[assignment]  # the topic carries nothing else
    for one in newest.values():
        click.echo(msgspec.json.encode(one).decode())


def _chains(room: str | None) -> "list[tuple[ChainEntry, ...]]":
    """Chains in the vault, none of them empty."""
    from pipelines.evidence.keys import SESSIONS, quoted  # noqa: PLC0415 - heavy
    from pipelines.evidence.sessions import sessions  # noqa: PLC0415 - heavy
    from pipelines.evidence.vault import open_vault  # noqa: PLC0415 - heavy

    prefix = SESSIONS if room is None else f"{SESSIONS}{quoted(room)}/"
    return [one.entries for one in sessions(open_vault(load_settings()), prefix)]


def _roots(file: Path | None) -> "list[ChainRoot]":
    from schemas import ChainRoot  # noqa: PLC0415 - heavy

    if file is None:
        return []
    try:
        lines = file.read_bytes().splitlines()
        return [msgspec.json.decode(line, type=ChainRoot) for line in lines if line.strip()]
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(f"{file}: no roots: {error}; `dajia evidence roots` writes them") from error


def _since(since_ms: int) -> str:
    if not since_ms:
        return "nothing in it is proven"
    return f"nothing after {datetime.fromtimestamp(since_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC is proven by it"

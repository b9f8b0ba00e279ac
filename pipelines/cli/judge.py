"""`dajia judge`: stored events in, enforcement events out, with no broker and no clock."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import click
from msgspec import structs

from pipelines.cases.events import Outputs as CaseOutputs
from pipelines.cli.judge_accounts import AccountCourt
from pipelines.join.outputs import Outputs
from pipelines.join.policy import Policy
from pipelines.join.state import RoomState, initial
from pipelines.join.step import step
from pipelines.policy import read_case_policy, read_policy
from pipelines.replay.rooms import FLUSH_STEPS_MS
from schemas import Lifecycle, Outcome, Progress, Seal, Suspicion, Tick
from schemas.cloudevents import event_time_ms
from schemas.lines import from_line, to_line

LATEST_MS = 253_402_300_799_999
"""31 December 9999, the last day that RFC 3339 can write."""
DEMO_SUMMARY = b'{"rooms":'
"""The last line of `dajia demo --json`, which is no event."""


@click.command()
@click.argument("source", metavar="[FILE|-]", type=click.File("rb"), default="-")
@click.option(
    "--allowed-lateness",
    metavar="SECONDS",
    type=click.FloatRange(min=0.0),
    help="How much later than the watermark an event may come and still count. Default: as the policy says.",
)
@click.option(
    "--policy",
    "policy_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Policy TOML. Default: the bundled one.",
)
@click.option("--accounts", is_flag=True, help="Judge hosts and merchants too; done anyway if there are account-facts.")
@click.option(
    "--cases-policy",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Policy TOML for hosts and merchants. Default: the bundled one.",
)
def judge(
    source: BinaryIO,
    allowed_lateness: float | None,
    policy_file: Path | None,
    *,
    accounts: bool,
    cases_policy: Path | None,
) -> None:
    """Judge stored events of any number of rooms.

    Reads JSON lines, one event each: {"type": …, "data": {…}} with type suspicion, progress, lifecycle, seal,
    outcome or account-facts; other known types are skipped. Writes one enforcement event a line in the same form. The
    clock is the latest event time seen so far, so the same input always gives the same output, and input shuffled
    within the allowed lateness the same standing actions. Lines that cannot be read are told on stderr and make the
    exit status 1.

    Actions on hosts and merchants, and early warnings, come after those on rooms.

    Example: dajia demo --json | dajia judge --allowed-lateness 30
    """
    court = Court(_policy(policy_file, allowed_lateness), AccountCourt(read_case_policy(cases_policy), wanted=accounts))
    bad = 0
    for number, line in enumerate(source, start=1):
        if not line.strip():
            continue
        try:
            outputs = court.hear(line)
        except (ValueError, RecursionError) as error:
            bad += 1
            click.echo(f"line {number}: {error}; correct or remove it", err=True)
            continue
        _write(outputs)
    _write(court.close())
    click.echo(court.summary(bad), err=True)
    if bad:
        sys.exit(1)


class Court:
    """All rooms of one input."""

    def __init__(self, policy: Policy, accounts: AccountCourt) -> None:
        self._policy, self._accounts = policy, accounts
        self._rooms: dict[str, RoomState] = {}
        self._now_ms = 0
        self._heard = self._skipped = self._late = self._skewed = self._duplicates = 0

    def hear(self, line: bytes) -> Iterable[Outputs | CaseOutputs]:
        """Judge one line.

        Raises:
            ValueError: the line is no event; the message says why.
        """
        if line.startswith(DEMO_SUMMARY):
            self._skipped += 1
            return ()
        message = from_line(line)
        for_accounts = self._accounts.takes(message)
        if not (for_accounts or isinstance(message, Suspicion | Progress | Lifecycle | Seal | Outcome)):
            self._skipped += 1
            return ()
        time_ms = event_time_ms(message)
        if not 0 <= time_ms <= LATEST_MS:
            raise ValueError(f"the event time {time_ms} is no time between 1970 and 9999 in milliseconds")
        self._heard += 1
        self._now_ms = max(self._now_ms, time_ms)
        self._accounts.hear(message, self._now_ms)
        if for_accounts or not isinstance(message, Suspicion | Progress | Lifecycle | Seal | Outcome):
            return ()
        return (self._step(message),)

    def close(self) -> Iterable[Outputs | CaseOutputs]:
        """End the input: let time pass in every room until nothing is open to decide."""
        for wait_ms in FLUSH_STEPS_MS:
            self._now_ms += wait_ms
            for room in self._rooms:
                yield self._step(Tick(room=room, time_ms=self._now_ms))
        yield from self._accounts.close()

    def summary(self, bad: int) -> str:
        """Say what was read, for people."""
        return (
            f"{self._heard} events of {len(self._rooms)} rooms judged, {self._duplicates} of them repeated, "
            f"{self._late} too late, {self._skewed} from clocks that are off; "
            f"{self._skipped} lines of other types skipped, {bad} unreadable"
            f"{self._accounts.summary()}"
        )

    def _step(self, message: Suspicion | Progress | Lifecycle | Seal | Outcome | Tick) -> Outputs:
        state = self._rooms.get(message.room) or initial(message.room)
        self._rooms[message.room], outputs = step(state, message, self._now_ms, self._policy)
        self._late += len(outputs.late)
        self._skewed += len(outputs.skewed)
        self._duplicates += outputs.duplicates
        self._accounts.decided(outputs.enforcements, self._now_ms)
        return outputs


def _policy(path: Path | None, allowed_lateness: float | None) -> Policy:
    policy = read_policy(path)
    if allowed_lateness is None:
        return policy
    return structs.replace(policy, time=structs.replace(policy.time, allowed_lateness_seconds=allowed_lateness))


def _write(outputs: Iterable[Outputs | CaseOutputs]) -> None:
    for output in outputs:
        for action in output.enforcements:
            click.echo(to_line(action))
        for warning in output.warnings if isinstance(output, CaseOutputs) else ():
            click.echo(to_line(warning))

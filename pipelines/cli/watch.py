"""`dajia watch`: rooms, evidence and actions, live in the terminal."""

import sys
from collections import Counter, OrderedDict
from collections.abc import Mapping
from contextlib import ExitStack, suppress

import click
import msgspec
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from pipelines.broker.clients import read_topics
from pipelines.cli.signals import interrupt_on_sigterm
from pipelines.settings import load_settings
from pipelines.story import RUNG_STYLES, Story, finding, printable
from schemas import (
    Autonomy,
    DecodeError,
    Enforcement,
    Lifecycle,
    LifecycleChange,
    Message,
    Modality,
    Outcome,
    OutcomeStatus,
    Rung,
    Suspicion,
)
from schemas.accounts import is_account
from schemas.cloudevents import decode, record_key
from schemas.topics import (
    AUTONOMY_EVENTS,
    EARLY_WARNINGS,
    ENFORCEMENT_EVENTS,
    ENFORCEMENT_OUTCOMES,
    ROOM_LIFECYCLE,
    SUSPICION_EVENTS,
    TOPICS,
)

FOLLOWED = (
    SUSPICION_EVENTS,
    ROOM_LIFECYCLE,
    ENFORCEMENT_EVENTS,
    ENFORCEMENT_OUTCOMES,
    EARLY_WARNINGS,
    AUTONOMY_EVENTS,
)
ROWS = 40
"""Rows of the table; the rooms with the highest rung, then the most evidence, are shown."""
MOST_ROOMS = 10_000
"""Rooms remembered."""
RUNGS = list(Rung)


class RoomRow(msgspec.Struct):
    """What is shown of a room."""

    evidence: Counter[Modality] = msgspec.field(default_factory=Counter)
    latest: str = ""
    standing: dict[str, tuple[Rung, float]] = msgspec.field(default_factory=dict)
    """Rung and posterior of this show's actions, by id: one that is sent again changes nothing."""
    ended: bool = False

    @property
    def rung(self) -> Rung | None:
        """The strongest rung that stands."""
        return max((rung for rung, _ in self.standing.values()), key=RUNGS.index, default=None)

    @property
    def posterior(self) -> float:
        """The highest posterior of a standing action."""
        return max((posterior for _, posterior in self.standing.values()), default=0.0)

    def take(self, message: Message) -> None:
        """Add an event."""
        match message:
            case Suspicion() if message.llr > 0:
                self.evidence[message.modality] += 1
                self.latest = f"{message.signal}: {finding(message)}"
            case Enforcement(compensates=str(taken_back)):
                self.standing.pop(taken_back, None)
            case Enforcement():
                self.standing[message.action_id] = (message.rung, message.posterior)
                if message.case is not None:
                    self.latest = "; ".join(printable(reason.text_zh) for reason in message.case.reasons[:2])
            case Outcome(status=OutcomeStatus.FAILED | OutcomeStatus.EXPIRED):
                self.latest = f"{message.status}: action {message.action_id[:8]}, says {printable(message.subscriber)}"
            case Lifecycle():
                self.ended = message.change is LifecycleChange.ENDED
                if message.change is LifecycleChange.STARTED:
                    self.standing = {}
            case _:
                pass

    @property
    def importance(self) -> tuple[int, float, int]:
        """Orders the rows."""
        return (RUNGS.index(self.rung) + 1 if self.rung else 0, self.posterior, self.evidence.total())


@click.command(epilog="Example: KAFKA_BOOTSTRAP_SERVERS=kafka:9092 dajia watch --lines")
@click.option("--lines", is_flag=True, help="Print one line per event instead of a table; for pipes and logs.")
@click.option("--from-beginning", is_flag=True, help="Start with the oldest events that Kafka still holds.")
def watch(*, lines: bool, from_beginning: bool) -> None:
    """Show rooms, their evidence and actions as they happen, until Ctrl-C.

    Reads suspicion-events, room-lifecycle, enforcement-events, enforcement-outcomes, early-warnings and
    autonomy-events; writes nothing to Kafka. Hosts and merchants have rows of their own. Words go to stderr.
    """
    lines = lines or not sys.stderr.isatty()
    fleet = ""
    console, story, rooms = Console(stderr=True, highlight=False, soft_wrap=lines), Story(), OrderedDict[str, RoomRow]()
    records = read_topics(
        load_settings(), [topic.name for topic in FOLLOWED], from_beginning=from_beginning, follow=True
    )
    interrupt_on_sigterm()
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        live = None if lines else stack.enter_context(Live(table(rooms), console=console, auto_refresh=False))
        for record in records:
            try:
                message = decode(TOPICS[record.topic], key=record.key, value=record.value, headers=record.headers)
            except DecodeError as error:
                console.print(Text(f"{record.topic} offset {record.offset}: {error}", "red"))
                continue
            if live is None:
                if (line := story.tell(message)) is not None:
                    console.print(line)
                continue
            if isinstance(message, Autonomy):
                fleet = str(story.tell(message))
            else:
                note(rooms, message)
            live.update(table(rooms, fleet), refresh=True)


def note(rooms: OrderedDict[str, RoomRow], message: Message) -> None:
    """Add an event to its room's row; the room that was silent for longest is forgotten when there are too many."""
    room = record_key(message)
    rooms.setdefault(room, RoomRow()).take(message)
    rooms.move_to_end(room)
    if len(rooms) > MOST_ROOMS:
        rooms.popitem(last=False)


def table(rooms: Mapping[str, RoomRow], fleet: str = "") -> Table:
    """The rooms, most urgent first, and what was said last of all of them.

    What people wrote is shown as it is: brackets in it are no markup.
    """
    view = Table("room", "on air", "action", "posterior", "evidence", "latest", title="dajia watch", expand=True)
    view.caption = Text(fleet)
    ordered = sorted(rooms.items(), key=lambda item: item[1].importance, reverse=True)
    for name, row in ordered[:ROWS]:
        action = Text(f" {row.rung} ", RUNG_STYLES.get(row.rung, "bold")) if row.rung else Text("-")
        evidence = ", ".join(f"{modality} {count}" for modality, count in sorted(row.evidence.items()))
        posterior = f"{row.posterior:.3f}" if row.rung else ""
        on_air = "-" if is_account(name) else "no" if row.ended else "yes"
        view.add_row(Text(printable(name)), on_air, action, posterior, evidence, Text(row.latest))
    return view

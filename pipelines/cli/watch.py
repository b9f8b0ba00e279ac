"""`dajia watch`: rooms, evidence and actions, live in the terminal."""

import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack, suppress

import click
import msgspec
from rich.console import Console
from rich.live import Live
from rich.table import Table

from pipelines.broker.clients import read_topics
from pipelines.settings import load_settings
from pipelines.story import RUNG_STYLES, Story, finding
from schemas import DecodeError, Enforcement, Lifecycle, LifecycleChange, Message, Modality, Rung, Suspicion
from schemas.cloudevents import decode, record_key
from schemas.topics import ENFORCEMENT_EVENTS, ENFORCEMENT_OUTCOMES, ROOM_LIFECYCLE, SUSPICION_EVENTS, TOPICS

FOLLOWED = (SUSPICION_EVENTS, ROOM_LIFECYCLE, ENFORCEMENT_EVENTS, ENFORCEMENT_OUTCOMES)
MAX_ROOMS = 40
"""Rows of the table; the rooms with the highest rung, then the most evidence, are shown."""
RUNGS = list(Rung)


class RoomRow(msgspec.Struct):
    """What is shown of a room."""

    evidence: Counter[Modality] = msgspec.field(default_factory=Counter)
    latest: str = ""
    rung: Rung | None = None
    posterior: float = 0.0
    ended: bool = False

    def take(self, message: Message) -> None:
        """Add an event."""
        match message:
            case Suspicion() if message.llr > 0:
                self.evidence[message.modality] += 1
                self.latest = f"{message.signal}: {finding(message)}"
            case Enforcement():
                self.rung = None if message.compensates else message.rung
                self.posterior = message.posterior
            case Lifecycle():
                self.ended = message.change is LifecycleChange.ENDED
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

    Reads suspicion-events, room-lifecycle, enforcement-events and enforcement-outcomes; writes nothing to Kafka. Words
    go to stderr.
    """
    console, story, rooms = Console(stderr=True, highlight=False), Story(), dict[str, RoomRow]()
    lines = lines or not sys.stderr.isatty()
    records = read_topics(
        load_settings(), [topic.name for topic in FOLLOWED], from_beginning=from_beginning, follow=True
    )
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        live = None if lines else stack.enter_context(Live(table(rooms), console=console, auto_refresh=False))
        for record in records:
            try:
                message = decode(TOPICS[record.topic], key=record.key, value=record.value, headers=record.headers)
            except DecodeError as error:
                console.print(f"{record.topic} offset {record.offset}: {error}", style="red")
                continue
            if live is None:
                if (line := story.tell(message)) is not None:
                    console.print(line)
                continue
            rooms.setdefault(record_key(message), RoomRow()).take(message)
            live.update(table(rooms), refresh=True)


def table(rooms: Mapping[str, RoomRow]) -> Table:
    """The rooms, most urgent first."""
    view = Table("room", "on air", "action", "posterior", "evidence", "latest", title="dajia watch", expand=True)
    ordered = sorted(rooms.items(), key=lambda item: item[1].importance, reverse=True)
    for name, row in ordered[:MAX_ROOMS]:
        action = f"[{RUNG_STYLES.get(row.rung, 'bold')}] {row.rung} [/]" if row.rung else "-"
        evidence = ", ".join(f"{modality} {count}" for modality, count in sorted(row.evidence.items()))
        posterior = f"{row.posterior:.3f}" if row.rung else ""
        view.add_row(name, "no" if row.ended else "yes", action, posterior, evidence, row.latest)
    return view

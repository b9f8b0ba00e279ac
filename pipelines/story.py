"""Tells an event in one line for people: room, on-air time, what was seen, heard or typed, and what follows."""

import unicodedata
from collections import OrderedDict

from rich.text import Text

from schemas import (
    Autonomy,
    EarlyWarning,
    Enforcement,
    Lifecycle,
    LifecycleChange,
    Message,
    Modality,
    Outcome,
    OutcomeStatus,
    Rung,
    SealRequest,
    SealState,
    Signal,
    Suspicion,
)

VERBS = {
    Modality.AUDIO: "heard ",
    Modality.FRAME: "seen  ",
    Modality.DANMAKU: "typed ",
    Modality.LISTING: "listed",
    Modality.REPORT: "report",
}
RUNG_STYLES = {
    Rung.OBSERVE: "black on bright_yellow",
    Rung.WARN: "bold black on yellow",
    Rung.WARN_VIEWERS: "bold black on yellow",
    Rung.LIMIT_TRAFFIC: "bold black on orange1",
    Rung.REMOVE_LINK: "bold black on orange1",
    Rung.REVIEW: "bold white on dark_orange3",
    Rung.CUT: "bold white on red",
}
SEAL_WORDS = {
    SealState.NOT_REQUIRED: "no seal needed",
    SealState.SEALED: "evidence sealed",
    SealState.DEADLINE: "evidence not sealed in time",
}
NO_EFFECT = {OutcomeStatus.FAILED, OutcomeStatus.EXPIRED}
ROOM_WIDTH = 17
QUOTE_CHARS = 28
MOST_SESSIONS = 10_000
"""Sessions whose beginning is remembered; those not heard of for longest are forgotten first. As many actions."""


class Story:
    """Remembers when each session began, so that times can be told as on-air time, and which actions were told."""

    def __init__(self) -> None:
        self._start_ms: OrderedDict[str, int] = OrderedDict()
        self._told: OrderedDict[str, None] = OrderedDict()

    def tell(self, message: Message) -> Text | None:  # noqa: PLR0911  a table of types, one line each
        """A line (an enforcement event: several) for an event; None for what people need not see."""
        match message:
            case Lifecycle():
                return self._lifecycle(message)
            case Suspicion() if message.llr > 0:
                return self._suspicion(message)
            case Enforcement():
                return self._enforcement(message)
            case SealRequest():
                line = self._head(message.room, message.session, message.end_ms)
                return line.append("seal   evidence requested", "dim")
            case EarlyWarning():
                line = self._head(message.account, message.account, message.time_ms)
                what = "early warning withdrawn" if message.withdraws else "early warning to partners"
                return line.append(what, "bold")
            case Autonomy():
                line = Text.assemble((f"{'fleet':<{ROOM_WIDTH}} ", "cyan"), (f"{message.change.upper()}  ", "bold red"))
                return line.append(f"{printable(message.text_zh)}  {printable(message.text_en)}")
            case Outcome():
                return self._outcome(message)
            case _:
                return None

    def _head(self, room: str, session: str, time_ms: int) -> Text:
        start_ms = self._start_ms.setdefault(session, time_ms)
        self._start_ms.move_to_end(session)
        if len(self._start_ms) > MOST_SESSIONS:
            self._start_ms.popitem(last=False)
        seconds = max(0, time_ms - start_ms) / 1000
        clock = f"{int(seconds // 60):02}:{seconds % 60:04.1f}"
        return Text.assemble((f"{printable(room):<{ROOM_WIDTH}} ", "cyan"), (f"{clock}  ", "bold"))

    def _outcome(self, outcome: Outcome) -> Text:
        line = self._head(outcome.room, outcome.session, outcome.time_ms)
        words = f"{printable(outcome.subscriber)} says of action {printable(outcome.action_id[:8])}: {outcome.status}"
        if outcome.detail:
            words += f" ({printable(outcome.detail)})"
        return line.append(words, "bold red" if outcome.status in NO_EFFECT else "dim")

    def _lifecycle(self, event: Lifecycle) -> Text:
        if event.change is LifecycleChange.STARTED:
            self._start_ms[event.session] = event.time_ms
        line = self._head(event.room, event.session, event.time_ms).append(f"show {event.change}", "green")
        return line.append(printable(f"  {event.title or event.detail}".rstrip()))

    def _suspicion(self, suspicion: Suspicion) -> Text:
        line = self._head(suspicion.room, suspicion.session, suspicion.start_ms)
        line.append(f"{VERBS[suspicion.modality]} ", "magenta")
        line.append(f"{suspicion.signal:<14} ", "bold")
        line.append(f"{suspicion.llr:+.1f}  ", "yellow")
        return line.append(finding(suspicion))

    def _enforcement(self, action: Enforcement) -> Text:
        line = self._head(action.room, action.session, action.decided_at_ms)
        if action.action_id in self._told:
            return line.append(
                f"sent again, not acknowledged yet: {action.rung} {printable(action.action_id[:8])}", "dim"
            )
        self._told[action.action_id] = None
        if len(self._told) > MOST_SESSIONS:
            self._told.popitem(last=False)
        if action.compensates:
            return line.append(f" TAKEN BACK: {action.rung} ", "bold white on green")
        line.append(f" {action.rung.upper()} ", RUNG_STYLES.get(action.rung, "bold white on red"))
        line.append(f"  posterior {action.posterior:.3f}, {action.authority}, ")
        grounds = f"{SEAL_WORDS[action.seal]}, {' + '.join(action.modalities)}"
        if action.case is not None:
            grounds = f"{action.policy_line}, {len(action.case.strikes)} strikes"
        line.append(f"{grounds}; ").append(", ".join(action.categories), "italic")
        if action.hold:
            line.append(f"; not by itself: {action.hold}", "bold")
        for ground in action.case.reasons if action.case is not None else ():
            line.append(f"\n{'':<{ROOM_WIDTH}}            {ground.contribution:+5.1f}  {printable(ground.text_zh)}")
            line.append(f"  {printable(ground.text_en)}", "dim")
        for known in action.circumstances:
            line.append(f"\n{'':<{ROOM_WIDTH}}            {known.nats:+5.1f}  {printable(known.text_zh)}")
            line.append(f"  {printable(known.text_en)}", "dim")
        for reason in action.reasons:
            line.append(f"\n{'':<{ROOM_WIDTH}}            {reason.contribution:+5.1f}  {printable(reason.text_zh)}")
            line.append(f"  {printable(reason.text_en)}", "dim")
            if reason.change_zh:
                line.append(f"  {printable(reason.change_zh)}  {printable(reason.change_en)}", "italic")
        return line


def finding(suspicion: Suspicion) -> str:
    """What was found, in a few words."""
    facts = suspicion.facts
    said = facts.context or facts.surface
    words = []
    if facts.surface and facts.term and facts.surface != facts.term:
        words.append(f"「{facts.surface}」→ {facts.term}")
    elif facts.term or facts.surface:
        words.append(f"「{facts.term or facts.surface}」")
    if facts.brand:
        words.append(facts.brand)
    if facts.price_cny is not None:
        words.append(f"¥{facts.price_cny:,.0f}")
    if suspicion.signal is Signal.DOUBT_BURST:
        words.append(f"{facts.viewers} viewers within a minute")
    if said and said != facts.surface:
        words.append(f"in “{said[:QUOTE_CHARS]}{'…' if len(said) > QUOTE_CHARS else ''}”")
    if facts.box_xyxy:
        words.append(f"at {facts.box_xyxy[0]},{facts.box_xyxy[1]}")
    return printable("  ".join(words))


def printable(text: str) -> str:
    """Text for a terminal: what a viewer typed must not be obeyed by it, nor turn or break its lines."""
    shown = (char for char in text if unicodedata.category(char) != "Cf")
    return "".join("�" if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char for char in shown)

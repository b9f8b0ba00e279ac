"""Shows whose actions a person has looked at: the evidence at their peak, and the person's word."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from pipelines.join.evaluate import evaluate, signs
from pipelines.join.fusion import explain
from pipelines.join.lifecycle import hot_close, inform, replay_deleted, with_circumstances
from pipelines.join.policy import Policy
from pipelines.join.records import records_of
from pipelines.join.state import Session
from schemas import Lifecycle, LifecycleChange, Outcome, OutcomeStatus, Suspicion
from schemas.lines import from_line


class Show(Struct):
    """The stored events of one show that decide."""

    room: str
    session: str
    suspicions: list[Suspicion]
    lifecycle: list[Lifecycle]
    outcomes: list[Outcome]


class Reviewed(Struct, frozen=True, kw_only=True):
    """A reviewed show under a policy."""

    room: str
    session: str
    upheld: bool
    prior_nats: float
    """Log-odds before the first sign, with the circumstances of the show."""
    families: dict[str, float]
    """Family -> nats at the moment at which the show weighed most; they add up to the verdict's weight."""

    @property
    def log_odds(self) -> float:
        """Log-odds of the policy at that moment."""
        return self.prior_nats + sum(self.families.values())


def shows_of(rooms: Mapping[str, Sequence[bytes]]) -> list[Show]:
    """Sort the events of some rooms by show.

    Raises:
        ValueError: a line is no event of its type; the message names the room.
    """
    shows: dict[tuple[str, str], Show] = {}
    for room in sorted(rooms):
        for line in rooms[room]:
            try:
                event = from_line(line)
            except (ValueError, RecursionError) as error:
                raise ValueError(f"room {room}: {error}; correct or remove the line {line[:80]!r}…") from error
            if not isinstance(event, Suspicion | Lifecycle | Outcome):
                continue
            show = shows.setdefault((room, event.session), Show(room, event.session, [], [], []))
            match event:
                case Suspicion():
                    show.suspicions.append(event)
                case Lifecycle():
                    show.lifecycle.append(event)
                case Outcome():
                    show.outcomes.append(event)
    return [shows[key] for key in sorted(shows)]


def word_on(show: Show) -> bool | None:
    """Whether the last person who looked at the show upheld what was done; None when nobody looked."""
    words = [one for one in show.outcomes if one.status in (OutcomeStatus.CONFIRMED, OutcomeStatus.OVERTURNED)]
    last = max(words, key=lambda one: (one.time_ms, one.outcome_id), default=None)
    return None if last is None else last.status is OutcomeStatus.CONFIRMED


def reviewed(shows: Iterable[Show], policy: Policy) -> list[Reviewed]:
    """The reviewed ones of some shows, weighed by a policy; shows without any sign that counts are left out."""
    found = []
    for show in shows:
        upheld = word_on(show)
        if upheld is not None and (one := _weighed(show, policy, upheld=upheld)):
            found.append(one)
    return found


def _weighed(show: Show, policy: Policy, *, upheld: bool) -> Reviewed | None:
    session = Session(id=show.session, policy_version=policy.version, arrival_ms=0)
    suspicions, starts = list(show.suspicions), []
    for event in show.lifecycle:
        match event.change:
            case LifecycleChange.STARTED:
                inform(session, event, policy)
                starts.append(event)
            case LifecycleChange.HISTORY:
                inform(session, event, policy)
            case LifecycleChange.ENDED:
                suspicions += [closed] if (closed := hot_close(event, policy)) else []
            case LifecycleChange.REPLAY_DELETED:
                suspicions.append(replay_deleted(event, policy))
    records = {record for event in starts for record in records_of(event)}
    policy = with_circumstances(session, policy)
    peak = evaluate(suspicions, policy, records).peak
    if peak is None:
        return None
    families: dict[str, float] = {}
    for item, nats in explain(signs(suspicions, policy, records), peak.at_ms, policy).shares:
        families[item.family] = families.get(item.family, 0.0) + nats
    return Reviewed(
        room=show.room, session=show.session, upheld=upheld, prior_nats=policy.prior_nats, families=families
    )

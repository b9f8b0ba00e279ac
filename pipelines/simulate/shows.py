"""Many shows of many rooms: which kinds, when, and all their messages in the order of arrival."""

import heapq
from collections.abc import Iterator, Sequence

from msgspec import Struct

from pipelines.errors import InputError
from pipelines.simulate.luck import Luck
from pipelines.simulate.profiles import Profiles
from pipelines.simulate.script import MINUTE_MS, write_script
from pipelines.simulate.sensing import Arrival, sense

AFTER_MS = 1_200_000
"""What comes after the end of a show comes within so long: deleted replays, removed links, a queue that stood still."""


class Show(Struct, frozen=True, kw_only=True):
    """A show that is planned."""

    room: str
    session: str
    kind: str
    seed: str
    start_ms: int


class Label(Struct, frozen=True, kw_only=True):
    """What a show truly is."""

    room: str
    session: str
    kind: str
    counterfeit: bool
    start_ms: int
    end_ms: int
    first_counterfeit_ms: int | None
    """On-air moment at which the first counterfeit goods were shown."""
    goods: int
    counterfeit_goods: int


class Performance(Struct, frozen=True, kw_only=True):
    """A show as it went."""

    label: Label
    arrivals: tuple[Arrival, ...]


def plan(
    profiles: Profiles, *, rooms: int, seed: str, start_ms: int, spread_minutes: float = 60, kinds: Sequence[str] = ()
) -> list[Show]:
    """Plan one show for each of `rooms` rooms, the kinds in turn, in order of their starts.

    Args:
        profiles: what the kinds are like.
        rooms: how many.
        seed: any words; the same words give the same shows.
        start_ms: earliest start, on-air ms.
        spread_minutes: the starts lie evenly within so many minutes.
        kinds: names of kinds; all when empty.

    Raises:
        InputError: a kind that the profiles do not have.
    """
    names = list(kinds) or list(profiles.kind)
    if unknown := [name for name in names if name not in profiles.kind]:
        raise InputError(f"{unknown[0]!r} is no kind of show; known are {', '.join(profiles.kind)}")
    shows = []
    for number in range(rooms):
        kind = names[number % len(names)]
        room, show_seed = f"sim-{seed}-{kind}-{number:05d}", f"{profiles.version}/{seed}/{kind}/{number}"
        begins_ms = start_ms + int(Luck(f"{show_seed}/start").between((0, spread_minutes)) * MINUTE_MS)
        shows.append(Show(room=room, session=f"{room}-{begins_ms}", kind=kind, seed=show_seed, start_ms=begins_ms))
    return sorted(shows, key=lambda show: (show.start_ms, show.room))


def longest_ms(profiles: Profiles, kinds: Sequence[str] = ()) -> int:
    """Length of the longest show that may be drawn, with what comes after it, ms."""
    longest = max(kind.minutes[1] for name, kind in profiles.kind.items() if name in kinds or not kinds)
    return int(longest * MINUTE_MS) + AFTER_MS


def perform(show: Show, profiles: Profiles) -> Performance:
    """Play a show: the same show always goes the same way."""
    kind = profiles.kind[show.kind]
    script = write_script(kind, profiles, Luck(f"{show.seed}/script"), show.start_ms)
    arrivals = sense(
        script, profiles, Luck(f"{show.seed}/sensing"), room=show.room, session=show.session, host=f"host-{show.room}"
    )
    counterfeit = [one for one in script.goods if one.counterfeit]
    label = Label(
        room=show.room, session=show.session, kind=show.kind, counterfeit=kind.counterfeit, start_ms=script.start_ms,
        end_ms=script.end_ms, first_counterfeit_ms=counterfeit[0].at_ms if counterfeit else None,
        goods=len(script.goods), counterfeit_goods=len(counterfeit),
    )  # fmt: skip
    return Performance(label=label, arrivals=tuple(arrivals))


def interleave(shows: Sequence[Show], profiles: Profiles, labels: list[Label]) -> Iterator[Arrival]:
    """All messages of all shows in the order of arrival; only shows that are on air are held in memory.

    Args:
        shows: as `plan` gives them.
        profiles: what they are like.
        labels: takes the label of each show once it starts.
    """
    on_air: list[tuple[int, str, Iterator[Arrival], Arrival]] = []
    for show in shows:
        yield from _until(on_air, show.start_ms)
        performance = perform(show, profiles)
        labels.append(performance.label)
        _enter(on_air, show.room, iter(performance.arrivals))
    yield from _until(on_air, None)


def _until(on_air: list[tuple[int, str, Iterator[Arrival], Arrival]], end_ms: int | None) -> Iterator[Arrival]:
    while on_air and (end_ms is None or on_air[0][0] < end_ms):
        _, room, others, arrival = heapq.heappop(on_air)
        yield arrival
        _enter(on_air, room, others)


def _enter(on_air: list[tuple[int, str, Iterator[Arrival], Arrival]], room: str, arrivals: Iterator[Arrival]) -> None:
    arrival = next(arrivals, None)
    if arrival is not None:
        heapq.heappush(on_air, (arrival.at_ms, room, arrivals, arrival))  # one entry a room, so iterators never compare

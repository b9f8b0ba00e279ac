"""What the join costs: time of an event by how much a room's window holds, and bringing many rooms back."""

import gc
import time
from collections.abc import Sequence
from statistics import median

import msgspec
from msgspec import Struct

from pipelines.bench.join_quality import START_MS
from pipelines.join.policy import Policy
from pipelines.join.state import RoomState, decode, encode, initial
from pipelines.join.step import step
from pipelines.room_state import RoomStates
from pipelines.simulate.profiles import Profiles
from pipelines.simulate.shows import perform, plan
from schemas import Facts, Modality, PriceRole, Signal, Suspicion, stable_id

SIZES = (10, 100, 1_000, 10_000)
WINDOW_MS = 600_000
"""The events lie evenly in ten minutes, so that all of them are still weighed when the last comes."""
MEASURED = 300
"""Events timed after the window is full."""
ROUNDS = 5
ROOMS = 10_000
SHOWS = 39
TERMS = 40
SIGNALS = (
    Signal.CODE_WORD, Signal.DOUBT, Signal.BRAND_ALIAS, Signal.DOUBT, Signal.PRICE, Signal.EVASION, Signal.OFF_PLATFORM,
)  # fmt: skip
SENSES = (Modality.AUDIO, Modality.DANMAKU, Modality.FRAME)


class WindowCost(Struct, frozen=True):
    """The cost of one event."""

    events: int
    """Events in the room's last ten minutes."""
    microseconds: float
    """Median over rounds of the mean of `MEASURED` steps, processor time."""
    state_bytes: int


class Recovery(Struct, frozen=True, kw_only=True):
    """What bringing rooms back costs, without the network."""

    rooms: int
    megabytes: float
    encode_s: float
    """Writing every room's state once, as before a stop: what a full rewrite of the table would cost."""
    decode_s: float
    """Reading every room's state once, as a worker does after the changelog has been read, to know which are open."""
    first_event_us: float
    """One step of one room with decoding before and encoding after, as the worker does for every record."""


def window_costs(policy: Policy) -> tuple[WindowCost, ...]:
    """Cost of an event with 10 to 10,000 events in the window."""
    return tuple(_window_cost(size, policy) for size in SIZES)


def _window_cost(size: int, policy: Policy) -> WindowCost:
    events = [_event(number, size) for number in range(size + MEASURED)]
    state, now_ms = initial("bench"), 0
    for event in events[:size]:
        now_ms = event.start_ms + 1_000
        state, _ = step(state, event, now_ms, policy)
    full, seconds = state, []
    for _ in range(ROUNDS):
        state = full
        gc.collect()
        start = time.process_time()
        for event in events[size:]:
            state, _ = step(state, event, event.start_ms + 1_000, policy)
        seconds.append((time.process_time() - start) / MEASURED)
    return WindowCost(size, round(median(seconds) * 1e6, 1), len(encode(state)))


def _event(number: int, size: int) -> Suspicion:
    """Event `number` of a room where `size` events fill ten minutes: weak signs of many words, prices, code names."""
    signal, at_ms = SIGNALS[number % len(SIGNALS)], START_MS + number * WINDOW_MS // size
    facts = Facts(term=f"term-{number % TERMS}", surface="某词", speaker="viewer")
    if signal is Signal.PRICE:
        facts = Facts(price_cny=4_000.0 + number % TERMS, price_role=PriceRole.OFFER, speaker="host")
    elif signal is Signal.BRAND_ALIAS:
        facts = Facts(term="驴家", brand="Louis Vuitton", genuine_low_cny=5_400.0, speaker="viewer")
    return Suspicion(
        suspicion_id=stable_id("bench", number), room="bench", session="bench-1", modality=SENSES[number % len(SENSES)],
        detector="bench", detector_version="1", signal=signal, start_ms=at_ms, end_ms=at_ms + 1_000,
        llr=0.0 if signal is Signal.PRICE else 0.1, score=0.1, facts=facts,
    )  # fmt: skip


def recovery(profiles: Profiles, policy: Policy) -> Recovery:
    """Cost of bringing back 10,000 rooms whose states are those of shows at their middle."""
    middles = [_half_way(number, profiles, policy) for number in range(SHOWS)]
    states = [msgspec.structs.replace(middles[number % SHOWS], room=f"room-{number}") for number in range(ROOMS)]
    start = time.process_time()
    stored = {state.room.encode(): _stored(state) for state in states}
    encode_s = time.process_time() - start
    rooms = RoomStates(stored, decode, initial)  # type: ignore[arg-type]  # a dictionary reads as the table does
    start = time.process_time()
    opened = sum(rooms.get(key).is_open for key in rooms.keys())  # noqa: SIM118  RoomStates is no mapping
    decode_s = time.process_time() - start
    assert opened == ROOMS
    return Recovery(
        rooms=ROOMS,
        megabytes=round(sum(map(len, stored.values())) / 1e6, 1),
        encode_s=round(encode_s, 2),
        decode_s=round(decode_s, 2),
        first_event_us=round(_round_trips(states, policy) * 1e6, 1),
    )


def _half_way(number: int, profiles: Profiles, policy: Policy) -> RoomState:
    show = plan(profiles, rooms=SHOWS, seed="recovery", start_ms=START_MS)[number]
    arrivals = perform(show, profiles).arrivals
    state = initial(show.room)
    for arrival in arrivals[: len(arrivals) // 2]:
        state, _ = step(state, arrival.message, arrival.at_ms, policy)
    return state


def _stored(state: RoomState) -> bytes:
    """The table's value: the offsets applied, and the state as it is."""
    return msgspec.msgpack.encode(({"suspicion-events": (1_000, START_MS)}, msgspec.Raw(encode(state))))


def _round_trips(states: Sequence[RoomState], policy: Policy) -> float:
    encoded = [encode(state) for state in states[: ROOMS // 10]]
    start = time.process_time()
    for data in encoded:
        state = decode(data)
        event = msgspec.structs.replace(_event(0, 10), room=state.room, session=state.sessions[0].id)
        encode(step(state, event, START_MS, policy)[0])
    return (time.process_time() - start) / len(encoded)

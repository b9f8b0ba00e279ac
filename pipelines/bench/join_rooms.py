"""Simulated rooms through the join: what was decided, and when."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from statistics import median

from msgspec import Struct

from pipelines.bench.join_baselines import Crossing, score_rooms
from pipelines.join.evaluate import evaluate
from pipelines.join.policy import Policy
from pipelines.join.records import records_of
from pipelines.join.state import encode, initial
from pipelines.join.step import step
from pipelines.simulate.profiles import Profiles
from pipelines.simulate.shows import Label, Performance, Show, perform
from schemas import Lifecycle, LifecycleChange, Rung, Suspicion, Tick

TICK_MS = 1_000
TAIL_TICKS = 120
"""After the last record of a room, ticks of a second each, as the worker sends them: deadlines pass."""
STATE_EVERY = 100
"""The state is measured at every so many records."""


class RoomResult(Struct, frozen=True, kw_only=True):
    """One room."""

    label: Label
    first_ms: dict[Rung, int]
    """Rung -> processing time of the first such action, ms; what comes after the end of the show is not counted."""
    posterior: float
    """Largest posterior of the show, from scratch (`evaluate`)."""
    crossings: dict[str, Crossing]
    """Baseline -> its scores in this room."""
    records: int
    state_bytes_median: int
    state_bytes_max: int


def judge_rooms(
    shows: Sequence[Show], profiles: Profiles, policy: Policy, *, jobs: int | None = None
) -> list[RoomResult]:
    """Judge every show; the same shows always give the same result, in the same order.

    Args:
        shows: as `plan` gives them.
        profiles: what they are like.
        policy: the policy.
        jobs: processes; one for each core when None.
    """
    judge = partial(judge_room, profiles=profiles, policy=policy)
    with ProcessPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        return list(pool.map(judge, shows, chunksize=4))


def judge_room(show: Show, profiles: Profiles, policy: Policy) -> RoomResult:
    """Judge one show as the worker does: one step a record, at the moment of its arrival."""
    performance = perform(show, profiles)
    label = performance.label
    first_ms: dict[Rung, int] = {}
    sizes = []
    state, now_ms = initial(show.room), 0
    tail_ms = performance.arrivals[-1].at_ms
    ticks = [Tick(room=show.room, time_ms=tail_ms + TICK_MS * number) for number in range(1, TAIL_TICKS + 1)]
    events = [(one.at_ms, one.message) for one in performance.arrivals]
    for number, (at_ms, message) in enumerate((*events, *((tick.time_ms, tick) for tick in ticks))):
        now_ms = max(now_ms, at_ms)
        state, outputs = step(state, message, now_ms, policy)
        for action in outputs.enforcements:
            if action.compensates is None and now_ms <= label.end_ms:
                first_ms.setdefault(action.rung, now_ms)
        if number % STATE_EVERY == 0 and state.is_open:
            sizes.append(len(encode(state)))
    return RoomResult(
        label=label,
        first_ms=first_ms,
        posterior=_posterior(performance, policy),
        crossings=score_rooms(performance),
        records=len(performance.arrivals),
        state_bytes_median=int(median(sizes)),
        state_bytes_max=max(sizes),
    )


def _posterior(performance: Performance, policy: Policy) -> float:
    suspicions = [one.message for one in performance.arrivals if isinstance(one.message, Suspicion)]
    records = {
        record
        for one in performance.arrivals
        if isinstance(one.message, Lifecycle) and one.message.change is LifecycleChange.STARTED
        for record in records_of(one.message)
    }
    peak = evaluate(suspicions, policy, sorted(records)).peak
    return policy.prior.probability if peak is None else peak.posterior

"""`dajia bench join`: how well the join judges made-up rooms, what it costs, and Quix Streams beside it."""

import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from typing import Literal

from msgspec import Struct

from pipelines.bench.join_cost import Recovery, WindowCost, recovery, window_costs
from pipelines.bench.join_quality import JOIN, Quality, measure_quality
from pipelines.bench.join_quix import PeerMissingError, QuixResult, measure_quix
from pipelines.join.policy import Policy
from pipelines.simulate.profiles import Profiles

Part = Literal["quality", "cost", "quix"]
PARTS: tuple[Part, ...] = ("quality", "cost", "quix")


class Ratios(Struct, frozen=True, kw_only=True):
    """The figures to compare between releases. None: that part was not asked for or cannot run here."""

    quix: float | None
    """Events a second of our worker over those of a Quix Streams application."""
    flat_10_to_10000: float | None
    """Cost of an event with 10 events in the room's window over that with 10,000; 1 is flat."""
    cut_precision: float | None
    room_recall: float | None


class Figures(Struct, frozen=True, kw_only=True):
    """Everything that was measured."""

    quality: Quality | None
    window_costs: tuple[WindowCost, ...]
    recovery: Recovery | None
    quix: QuixResult | None
    quix_missing: str
    """Why the comparison could not run here; empty when it ran or was not asked for."""


class Environment(Struct, frozen=True, kw_only=True):
    """Where it was measured."""

    python: str
    machine: str
    cores: int | None
    dajia: str
    policy: str
    profiles: str


class JoinBench(Struct, frozen=True, kw_only=True):
    """Result of `measure_join`."""

    name: Literal["join"]
    ratios: Ratios
    figures: Figures
    environment: Environment


def measure_join(
    profiles: Profiles, policy: Policy, *, rooms_of_a_kind: int, parts: tuple[Part, ...], say: Callable[[str], object]
) -> JoinBench:
    """Measure the parts that are asked for.

    Args:
        profiles: what the shows are like.
        policy: the policy that judges.
        rooms_of_a_kind: shows of each kind for the quality, and as many more for the baselines' thresholds.
        parts: what to measure.
        say: told what is being measured.
    """
    quality: Quality | None = None
    costs: tuple[WindowCost, ...] = ()
    back: Recovery | None = None
    if "quality" in parts:
        say(f"judging {2 * rooms_of_a_kind * len(profiles.kind)} made-up rooms")
        quality = measure_quality(profiles, policy, rooms_of_a_kind=rooms_of_a_kind)
    if "cost" in parts:
        say("measuring the cost of an event and of bringing rooms back")
        costs, back = window_costs(policy), recovery(profiles, policy)
    quix, missing = None, ""
    if "quix" in parts:
        say("the worker and a Quix Streams application on the same broker, in turns")
        try:
            quix = measure_quix(profiles)
        except PeerMissingError as error:
            missing = str(error)
    join = next((one for one in quality.methods if one.name == JOIN), None) if quality else None
    ratios = Ratios(
        quix=quix.ratio if quix else None,
        flat_10_to_10000=round(costs[0].microseconds / costs[-1].microseconds, 3) if costs else None,
        cut_precision=join.precision.share if join else None,
        room_recall=join.recall.share if join else None,
    )
    return JoinBench(
        name="join",
        ratios=ratios,
        figures=Figures(quality=quality, window_costs=costs, recovery=back, quix=quix, quix_missing=missing),
        environment=Environment(
            python=platform.python_version(), machine=platform.machine(), cores=os.cpu_count(),
            dajia=version("dajia"), policy=policy.version, profiles=profiles.version,
        ),
    )  # fmt: skip

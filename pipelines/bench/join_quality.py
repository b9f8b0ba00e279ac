"""Precision, recall, time to action and calibration of the join on simulated rooms, beside the baselines."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from pipelines.bench.join_baselines import NAMES
from pipelines.bench.join_metrics import (
    HOUR_MS,
    Bin,
    at_base_rate,
    brier,
    calibration_error,
    fit_logistic,
    middle,
    noisy_or,
    reliability,
    threshold,
)
from pipelines.bench.join_rooms import RoomResult, judge_rooms
from pipelines.bench.quality import Rate, rate
from pipelines.join.policy import Policy, log_odds
from pipelines.simulate.profiles import Profiles
from pipelines.simulate.shows import Label, plan
from schemas import Rung

START_MS = 1_767_225_600_000
CALIBRATION_SEED, EVALUATION_SEED = "calibrate", "evaluate"
FALSE_CUTS_PER_HOUR = 0.01
MINUTE_MS = 60_000
JOIN = "join"


class Method(Struct, frozen=True, kw_only=True):
    """One row of the table: how one way of deciding cuts rooms."""

    name: str
    threshold_nats: float | None
    """Chosen on the calibration shows; None for the join, whose policy decides."""
    precision: Rate
    """Of rooms that were cut on air: those that are counterfeit."""
    recall: Rate
    """Of counterfeit rooms: those that were cut on air."""
    false_cuts: int
    false_cuts_per_hour: float
    """Honest rooms cut on air for each hour of honest rooms."""
    minutes_to_cut: float | None
    """Median from the first counterfeit moment to the cut."""
    brier: float | None
    """Of the probability that the method gives: the join's largest posterior, noisy-or over the largest score."""
    brier_fitted: float | None
    """The same after a logistic curve over the largest score, fitted on the calibration shows."""


class KindResult(Struct, frozen=True, kw_only=True):
    """The join on one kind of show."""

    kind: str
    counterfeit: bool
    rooms: int
    acted: int
    """Rooms with any action on air."""
    reviewed: int
    """Rooms sent to review, or cut."""
    cut: int
    minutes_to_first: float | None
    """Median from the first counterfeit moment (honest rooms: from the start) to the first action."""
    minutes_to_cut: float | None
    baseline_cuts: dict[str, int]
    posterior: float
    """Median of the rooms' largest posteriors."""


class Quality(Struct, frozen=True, kw_only=True):
    """All of it."""

    rooms: int
    room_hours: float
    honest_hours: float
    records: int
    methods: tuple[Method, ...]
    kinds: tuple[KindResult, ...]
    reviewed_recall: Rate
    """Of counterfeit rooms: those sent to review or cut on air."""
    false_reviews_per_hour: float
    minutes_to_first: float | None
    minutes_to_cut: float | None
    brier: float | None
    """Of the largest posterior of each show, as the policy gives it. It is the largest of thousands of looks at a show
    of hours, and the prior is that of a platform's rooms, of which far fewer are counterfeit than of these."""
    brier_at_share: float | None
    """The same with the prior moved to the share of counterfeit rooms among these."""
    calibration_error: float | None
    bins: tuple[Bin, ...]
    """Of the posterior as the policy gives it."""
    state_bytes_median: int
    state_bytes_max: int


def measure_quality(
    profiles: Profiles, policy: Policy, *, rooms_of_a_kind: int, seed: str = EVALUATION_SEED
) -> Quality:
    """Judge shows of the evaluation seed; the baselines' thresholds come from those of the calibration seed."""
    count = rooms_of_a_kind * len(profiles.kind)
    calibration, found = (
        judge_rooms(plan(profiles, rooms=count, seed=one, start_ms=START_MS), profiles, policy)
        for one in (CALIBRATION_SEED, seed)
    )
    limits = {name: _limit(name, calibration) for name in NAMES}
    cuts: dict[str, When] = {JOIN: _cut_ms} | {name: _baseline_cut(name, limit) for name, limit in limits.items()}
    methods = [_method(name, limits.get(name), found, cut, calibration) for name, cut in cuts.items()]
    honest = [one for one in found if not one.label.counterfeit]
    fakes = [one for one in found if one.label.counterfeit]
    base_rate = len(fakes) / len(found)
    raw = [(one.posterior, one.label.counterfeit) for one in found]
    moved = [(at_base_rate(one, prior=policy.prior.probability, base_rate=base_rate), truth) for one, truth in raw]
    bins = reliability(raw)
    return Quality(
        rooms=len(found),
        room_hours=round(_hours(found), 1),
        honest_hours=round(_hours(honest), 1),
        records=sum(one.records for one in found),
        methods=tuple(methods),
        kinds=tuple(_kind(name, found, limits) for name in profiles.kind),
        reviewed_recall=rate(sum(_review_ms(one) is not None for one in fakes), len(fakes)),
        false_reviews_per_hour=round(sum(_review_ms(one) is not None for one in honest) / _hours(honest), 4),
        minutes_to_first=_middle_minutes(fakes, _first_ms),
        minutes_to_cut=_middle_minutes(fakes, _cut_ms),
        brier=_rounded(brier(raw)),
        brier_at_share=_rounded(brier(moved)),
        calibration_error=_rounded(calibration_error(bins)),
        bins=bins,
        state_bytes_median=int(middle([one.state_bytes_median for one in found]) or 0),
        state_bytes_max=max(one.state_bytes_max for one in found),
    )


When = Callable[[RoomResult], int | None]
"""Processing time at which something happened in a room, ms; None when it did not."""


def _cut_ms(room: RoomResult) -> int | None:
    return room.first_ms.get(Rung.CUT)


def _review_ms(room: RoomResult) -> int | None:
    found = [room.first_ms[rung] for rung in (Rung.REVIEW, Rung.CUT) if rung in room.first_ms]
    return min(found, default=None)


def _first_ms(room: RoomResult) -> int | None:
    return min(room.first_ms.values(), default=None)


def _baseline_cut(name: str, limit: float) -> When:
    return lambda room: room.crossings[name].first_above(limit)


def _limit(name: str, calibration: Sequence[RoomResult]) -> float:
    honest = [one for one in calibration if not one.label.counterfeit]
    return threshold([one.crossings[name].peak for one in honest], _hours(honest), FALSE_CUTS_PER_HOUR)


def _method(
    name: str, limit: float | None, rooms: Sequence[RoomResult], cut: When, calibration: Sequence[RoomResult]
) -> Method:
    fakes = [one for one in rooms if one.label.counterfeit]
    honest = [one for one in rooms if not one.label.counterfeit]
    right, wrong = (sum(cut(one) is not None for one in group) for group in (fakes, honest))
    curve = fit_logistic([(_score(name, one), one.label.counterfeit) for one in calibration])
    truths = [one.label.counterfeit for one in rooms]
    said = [one.posterior if name == JOIN else noisy_or([one.crossings[name].peak]) for one in rooms]
    fitted = [curve(_score(name, one)) for one in rooms]
    return Method(
        name=name,
        threshold_nats=_rounded(limit),
        precision=rate(right, right + wrong),
        recall=rate(right, len(fakes)),
        false_cuts=wrong,
        false_cuts_per_hour=round(wrong / _hours(honest), 4),
        minutes_to_cut=_middle_minutes(fakes, cut),
        brier=_rounded(brier(list(zip(said, truths, strict=True)))),
        brier_fitted=_rounded(brier(list(zip(fitted, truths, strict=True)))),
    )


def _score(name: str, room: RoomResult) -> float:
    """Largest score of a room, nats."""
    return log_odds(min(room.posterior, 1 - 1e-12)) if name == JOIN else room.crossings[name].peak


def _kind(name: str, rooms: Sequence[RoomResult], limits: dict[str, float]) -> KindResult:
    own = [one for one in rooms if one.label.kind == name]
    return KindResult(
        kind=name,
        counterfeit=own[0].label.counterfeit,
        rooms=len(own),
        acted=sum(bool(one.first_ms) for one in own),
        reviewed=sum(_review_ms(one) is not None for one in own),
        cut=sum(_cut_ms(one) is not None for one in own),
        minutes_to_first=_middle_minutes(own, _first_ms),
        minutes_to_cut=_middle_minutes(own, _cut_ms),
        baseline_cuts={
            method: sum(one.crossings[method].first_above(limit) is not None for one in own)
            for method, limit in limits.items()
        },
        posterior=round(middle([one.posterior for one in own]) or 0.0, 4),
    )


def _middle_minutes(rooms: Sequence[RoomResult], when: When) -> float | None:
    # An action before the first counterfeit goods is not early but mistaken in time; it counts as at once.
    waits = [max(0, at_ms - _due_ms(one.label)) / MINUTE_MS for one in rooms if (at_ms := when(one)) is not None]
    return _rounded(middle(waits), 1)


def _due_ms(label: Label) -> int:
    return label.start_ms if label.first_counterfeit_ms is None else label.first_counterfeit_ms


def _hours(rooms: Sequence[RoomResult]) -> float:
    return sum(one.label.end_ms - one.label.start_ms for one in rooms) / HOUR_MS


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)

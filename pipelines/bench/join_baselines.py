"""What is usually done instead of the join, on the same suspicions: noisy-or, one modality alone, a vote of two.

Each baseline has a score that moves with the suspicions of the last five minutes and cuts a room once when the score
exceeds a threshold. Prices are not held against brands, repeated suspicions count once. The baselines get the best
threshold that keeps to the allowed false cuts on calibration shows (`join_metrics.threshold`); the join does not: its
thresholds are those of its policy.
"""

from collections import deque
from collections.abc import Iterator

from msgspec import Struct

from pipelines.simulate.shows import Performance
from schemas import Modality, Suspicion

WINDOW_MS = 300_000
"""Five minutes, the half-life that evidence has in the literature on which the fusion rests (own choice)."""
NOISY_OR, VOTE = "noisy-or", "vote of two"
NAMES = (NOISY_OR, VOTE, *(f"{modality} alone" for modality in Modality))


class Crossing(Struct, frozen=True, kw_only=True):
    """How the score of one baseline went in a room."""

    peak: float
    """Largest score while the show was on air, nats."""
    records: tuple[tuple[int, float], ...]
    """(processing time ms, score) of every new largest score."""

    def first_above(self, limit: float) -> int | None:
        """When the score first exceeded a threshold, processing ms; None when it never did."""
        return next((at_ms for at_ms, score in self.records if score > limit), None)


def score_rooms(performance: Performance) -> dict[str, Crossing]:
    """Scores of every baseline in one room."""
    records: dict[str, list[tuple[int, float]]] = {name: [] for name in NAMES}
    for at_ms, scores in _scores(performance):
        for name, score in scores.items():
            if score > (records[name][-1][1] if records[name] else 0.0):
                records[name].append((at_ms, score))
    return {
        name: Crossing(peak=found[-1][1] if found else 0.0, records=tuple(found)) for name, found in records.items()
    }


def _scores(performance: Performance) -> Iterator[tuple[int, dict[str, float]]]:
    known: set[str] = set()
    recent: deque[tuple[int, Modality, float]] = deque()
    sums = dict.fromkeys(Modality, 0.0)
    for arrival in performance.arrivals:
        message = arrival.message
        if not isinstance(message, Suspicion) or message.suspicion_id in known or message.llr <= 0:
            continue
        if arrival.at_ms > performance.label.end_ms:
            return
        known.add(message.suspicion_id)
        recent.append((arrival.at_ms, message.modality, message.llr))
        sums[message.modality] += message.llr
        while recent[0][0] <= arrival.at_ms - WINDOW_MS:
            _, modality, nats = recent.popleft()
            sums[modality] -= nats
        yield (
            arrival.at_ms,
            {
                NOISY_OR: sum(sums.values()),
                VOTE: sorted(sums.values())[-2],
                **{f"{modality} alone": nats for modality, nats in sums.items()},
            },
        )

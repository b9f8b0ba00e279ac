"""Rooms through the join and the baselines: the same figures each time, scores that can be checked by hand."""

from msgspec import structs

from pipelines.bench.join_baselines import NOISY_OR, VOTE, WINDOW_MS, score_rooms
from pipelines.bench.join_cost import SIZES, window_costs
from pipelines.bench.join_quality import START_MS, measure_quality
from pipelines.bench.join_rooms import judge_room
from pipelines.join.policy import BUNDLED_POLICY, load_policy
from pipelines.simulate.profiles import read_profiles
from pipelines.simulate.sensing import Arrival
from pipelines.simulate.shows import Label, Performance, plan
from schemas import Modality, Signal, Suspicion

PROFILES = read_profiles()
SHORT = structs.replace(
    PROFILES,
    kind={
        name: structs.replace(PROFILES.kind[name], minutes=(15, 30))
        for name in ("honest", "counterfeit-cheap", "ghost", "parody", "chat-raid")
    },
)
POLICY = load_policy(BUNDLED_POLICY.read_text(encoding="utf-8"))
LABEL = Label(
    room="r", session="s", kind="honest", counterfeit=False, start_ms=0, end_ms=10 * WINDOW_MS,
    first_counterfeit_ms=None, goods=1, counterfeit_goods=0,
)  # fmt: skip


def sign(name: str, at_ms: int, modality: Modality, nats: float) -> Arrival:
    return Arrival(
        at_ms=at_ms,
        message=Suspicion(
            suspicion_id=name, room="r", session="s", modality=modality, detector="d", detector_version="1",
            signal=Signal.DOUBT, start_ms=at_ms, end_ms=at_ms, llr=nats, score=0.5,
        ),
    )  # fmt: skip


def test_scores_of_the_baselines():
    arrivals = (
        sign("a", 1_000, Modality.AUDIO, 2.0),
        sign("a", 1_500, Modality.AUDIO, 2.0),  # repeated: counts once
        sign("b", 2_000, Modality.FRAME, 3.0),
        sign("c", 2_000 + WINDOW_MS, Modality.DANMAKU, 4.0),  # both others have left the window
        sign("d", LABEL.end_ms + 1, Modality.REPORT, 9.0),  # after the show
    )
    scores = score_rooms(Performance(label=LABEL, arrivals=arrivals))
    assert scores[NOISY_OR].records == ((1_000, 2.0), (2_000, 5.0))
    assert scores[VOTE].records == ((2_000, 2.0),)
    assert scores["audio alone"].peak == 2.0
    assert scores["danmaku alone"].peak == 4.0
    assert scores["report alone"].records == ()
    assert scores[NOISY_OR].first_above(2.0) == 2_000
    assert scores[NOISY_OR].first_above(5.0) is None


def test_a_room_is_judged_the_same_each_time_and_actions_are_on_air():
    show = plan(SHORT, rooms=1, seed="calibrate-test", start_ms=START_MS, kinds=["ghost"])[0]
    one, two = (judge_room(show, SHORT, POLICY) for _ in range(2))
    assert one == two
    assert one.first_ms
    assert all(one.label.start_ms < at_ms <= one.label.end_ms for at_ms in one.first_ms.values())
    assert 0 < one.state_bytes_median <= one.state_bytes_max


def test_figures_add_up():
    quality = measure_quality(SHORT, POLICY, rooms_of_a_kind=2, seed="calibrate-test")
    assert quality.rooms == 2 * len(quality.kinds) == 2 * len(SHORT.kind)
    join = quality.methods[0]
    assert join.recall.hits == sum(one.cut for one in quality.kinds if one.counterfeit)
    assert join.false_cuts == sum(one.cut for one in quality.kinds if not one.counterfeit)
    assert join.precision.lines == join.recall.hits + join.false_cuts
    assert join.recall.lines == sum(one.rooms for one in quality.kinds if one.counterfeit)
    for method in quality.methods[1:]:
        assert method.recall.hits + method.false_cuts == sum(one.baseline_cuts[method.name] for one in quality.kinds)
    assert sum(one.rooms for one in quality.bins) == quality.rooms


def test_costs_are_taken_at_each_size(monkeypatch):
    monkeypatch.setattr("pipelines.bench.join_cost.SIZES", SIZES[:2])
    monkeypatch.setattr("pipelines.bench.join_cost.MEASURED", 20)
    costs = window_costs(POLICY)
    assert [one.events for one in costs] == list(SIZES[:2])
    assert all(one.microseconds > 0 for one in costs)
    assert costs[0].state_bytes < costs[1].state_bytes

"""The fleet's budget under any requests, delays, repetitions, restarts and crashes: it is never exceeded."""

from itertools import pairwise

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from pipelines.effect.fleet import Fleet, decode
from pipelines.effect.governor import HOUR_MS, Rules, step
from pipelines.join.policy import BUNDLED_POLICY, load_policy
from schemas import Authority, AutonomyChange, PermitRequest, Reviewed, Rung, Tick

PER_HOUR = 3
DEADLINE_MS = 2_000
RULES = Rules(
    version="1",
    autonomy=structs.replace(
        load_policy(BUNDLED_POLICY.read_text("utf-8")).autonomy, per_hour=PER_HOUR, breaker_least=4, breaker_factor=1.0,
        breaker_pause_seconds=600.0, permit_deadline_seconds=DEADLINE_MS / 1000,
    ),
    authorities={"cut": Authority.AUTONOMOUS},
)  # fmt: skip

passes_ms = st.sampled_from([0, 1, 500, 1_900, 2_500, 60_000, 1_000_000, HOUR_MS - 300, HOUR_MS])
words = st.one_of(
    st.tuples(st.just("asks"), st.integers(0, 30), passes_ms),
    st.tuples(st.just("asks"), st.integers(0, 30), st.sampled_from([0, 1])),
    st.tuples(st.just("reviews"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("tick"), passes_ms),
    st.tuples(st.just("crash"), st.integers(1, 5), passes_ms),
    st.tuples(st.just("restart")),
)


def request_of(number, now_ms):
    return PermitRequest(
        request_id=f"r{number}", action_id=f"a{number}", room="room", session="show", rung=Rung.CUT, line="cut",
        policy_version="1", time_ms=now_ms,
    )  # fmt: skip


class World:
    """A governor, its past states, and the workers, which take the first answer that comes in time."""

    def __init__(self):
        self.fleet, self.now_ms = Fleet(), HOUR_MS * 1_000
        self.stored, self.log = [], []
        """States before each event of the log, and the events: a crash goes back in both."""
        self.asked, self.acted, self.changes = {}, {}, []

    def hears(self, event):
        self.stored.append(self.fleet)
        self.log.append(event)
        self.fleet, outputs = step(self.fleet, event, self.now_ms, RULES)
        self.changes += outputs.changes
        for permit in outputs.permits:
            in_time = self.now_ms <= self.asked[permit.action_id] + DEADLINE_MS
            if in_time and permit.action_id not in self.acted:
                self.acted[permit.action_id] = (self.now_ms, permit.granted)

    def plays(self, script):
        for word in script:
            match word:
                case ("asks", number, waits_ms):
                    request = request_of(number, self.now_ms)
                    if (
                        request.action_id in self.asked
                    ):  # asked again after a crash of the worker: the same record twice
                        request = structs.replace(request, time_ms=self.asked[request.action_id])
                    self.asked.setdefault(request.action_id, self.now_ms)
                    self.now_ms += waits_ms
                    self.hears(request)
                case ("reviews", number, upheld):
                    self.hears(
                        Reviewed(
                            action_id=f"a{number}", room="room", session="show", rung=Rung.CUT, line="cut",
                            policy_version="1", time_ms=self.now_ms, upheld=upheld,
                        )
                    )  # fmt: skip
                case ("tick", waits_ms):
                    self.now_ms += waits_ms
                    self.hears(Tick(room="fleet", time_ms=self.now_ms))
                case ("crash", steps, waits_ms) if self.log:
                    steps = min(steps, len(self.log))
                    again, self.fleet = self.log[-steps:], self.stored[-steps]
                    del self.log[-steps:], self.stored[-steps:]
                    self.now_ms += waits_ms
                    for event in again:
                        self.hears(event)
                case ("restart",):
                    self.fleet = decode(msgspec.msgpack.encode(self.fleet))


@settings(max_examples=150, deadline=None)
@given(st.lists(words, max_size=60))
def test_no_hour_has_more_actions_without_a_person_than_the_budget(script):
    world = World()
    world.plays(script)
    times = sorted(now_ms for now_ms, granted in world.acted.values() if granted)
    for place, first_ms in enumerate(times):
        assert sum(at_ms < first_ms + HOUR_MS for at_ms in times[place:]) <= PER_HOUR


@settings(max_examples=100, deadline=None)
@given(st.lists(words.filter(lambda word: word[0] != "crash"), max_size=60))
def test_changes_are_told_once_and_in_turn(script):
    world = World()
    world.plays(script)
    assert [one.sequence for one in world.changes] == list(range(1, len(world.changes) + 1))
    for pair in ({AutonomyChange.HALTED, AutonomyChange.RESUMED}, {AutonomyChange.EXHAUSTED, AutonomyChange.RENEWED}):
        turns = [one.change for one in world.changes if one.change in pair]
        assert all(before is not after for before, after in pairwise(turns))
    for one in world.changes:
        assert one.text_zh
        assert one.text_en

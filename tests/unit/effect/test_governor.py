"""The governor, told as timelines: budget, breaker, and lines that earn and lose autonomy."""

import msgspec
import pytest
from msgspec import structs

from pipelines.effect.fleet import Fleet, decode
from pipelines.effect.gate import Gate
from pipelines.effect.governor import Rules, step
from pipelines.effect.stored import StateError
from pipelines.join.policy import BUNDLED_POLICY, load_policy
from schemas import (
    Authority,
    AutonomyChange,
    AutonomyOrder,
    Enforcement,
    Hold,
    OrderedChange,
    PermitRequest,
    Reviewed,
    Rung,
    Tick,
)
from schemas.examples import EXAMPLES

START_MS = 1_700_000_000_000
MINUTE_S, HOUR_S = 60, 3600
TERMS = load_policy(BUNDLED_POLICY.read_text("utf-8")).autonomy


class Told:
    """A governor to which things happen, told in seconds after the start. `words` is what changed at the last event."""

    def __init__(self, **terms):
        self.rules = Rules(
            version="1",
            autonomy=structs.replace(TERMS, **terms),
            authorities={"cut": Authority.AUTONOMOUS, "new": Authority.SHADOW, "careful": Authority.REVIEW},
        )
        self.fleet, self.words, self.number = Fleet(), [], 0

    def happens(self, event, at_s):
        stored = msgspec.msgpack.encode(self.fleet)
        self.fleet, outputs = step(decode(stored), event, START_MS + round(at_s * 1000), self.rules)
        self.words = list(outputs.changes)
        return outputs

    def asks(self, at_s, action_id=None, *, line="cut", version="1", heard_s=None):
        """A worker asks; `granted`, or why not."""
        self.number += 1
        request = PermitRequest(
            request_id=str(self.number), action_id=action_id or f"a{self.number}", room="r", session="s",
            rung=Rung.CUT, line=line, policy_version=version, time_ms=START_MS + round(at_s * 1000),
        )  # fmt: skip
        (permit,) = self.happens(request, at_s if heard_s is None else heard_s).permits
        assert permit.action_id == request.action_id
        return "granted" if permit.granted else permit.hold

    def reviews(self, line, *words, version="1", at_s=0.0, prefix=""):
        """Reviewers speak on so many actions of a line; the changes."""
        changes = []
        for place, upheld in enumerate(words):
            word = Reviewed(
                action_id=f"{prefix}{line}-{place}", room="r", session="s", rung=Rung.CUT, line=line,
                policy_version=version, time_ms=START_MS, upheld=upheld,
            )  # fmt: skip
            changes += self.happens(word, at_s).changes
        return [one.change for one in changes]

    def orders(self, at_s, order):
        """A person orders something."""
        order_id, time_ms = f"{order}-{at_s}", START_MS + round(at_s * 1000)
        given = AutonomyOrder(
            order_id=order_id, order=OrderedChange(order), by="lin", why="a wrong term", time_ms=time_ms
        )
        return self.happens(given, at_s)

    def ticks(self, at_s):
        self.happens(Tick(room="fleet", time_ms=START_MS), at_s)
        return [one.change for one in self.words]


def test_the_hours_budget_is_granted_and_no_more_and_comes_back_when_the_first_are_an_hour_old():
    fleet = Told(per_hour=3, breaker_least=100)
    assert [fleet.asks(minute * MINUTE_S) for minute in range(3)] == ["granted"] * 3
    assert fleet.asks(10 * MINUTE_S) is Hold.BUDGET
    (told,) = fleet.words
    assert (told.change, told.fired, told.allowed, told.exhausted) == (AutonomyChange.EXHAUSTED, 3, 3, True)
    assert "额度已用完(3/3)" in told.text_zh
    assert "used up (3 of 3)" in told.text_en
    assert fleet.asks(11 * MINUTE_S) is Hold.BUDGET
    assert fleet.words == [], "told once"
    assert fleet.ticks(HOUR_S - 0.001) == []
    assert fleet.ticks(HOUR_S) == [AutonomyChange.RENEWED]
    assert fleet.asks(HOUR_S + 1) == "granted"
    assert fleet.asks(HOUR_S + 2) is Hold.BUDGET


def test_a_repeated_request_is_answered_alike_and_counted_once():
    fleet = Told(per_hour=2, breaker_least=2)
    assert [fleet.asks(0, "same") for _ in range(5)] == ["granted"] * 5
    assert fleet.asks(1, "other") == "granted"
    assert fleet.asks(2, "third") is Hold.BREAKER


def test_a_request_that_is_heard_too_late_is_refused_but_counts():
    """Whoever asked has sent it to a reviewer by now; but a governor that died may have granted it in time."""
    fleet = Told(per_hour=1, permit_deadline_seconds=2.0)
    assert fleet.asks(0, heard_s=2.001) is Hold.UNANSWERED
    assert fleet.asks(3) is Hold.BUDGET
    assert fleet.asks(HOUR_S + 1.999) is Hold.BUDGET
    assert fleet.asks(HOUR_S + 2.001) == "granted"


def test_a_late_request_counts_also_when_the_breaker_would_stop_it_now():
    fleet = Told(per_hour=3, breaker_least=1, breaker_pause_seconds=60.0)
    assert [fleet.asks(0), fleet.asks(0)] == ["granted", Hold.BREAKER]
    assert [fleet.asks(1, heard_s=20), fleet.asks(2, heard_s=20)] == [Hold.UNANSWERED] * 2
    assert fleet.asks(900) is Hold.BUDGET


def test_the_breaker_opens_on_a_burst_and_closes_after_its_pause():
    fleet = Told(per_hour=1000, breaker_least=3, breaker_window_seconds=60.0, breaker_pause_seconds=600.0)
    assert [fleet.asks(10 * place) for place in range(3)] == ["granted"] * 3
    assert fleet.asks(30) is Hold.BREAKER
    (told,) = fleet.words
    assert (told.change, told.fired, told.allowed, told.halted) == (AutonomyChange.HALTED, 4, 3, True)
    assert told.text_zh == "熔断:1 分钟内请求自主处置 4 次,通常不超过 3 次;全部转人工复核"
    assert fleet.asks(500) is Hold.BREAKER, "also when the rate is usual again"
    assert fleet.ticks(629) == []
    assert fleet.ticks(630) == [AutonomyChange.RESUMED]
    assert fleet.asks(631) == "granted"


def test_a_rate_that_is_still_abnormal_after_the_pause_opens_the_breaker_again():
    fleet = Told(per_hour=1000, breaker_least=3, breaker_window_seconds=60.0, breaker_pause_seconds=120.0)
    answers = [fleet.asks(place) for place in range(200)]
    assert answers.count("granted") == 3


def test_a_slow_stream_of_the_same_number_of_requests_does_not_open_it():
    fleet = Told(per_hour=1000, breaker_least=3, breaker_window_seconds=60.0)
    assert {fleet.asks(21 * place) for place in range(30)} == {"granted"}


def test_a_fleet_that_always_fires_much_may_fire_more():
    """Thirty an hour all day: 2.5 in five minutes are usual, five times as many are in order."""
    fleet = Told(per_hour=1000, breaker_least=3, breaker_factor=5.0, breaker_window_seconds=300.0)
    assert {fleet.asks(120 * place) for place in range(24 * 30)} == {"granted"}
    answers = [fleet.asks(24 * HOUR_S + place) for place in range(14)]
    assert answers == ["granted"] * 10 + [Hold.BREAKER] * 4, "2 of the last five minutes are in the window already"


def test_what_is_counted_for_the_breaker_is_bounded():
    fleet = Told(per_hour=5, breaker_least=10)
    for place in range(2_000):
        fleet.asks(place / 100)
    assert len(msgspec.msgpack.encode(fleet.fleet)) < 600


def test_a_backlog_that_is_read_at_once_is_no_burst():
    fleet = Told(per_hour=1000, breaker_least=3, breaker_window_seconds=60.0)
    answers = {fleet.asks(-600 + 30 * place, heard_s=0) for place in range(20)}
    assert answers == {Hold.UNANSWERED}
    assert fleet.fleet.halted_ms is None


def test_a_line_in_shadow_is_promoted_by_59_upheld_actions():
    fleet = Told()
    assert fleet.asks(0, line="new") is Hold.DEMOTED, "a worker that has not heard yet what was lost"
    assert fleet.reviews("new", *[True] * 58) == []
    assert fleet.reviews("new", *[True] * 59) == [AutonomyChange.PROMOTED]
    (told,) = fleet.words
    assert (told.line, told.confirmed, told.overturned, told.promoted) == ("new", 59, 0, ("new",))
    assert told.lower_bound == pytest.approx(0.05 ** (1 / 59))
    assert told.text_zh == "策略行「new」升为自主:复核 59 件,维持 59 件,推翻 0 件;精确率下限 0.950,门槛 0.950"
    assert told.text_en == (
        "policy line new may act by itself: 59 reviewed, 59 upheld, 0 overturned; lower bound of its precision 0.950, "
        "bar 0.950"
    )
    assert fleet.asks(0, line="new") == "granted"
    assert fleet.reviews("new", *[True] * 60) == [], "told once"


def test_one_overturned_action_delays_the_promotion_to_93():
    fleet = Told()
    assert fleet.reviews("new", False, *[True] * 91) == []
    assert fleet.reviews("new", False, *[True] * 92) == [AutonomyChange.PROMOTED]


def test_an_earned_autonomy_is_lost_by_the_second_overturned_action_and_can_be_earned_again():
    fleet = Told()
    fleet.reviews("new", *[True] * 59)
    assert fleet.reviews("new", False, prefix="x") == []
    assert fleet.reviews("new", False, prefix="y") == [AutonomyChange.DEMOTED]
    (told,) = fleet.words
    assert (told.confirmed, told.overturned, told.promoted, told.demoted) == (59, 2, (), ("new",))
    assert told.text_zh.startswith("策略行「new」不再自主:复核 61 件,维持 59 件,推翻 2 件")
    assert fleet.asks(0, line="new") is Hold.DEMOTED
    assert fleet.reviews("new", *[True] * 58, prefix="z") == [], "what was before does not count"
    assert fleet.reviews("new", *[True] * 59, prefix="z") == [AutonomyChange.PROMOTED]


def test_autonomy_that_the_policy_gives_is_lost_by_overturned_actions_not_by_missing_reviews():
    fleet = Told()
    assert fleet.reviews("cut", True, False) == []
    assert fleet.asks(0) == "granted"
    assert fleet.reviews("cut", False, prefix="x") == [AutonomyChange.DEMOTED]
    assert fleet.asks(1) is Hold.DEMOTED
    assert fleet.words == []


def test_two_overturned_actions_among_many_upheld_ones_are_borne():
    fleet = Told()
    fleet.reviews("cut", *[True] * 66)
    assert fleet.reviews("cut", False, False, prefix="x") == []


def test_the_last_word_on_an_action_counts_but_overturned_stays_overturned():
    fleet = Told()
    fleet.reviews("cut", True)
    fleet.reviews("cut", False)
    fleet.reviews("cut", True)
    assert [one.upheld for one in fleet.fleet.records["cut"].verdicts] == [False]


def test_what_the_policy_gives_to_reviewers_stays_with_them():
    fleet = Told()
    assert fleet.reviews("careful", *[True] * 200) == []


def test_what_was_earned_under_another_policy_does_not_count():
    fleet = Told()
    assert fleet.reviews("new", *[True] * 59, version="0") == []
    assert fleet.reviews("new", *[True] * 59) == [AutonomyChange.PROMOTED]
    fleet.rules = structs.replace(fleet.rules, version="2")
    assert fleet.asks(0, line="new", version="2") is Hold.DEMOTED
    assert fleet.asks(0, line="new", version="1") == "granted", "a worker that is about to get the new policy"


def test_the_numbers_of_changes_rise():
    fleet = Told(per_hour=1)
    fleet.asks(0)
    fleet.asks(1)
    fleet.reviews("new", *[True] * 59)
    assert fleet.words[0].sequence == 2
    assert fleet.words[0].exhausted, "each event tells all that is in force"


def test_a_state_of_another_version_or_no_state_is_refused():
    with pytest.raises(StateError, match="version 7"):
        decode(msgspec.msgpack.encode(Fleet(version=7)))
    with pytest.raises(StateError, match="start with an empty changelog"):
        decode(b"\xff")


def test_a_persons_order_stops_every_grant_until_a_person_takes_it_back():
    fleet = Told(per_hour=100, breaker_least=100)
    assert fleet.asks(0) == "granted"
    (halt,) = fleet.orders(1, "halt").changes
    assert (halt.change, halt.order_id, halt.ordered_halt, halt.halted) == (
        AutonomyChange.ORDERED_HALT, "halt-1", True, False,
    )  # fmt: skip
    assert (halt.ordered_by, halt.ordered_why, halt.ordered_ms) == ("lin", "a wrong term", START_MS + 1000)
    assert halt.text_zh == "人工叫停全部自主处置(lin:a wrong term);全部转人工复核,直到人工恢复"
    assert fleet.asks(2) is Hold.ORDERED
    assert fleet.asks(30 * HOUR_S) is Hold.ORDERED, "no time ends it"
    fleet.rules = structs.replace(fleet.rules, version="2")
    assert fleet.asks(31 * HOUR_S, version="2") is Hold.ORDERED, "no other policy ends it"
    (resume,) = fleet.orders(32 * HOUR_S, "resume").changes
    assert (resume.change, resume.ordered_halt) == (AutonomyChange.ORDERED_RESUME, False)
    assert fleet.asks(32 * HOUR_S + 1) == "granted"


def test_an_order_does_not_end_a_breaker_and_what_it_refuses_uses_no_budget():
    fleet = Told(per_hour=1, breaker_least=2, breaker_window_seconds=60.0, breaker_pause_seconds=600.0)
    fleet.orders(0, "halt")
    assert [fleet.asks(place) for place in range(3)] == [Hold.ORDERED] * 3
    assert fleet.fleet.grants == ()
    fleet.orders(4, "resume")
    assert fleet.asks(5) is Hold.BREAKER
    assert fleet.ticks(700) == [AutonomyChange.RESUMED]
    assert fleet.asks(701) == "granted"


def test_a_stopped_gate_hands_every_autonomous_action_to_a_reviewer_but_not_what_takes_back():
    fleet = Told()
    (halt,) = fleet.orders(0, "halt").changes
    (resume,) = fleet.orders(1, "resume").changes
    gate = Gate(policy_version="1", promoted=frozenset({"new"})).after(halt)
    action = next(one for one in EXAMPLES if isinstance(one, Enforcement) and not one.compensates)
    for authority, line, version, after in (
        (Authority.AUTONOMOUS, "cut", "1", (Authority.REVIEW, Hold.ORDERED)),
        (Authority.AUTONOMOUS, "cut", "another", (Authority.REVIEW, Hold.ORDERED)),
        (Authority.SHADOW, "other", "1", (Authority.SHADOW, None)),
        (Authority.REVIEW, "cut", "1", (Authority.REVIEW, None)),
    ):
        judged = gate.judged(structs.replace(action, authority=authority, policy_line=line, policy_version=version))
        assert (judged.authority, judged.hold) == after
    taken_back = structs.replace(action, authority=Authority.AUTONOMOUS, compensates="earlier")
    assert gate.judged(taken_back) == taken_back
    promoted = structs.replace(halt, promoted=("new",), policy_version="1")
    shadow = structs.replace(action, authority=Authority.SHADOW, policy_line="new", policy_version="1")
    assert gate.after(promoted).judged(shadow).hold is Hold.ORDERED, "a promoted line is stopped too"
    free = gate.after(resume).judged(structs.replace(action, authority=Authority.AUTONOMOUS))
    assert free.authority is Authority.AUTONOMOUS

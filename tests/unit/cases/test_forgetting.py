"""Beyond its limits an account forgets the oldest, and nothing that rested on it is undone by that."""

import pytest
from msgspec.structs import replace

from pipelines.cases.state import decode, encode, initial
from pipelines.cases.sums import counted_sums
from pipelines.effect.stored import StateError
from schemas import OutcomeStatus, Signal


@pytest.fixture
def small(bureau, policy):
    """A bureau that keeps two strikes, two sums and six actions of an account."""

    def keeping(**limits):
        bureau.policy = replace(policy, limits=replace(policy.limits, **limits))
        bureau.docket._policy = bureau.policy
        return bureau

    return keeping


def test_sums_that_are_forgotten_leave_their_total_and_their_actions(small, made):
    bureau = small(sums=2)
    for day in (1, 2, 3, 4):
        bureau.hears(made.facts("merchant:m", day, sales=(made.sales(f"s{day}", day, fakes=5),)))
    assert not any(action.compensates for action in bureau.actions)
    state = bureau.docket.states["merchant:m"]
    assert set(state.sums) == {"s3", "s4"}
    assert state.folded_sums.found_fake_cny == 1_400.0
    assert counted_sums(state).found_fake_cny == 2_800.0


def test_a_forgotten_sum_that_is_told_again_is_not_counted_twice(small, made):
    bureau = small(sums=2)
    for day in (1, 2, 3):
        bureau.hears(made.facts("merchant:m", day, sales=(made.sales(f"s{day}", day, fakes=5),)))
    before = bureau.docket.states["merchant:m"]
    bureau.hears(made.facts("merchant:m", 9, sales=(made.sales("s1", 1, fakes=5),)))
    after = bureau.docket.states["merchant:m"]
    assert (after.sums, after.folded_sums) == (before.sums, before.folded_sums)


def test_forgotten_strikes_leave_their_rounds(small):
    bureau = small(strikes=2)
    for day in (0, 200, 400, 600):
        bureau.show("ann", day)
    assert not any(action.compensates for action in bureau.actions)
    assert [one.case.round for one in bureau.actions if one.policy_line == "freeze-deposit"] == [0, 1, 2, 3]


def test_forgotten_actions_are_not_given_again(small):
    bureau = small(given=6)
    for day in (0, 200, 400, 600):
        bureau.show("ann", day)
    ids = [one.action_id for one in bureau.actions]
    assert len(ids) == len(set(ids))
    assert len(bureau.docket.states["host:ann"].given) <= 6


def test_shows_beyond_the_limit_can_no_more_be_overturned_but_their_strikes_stay(small):
    bureau = small(shows=1)
    _, first = bureau.show("ann", 0)
    bureau.show("ann", 3)
    assert bureau.answers(first, OutcomeStatus.OVERTURNED, 4) == []
    assert "suspend" in bureau.standing("host:ann")


def test_a_states_bytes_say_what_is_wrong_with_them(bureau):
    bureau.show("ann", 0, signals=(Signal.COVERED_LABEL,))
    state = bureau.docket.states["host:ann"]
    assert decode(encode(state)) == state
    with pytest.raises(StateError, match="rebuild it from the topics"):
        decode(b"\xc1")
    with pytest.raises(StateError, match="version 99"):
        decode(encode(replace(initial("host:ann"), version=99)))


def test_an_action_outlives_the_only_sum_that_it_rested_on(small, made):
    bureau = small(sums=1)
    bureau.hears(made.facts("merchant:m", 1, sales=(made.sales("fakes", 1, fakes=12),)))
    given = bureau.standing("merchant:m")
    assert "freeze-deposit" in given
    assert bureau.hears(made.facts("merchant:m", 2, sales=(made.sales("fine", 2),))) == []
    assert bureau.standing("merchant:m") == given

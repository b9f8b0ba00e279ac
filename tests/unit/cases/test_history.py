"""What the join is told of the past of those who are on air."""

import pytest
from msgspec import structs

from pipelines.cases.docket import Docket
from pipelines.join.policy import BUNDLED_POLICY, load_policy
from pipelines.join.state import initial
from pipelines.join.step import step
from schemas import LifecycleChange, OutcomeStatus


@pytest.fixture
def on_air(bureau, made):
    """A show of ann's that starts on a day; the histories told since, as (offences, clean) by account."""

    def start(day, *, host="ann", merchants=(), session=None):
        told = len(bureau.histories)
        bureau.hears(made.started("stage", session or f"stage/{day}", host, merchants, day))
        return told

    return start


def past(bureau, since=-1):
    (event,) = bureau.histories[since:]
    assert event.change is LifecycleChange.HISTORY
    return {one.account: (one.offences, one.clean) for one in event.history}


def test_a_confirmed_show_is_told_when_the_host_is_on_air_again(bureau, made, on_air):
    bureau.show("ann", 0)
    assert bureau.histories == [], "what a show brings out is not held against itself"
    on_air(10)
    assert past(bureau) == {"host:ann": (1, 0)}
    (event,) = bureau.histories
    assert (event.room, event.session) == ("stage", "stage/10")
    assert event.history[0].last_offence_ms == made.ms(0.01)


def test_what_is_confirmed_or_overturned_meanwhile_is_told_at_once(bureau, on_air):
    _, first = bureau.show("ann", 0, status=OutcomeStatus.APPLIED)
    on_air(10)
    assert bureau.histories == [], "the machine's own word is no history"
    bureau.answers(first, OutcomeStatus.CONFIRMED, 10.1)
    assert past(bureau) == {"host:ann": (1, 0)}
    bureau.show("ann", 10.2, room="other")
    assert past(bureau) == {"host:ann": (2, 0)}
    bureau.answers(first, OutcomeStatus.OVERTURNED, 10.3)
    assert past(bureau)["host:ann"][0] == 1


def test_nothing_is_told_of_a_show_that_is_over(bureau, made, on_air):
    _, first = bureau.show("ann", 0, status=OutcomeStatus.APPLIED)
    on_air(10)
    on_air(11)
    bureau.hears(made.ended("stage", "stage/11", 11.1))
    bureau.answers(first, OutcomeStatus.CONFIRMED, 11.2)
    assert [one for one in bureau.histories if one.session.startswith("stage")] == [], "the next one ended the first"


def test_clean_shows_count_when_they_are_over_and_stop_counting_when_something_stands(bureau, made, on_air):
    for day in range(3):
        bureau.hears(made.started("stage", f"clean/{day}", "ann", (), day))
        bureau.hears(made.ended("stage", f"clean/{day}", day + 0.1))
    on_air(10)
    assert past(bureau) == {"host:ann": (0, 3)}
    late = made.cut("stage", "clean/1", 1)
    bureau.hears(late)
    assert past(bureau) == {"host:ann": (0, 2)}
    bureau.answers(late, OutcomeStatus.OVERTURNED, 11)
    assert past(bureau) == {"host:ann": (0, 3)}


def test_the_join_hears_of_all_merchants_at_once_and_never_of_some(bureau, made, on_air):
    bureau.show("bob", 0, merchants=["bad"])
    merchants = ["bad", *(f"m{number}" for number in range(20))]
    for number in range(20):
        bureau.hears(made.started("shop", f"shop/{number}", "carl", merchants[1:], number / 10))
        bureau.hears(made.ended("shop", f"shop/{number}", number / 10 + 0.05))
    told = on_air(10, merchants=merchants)
    (event,) = bureau.histories[told:]
    assert len(event.history) == 22
    assert past(bureau)["merchant:bad"] == (1, 0)
    assert past(bureau)["merchant:m7"] == (0, 20)


def test_old_shows_are_forgotten_but_stay_counted_and_states_stay_bounded(bureau, made, on_air):
    bureau.docket = Docket(structs.replace(bureau.policy, limits=structs.replace(bureau.policy.limits, shows=4)))
    for day in range(20):
        bureau.hears(made.started("stage", f"clean/{day}", "ann", (), day))
        bureau.hears(made.ended("stage", f"clean/{day}", day + 0.1))
    on_air(30)
    assert past(bureau) == {"host:ann": (0, 20)}
    assert len(bureau.docket.states["host:ann"].shows) == 4


def test_histories_are_no_news_to_cases_and_move_the_joins_prior(bureau, made, on_air):
    bureau.show("ann", 0)
    on_air(10)
    states = dict(bureau.docket.states)
    (event,) = bureau.histories
    assert bureau.hears(event) == []
    assert bureau.docket.states == states
    policy = load_policy(BUNDLED_POLICY.read_text("utf-8"))
    state, _ = step(initial("stage"), made.started("stage", "stage/10", "ann", (), 10), made.ms(10), policy)
    state, _ = step(state, event, made.ms(10), policy)
    (session,) = state.sessions
    assert session.circumstances["history"].nats > 1.5

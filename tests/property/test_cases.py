"""Cases: in any order, repeated and restarted, the same account actions stand; what is taken back is so once."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from pipelines.cases.docket import Docket
from pipelines.cases.policy import BUNDLED_POLICY, load_policy
from pipelines.cases.state import Account, IdentifierRecord, RoomRecord, decode, encode
from schemas import (
    AccountFacts,
    Authority,
    Enforcement,
    Identifier,
    IdentifierKind,
    Lifecycle,
    LifecycleChange,
    Modality,
    Outcome,
    OutcomeStatus,
    Reason,
    Rung,
    Sales,
    Signal,
    stable_id,
)

POLICY = load_policy(BUNDLED_POLICY.read_text("utf-8"))
DAY_MS = 86_400_000
HOSTS, MERCHANTS = ("ann", "bob"), ("m1", "m2", "m3", "m4")
days = st.integers(0, 400)
statuses = st.sampled_from([OutcomeStatus.APPLIED, OutcomeStatus.CONFIRMED, OutcomeStatus.OVERTURNED])


@st.composite
def shows(draw):
    """A show that was acted on: its start, its action, and what became of it."""
    host, day = draw(st.sampled_from(HOSTS)), draw(days)
    room, session, at_ms = f"room-{host}", f"{host}/{day}", day * DAY_MS
    merchants = tuple(draw(st.lists(st.sampled_from(MERCHANTS), max_size=2, unique=True)))
    signals = draw(st.lists(st.sampled_from([Signal.COVERED_LABEL, Signal.LOW_PRICE]), max_size=2, unique=True))
    rung = draw(st.sampled_from([Rung.CUT, Rung.REVIEW, Rung.WARN]))
    action = Enforcement(
        action_id=stable_id(session, rung), room=room, session=session, subject=f"room:{room}", rung=rung,
        authority=Authority.AUTONOMOUS, decided_at_ms=at_ms, not_after_ms=at_ms + 1, posterior=0.9, llr=9.0,
        modalities=(), categories=(), policy_version="1", policy_line=rung,
        reasons=tuple(
            Reason(
                text_zh="", text_en="", signal=signal, modality=Modality.FRAME, start_ms=0, end_ms=0, contribution=1.0,
                suspicion_ids=(),
            )
            for signal in signals
        ),
    )  # fmt: skip
    start = Lifecycle(
        room=room, session=session, time_ms=at_ms, change=LifecycleChange.STARTED, host=host, merchants=merchants
    )
    outcomes = [
        Outcome(
            outcome_id=stable_id(action.action_id, status), action_id=action.action_id, room=room, session=session,
            status=status, time_ms=at_ms + draw(st.integers(1, 5 * DAY_MS)), subscriber="desk",
        )
        for status in draw(st.lists(statuses, max_size=3, unique=True))
    ]  # fmt: skip
    return [start, action, *outcomes]


@st.composite
def facts(draw, number):
    """Facts of one account; each at a time of its own, so that none contradicts another."""
    account = draw(st.sampled_from([f"merchant:{name}" for name in MERCHANTS] + [f"host:{name}" for name in HOSTS]))
    kind = draw(st.sampled_from([IdentifierKind.PAYEE, IdentifierKind.WAREHOUSE]))
    identifier = Identifier(kind=kind, hash=f"{draw(st.integers(1, 2)):016x}")
    opened = draw(st.one_of(st.none(), days))
    closed = draw(st.one_of(st.none(), days.filter(lambda day: day >= (opened or 0))))
    used = draw(st.booleans())
    orders = draw(st.integers(1, 60))
    session = f"{draw(st.sampled_from(HOSTS))}/{draw(days)}"
    sum_of = Sales(
        sales_id=f"s{draw(st.integers(0, 3))}", from_ms=draw(days) * DAY_MS, to_ms=401 * DAY_MS, orders=orders,
        buyers=1, amount_cny=70_000.0, fake_orders=draw(st.integers(0, orders)), session=session,
    )  # fmt: skip
    partner = "host:ann" if account.startswith("merchant:") else "merchant:m1"
    return AccountFacts(
        fact_id=str(number), account=account, time_ms=number * 1000,
        opened_ms=None if opened is None else opened * DAY_MS, closed_ms=None if closed is None else closed * DAY_MS,
        identifiers=(identifier,) if used else (), withdrawn=() if used else (identifier,),
        partners=(partner,) if draw(st.booleans()) else (), sales=(sum_of,),
    )  # fmt: skip


@st.composite
def histories(draw):
    told = [event for show in draw(st.lists(shows(), max_size=6)) for event in show]
    unique = list({event_id(one): one for one in told}.values())
    return unique + [draw(facts(number)) for number in range(draw(st.integers(0, 6)))]


def event_id(event):
    return (
        getattr(event, "outcome_id", None) or getattr(event, "action_id", None) or f"{event.session}/{event.merchants}"
    )


def play(events, *, policy=POLICY, restart=False):
    """All outputs, and the docket at the end."""
    docket, actions = Docket(policy), []
    for number, event in enumerate(events):
        if restart:
            docket.states = {place: decode(encode(state)) for place, state in docket.states.items()}
        actions += docket.hear(event, number).enforcements
    return docket, actions


def standing(actions):
    back = {one.compensates for one in actions}
    return {
        (one.subject, one.session, one.rung) for one in actions if not one.compensates and one.action_id not in back
    }


@settings(max_examples=80, deadline=None)
@given(histories().flatmap(lambda events: st.tuples(st.just(events), st.permutations(events))))
def test_in_any_order_the_same_actions_stand(both):
    events, shuffled = both
    assert standing(play(shuffled)[1]) == standing(play(events)[1])


@settings(max_examples=40, deadline=None)
@given(histories(), st.data())
def test_repeated_events_change_nothing(events, data):
    again = data.draw(st.lists(st.sampled_from(events), max_size=8)) if events else []
    once, twice = play(events), play([*events, *again])
    assert twice[1] == once[1]
    assert twice[0].states == once[0].states


@settings(max_examples=40, deadline=None)
@given(histories())
def test_a_restart_at_every_event_changes_nothing(events):
    once, restarted = play(events), play(events, restart=True)
    assert restarted[1] == once[1]
    assert restarted[0].states == once[0].states


@settings(max_examples=50, deadline=None)
@given(histories())
def test_each_action_is_given_once_and_taken_back_at_most_once_and_taking_back_is_final(events):
    _, actions = play(events)
    given_ids = [one.action_id for one in actions if not one.compensates]
    taken_back = [one.compensates for one in actions if one.compensates]
    assert len(given_ids) == len(set(given_ids))
    assert len(taken_back) == len(set(taken_back))
    assert set(taken_back) <= set(given_ids), "only what was given is taken back, never a taking-back"


@settings(max_examples=40, deadline=None)
@given(histories())
def test_overturning_every_show_and_withdrawing_the_facts_leaves_nothing(events):
    overturned = [
        Outcome(
            outcome_id=f"over-{one.action_id}", action_id=one.action_id, room=one.room, session=one.session,
            status=OutcomeStatus.OVERTURNED, time_ms=500 * DAY_MS, subscriber="desk",
        )
        for one in events if isinstance(one, Enforcement)
    ]  # fmt: skip
    corrected = [
        structs.replace(
            one, fact_id=f"{one.fact_id}-corrected", time_ms=one.time_ms + 500_000,
            sales=tuple(structs.replace(sales, fake_orders=0, fake_amount_cny=0.0) for sales in one.sales),
        )
        for one in events if isinstance(one, AccountFacts)
    ]  # fmt: skip
    assert standing(play([*events, *overturned, *corrected])[1]) == set()


@settings(max_examples=40, deadline=None)
@given(histories(), st.data())
def test_what_a_reviewer_overturned_does_not_come_back_by_the_same_evidence(events, data):
    docket, actions = play(events)
    back = {one.compensates for one in actions}
    given_now = [one for one in actions if not one.compensates and one.action_id not in back]
    if not given_now:
        return
    wrong = data.draw(st.sampled_from(given_now))
    word = Outcome(
        outcome_id="word", action_id=wrong.action_id, room=wrong.room, session=wrong.session,
        status=OutcomeStatus.OVERTURNED, time_ms=500 * DAY_MS, subscriber="desk",
    )  # fmt: skip
    undone = docket.hear(word, 0).enforcements
    assert wrong.action_id in {one.compensates for one in undone}
    assert {one.policy_line for one in undone} == {wrong.policy_line}, "later rounds of it, which the reviewer knew of"
    for event in [word, *data.draw(st.permutations(events))]:
        assert docket.hear(event, 0).enforcements == ()


@settings(max_examples=40, deadline=None)
@given(histories())
def test_every_state_stays_within_the_limits(events):
    limits = structs.replace(
        POLICY.limits, shows=2, actions=3, strikes=2, sums=2, partners=2, identifiers=1, given=9, told_strikes=1
    )
    policy = structs.replace(POLICY, limits=limits, identifiers=structs.replace(POLICY.identifiers, crowd=2))
    docket, actions = play(events, policy=policy)
    for state in docket.states.values():
        match state:
            case RoomRecord():
                assert len(state.shows) <= 2
                assert all(len(show.actions) <= 3 and len(show.fates) <= 3 for show in state.shows)
            case Account():
                assert (len(state.strikes) <= 2, len(state.sums) <= 2, len(state.partners) <= 2) == (True, True, True)
                assert (len(state.identifiers) <= 1, len(state.given) <= 9) == (True, True)
            case IdentifierRecord():
                assert len(state.members) <= 3
    given_ids = [one.action_id for one in actions if not one.compensates]
    assert len(given_ids) == len(set(given_ids))


@settings(max_examples=40, deadline=None)
@given(histories())
def test_a_step_leaves_the_old_state_as_it_was(events):
    docket = Docket(POLICY)
    for event in events:
        before = {place: (state, encode(state)) for place, state in docket.states.items()}
        docket.hear(event, 0)
        assert all(encode(state) == data for state, data in before.values())

"""The join against its oracle: whatever the order, repetition, ticks and restarts, the same actions stand."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from pipelines.join.actions import action_id, compensation_id
from pipelines.join.evaluate import evaluate, signs
from pipelines.join.fusion import verdict_at
from pipelines.join.lifecycle import inform, with_circumstances
from pipelines.join.policy import BUNDLED_POLICY, Policy, Stands, load_policy
from pipelines.join.records import records_of
from pipelines.join.state import Session, decode, encode, initial
from pipelines.join.step import step
from schemas import (
    AccountHistory,
    Facts,
    Lifecycle,
    LifecycleChange,
    Modality,
    PriceRole,
    Progress,
    SellerKind,
    SellerRecord,
    Signal,
    Suspicion,
    Tick,
    stable_id,
)

ROOM, SESSION = "room-7", "show-1"
START_MS = 1_700_000_000_000
BRANDS = ("Louis Vuitton", "Gucci")
LATENESS_MS = 5_000


def hasty() -> Policy:
    """The bundled policy with short times, so that a short show folds, forgets and decays, and with a low ladder."""
    policy = load_policy(BUNDLED_POLICY.read_text("utf-8"))
    return structs.replace(
        policy,
        time=structs.replace(
            policy.time, half_life_seconds=8.0, allowed_lateness_seconds=LATENESS_MS / 1000, idle_timeout_seconds=3.0
        ),
        fusion=structs.replace(policy.fusion, counted_per_group=2, negligible_nats=0.2),
        price=structs.replace(policy.price, pair_window_seconds=6.0),
        ladder=tuple(structs.replace(line, cool_down_seconds=3.0 if line.repeats else None) for line in policy.ladder),
    )


POLICY = hasty()

times = st.integers(0, 60_000).map(lambda ms: START_MS + ms)

SIGNALS = (
    Signal.CODE_WORD, Signal.BRAND_ALIAS, Signal.BRAND, Signal.PRICE, Signal.LOW_PRICE, Signal.DOUBT,
    Signal.DOUBT_BURST, Signal.SILENCE_ORDER, Signal.COVERED_LABEL, Signal.ADMISSION, Signal.GUARANTEE,
    Signal.GENERIC_TITLE, Signal.NO_LINK,
)  # fmt: skip
MODALITIES = (Modality.AUDIO, Modality.FRAME, Modality.DANMAKU)
LISTED = (Signal.GENERIC_TITLE, Signal.NO_LINK)


def suspicion_of(number: int, span_ms: int = 60_000) -> Suspicion:
    """A suspicion made of the digits of a number of 128 bits: cheap to draw, so that shows can be crowded."""

    def pick(choices):
        nonlocal number
        number, place = divmod(number, len(choices))
        return choices[place]

    signal, brand = pick(SIGNALS), pick(BRANDS)
    start_ms = START_MS + pick(range(span_ms))
    facts = Facts(
        term=pick(["原单", "高仿"]),
        speaker=pick(["host", "viewer"]),
        brand=brand if signal in (Signal.BRAND, Signal.BRAND_ALIAS, Signal.LOW_PRICE) else "",
        genuine_low_cny=pick([9_000.0, 14_400.0]),
        price_cny=pick([99.0, 460.0, 2_000.0, 9_999.0]) if signal is Signal.PRICE else None,
        viewers=pick([None, 6]) if signal is Signal.DOUBT_BURST else None,
        price_role=pick([PriceRole.OFFER, PriceRole.OFFER, PriceRole.ANCHOR]),
    )
    modality = Modality.LISTING if signal in LISTED else pick(MODALITIES)
    return Suspicion(
        suspicion_id=f"{signal}-{number}", room=ROOM, session=SESSION, modality=modality, detector="drawn",
        detector_version="1", signal=signal, start_ms=start_ms, end_ms=start_ms + 1_000,
        llr=0.0 if signal in LISTED else pick(range(1, 40)) / 10, score=1.0, facts=facts,
    )  # fmt: skip


def show_of(seed: int, count: int) -> list[Suspicion]:
    return [suspicion_of(int(stable_id(seed, place), 16)) for place in range(count)]


def suspicions():
    return st.integers(0, 2**128).map(suspicion_of)


def unique(many):
    """The first of each id, as the join keeps it."""
    return list({one.suspicion_id: one for one in reversed(many)}.values())


shows = st.builds(show_of, st.integers(0, 2**32), st.integers(0, 60)) | st.lists(suspicions(), max_size=10).map(unique)
sellers = st.builds(
    SellerRecord, kind=st.sampled_from(SellerKind), brands=st.lists(st.sampled_from(BRANDS), max_size=1).map(tuple)
)
started = st.builds(
    lambda brands, offences, clean, records: Lifecycle(
        room=ROOM, session=SESSION, time_ms=START_MS, change=LifecycleChange.STARTED, authorised_brands=tuple(brands),
        history=(AccountHistory(account="host:h", offences=offences, clean=clean),), sellers=tuple(records),
    ),
    st.lists(st.sampled_from(BRANDS), max_size=1), st.integers(0, 3), st.sampled_from([0, 50]),
    st.lists(sellers, max_size=1),
)  # fmt: skip


def prior_of(start: Lifecycle) -> Policy:
    """The policy with the prior of a show that starts so."""
    session = Session(id=SESSION, policy_version=POLICY.version, arrival_ms=0)
    inform(session, start, POLICY)
    return with_circumstances(session, POLICY)


marks = st.lists(
    st.builds(
        lambda modality, up_to_ms: Progress(room=ROOM, session=SESSION, modality=modality, up_to_ms=up_to_ms),
        st.sampled_from(MODALITIES),
        times,
    ),
    max_size=15,
)


def event_ms(event):
    return getattr(event, "start_ms", None) or getattr(event, "up_to_ms", None) or event.time_ms


@st.composite
def arrivals(draw):
    """A show, and its events in an order within the lateness, some of them twice, with ticks and restarts between."""
    evidence, start, progress = draw(shows), draw(started), draw(marks)
    events = [start, *progress, *evidence]
    events += draw(st.lists(st.sampled_from(events), max_size=8))
    delayed = [(event_ms(event) + draw(st.integers(0, LATENESS_MS)), place) for place, event in enumerate(events)]
    script = []
    for _, place in sorted(delayed):
        script.append(events[place])
        script += draw(st.lists(st.sampled_from(["tick", "idle", "restart"]), max_size=1))
    return evidence, start, script


def play(script, policy):
    """Run a script as `dajia judge` does; the late suspicions and the actions."""
    state, now_ms, late, actions = initial(ROOM), 0, [], []
    for word in [*script, "end", "end"]:
        if word == "restart":
            state = decode(encode(state))
            continue
        if isinstance(word, str):
            now_ms += {"tick": 0, "idle": 3_000, "end": 10**12}[word]
            event = Tick(room=ROOM, time_ms=now_ms)
        else:
            now_ms = max(now_ms, event_ms(word))
            event = word
        state, outputs = step(state, event, now_ms, policy)
        late += outputs.late
        actions += outputs.enforcements
    return late, actions


def decided(actions):
    """Ids of all actions, and of those that are taken back."""
    return {one.action_id for one in actions if not one.compensates}, {one.compensates for one in actions} - {None}


def wanted_of(evaluation):
    """The same from scratch."""
    lines = {line.name: line for line in POLICY.ladder}
    first = {action_id(ROOM, SESSION, lines[name]) for name in evaluation.reached}
    ids = [(turn, action_id(ROOM, SESSION, turn.line, turn.occurrence)) for turn in evaluation.turns]
    again = {one for turn, one in ids if not turn.is_release}
    ended = {one for turn, one in ids if turn.is_release and turn.line.stands is Stands.UNTIL_RELEASE}
    return first | again, ended


def from_scratch(evidence, start, script):
    """The oracle's word on a show that lasts until the last moment that anything names."""
    furthest = max(event_ms(event) for event in script if not isinstance(event, (str, Lifecycle)))
    return evaluate(evidence, prior_of(start), records_of(start), furthest + 1)


@settings(max_examples=250, deadline=None)
@given(arrivals())
def test_any_arrival_within_the_lateness_ends_in_the_verdict_from_scratch(arrival):
    evidence, start, script = arrival
    late, actions = play(script, POLICY)
    assert late == []
    if not any(isinstance(event, (Suspicion, Progress)) for event in script):
        assert actions == []
        return
    wanted = from_scratch(evidence, start, script)
    assert len(actions) == len({one.action_id for one in actions}), "each action once"
    assert decided(actions) == wanted_of(wanted)
    turns = {
        action_id(ROOM, SESSION, turn.line, turn.occurrence): turn.at_ms for turn in wanted.turns if not turn.is_release
    }
    ends = {
        compensation_id(action_id(ROOM, SESSION, turn.line, turn.occurrence)): turn.at_ms
        for turn in wanted.turns
        if turn.is_release
    }
    for action in actions:
        if action.action_id in turns:
            assert action.decided_at_ms == turns[action.action_id], "what repeats is settled, to the millisecond"
        elif action.compensates:
            assert action.decided_at_ms == ends[action.action_id]
        else:
            assert action.decided_at_ms >= wanted.reached[action.policy_line].at_ms


@settings(max_examples=200, deadline=None)
@given(shows.map(lambda evidence: list({one.start_ms: one for one in evidence}.values())), started)
def test_in_order_the_actions_say_what_the_oracle_says(evidence, start):
    """Nothing is late here, so score, moment and reasons are the oracle's too, although old signs were folded."""
    _, actions = play([start, *sorted(evidence, key=event_ms)], POLICY)
    wanted = evaluate(evidence, prior_of(start), records_of(start)).reached
    assert {
        one.policy_line: (one.decided_at_ms, one.llr) for one in actions if one.occurrence == 1 and not one.compensates
    } == {name: (verdict.at_ms, verdict.llr) for name, verdict in wanted.items()}


@settings(max_examples=150, deadline=None)
@given(arrivals())
def test_what_was_forgotten_is_never_missed(arrival):
    """At the end: at every moment that may still be judged, few kept signs weigh what all signs weigh."""
    _, start, script = arrival
    records = records_of(start)
    state, now_ms, heard = initial(ROOM), 0, []
    for event in [start, *script]:
        if isinstance(event, str):
            continue
        now_ms = max(now_ms, event_ms(event))
        state, outputs = step(state, event, now_ms, POLICY)
        assert outputs.late == ()
        heard += [event] if isinstance(event, Suspicion) else []
    session = state.sessions[0]
    everything = signs(heard, POLICY, records)
    line_ms = (session.watermark_ms or 0) - LATENESS_MS
    for at_ms in {max(item.seen_ms, line_ms) for item in everything} | {line_ms + wait for wait in (1, 3_000, 9_000)}:
        kept, all_signs = verdict_at(session.items, at_ms, POLICY), verdict_at(everything, at_ms, POLICY)
        assert kept == all_signs


@settings(max_examples=200, deadline=None)
@given(shows, suspicions(), st.lists(times, min_size=1, max_size=10))
def test_more_evidence_never_weighs_less(evidence, one_more, moments):
    fewer, more = signs(evidence, POLICY), signs(unique([*evidence, one_more]), POLICY)
    for at_ms in moments:
        before, after = verdict_at(fewer, at_ms, POLICY), verdict_at(more, at_ms, POLICY)
        assert after.llr >= before.llr - 1e-9
        assert set(after.witnesses) >= set(before.witnesses)
        assert after.admitted >= before.admitted


@settings(max_examples=60, deadline=None)
@given(arrivals())
def test_shares_of_the_reasons_never_exceed_the_score(arrival):
    _, _, script = arrival
    for action in play(script, POLICY)[1]:
        shares = [reason.contribution for reason in action.reasons]
        assert len(shares) <= 8
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= action.llr + 1e-9


@settings(max_examples=60, deadline=None)
@given(arrivals())
def test_a_step_leaves_the_old_state_as_it_was(arrival):
    _, _, script = arrival
    state = initial(ROOM)
    for event in script:
        if isinstance(event, str):
            continue
        before = encode(state)
        after, _ = step(state, event, event_ms(event), POLICY)
        assert encode(state) == before
        state = after

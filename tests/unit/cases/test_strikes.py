"""Shows become strikes, strikes become actions, and both can be taken back."""

import pytest
from msgspec.structs import replace

from pipelines.cases.events import RefusedError
from pipelines.cases.step import step
from schemas import Authority, DeadLetterReason, Hold, KnowingSign, OutcomeStatus, Rung, Signal


def test_a_decision_that_nobody_carried_out_counts_nothing(bureau):
    said, action = bureau.show("ann", 0, status=None)
    assert said == []
    assert bureau.answers(action, OutcomeStatus.RECEIVED, 0) == []
    assert bureau.answers(action, OutcomeStatus.FAILED, 0) == []


def test_the_machines_word_alone_only_trains_and_holds_money_back(bureau):
    said, _ = bureau.show("ann", 0, status=OutcomeStatus.APPLIED)
    assert said == ["host:ann train", "host:ann extend-settlement"]


def test_a_reviewers_word_freezes_and_refunds(bureau):
    said, action = bureau.show("ann", 0, status=OutcomeStatus.APPLIED)
    said = bureau.answers(action, OutcomeStatus.CONFIRMED, 1)
    assert said == ["host:ann freeze-deposit", "host:ann instant-refund", "host:ann early-warning"]


def test_an_overturned_cut_takes_its_strike_and_all_that_followed(bureau):
    said, action = bureau.show("ann", 0)
    given = [one.action_id for one in bureau.actions]
    back = bureau.answers(action, OutcomeStatus.OVERTURNED, 1)
    assert back == [f"back {line}" for line in said]
    assert [one.compensates for one in bureau.actions if one.compensates] == given
    assert bureau.standing("host:ann") == []


def test_a_compensation_of_the_join_takes_the_strike_too(bureau, made):
    _, action = bureau.show("ann", 0)
    undone = replace(action, action_id="undone", compensates=action.action_id)
    assert all(line.startswith("back host:ann") for line in bureau.hears(undone))
    assert bureau.standing("host:ann") == []


def test_one_of_two_strikes_overturned_leaves_what_the_other_carries(bureau):
    first, _ = bureau.show("ann", 0)
    more, second = bureau.show("ann", 3)
    assert more == ["host:ann suspend"]
    assert bureau.answers(second, OutcomeStatus.OVERTURNED, 4) == ["back host:ann suspend"]
    assert bureau.standing("host:ann") == [line.split()[1] for line in first]


def test_after_a_taking_back_the_same_line_comes_under_a_new_id(bureau):
    _, action = bureau.show("ann", 0)
    old = bureau.action("host:ann", "train")
    bureau.answers(action, OutcomeStatus.OVERTURNED, 1)
    bureau.show("ann", 2)
    new = bureau.action("host:ann", "train")
    assert new.action_id != old.action_id
    assert new.session == old.session


def test_going_on_after_a_strike_is_a_sign_of_knowing_and_closes(bureau):
    for day in (0, 3, 6):
        bureau.show("ann", day)
    close = bureau.action("host:ann", "close")
    assert KnowingSign.WENT_ON in close.case.knowing
    assert close.authority == "review"
    assert [strike.session for strike in close.case.strikes] == [f"room-of-ann/{day}" for day in (0, 3, 6)]


def test_strikes_decay(bureau):
    """Two years apart is not twice in a month: the first has decayed to a sixteenth."""
    bureau.show("ann", 0)
    later, _ = bureau.show("ann", 730)
    assert "host:ann suspend" not in later
    assert later[:2] == ["host:ann train", "host:ann extend-settlement"], "a new round of what had ended"
    assert bureau.action("host:ann", "train").case.round == 1


def test_the_laws_signs_come_from_the_reasons_of_the_room(bureau):
    signals = (Signal.COVERED_LABEL, Signal.SILENCE_ORDER, Signal.LOW_PRICE, Signal.REPLAY_DELETED, Signal.CODE_WORD)
    bureau.show("ann", 0, signals=signals)
    case = bureau.action("host:ann", "early-warning").case
    assert case.knowing == (
        KnowingSign.COVERED_MARK, KnowingSign.SILENCE_ORDER, KnowingSign.FAR_BELOW_PRICE, KnowingSign.DESTROYED_TRACES,
    )  # fmt: skip
    assert any("art. 9(1)" in law.citation and law.status for law in case.legal)
    assert all(reason.text_zh and reason.text_en for reason in case.reasons)


def test_a_warned_show_that_went_on_knew(bureau, made):
    room, session = "r", "r/0"
    warning, action = made.cut(room, session, 0, rung=Rung.WARN), made.cut(room, session, 0.5)
    for event in (
        made.started(room, session, "ann", (), 0), warning, made.outcome(warning, OutcomeStatus.APPLIED, 0.1), action,
        made.outcome(action, OutcomeStatus.CONFIRMED, 1),
    ):  # fmt: skip
        bureau.hears(event)
    assert bureau.action("host:ann", "train").case.knowing == (KnowingSign.WENT_ON,)


def test_two_hosts_named_for_one_show_strike_nobody(bureau, made):
    said, action = bureau.show("ann", 0)
    assert said
    back = bureau.hears(made.started(action.room, action.session, "bob", (), 0))
    assert back == [f"back {line}" for line in said]
    assert bureau.standing("host:bob") == []


def test_an_overturned_account_action_is_taken_back_and_needs_a_new_offence(bureau):
    bureau.show("ann", 0)
    freeze = bureau.action("host:ann", "freeze-deposit")
    assert bureau.answers(freeze, OutcomeStatus.OVERTURNED, 1) == ["back host:ann freeze-deposit"]
    assert bureau.answers(freeze, OutcomeStatus.OVERTURNED, 2) == []
    again, _ = bureau.show("ann", 3)
    assert "host:ann freeze-deposit" in again
    assert bureau.action("host:ann", "freeze-deposit").action_id != freeze.action_id


def test_a_compensation_cannot_be_overturned(bureau):
    _, action = bureau.show("ann", 0)
    bureau.answers(action, OutcomeStatus.OVERTURNED, 1)
    undone = bureau.actions[-1]
    assert bureau.answers(undone, OutcomeStatus.APPLIED, 2) == []
    with pytest.raises(RefusedError, match="cannot be overturned") as refused:
        bureau.answers(undone, OutcomeStatus.OVERTURNED, 3)
    assert refused.value.reason is DeadLetterReason.CONTRADICTION


def test_an_answer_to_an_action_that_was_never_given_is_refused(bureau, made):
    stranger = made.cut("host:ann", "close/0", 0)
    with pytest.raises(RefusedError, match="copy action_id and room") as refused:
        bureau.answers(stranger, OutcomeStatus.APPLIED, 1)
    assert refused.value.reason is DeadLetterReason.UNKNOWN_ACTION


def test_its_own_actions_are_no_news(bureau):
    bureau.show("ann", 0)
    states = dict(bureau.docket.states)
    for action in list(bureau.actions):
        assert bureau.hears(action) == []
    assert bureau.docket.states == states


def test_the_early_warning_goes_out_when_a_reviewer_confirms_it(bureau):
    _, action = bureau.show("ann", 0)
    proposed = bureau.action("host:ann", "early-warning")
    bureau.answers(proposed, OutcomeStatus.APPLIED, 1)
    assert bureau.warnings == []
    for _ in range(2):
        bureau.answers(proposed, OutcomeStatus.CONFIRMED, 1)
    (warning,) = bureau.warnings
    assert (warning.account, warning.withdraws) == ("host:ann", None)
    bureau.answers(action, OutcomeStatus.OVERTURNED, 2)
    assert bureau.warnings[-1].withdraws == warning.warning_id


def test_while_a_person_has_stopped_autonomy_reviewers_get_what_would_be_done_alone(bureau, policy, made):
    _, action = bureau.show("ann", 0, status=OutcomeStatus.APPLIED)
    states = bureau.docket.states
    confirmed = made.outcome(action, OutcomeStatus.CONFIRMED, 1)
    (note,) = step(states[f"room {action.room}"], confirmed, made.ms(1), policy)[1].notes
    warned = replace(policy, ladder=tuple(alone(line) for line in policy.ladder))
    account, outputs = step(states["host:ann"], note, made.ms(1), warned, stopped=True)
    given = {one.policy_line: (one.authority, one.hold) for one in outputs.enforcements}
    assert given["freeze-deposit"] == given["early-warning"] == (Authority.REVIEW, Hold.ORDERED)
    assert outputs.warnings == (), "a notice to partners waits for the reviewer too"
    proposed = next(one for one in outputs.enforcements if one.policy_line == "early-warning")
    answer = made.outcome(proposed, OutcomeStatus.CONFIRMED, 2)
    assert len(step(account, answer, made.ms(2), warned)[1].warnings) == 1


def alone(line):
    """The line, with early warnings that go out by themselves."""
    return replace(line, mode=Authority.AUTONOMOUS) if line.rung is Rung.EARLY_WARNING else line

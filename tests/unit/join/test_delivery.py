"""What becomes of actions, told as timelines: sent again until somebody answers, given up when it is too late."""

import msgspec
import pytest
from msgspec import structs

from pipelines.effect.delivery import Post
from pipelines.join.actions import compensation_id
from pipelines.join.state import Record, decode, encode
from schemas import Authority, OutcomeStatus, SellerKind, Signal, Tick

START_MS = 1_700_000_000_000


@pytest.fixture
def show(short_ladder):
    """Only warning, review and cut, so that a warning is the first thing that leaves."""
    return short_ladder


def warned(show):
    """A show whose warning left at six seconds; nobody has acknowledged it."""
    show.starts()
    show.code_name(5)
    assert show.hears(6, Signal.CODE_WORD, 3.0, term="原单") == ["warn"]
    return show.enforcements[0]


def again(show, at_s):
    """What is sent again at a tick."""
    show.ticks(at_s)
    return list(show.outputs.resent)


def test_an_action_that_nobody_acknowledges_comes_again_with_ever_longer_pauses_and_the_same_id(show):
    warning = warned(show)
    assert [at_s for at_s in range(7, 130) if again(show, at_s)] == [8, 12, 20, 36, 68]
    assert again(show, 132) == [warning], "word for word, under the same id"


@pytest.mark.parametrize("status", OutcomeStatus)
def test_any_word_on_it_ends_the_sending(show, status):
    warning = warned(show)
    show.says(warning.action_id, status)
    sent_again = [one for at_s in range(7, 700, 7) for one in again(show, at_s)]
    assert warning not in sent_again
    assert all(one.action_id == compensation_id(warning.action_id) for one in sent_again)


def test_what_nobody_answered_in_time_is_told_as_expired_and_forgotten(show):
    warning = warned(show)
    last_s = (warning.not_after_ms - START_MS) / 1000
    assert again(show, last_s) == [warning], "still valid"
    show.ticks(last_s + 0.001)
    (expired,) = show.outputs.expired
    assert (expired.action_id, expired.status, expired.subject) == (
        warning.action_id, OutcomeStatus.EXPIRED, "room:room-1",
    )  # fmt: skip
    assert expired.detail == "not acknowledged; sent 2 times"
    assert show.state.deliveries == ()
    assert again(show, last_s + 100) == []
    show.happens(expired)
    assert show.outputs.said == (OutcomeStatus.EXPIRED,), "the join reads its own word back, as one of others"


def test_a_taking_back_is_sent_again_too_and_the_action_is_not(show):
    warning = warned(show)
    assert show.overturns(warning.action_id) == ["back warn"]
    back = show.enforcements[-1]
    assert again(show, 8.5) == [back]
    show.says(back.action_id, OutcomeStatus.RECEIVED)
    assert again(show, 30) == []


def test_an_action_is_not_sent_again_after_what_takes_it_back(show):
    """Also when nobody overturned it: the measure was released."""
    warning = warned(show)
    post = Post(show.state.deliveries, show.now_ms, show.policy.delivery)
    back = structs.replace(warning, action_id=compensation_id(warning.action_id), compensates=warning.action_id)
    post.hand_over(back)
    assert [one.action_id for one in post.deliveries] == [back.action_id]


def test_the_furthest_word_counts_whatever_the_order(show):
    warning = warned(show)
    heard = []
    for status in (OutcomeStatus.APPLIED, OutcomeStatus.RECEIVED, OutcomeStatus.FAILED, OutcomeStatus.APPLIED):
        show.says(warning.action_id, status)
        heard += show.outputs.said
    assert heard == [OutcomeStatus.APPLIED]
    show.says(warning.action_id, OutcomeStatus.CONFIRMED)
    (word,) = show.outputs.reviewed
    assert (word.action_id, word.line, word.upheld) == (warning.action_id, "live-warn", True)
    assert word.policy_version == show.policy.version
    show.overturns(warning.action_id)
    assert [one.upheld for one in show.outputs.reviewed] == [False]
    show.says(warning.action_id, OutcomeStatus.CONFIRMED)
    assert show.outputs.reviewed == (), "an overturned action is not confirmed any more"


def test_a_word_on_an_account_is_for_others(show):
    warning = warned(show)
    assert show.says("an action on a merchant", OutcomeStatus.APPLIED, subject="merchant:m-1") == []
    assert show.says(warning.action_id, OutcomeStatus.APPLIED, subject="room:room-1") == []
    assert show.outputs.said == (OutcomeStatus.APPLIED,)


def test_a_word_on_a_show_that_is_long_forgotten_is_not_unknown(show):
    warning = warned(show)
    show.state = structs.replace(show.state, sessions=(), deliveries=())
    assert show.says(warning.action_id, OutcomeStatus.APPLIED) == []
    assert show.state.sessions == (), "and opens no show"


def test_shadow_actions_are_records_and_need_no_answer(policy, show):
    shadow = tuple(structs.replace(line, authority=Authority.SHADOW) for line in policy.ladder)
    show.policy = structs.replace(policy, ladder=shadow)
    assert warned(show).authority is Authority.SHADOW
    assert show.state.deliveries == ()


def test_a_room_that_nobody_answers_keeps_a_bounded_number_of_actions(policy, show):
    show.policy = structs.replace(policy, delivery=structs.replace(policy.delivery, unacknowledged=1))
    warning = warned(show)
    show.overturns(warning.action_id)
    show.hears(7, Signal.CODE_WORD, 3.0, term="高仿")
    show.happens(Tick(room="room-1", time_ms=START_MS + 7_500), 7.5)
    assert [one.detail for one in show.outputs.expired] == [
        "too many unacknowledged actions of one room; the oldest is given up"
    ]
    assert len(show.state.deliveries) == 1


def test_a_state_of_the_release_before_is_read(show):
    """It has no deliveries, and its standing actions have nothing behind their categories."""
    warning = warned(show)
    document = msgspec.msgpack.decode(encode(show.state))
    del document["deliveries"]
    document["sessions"][0]["authorised"] = ["gucci"]
    document["sessions"][0]["standing"] = [one[:8] for one in document["sessions"][0]["standing"]]
    old = decode(msgspec.msgpack.encode(document))
    assert old.deliveries == ()
    assert old.sessions[0].records == (Record(SellerKind.AUTHORISED, ("gucci",)),)
    assert old.sessions[0].standing[0].outcome is None
    assert old.sessions[0].standing[0].action_id == warning.action_id

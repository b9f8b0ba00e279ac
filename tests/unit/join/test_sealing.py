"""Seal before cut, taking back, and the end of a show, told as timelines."""

import pytest

from pipelines.join.sealing import seal_request_id
from schemas import Modality, OutcomeStatus, SealState, Signal, stable_id


def nearly_cut(show):
    """A show that has been sent to review; its next strong sign on screen is enough to cut."""
    show.starts()
    show.code_name(5)
    show.hears(20, Signal.CODE_WORD, 3.0, term="原单")
    assert show.hears(28, Signal.EVASION, 1.5, term="懂的都懂") == ["seal?", "review"]


def test_a_cut_waits_for_its_seal(show):
    nearly_cut(show)
    assert show.sees(29, Signal.COVERED_LABEL, 3.0, now_s=29) == []
    assert show.hears(29.5, Signal.GUARANTEE, 0.0) == []
    assert show.seals(show.seal_requests[0].request_id) == ["cut"]
    assert (show.enforcements[-1].seal, show.enforcements[-1].bundle_id) == (SealState.SEALED, "bundle-1")


def test_a_cut_waits_no_longer_than_the_deadline(show):
    """Asked at 28 s; the deadline is three seconds."""
    nearly_cut(show)
    assert show.seal_requests[0].deadline_ms == 1_700_000_031_000
    show.sees(29, Signal.COVERED_LABEL, 3.0)
    assert show.hears(29.5, Signal.GUARANTEE, 0.0) == []
    assert show.ticks(30.999) == []
    assert show.ticks(31) == ["cut"]
    assert (show.enforcements[-1].seal, show.enforcements[-1].bundle_id) == (SealState.DEADLINE, "")


def test_the_cut_has_the_same_id_with_and_without_a_seal(show, with_time):
    sealed, waited = show, with_time()
    for one in (sealed, waited):
        nearly_cut(one)
        one.sees(29, Signal.COVERED_LABEL, 3.0)
        one.hears(29.5, Signal.GUARANTEE, 0.0)
    sealed.seals(sealed.seal_requests[0].request_id)
    waited.ticks(60)
    assert sealed.enforcements[-1].action_id == waited.enforcements[-1].action_id


def test_a_seal_of_another_request_is_ignored(show):
    nearly_cut(show)
    show.sees(29, Signal.COVERED_LABEL, 3.0)
    show.hears(29.5, Signal.GUARANTEE, 0.0)
    assert show.seals(seal_request_id("room-1", "yesterday")) == []
    assert show.seals(stable_id("anything")) == []


def test_a_seal_that_came_before_is_used_at_once(show):
    nearly_cut(show)
    assert show.seals(show.seal_requests[0].request_id) == []
    assert show.sees(28, Signal.COVERED_LABEL, 3.0) == ["cut"]


def test_the_seal_covers_the_pre_roll_and_is_asked_for_once(show):
    nearly_cut(show)
    show.sees(29, Signal.COVERED_LABEL, 3.0)
    show.ticks(60)
    (request,) = show.seal_requests
    assert (request.start_ms, request.end_ms) == (1_700_000_005_000 - 30_000, 1_700_000_028_000)
    assert len(request.evidence) == 3


def test_an_overturned_action_is_taken_back_once_and_not_emitted_again(show):
    show.starts()
    show.code_name(5)
    assert show.hears(6, Signal.CODE_WORD, 3.0, term="原单") == ["warn"]
    (warning,) = show.enforcements
    assert show.overturns(warning.action_id) == ["back warn"]
    back = show.enforcements[-1]
    assert back.compensates == warning.action_id != back.action_id
    assert (back.rung, back.llr, back.categories) == (warning.rung, warning.llr, warning.categories)
    assert show.overturns(warning.action_id) == []
    assert show.hears(7, Signal.CODE_WORD, 3.0, term="高仿") == ["seal?", "review"]


def test_an_outcome_that_overtakes_its_evidence_ends_the_same(show, with_time):
    """A shuffled log: the overturning is read before the signs."""
    in_order, overtaken = show, with_time()
    in_order.starts()
    in_order.code_name(5)
    in_order.hears(6, Signal.CODE_WORD, 3.0, term="原单")
    (warning,) = in_order.enforcements
    in_order.overturns(warning.action_id)

    overtaken.starts()
    assert overtaken.overturns(warning.action_id) == ["back warn"]
    overtaken.code_name(5)
    assert overtaken.hears(6, Signal.CODE_WORD, 3.0, term="原单") == []
    assert overtaken.enforcements[-1].action_id == in_order.enforcements[-1].action_id


def test_an_outcome_of_an_unknown_action_changes_nothing_and_is_reported(show):
    show.starts()
    before = show.state
    assert show.overturns(stable_id("nothing of ours")) == ["unknown"]
    show.session = "show-2"
    assert show.overturns(stable_id("nothing of ours")) == ["unknown"]
    assert show.state == before, "no show is opened for it either"


def test_a_show_closes_and_remembers_only_what_stands(show):
    """Ended at 30 s; nothing more comes; closed after the idle timeout and the lateness."""
    show.starts()
    show.code_name(5)
    show.hears(6, Signal.CODE_WORD, 3.0, term="原单")
    assert show.ends(30) == []
    assert show.ticks(30 + 140) == []
    assert show.ticks(30 + 140.001) == ["closed show-1"]
    assert show.state.sessions == ()
    assert show.state.is_open, "nobody has acknowledged observation and warning yet"
    for one in show.state.deliveries:
        show.says(one.action_id, OutcomeStatus.RECEIVED)
    assert not show.state.is_open
    standing = show.state.tombstones[0].standing
    assert [(one.line, one.occurrence) for one in standing] == [("live-observe", 1), ("live-warn", 1)]
    assert show.hears(29, Signal.CODE_WORD, 3.0, term="高仿") == ["late"]
    assert show.overturns(show.enforcements[0].action_id) == ["back warn"]
    assert show.overturns(show.enforcements[0].action_id) == []
    assert [one.line for one in show.state.tombstones[0].standing] == ["live-observe"]


def test_a_show_does_not_close_while_its_cut_waits(show):
    """Everything is decided by the tick that would close the show; the cut still has its three seconds."""
    show.starts()
    show.sees(1, Signal.COVERED_LABEL, 3.0)
    show.code_name(5)
    show.hears(18, Signal.CODE_WORD, 3.0, term="原单")
    show.price(19, 460)
    assert show.ends(20) == []
    assert show.ticks(1_000) == ["seal?", "warn", "review"]
    assert show.ticks(1_002.999) == []
    assert show.ticks(1_003) == ["cut", "closed show-1"]


def test_two_shows_of_a_room_never_mix(show):
    """Each says one half of what a warning needs."""
    show.starts()
    assert show.code_name(5) == []
    show.session = "show-2"
    assert show.starts(7) == []
    assert show.hears(8, Signal.CODE_WORD, 3.0, term="原单") == []
    assert show.ticks(100) == []
    assert [len(session.items) for session in show.state.sessions] == [1, 1]


def test_the_next_show_starts_clean_and_closes_the_one_before(show):
    show.starts()
    show.code_name(5)
    show.hears(6, Signal.CODE_WORD, 3.0, term="原单")
    show.ends(30)
    show.session = "show-2"
    assert show.starts(140) == []
    assert show.hears(150, Signal.CODE_WORD, 3.0, term="原单") == []
    assert show.hears(150.001, Signal.EVASION, 0.1, term="懂的都懂") == ["closed show-1"]
    assert show.code_name(152) == ["warn"]
    assert len({action.action_id for action in show.enforcements}) == 2


def test_a_show_whose_end_was_never_told_is_closed_in_the_end(show):
    show.starts()
    show.passes(Modality.AUDIO, 5)
    assert show.ticks(43_200 + 125) == []
    assert show.ticks(43_200 + 125.001) == ["closed show-1"]


def test_more_shows_at_once_than_a_room_may_have_close_the_oldest(show):
    for number in range(9):
        show.session = f"show-{number}"
        show.starts(number)
        show.code_name(number)
        closed = show.hears(number + 0.5, Signal.CODE_WORD, 3.0, term="原单")
        assert "warn" in closed
    assert len(show.state.sessions) == 8
    assert [stone.id for stone in show.state.tombstones] == ["show-0"]


def test_a_deleted_replay_is_a_sign(show):
    show.starts()
    show.hears(5, Signal.CODE_WORD, 3.0, term="原单")
    show.ends(6)
    assert show.deletes_replay(20) == []
    assert show.ticks(60) == ["warn"]
    assert show.enforcements[0].reasons[1].text_zh == "直播回放被删除"
    assert show.ticks(1_000) == ["closed show-1"]
    assert show.deletes_replay(1_001) == ["late"]


@pytest.mark.parametrize("room", ["room-2", ""])
def test_an_event_of_another_room_is_refused(show, room):
    show.room = room
    with pytest.raises(ValueError, match="key both by room"):
        show.ticks(1)

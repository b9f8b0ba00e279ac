"""Corroboration, release, cool-down and taking back, told as timelines in seconds after the start of the show."""

import pytest

from pipelines.join.actions import action_id
from pipelines.join.fusion import verdict_at
from schemas import Authority, Modality, Signal

START_MS = 1_700_000_000_000


def passes(show, at_s: float) -> list[str]:
    """Both ear and eye have come so far; what leaves. What is before 120 s less is settled then."""
    return [*show.passes(Modality.AUDIO, at_s), *show.passes(Modality.FRAME, at_s)]


def suspect(show, at_s: float) -> list[str]:
    """5.3 nats of speech, half an hour after anything else: a warning, no review."""
    return [*show.hears(at_s, Signal.CODE_WORD, 3.0, term="原单"), *show.code_name(at_s + 1)]


def test_a_code_word_is_observed_and_nobody_is_told(show):
    show.with_measures().starts()
    assert show.hears(5, Signal.CODE_WORD, 3.0, term="原单") == ["observe"]
    assert show.enforcements[0].legal_basis[:1] == ("网络直播营销管理办法 第14条",)


def test_viewers_are_warned_only_when_something_bears_it_out(show):
    """The same 7 nats of two senses; then five viewers doubt, or a complaint comes."""
    show.with_measures().starts()
    show.code_name(5)
    show.sees(6, Signal.EVASION, 2.0, term="懂的都懂")
    show.hears(7, Signal.CODE_WORD, 3.0, term="原单")
    passes(show, 8)
    told = {one.rung for one in show.enforcements}
    assert {"review", "limit-traffic"} <= told
    assert told.isdisjoint({"warn-viewers", "remove-link"})
    show.reads(9, Signal.DOUBT_BURST, 2.0, viewers=4)
    assert passes(show, 10) == [], "four are too few"
    show.reads(11, Signal.DOUBT_BURST, 2.0, viewers=5)
    assert passes(show, 12) == ["warn-viewers"]
    assert show.enforcements[-1].authority is Authority.REVIEW
    show.happens(show.suspicion(Modality.REPORT, 13, Signal.COUNTERFEIT_REPORT, 2.0, speaker="report"))
    assert "remove-link" in passes(show, 14)


def test_a_warning_is_repeated_after_release_and_cool_down_and_not_before(show):
    """Signs of 5.3 nats; released when 2.40 are left, after 5.7 minutes; the cool-down is ten minutes."""
    show.starts()
    suspect(show, 0)
    suspect(show, 420)
    assert passes(show, 600) == [], "released, but seven minutes are no ten"
    suspect(show, 610)
    assert passes(show, 700) == [], "not settled yet: a late sign could still join the two"
    assert passes(show, 900) == ["warn"]
    again = show.enforcements[-1]
    assert (again.occurrence, again.decided_at_ms - show.enforcements[0].decided_at_ms) == (2, 609_000)
    line = next(line for line in show.policy.ladder if line.name == "live-warn")
    assert again.action_id == action_id("room-1", "show-1", line, 2) != show.enforcements[0].action_id


def test_a_room_that_stays_hot_is_warned_once(show):
    show.starts()
    for at_s in range(0, 1800, 60):
        suspect(show, at_s)
    passes(show, 1900)
    assert [action.rung for action in show.enforcements].count("warn") == 1


def test_traffic_is_limited_until_the_posterior_falls_below_the_release(show):
    """At 0.50 needs 4.60 nats: 9.3 nats of two senses have decayed to that after about five minutes."""
    show.with_measures().starts()
    show.code_name(5)
    show.sees(6, Signal.COVERED_LABEL, 3.0)
    show.hears(7, Signal.CODE_WORD, 3.0, term="原单")
    passes(show, 8)
    limited = next(one for one in show.enforcements if one.rung == "limit-traffic")
    assert "back limit-traffic" not in passes(show, 300)
    assert passes(show, 440) == ["back limit-traffic"]
    lifted = show.enforcements[-1]
    assert lifted.compensates == limited.action_id
    assert 200_000 < lifted.decided_at_ms - limited.decided_at_ms < 320_000
    assert show.overturns(limited.action_id) == [], "nothing is left to take back"


@pytest.mark.parametrize("evidence_first", [True, False])
def test_whoever_overturns_the_review_takes_back_what_rests_on_the_same(show, evidence_first):
    """Also when the word overtakes the evidence: then the measures are not taken at all."""
    show.with_measures().starts()
    line = next(line for line in show.policy.ladder if line.name == "live-review")
    review = action_id("room-1", "show-1", line)
    if not evidence_first:
        assert show.overturns(review) == ["back review"]
    show.code_name(5)
    show.sees(6, Signal.COVERED_LABEL, 3.0)
    show.hears(7, Signal.CODE_WORD, 3.0, term="原单")
    passes(show, 8)
    if evidence_first:
        assert sorted(show.overturns(review)) == [
            "back limit-traffic", "back remove-link", "back review", "back warn-viewers",
        ]  # fmt: skip
        limit = next(one for one in show.enforcements if one.rung == "limit-traffic" and not one.compensates)
        assert show.overturns(limit.action_id) == [], "taken back already"
    assert {one.line for one in show.state.sessions[0].standing} == {"live-observe", "live-warn"}
    gone = {one.compensates for one in show.enforcements}
    stands = {one.rung for one in show.enforcements if not one.compensates and one.action_id not in gone}
    assert stands == {"observe", "warn"}
    suspect(show, 4000)
    passes(show, 4200)
    assert show.enforcements[-1].rung != "review", "the line acts no more in this session"


def test_what_bears_others_out_is_not_forgotten_for_stronger_signs_that_do_not(show):
    """Nine stronger bursts of four viewers each outrank a burst of six, which alone corroborates."""
    show.starts()
    for at_s in range(1, 10):
        show.reads(at_s, Signal.DOUBT_BURST, 2.4, viewers=4)
    show.reads(10, Signal.DOUBT_BURST, 1.5, viewers=6)
    show.reads(11, Signal.DOUBT_BURST, 2.4, viewers=4)
    verdict = verdict_at(show.state.sessions[0].items, START_MS + 12_000, show.policy)
    assert verdict.corroborated == {"doubting-viewers"}

"""What is known of the time before a show moves the prior within bounds; a show that is closed when hot is a sign."""

import pytest
from msgspec import structs

from pipelines.join.evaluate import evaluate
from pipelines.join.lifecycle import contradiction_in, hot_close, inform, with_circumstances
from pipelines.join.state import Session
from schemas import AccountHistory, Lifecycle, LifecycleChange, Modality, Signal

NOON_MS = 1_700_020_800_000
"""2023-11-15 12:00 in China."""
NIGHT_MS = NOON_MS + 14 * 3_600_000
DAY_MS = 86_400_000


def start(time_ms=NOON_MS, **facts) -> Lifecycle:
    return Lifecycle(room="room-1", session="show-1", time_ms=time_ms, change=LifecycleChange.STARTED, **facts)


def past(account="host:h", **counts) -> AccountHistory:
    return AccountHistory(account=account, **counts)


def shift(policy, *starts) -> float:
    """Nats by which the starts of a show move its prior."""
    session = Session(id="show-1", policy_version=policy.version, arrival_ms=0)
    for one in starts:
        inform(session, one, policy)
    return with_circumstances(session, policy).prior_nats - policy.prior_nats


def test_an_unknown_past_moves_nothing(policy):
    assert shift(policy, start()) == 0
    assert shift(policy, start(history=(past(),))) == 0


def test_offences_raise_the_prior_and_clean_shows_lower_it_within_bounds(policy):
    steps = [shift(policy, start(history=(past(offences=count),))) for count in (1, 2, 1_000)]
    assert 0 < steps[0] < steps[1] <= steps[2] == pytest.approx(policy.prior.history_up_nats)
    lower = [shift(policy, start(history=(past(clean=count),))) for count in (5, 10, 100_000)]
    assert 0 > lower[0] > lower[1] > lower[2] == pytest.approx(-policy.prior.history_down_nats)


def test_what_the_policy_says_of_one_offence_is_so(policy):
    """The sentence beside `imagined_shows` quotes these numbers."""
    assert shift(policy, start(history=(past(offences=1),))) == pytest.approx(1.8, abs=0.05)
    assert shift(policy, start(history=(past(offences=1, clean=49),))) == pytest.approx(0.5, abs=0.05)


def test_offences_fade(policy):
    half_life_ms = round(policy.prior.offence_half_life_days * DAY_MS)
    ages = [0, half_life_ms, 4 * half_life_ms]
    fresh, older, old = (
        shift(policy, start(history=(past(offences=1, last_offence_ms=NOON_MS - age),))) for age in ages
    )
    assert fresh > older > old > 0


def test_the_worse_of_host_and_merchants_counts_and_among_many_merchants_one_says_little(policy):
    offender = past("merchant:m", offences=1)
    host = past(clean=500)
    among = (offender, *(past(f"merchant:{number}", clean=1) for number in range(99)))
    alone, with_host, many = (shift(policy, start(history=one)) for one in ((offender,), (host, offender), among))
    assert with_host == alone
    assert many < alone / 2


def test_night_and_another_company(policy):
    assert shift(policy, start(NIGHT_MS)) == pytest.approx(policy.prior.night_nats)
    assert shift(policy, start(NIGHT_MS, utc_offset_minutes=0)) == 0, "18:00 there"
    changed = start(merchants=("m-2",), previous_merchants=("m-1",))
    assert shift(policy, changed) == pytest.approx(policy.prior.other_company_nats)
    assert shift(policy, start(merchants=("m-1", "m-2"), previous_merchants=("m-1",))) == 0
    assert shift(policy, start(merchants=(), previous_merchants=("m-1",))) == 0


def test_all_together_stay_below_a_warning_and_the_order_of_starts_does_not_matter(policy):
    worst = start(NIGHT_MS, history=(past(offences=99),), merchants=("m-2",), previous_merchants=("m-1",))
    assert shift(policy, worst) == pytest.approx(policy.prior.most_nats)
    session = Session(id="show-1", policy_version=policy.version, arrival_ms=0)
    inform(session, worst, policy)
    assert evaluate([], with_circumstances(session, policy)).reached == {}
    assert shift(policy, start(), worst) == shift(policy, worst, start(), worst)


def test_a_repeat_offender_is_acted_on_sooner_and_told_why(show):
    """A code name alone (2.3) warns nobody, but one whose host has two confirmed offences."""
    offender = structs.replace(
        show.lifecycle(LifecycleChange.STARTED, 0), history=(past(offences=2, last_offence_ms=show.now_ms),)
    )
    show.happens(offender)
    assert show.code_name(5) == ["warn"]
    (circumstance,) = show.enforcements[0].circumstances
    assert "2 场确认违规" in circumstance.text_zh
    assert circumstance.nats > 0


def test_a_history_that_comes_after_the_sign_counts_too(show):
    assert show.code_name(5) == []
    late = structs.replace(show.lifecycle(LifecycleChange.STARTED, 0), history=(past(offences=2),))
    assert show.happens(late) == ["warn"]


def test_a_history_that_is_told_by_itself(show):
    """From whoever keeps the accounts, after the platform has told the start; it says nothing of the hour."""
    show.starts()
    assert show.code_name(5) == []
    told = Lifecycle(
        room="room-1", session="show-1", time_ms=NIGHT_MS, change=LifecycleChange.HISTORY, history=(past(offences=2),)
    )
    assert show.happens(told, 6) == ["warn"]
    assert [one.text_en for one in show.enforcements[-1].circumstances] == [
        "history of the host: 2 shows with confirmed offences, 0 clean"
    ]


@pytest.mark.parametrize(
    ("time_ms", "viewers", "peak", "closes"),
    [
        (NIGHT_MS, 900, 1_000, True), (NIGHT_MS, 100, 1_000, False), (NIGHT_MS, 90, 100, False),
        (NOON_MS, 900, 1_000, False), (NIGHT_MS, None, 1_000, False), (NIGHT_MS, 900, None, False),
    ],
    ids=["hot", "viewers had left", "a handful", "by day", "unknown now", "unknown peak"],
)  # fmt: skip
def test_closing_when_hot(policy, time_ms, viewers, peak, closes):
    end = Lifecycle(
        room="room-1", session="show-1", time_ms=time_ms, change=LifecycleChange.ENDED, viewers=viewers,
        peak_viewers=peak,
    )  # fmt: skip
    found = hot_close(end, policy)
    assert (found is not None) is closes
    assert found is None or (found.signal is Signal.HOT_CLOSE and found.llr == policy.lifecycle.hot_close_nats)


def test_a_hot_close_is_heard_in_the_room(show):
    """Code name 2.3, the night 0.3 and a hot close 1.0: 3.6, a warning."""
    ends_at_s = (NIGHT_MS - 1_700_000_000_000) / 1000
    show.starts(ends_at_s - 60)
    assert show.code_name(ends_at_s - 1) == []
    end = structs.replace(show.lifecycle(LifecycleChange.ENDED, ends_at_s), viewers=900, peak_viewers=1_000)
    assert show.happens(end) == [], "speech has not come so far"
    assert show.passes(Modality.AUDIO, ends_at_s) == ["warn"]
    assert Signal.HOT_CLOSE in {one.signal for one in show.enforcements[0].reasons}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"viewers": -1}, "viewers below 0"),
        ({"viewers": 9, "peak_viewers": 5}, "9 viewers at the end, 5 at most before"),
        ({"history": (AccountHistory(account="ann"),)}, "history of 'ann'; write host:"),
        ({"history": (AccountHistory(account="host:ann", clean=-1),)}, "shows below 0"),
        ({"history": (AccountHistory(account="host:ann", last_offence_ms=5),)}, "0 offences, the last at 5"),
        ({"history": (AccountHistory(account="host:ann", offences=1, last_offence_ms=11),)}, "told at 10"),
        ({"history": (AccountHistory(account="host:ann"), AccountHistory(account="host:ann"))}, "twice"),
    ],
)
def test_an_event_that_cannot_be_true_says_what_to_correct(told, words):
    event = Lifecycle(room="r", session="s", time_ms=10, change=LifecycleChange.STARTED, **told)
    assert words in contradiction_in(event)


def test_what_can_be_true_is_not_refused():
    known = AccountHistory(account="host:ann", offences=1, clean=3, last_offence_ms=9)
    event = Lifecycle(
        room="r", session="s", time_ms=10, change=LifecycleChange.ENDED, viewers=5, peak_viewers=5, history=(known,)
    )
    assert contradiction_in(event) == ""

"""A source whose clock is off: put right within the bound, beyond it without any say in how far the room has come."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from pipelines.join.policy import BUNDLED_POLICY, load_policy
from pipelines.join.state import decode, encode, initial
from pipelines.join.step import step
from schemas import Facts, Lifecycle, LifecycleChange, Modality, Progress, Signal, Suspicion, Tick, stable_id

POLICY = load_policy(BUNDLED_POLICY.read_text("utf-8"))
START_MS = 1_700_020_800_000
MINUTE_MS, HOUR_MS = 60_000, 3_600_000
SHOW_S = 90
SLOWEST_MS = 3_000

lags = st.lists(st.integers(200, SLOWEST_MS), min_size=7, max_size=7)


def suspicion(modality: Modality, at_ms: int, signal: Signal, llr: float) -> Suspicion:
    return Suspicion(
        suspicion_id=stable_id(modality, at_ms), room="r", session="s", modality=modality, detector="d",
        detector_version="1", signal=signal, start_ms=at_ms, end_ms=at_ms + 500, llr=llr, score=1.0,
        facts=Facts(term=f"{signal}", speaker="host" if modality is Modality.AUDIO else "viewer"),
    )  # fmt: skip


def told(modality: Modality, on_air_ms: int, clock_ms: int, signal: Signal | None, llr: float):
    if signal is None:
        return Progress(room="r", session="s", modality=modality, up_to_ms=on_air_ms + clock_ms)
    return suspicion(modality, on_air_ms + clock_ms, signal, llr)


def show(pictures_clock_ms: int | None, lags: list[int]):
    """(processing time, event) of a live show; the clock of the pictures is off by so much, None leaves them out."""
    start = Lifecycle(room="r", session="s", time_ms=START_MS, change=LifecycleChange.STARTED)
    events = [(START_MS, 0, start)]
    for second in range(1, SHOW_S):
        on_air_ms = START_MS + second * 1000
        says = [
            (Modality.AUDIO, 0, Signal.CODE_WORD if second in (40, 60) else None, 2.0),
            (Modality.FRAME, pictures_clock_ms, Signal.COVERED_LABEL if second in (45, 65) else None, 2.0),
            (Modality.DANMAKU, 0, Signal.DOUBT_BURST if second % 10 == 0 else None, 0.3),
        ]
        for place, (modality, clock_ms, signal, llr) in enumerate(says):
            if clock_ms is None or (modality is Modality.DANMAKU and signal is None):
                continue
            event = told(modality, on_air_ms, clock_ms, signal, llr)
            events.append((on_air_ms + lags[(second + place) % len(lags)], len(events), event))
    return [(now_ms, event) for now_ms, _, event in sorted(events, key=lambda one: one[:2])]


def play(events):
    """Rungs, skewed suspicions, moved ones, and the watermark at each processing time."""
    state, rungs, skewed, corrected, marks = initial("r"), [], [], 0, []
    for now_ms, event in events:
        state, outputs = step(decode(encode(state)), event, now_ms, POLICY)
        rungs += [one.rung for one in outputs.enforcements]
        skewed += outputs.skewed
        corrected += outputs.corrected
        marks.append((now_ms, state.sessions[0].watermark_ms))
    for wait_ms in (10**9, 10**9):
        now_ms += wait_ms
        state, outputs = step(state, Tick(room="r", time_ms=now_ms), now_ms, POLICY)
        rungs += [one.rung for one in outputs.enforcements]
    return rungs, skewed, corrected, marks


hopeless = st.integers(31 * MINUTE_MS, 10 * HOUR_MS).flatmap(lambda ms: st.sampled_from([ms, -ms]))


@settings(max_examples=25, deadline=None)
@given(hopeless | st.sampled_from([HOUR_MS, -HOUR_MS]), lags)
def test_a_clock_an_hour_off_neither_holds_nor_moves_the_room(clock_ms, lags):
    rungs, skewed, corrected, marks = play(show(clock_ms, lags))
    assert corrected == 0
    assert {one.modality for one in skewed} == {Modality.FRAME}
    assert len(skewed) == 2, "both pictures are reported, none is applied"
    assert rungs == play(show(None, lags))[0], "the room is judged as if it had no pictures"
    for now_ms, mark_ms in marks:
        if now_ms > START_MS + 20_000:
            assert now_ms - SLOWEST_MS - 2_000 <= mark_ms <= now_ms


@settings(max_examples=25, deadline=None)
@given(st.integers(10_000, 28 * MINUTE_MS) | st.integers(-28 * MINUTE_MS, -14 * MINUTE_MS), lags)
def test_a_clock_within_the_bound_is_put_right(clock_ms, lags):
    """Ahead of processing time it is noticed at once; behind, when it is behind by more than any detector is slow."""
    rungs, skewed, corrected, marks = play(show(clock_ms, lags))
    assert skewed == []
    assert corrected == 2
    assert rungs == play(show(0, lags))[0], "the room is judged as if all clocks were right"
    for now_ms, mark_ms in marks:
        if now_ms > START_MS + 20_000:
            assert now_ms - SLOWEST_MS - 5_000 <= mark_ms <= now_ms + 3_000


@settings(max_examples=15, deadline=None)
@given(lags, st.sampled_from([0, None]), st.integers(5, 20), st.integers(1, 200))
def test_a_backlog_is_no_wrong_clock(lags, pictures, hours, pace_ms):
    """A worker that was down reads hours within seconds: between two lines of chat the lags shrink by half an hour."""
    events = [(now_ms, slowed(event)) for now_ms, event in show(pictures, lags)]
    late = [(START_MS + (hours + 5) * HOUR_MS + place * pace_ms, event) for place, (_, event) in enumerate(events)]
    _, skewed, corrected, _ = play(late)
    assert (skewed, corrected) == ([], 0)


def slowed(event):
    """The same event of a show that takes three hours instead of a minute and a half."""

    def stretched(ms):
        return START_MS + (ms - START_MS) * 180

    if isinstance(event, Lifecycle):
        return event
    if isinstance(event, Progress):
        return structs.replace(event, up_to_ms=stretched(event.up_to_ms))
    return structs.replace(event, start_ms=stretched(event.start_ms), end_ms=stretched(event.end_ms))


def test_a_clock_that_is_set_right_is_believed_again():
    events = [(now_ms, event) for now_ms, event in show(HOUR_MS, [500] * 7) if now_ms < START_MS + 30_000] + [
        (now_ms, event) for now_ms, event in show(0, [500] * 7) if now_ms >= START_MS + 30_000
    ]
    rungs, skewed, corrected, _ = play(events)
    assert (skewed, corrected) == ([], 0), "the signs came when the clock was right"
    assert rungs == play(show(0, [500] * 7))[0]


@settings(max_examples=15, deadline=None)
@given(st.integers(20, 28), st.integers(3, 8))
def test_a_detector_that_catches_up_is_no_wrong_clock(behind_minutes, pace):
    """Its lag is as long as a wrong clock's but moves: what a source says for a moment is no error yet."""
    lag_ms, events = behind_minutes * MINUTE_MS, show(None, [500] * 7)
    for second in range(1, SHOW_S):
        now_ms = START_MS + second * 1000
        lag_ms -= (pace - 1) * 1000  # so many seconds of the show are looked at within a second
        up_to_ms = now_ms - lag_ms
        events.append((now_ms, Progress(room="r", session="s", modality=Modality.FRAME, up_to_ms=up_to_ms)))
        if second in (45, 65):
            events.append((now_ms, suspicion(Modality.FRAME, up_to_ms - 1, Signal.COVERED_LABEL, 2.0)))
    _, skewed, corrected, _ = play(sorted(events, key=lambda one: one[0]))
    assert (skewed, corrected) == ([], 0)

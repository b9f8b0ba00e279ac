"""The cursors of a window against weighing all signs: signs come, are replaced and go while moments pass."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from pipelines.join.cursor import ROUNDING_NATS
from pipelines.join.fusion import by_rank, verdict_at, verdict_before, weigh
from pipelines.join.ladder import suffices
from pipelines.join.policy import BUNDLED_POLICY, load_policy
from pipelines.join.rules import needed_nats
from pipelines.join.state import Item, Said
from pipelines.join.window import WORTH_A_CURSOR, Window
from schemas import Modality, Signal

POLICY = load_policy(BUNDLED_POLICY.read_text("utf-8"))
START_MS = 1_700_000_000_000
DAY_MS = 86_400_000

signs = st.builds(
    lambda key, signal, modality, second, llr, term, wait: weigh(
        Item(
            key=str(key), ids=(str(key),), signal=signal, modality=modality, start_ms=START_MS + second * 1_000,
            end_ms=START_MS + second * 1_000, seen_ms=START_MS + (second + wait) * 1_000, llr=llr,
            said=Said(term=term, speaker="host"),
        ),
        POLICY,
    ),
    st.integers(0, 40), st.sampled_from([Signal.CODE_WORD, Signal.DOUBT, Signal.DOUBT_BURST, Signal.ADMISSION]),
    st.sampled_from([Modality.AUDIO, Modality.DANMAKU, Modality.FRAME]), st.integers(0, 1_500),
    st.floats(0.05, 4.0), st.sampled_from(["原单", "高仿", "复刻"]), st.sampled_from([0, 0, 60]),
)  # fmt: skip
steps = st.lists(st.tuples(st.lists(signs, max_size=4), st.integers(0, 90), st.booleans()), min_size=8, max_size=24)


@settings(max_examples=150, deadline=None)
@given(steps, st.sampled_from([0, 0, 0, 7 * DAY_MS]))
def test_a_cursor_weighs_what_all_signs_weigh(script, pause_ms):
    window, items, at_ms = Window((), POLICY), (), START_MS
    for _ in range(WORTH_A_CURSOR):
        window.change((), (), ())
    for number, (new, seconds, is_before) in enumerate(script):
        added = list({item.key: item for item in new}.values())
        keys = {item.key for item in added}
        gone = [item for item in items if item.key in keys] + [item for item in items[-1:] if item.key not in keys]
        items = tuple(sorted([*(one for one in items if one not in gone), *added], key=by_rank))
        window.change(items, added, gone)
        at_ms += seconds * 1_000 + (pause_ms if number == len(script) // 2 else 0)
        until_ms = at_ms if is_before else at_ms + 1
        level = window.level("row", at_ms, until_ms, POLICY)
        if level is None:
            assert is_before, "only a moment that was passed already is not told"
            continue
        verdict = (verdict_before if is_before else verdict_at)(items, at_ms, POLICY)
        assert level.least <= verdict.llr <= level.most
        assert level.most - level.least <= 3 * ROUNDING_NATS
        for line in POLICY.ladder:
            assert level.may_reach(line, needed_nats(line, POLICY)) or not suffices(verdict, line, POLICY)


def test_a_window_belongs_to_its_signs_and_policy_alone():
    item = Item(
        key="a", ids=("a",), signal=Signal.DOUBT, modality=Modality.AUDIO, start_ms=1, end_ms=1, seen_ms=1, llr=1.0
    )
    items = (weigh(item, POLICY),)
    window = Window(items, POLICY)
    assert window.fits(items, POLICY)
    assert not window.fits((*items,), POLICY)
    slower = structs.replace(POLICY, time=structs.replace(POLICY.time, half_life_seconds=600.0))
    assert not window.fits(items, slower)
    window.change((), (), items)
    assert not window.fits(items, POLICY)
    assert (window.by_key, window.newest_ms, window.moments(None, 9)) == ({}, 0, set())

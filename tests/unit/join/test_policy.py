"""A policy that cannot be right is refused with its line and what to change there."""

import re

import pytest
from msgspec import structs

from pipelines.effect.stored import StateError
from pipelines.join.policy import BUNDLED_POLICY, PolicyError, load_policy
from pipelines.join.state import STATE_VERSION, RoomState, decode, encode, initial
from schemas import Modality, Signal

TEXT = BUNDLED_POLICY.read_text("utf-8")


def broken(*changes: tuple[str, str]) -> str:
    """The bundled policy with each text replaced where it stands first."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def in_line(name: str, old: str, new: str) -> tuple[str, str]:
    """A change inside one line of the ladder."""
    whole = TEXT[TEXT.index(f'name = "{name}"') :].split("[[ladder]]", maxsplit=1)[0]
    assert old in whole, (name, old)
    return whole, whole.replace(old, new, 1)


@pytest.mark.parametrize(
    ("changes", "at", "message"),
    [
        ([("version = ", "version ")], "version ", "not TOML"),
        ([("probability = 0.01", "probability = 1.5")], "probability = 1.5", r"`float` < 1.0.*prior.probability"),
        ([("half_life_seconds = 300.0", "")], "[time]", "half_life_seconds"),
        ([("half_life_seconds = 300.0", "half_life = 300.0")], "half_life = 300.0", "half_life"),
        ([('decide_at = "watermark"', 'decide_at = "now"')], 'decide_at = "now"', "decide_at"),
        (
            [('doubt-burst = { family = "doubt"', 'doubt-burst = { family = "rumour"')],
            "doubt-burst = {", "doubt-burst names family",
        ),
        ([("report = { cap = 5.0", "# report = {")], "[modalities]", r"\[modalities\] misses report"),
        ([('echoes = ["code_word", "brand"', 'echoes = ["chorus", "brand"')], "danmaku = {", "danmaku echoes chorus"),
        (
            [('brand = { cap = 4.0, group_by = "term" }', 'brand = { cap = 4.0, group_by = "family" }')],
            "brand = { cap", "brand_bound",
        ),
        ([("below = 0.10, nats = 2.5", "below = 0.01, nats = 2.5")], "table = [", r"\[price\] table must rise"),
        ([('rung = "review"', 'rung = "observe"')], 'rung = "observe"\nposterior = 0.75', "'live-review' comes after"),
        ([('name = "live-review"', 'name = "live-warn"')], None, "have the same name"),
        ([('rung = "cut"', 'rung = "behead"')], 'rung = "behead"', "behead"),
        ([('rung = "cut"', 'rung = "close"')], 'rung = "close"', "acts on an account"),
        ([in_line("live-cut", 'basis = ["网络', 'basis = ["刑法", "网络')], 'basis = ["刑法"', "刑法 is not known"),
        ([in_line("live-cut", "modalities = 2", "modalities = 1")], None, "cuts on one sense"),
        ([("second-hand = {", "# second-hand = {")], "[sellers]", r"\[sellers\] misses second-hand"),
        ([('outlet = { voids = ["brand"', 'outlet = { voids = ["admission"')], "outlet = {", "what a host admits"),
        ([('corroboration = ["complaint", "d', 'corroboration = ["gossip", "d')], 'corroboration = ["g', "by gossip"),
        ([('takes_back = ["live-review"]', 'takes_back = ["live-end"]')], 'takes_back = ["live-end"]', "back live-end"),
        (
            [in_line("live-review", 'takes_back = ["live-warn-viewers"', 'takes_back = ["live-cut"')],
            'takes_back = ["live-cut"', "'live-review' is taken back by its own taking back",
        ),
        ([in_line("live-warn", "release = 0.10\n", "")], "cool_down_seconds = 600.0", "add `release`"),
        ([in_line("live-observe", "release = 0.02\n", "")], '\nstands = "until-release"', "or set stands = \"said\""),
        ([in_line("live-warn", "release = 0.10", "release = 0.20")], "release = 0.20", "set `release` below 0.2"),
        ([in_line("live-observe", "release = 0.02", "release = 0.01")], "release = 0.01", "is never released"),
        ([in_line("live-warn", "cool_down_seconds = 600.0\n", "")], "release = 0.10", "add `cool_down_seconds`"),
        ([in_line("live-review", 'seal = "request"', 'seal = "require"')], None, "a session has one seal"),
        (
            [in_line("live-warn", "expiry_seconds = 600.0", "expiry_seconds = 120.0")],
            "expiry_seconds = 120.0", "has expired by then; set `expiry_seconds` above 120",
        ),
        ([in_line("live-warn", "posterior = 0.20", "posterior = 0.01")], None, "'live-warn' always fires"),
        ([("most_nats = 2.3", "most_nats = 2.5")], None, "'live-observe' fires on any sign"),
        (
            [in_line("live-cut", "posterior = 0.99", "posterior = 0.9999999999999999")],
            "posterior = 0.9999999999999999", "'live-cut' can never fire: .* needs 41.33 nats",
        ),
        (
            [in_line("live-limit-traffic", "posterior = 0.90", "posterior = 0.995")],
            "posterior = 0.995", "'live-limit-traffic' never acts by itself: .* reaches 'live-cut' too",
        ),
        (
            [("danmaku = { cap = 4.5, floor = 1.0", "danmaku = { cap = 4.5, floor = 90.0"),
             ("frame = { cap = 10.0, floor = 1.0", "frame = { cap = 10.0, floor = 90.0"),
             ("listing = { cap = 7.0, floor = 1.0", "listing = { cap = 7.0, floor = 90.0"),
             ("report = { cap = 5.0, floor = 1.0", "report = { cap = 5.0, floor = 90.0"),
             in_line("live-cut", "admission_suffices = true", "admission_suffices = false")],
            None, "'live-cut' can never fire: it needs 2 modalities, 1 can reach their floor",
        ),
        (
            [("complaint = { floor = 1.0", "complaint = { floor = 90.0"),
             ("listing = { floor = 1.0", "listing = { floor = 90.0"),
             ("covered-label = { floor = 1.0", "covered-label = { floor = 90.0")],
            None, "'live-remove-link' can never fire: no sign that weighs fits complaint",
        ),
    ],
)  # fmt: skip
def test_an_impossible_policy_is_refused_with_its_line(changes, at, message):
    text = broken(*changes)
    with pytest.raises(PolicyError, match=message) as refused:
        load_policy(text, "mine.toml")
    place = re.match(r"mine\.toml:(\d+): ", str(refused.value))
    assert place
    if at is not None:
        found = text[: text.index(at) + at.startswith("\n")].count("\n") + 1
        assert int(place[1]) == found, text.splitlines()[int(place[1]) - 1]


def test_all_that_is_wrong_is_told_at_once():
    text = broken(
        in_line("live-warn", "release = 0.10", "release = 0.30"),
        ("below = 0.10, nats = 2.5", "below = 0.01, nats = 2.5"),
    )
    with pytest.raises(PolicyError) as refused:
        load_policy(text, "mine.toml")
    assert len(str(refused.value).splitlines()) == 2


def test_a_signal_that_nobody_knows_is_left_out_and_named():
    policy = load_policy(broken(("mismatch = { family", 'crystal-ball = { family = "brand" }\nmismatch = { family')))
    assert policy.unknown == ("crystal-ball",)


def test_a_signal_that_the_policy_does_not_name_counts_for_nothing_and_is_reported(show):
    show.policy = load_policy(broken(("code-word = { family", "# code-word = { family")))
    show.starts()
    show.hears(5, Signal.CODE_WORD, 30.0, term="原单")
    assert show.outputs.unknown_signals == (Signal.CODE_WORD,)
    show.ticks(600)
    assert show.enforcements == []


def test_another_policy_weighs_what_was_seen_before_anew(show, policy):
    """Code name and price warn: 4.8 nats. A policy that comes between two events lets the price weigh 3.5."""
    show.starts()
    show.code_name(5)
    show.price(6, 460)
    assert [action.rung for action in show.enforcements] == ["warn"]
    stricter = {**policy.signals, Signal.LOW_PRICE: structs.replace(policy.signals[Signal.LOW_PRICE], weight=1.4)}
    show.policy = structs.replace(policy, version="stricter", signals=stricter)
    assert show.passes(Modality.AUDIO, 8) == ["seal?", "review"]
    assert show.enforcements[-1].policy_version == "stricter"


def test_a_state_survives_its_encoding(show):
    show.starts(authorised=["Gucci"])
    show.code_name(5)
    show.price(6, 460)
    show.hears(7, Signal.CODE_WORD, 3.0, term="原单")
    assert decode(encode(show.state)) == show.state


@pytest.mark.parametrize("data", [b"", b"\xc1", encode(initial("r"))[:-1]])
def test_bytes_that_are_no_state_are_refused(data):
    with pytest.raises(StateError, match="rebuild it"):
        decode(data)


def test_a_state_of_another_version_is_refused():
    with pytest.raises(StateError, match=f"version {STATE_VERSION + 1}"):
        decode(encode(RoomState(version=STATE_VERSION + 1, room="r")))

"""A policy that cannot be right is refused in a sentence that says what to change."""

import pytest
from msgspec import structs

from pipelines.join.policy import BUNDLED_POLICY, PolicyError, load_policy
from pipelines.join.state import STATE_VERSION, RoomState, StateError, decode, encode, initial
from schemas import Modality, Signal

TEXT = BUNDLED_POLICY.read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("version = ", "version ", "not TOML"),
        ("probability = 0.01", "probability = 1.5", r"`float` < 1.0.*prior.probability"),
        ("half_life_seconds = 300.0", "", "half_life_seconds"),
        ("half_life_seconds = 300.0", "half_life = 300.0", "half_life"),
        ('decide_at = "watermark"', 'decide_at = "now"', "decide_at"),
        ('doubt-burst = { family = "doubt"', 'doubt-burst = { family = "rumour"', "doubt-burst names family"),
        ("mismatch = { family", "# mismatch = { family", r"\[signals\] misses mismatch"),
        ("report = { cap = 5.0", "# report = {", r"\[modalities\] misses report"),
        ('echoes = ["code_word", "brand"', 'echoes = ["chorus", "brand"', "danmaku echoes chorus"),
        ('brand = { cap = 4.0, group_by = "term" }', 'brand = { cap = 4.0, group_by = "family" }', "brand_bound"),
        ("below = 0.10, nats = 2.5", "below = 0.01, nats = 2.5", r"\[price\] table must rise"),
        ("posterior = 0.75", "posterior = 0.1", "'live-review' comes after 'live-warn'"),
        ('name = "live-review"', 'name = "live-warn"', "have the same name"),
        ('rung = "cut"', 'rung = "behead"', "behead"),
    ],
)  # fmt: skip
def test_an_impossible_policy_is_refused(old, new, message):
    assert old in TEXT
    with pytest.raises(PolicyError, match=message):
        load_policy(TEXT.replace(old, new, 1))


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

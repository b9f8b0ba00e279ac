"""The bundled policy says where everything comes from; a wrong one is refused with line, column and what to change."""

import re

import pytest

from pipelines.cases.policy import ACCOUNT_RUNGS, BUNDLED_POLICY, PolicyError, load_policy

TEXT = BUNDLED_POLICY.read_text("utf-8")


def line_of(words):
    return TEXT[: TEXT.index(words)].count("\n") + 1


def test_every_account_rung_has_a_line_a_law_and_a_way_back(policy):
    assert {line.rung for line in policy.ladder} == set(ACCOUNT_RUNGS)
    for line in policy.ladder:
        assert line.taking_back.zh
        assert line.taking_back.en
        assert all(policy.law[name].status for name in line.law)


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("crowd = 20", "crowd = 1", "crowd = 20", "Expected `int` >= 2"),
        ("half_life_days =", "half_life =", "half_life_days =", "unknown field `half_life`"),
        ("[prior]", "[prior", "[prior]", "not TOML"),
        ('name = "train-supplier"', 'name = "train"', 'name = "train-supplier"', "two lines are called 'train'"),
        ('rung = "refer"', 'rung = "cut"', 'rung = "refer"', "name a rung for accounts"),
        ('["ecl-29", "platform-rule"]', '["ecl-30"]', 'law = ["ecl-29"', "add [law.ecl-30]"),
        ("cny = 250000.0", "cny = 2500.0", '[[thresholds]]\nname = "sales-250000"', "sort its lines"),
        ("points = 2.2", "points = 65.0", "points = 2.2", "can never fire"),
        ("posterior = 0.99\nconfirmed = 2\nknowing = 1", "posterior = 0.9999999999\nknowing = 1", "posterior = 0.99\n",
         "can never fire"),
        ("suspect_partners = 1\n", "", '[[ladder]]\nname = "train-supplier"', "always fires"),
        ("confirmed = 2\nknowing = 1\n", "confirmed = 2\nknowing = 8\n", "knowing = 1\nmode", "can never fire"),
        ("suspect_partners = 10\n", "points = 1.0\n", "partner_share = 0.2", "a share needs suspect_partners"),
        ("points = 1.5\nposterior = 0.95", "points = 0.6\nposterior = 0.5", '[[ladder]]\nname = "suspend"',
         "asks for less"),
    ],
)  # fmt: skip
def test_a_wrong_policy_is_refused_with_the_place_and_what_to_change(old, new, where, words):
    assert old in TEXT
    with pytest.raises(PolicyError, match=re.escape(words)) as refused:
        load_policy(TEXT.replace(old, new, 1))
    said = re.search(r"line (\d+), column \d+", str(refused.value))
    assert said is not None
    assert abs(int(said[1]) - line_of(where)) <= 1


def test_of_free_keys_all_candidates_are_named():
    with pytest.raises(PolicyError) as refused:
        load_policy(TEXT.replace("nats = 1.5\nlaw", "nats = -1.5\nlaw", 1))
    said = re.match(r"one of the lines ([\d, ]+): ", str(refused.value))
    assert said is not None
    assert line_of("nats = 1.5\nlaw") in map(int, said[1].split(","))


def test_lines_in_the_wrong_order_and_a_referral_without_a_person_are_refused():
    refer = TEXT[TEXT.index('[[ladder]]\nname = "refer"') :]
    with pytest.raises(PolicyError, match="mildest rung first"):
        load_policy(TEXT.replace(refer, "").replace("[[ladder]]", refer + "\n[[ladder]]", 1))
    with pytest.raises(PolicyError, match="cannot be untold"):
        load_policy(TEXT.replace(refer, refer.replace('mode = "review"', 'mode = "autonomous"')))


def test_what_takes_back_is_no_line_so_taking_back_cannot_go_in_circles():
    with pytest.raises(PolicyError, match="unknown field `compensates`"):
        load_policy(TEXT.replace('rung = "close"', 'rung = "close"\ncompensates = "train"', 1))

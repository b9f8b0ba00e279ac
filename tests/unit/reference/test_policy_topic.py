"""A policy that comes while a worker runs: taken when it can be right, refused with its line when not."""

import pytest

from pipelines.broker.reader import ConsumedRecord
from pipelines.cases.policy import BUNDLED_POLICY as CASES_POLICY
from pipelines.join.policy import BUNDLED_POLICY, load_policy
from pipelines.policy import load_case_policy
from pipelines.reference.policy_topic import PolicyInForce
from schemas import DeadLetterReason, DecodeError, Judges, PolicyEntry
from schemas.cloudevents import encode

TEXT = BUNDLED_POLICY.read_text("utf-8")
BASE = load_policy(TEXT)


def record(text: str | None, version: str = "mine-1", judges: Judges = Judges.ROOMS) -> ConsumedRecord:
    sent = encode(PolicyEntry(version=version, toml=text or "", judges=judges), source="test")
    return ConsumedRecord(
        topic="reference-policy", partition=0, offset=0, key=sent.key, value=None if text is None else sent.value,
        headers=sent.headers, timestamp_ms=0,
    )  # fmt: skip


def mine(old: str = "posterior = 0.20", new: str = "posterior = 0.30", version: str = "mine-1") -> str:
    assert old in TEXT
    return TEXT.replace(f'version = "{BASE.version}"', f'version = "{version}"').replace(old, new, 1)


def test_a_policy_takes_over_and_its_removal_gives_the_own_one_back():
    topic = PolicyInForce(BASE, Judges.ROOMS, load_policy)
    topic.take(record(mine()))
    assert topic.policy.version == "mine-1"
    topic.take(record(None))
    assert topic.policy == BASE


@pytest.mark.parametrize(
    ("text", "version", "says"),
    [
        (mine(new="posterior = 0.005"), "mine-1", r"policy mine-1:\d+: .*'live-warn' always fires"),
        ("version =", "mine-1", "not TOML"),
        (mine(), "mine-2", "the entry says version mine-2, its text mine-1"),
        (mine(version=BASE.version), BASE.version, "in force with other numbers"),
    ],
)
def test_a_policy_that_cannot_be_used_is_refused_and_the_old_one_stays(text, version, says):
    topic = PolicyInForce(BASE, Judges.ROOMS, load_policy)
    with pytest.raises(DecodeError, match=says) as refused:
        topic.take(record(text, version))
    assert refused.value.reason is DeadLetterReason.UNUSABLE_ENTRY
    assert topic.policy == BASE


def test_policies_of_rooms_and_of_accounts_do_not_touch_each_other():
    text = CASES_POLICY.read_text("utf-8")
    base = load_case_policy(text, "own")
    changed = text.replace(f'version = "{base.version}"', 'version = "ours-1"', 1)
    rooms = PolicyInForce(BASE, Judges.ROOMS, load_policy)
    accounts = PolicyInForce(base, Judges.ACCOUNTS, load_case_policy)
    for topic in (rooms, accounts):
        topic.take(record(mine()))
        topic.take(record(changed, "ours-1", Judges.ACCOUNTS))
    assert (rooms.policy.version, accounts.policy.version) == ("mine-1", "ours-1")
    with pytest.raises(DecodeError, match=r"policy ours-2: .*Expected `float`"):
        accounts.take(record(changed.replace("cap_nats = ", 'cap_nats = "much" #', 1), "ours-2", Judges.ACCOUNTS))
    accounts.take(record(None, judges=Judges.ACCOUNTS))
    assert (rooms.policy.version, accounts.policy) == ("mine-1", base)

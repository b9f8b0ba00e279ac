"""Sums against the law, and facts that contradict themselves or others."""

import msgspec
import pytest
from msgspec.structs import replace

from pipelines.cases.events import RefusedError
from schemas import AccountFacts, DeadLetterReason, DecodeError, OutcomeStatus, Signal
from schemas.cloudevents import decode, encode
from schemas.topics import ACCOUNT_FACTS


def sold(bureau, made, host, day, amount):
    return bureau.hears(
        made.facts(
            f"host:{host}",
            day + 1,
            sales=(made.sales(f"of/{day}", day, amount=amount, session=f"room-of-{host}/{day}"),),
        )
    )


def test_a_case_is_referred_once_the_sum_of_the_law_is_reached(bureau, made):
    bureau.show("ann", 0, signals=(Signal.COVERED_LABEL,))
    assert "host:ann refer" not in sold(bureau, made, "ann", 0, 49_999.0)
    bureau.show("ann", 5)
    assert "host:ann refer" in sold(bureau, made, "ann", 5, 1.0)
    refer = bureau.action("host:ann", "refer")
    case = refer.case
    assert refer.authority == "review"
    assert case.sums.counted_cny == 50_000.0
    assert [(one.name, one.reached) for one in case.thresholds] == [("sales-50000", True), ("sales-250000", False)]
    assert all(one.status for one in (*case.thresholds, *case.legal))
    assert case.strikes[0].bundle_ids == ("bundle-room-of-ann/0",)
    assert refer.decided_at_ms == made.ms(6), "when the sum became known, not when the goods were sold"


def test_sales_of_shows_that_were_not_struck_and_of_honest_partners_are_not_counted(bureau, made):
    bureau.show("ann", 0, signals=(Signal.COVERED_LABEL,))
    sums = (
        made.sales("elsewhere", 0, amount=90_000.0, session="another"),
        made.sales("honest", 0, amount=90_000.0, session="room-of-ann/0", partner="merchant:honest"),
    )
    assert "host:ann refer" not in bureau.hears(made.facts("host:ann", 1, sales=sums))


def test_an_overturned_show_takes_its_sales_out_and_the_referral_back(bureau, made):
    _, action = bureau.show("ann", 0, signals=(Signal.COVERED_LABEL,))
    bureau.show("ann", 5)
    sold(bureau, made, "ann", 0, 60_000.0)
    assert "refer" in bureau.standing("host:ann")
    assert "back host:ann refer" in bureau.answers(action, OutcomeStatus.OVERTURNED, 6)


def test_a_correction_takes_the_place_of_a_sum(bureau, made):
    bureau.show("ann", 0, signals=(Signal.COVERED_LABEL,))
    sold(bureau, made, "ann", 0, 60_000.0)
    lower = made.sales("of/0", 0, amount=600.0, session="room-of-ann/0")
    assert "back host:ann refer" in bureau.hears(made.facts("host:ann", 9, sales=(lower,)))
    earlier = made.sales("of/0", 0, amount=90_000.0, session="room-of-ann/0")
    assert bureau.hears(made.facts("host:ann", 0.5, sales=(earlier,))) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"to_ms": 0}, "ends before it begins"),
        ({"fake_orders": 51}, "more fake orders than orders"),
        ({"fake_amount_cny": 8_000.0}, "more yuan of fakes than yuan"),
        ({"buyers": 51}, "more buyers than orders"),
        ({"partner": "host:bob"}, "a host's partner is a merchant"),
    ],
)
def test_impossible_sums_are_refused_with_the_correction(bureau, made, change, words):
    with pytest.raises(RefusedError, match=words) as refused:
        bureau.hears(made.facts("host:ann", 1, sales=(replace(made.sales("s", 0), **change),)))
    assert refused.value.reason is DeadLetterReason.CONTRADICTION
    assert "host:ann" not in bureau.docket.states


def test_contradictions_between_facts_are_refused(bureau, made):
    one, other = made.sales("s", 0), made.sales("s", 0, amount=8_000.0)
    for facts, words in (
        ({"sales": (one, other)}, "occurs twice"),
        ({"opened_ms": 5, "closed_ms": 4}, "closed before it was opened"),
        ({"identifiers": (made.payee(1),), "withdrawn": (made.payee(1),)}, "both used and withdrawn"),
        ({"partners": ("host:bob",)}, "cannot be a partner"),
    ):
        with pytest.raises(RefusedError, match=words):
            bureau.hears(made.facts("host:ann", 1, **facts))
    bureau.hears(made.facts("host:ann", 1, sales=(one,)))
    with pytest.raises(RefusedError, match="a correction needs a later time_ms"):
        bureau.hears(made.facts("host:ann", 1, sales=(other,)))


@pytest.mark.parametrize(
    "change",
    [
        {"account": "room:1"},
        {"account": "host:"},
        {"identifiers": [{"kind": "payee", "hash": "13800138000"}]},
        {"sales": [{"sales_id": "s", "from_ms": 0, "to_ms": 1, "orders": -1, "buyers": 0, "amount_cny": 1}]},
        {"sales": [{"sales_id": "s", "from_ms": 0, "to_ms": 1, "orders": 1, "buyers": 0, "amount_cny": -0.01}]},
    ],
)
def test_negative_sums_unknown_accounts_and_numbers_in_clear_do_not_decode(change):
    good = AccountFacts(fact_id="f", account="host:ann", time_ms=1)
    record = encode(good, source="test")
    value = msgspec.json.encode(msgspec.json.decode(record.value) | change)
    with pytest.raises(DecodeError) as refused:
        decode(ACCOUNT_FACTS, key=None, value=value, headers=record.headers)
    assert refused.value.reason is DeadLetterReason.SCHEMA_MISMATCH

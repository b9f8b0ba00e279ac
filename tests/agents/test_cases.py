"""A cut that a reviewer confirmed becomes actions on host and merchant; overturned, they are taken back."""

import msgspec

from pipelines.clock import now_ms
from schemas import (
    AccountFacts,
    Authority,
    Enforcement,
    Identifier,
    IdentifierKind,
    Lifecycle,
    LifecycleChange,
    Modality,
    Outcome,
    OutcomeStatus,
    Rung,
    Sales,
    Violation,
    stable_id,
)
from schemas.cloudevents import encode
from schemas.topics import ACCOUNT_FACTS, ENFORCEMENT_EVENTS, ENFORCEMENT_OUTCOMES, ROOM_LIFECYCLE

DAY_MS = 86_400_000


def outcome(action, status):
    return Outcome(
        outcome_id=stable_id(action.action_id, status), action_id=action.action_id, room=action.room,
        session=action.session, status=status, time_ms=now_ms(), subscriber="desk", subject=action.subject,
    )  # fmt: skip


def test_a_confirmed_cut_becomes_account_actions_and_an_overturned_one_takes_them_back(wire, start_worker, new_room):
    room = new_room()
    session, host, merchant = f"{room}-1", f"host:of-{room}", f"merchant:of-{room}"
    cut = Enforcement(
        action_id=stable_id(room, "cut"), room=room, session=session, subject=f"room:{room}", rung=Rung.CUT,
        authority=Authority.AUTONOMOUS, decided_at_ms=now_ms(), not_after_ms=now_ms() + 60_000, posterior=0.995,
        llr=10.0, modalities=(Modality.FRAME, Modality.AUDIO), categories=(Violation.FAKE_AS_GENUINE,), reasons=(),
        policy_version="1", policy_line="live-cut",
    )  # fmt: skip
    started = Lifecycle(
        room=room, session=session, time_ms=now_ms(), change=LifecycleChange.STARTED, host=f"of-{room}",
        merchants=(f"of-{room}",),
    )  # fmt: skip
    heir = f"merchant:heir-{room}"
    payee = Identifier(kind=IdentifierKind.PAYEE, hash=stable_id(room))
    known = AccountFacts(
        fact_id=f"{room}-known", account=merchant, time_ms=now_ms(), opened_ms=now_ms() - 9 * DAY_MS,
        closed_ms=now_ms() - 2 * DAY_MS, identifiers=(payee,),
    )  # fmt: skip
    reborn = AccountFacts(
        fact_id=f"{room}-reborn", account=heir, time_ms=now_ms(), opened_ms=now_ms() - DAY_MS, identifiers=(payee,)
    )
    impossible = AccountFacts(
        fact_id=f"{room}-bad", account=host, time_ms=now_ms(),
        sales=(Sales(sales_id="s", from_ms=2, to_ms=1, orders=1, buyers=1, amount_cny=1.0),),
    )  # fmt: skip
    negative = encode(msgspec.structs.replace(known, account=host), source="test")
    worse = negative.value.replace(b'"sales":[]', b'"sales":[{"orders":-1}]')
    negative = msgspec.structs.replace(negative, value=worse)

    def lines(account):
        return [one.policy_line for one in wire.read(ENFORCEMENT_EVENTS.name, account) if not one.compensates]

    worker = start_worker("cases").wait_until_ready()
    wire.send(ACCOUNT_FACTS.name, encode(impossible, source="test"), negative)
    wire.send(ACCOUNT_FACTS.name, encode(known, source="test"), encode(reborn, source="test"))
    wire.send(ENFORCEMENT_EVENTS.name, encode(cut, source="test"))
    wire.send(ROOM_LIFECYCLE.name, encode(started, source="test"))
    wire.send(ENFORCEMENT_OUTCOMES.name, encode(outcome(cut, OutcomeStatus.CONFIRMED), source="test"))
    stranger = msgspec.structs.replace(cut, action_id="stranger", room=host, subject=host)
    wire.send(ENFORCEMENT_OUTCOMES.name, encode(outcome(stranger, OutcomeStatus.APPLIED), source="test"))
    worker.wait_for(lambda: "freeze-deposit" in lines(host) and "freeze-deposit" in lines(merchant))
    worker.wait_for(lambda: "close-reopened" in lines(heir))
    refused = [letter["dlq_reason"] for letter in wire.dead_letters(ACCOUNT_FACTS.name, host)]
    assert sorted(refused) == [b"contradiction", b"schema-mismatch"]
    (unknown,) = wire.dead_letters(ENFORCEMENT_OUTCOMES.name, host)
    assert (unknown["dlq_reason"], b"stranger" in unknown["dlq_message"]) == (b"unknown-action", True)

    def sendings(account):
        return [one for one in wire.read(ENFORCEMENT_EVENTS.name, account) if one.policy_line == "freeze-deposit"]

    worker.wait_for(lambda: len(sendings(merchant)) > 1)
    assert len({one.action_id for one in sendings(merchant)}) == 1, "nobody has answered: it comes again as it was"

    other = new_room()
    again = msgspec.structs.replace(started, room=other, session=f"{other}-1", time_ms=now_ms())
    wire.send(ROOM_LIFECYCLE.name, encode(again, source="test"))
    worker.wait_for(lambda: len(wire.read(ROOM_LIFECYCLE.name, other)) > 1)
    told = wire.read(ROOM_LIFECYCLE.name, other)[1]
    assert (told.change, told.session) == (LifecycleChange.HISTORY, again.session)
    assert {one.account: one.offences for one in told.history} == {host: 1, merchant: 1}

    wire.send(ENFORCEMENT_OUTCOMES.name, encode(outcome(cut, OutcomeStatus.OVERTURNED), source="test"))

    def standing(account):
        actions = wire.read(ENFORCEMENT_EVENTS.name, account)
        return {one.action_id for one in actions if not one.compensates} - {one.compensates for one in actions}

    worker.wait_for(lambda: not (standing(host) or standing(merchant) or standing(heir)))

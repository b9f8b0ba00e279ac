"""Actions on accounts, told as timelines: due when they have to be sent again or given up, and only then."""

import msgspec
import pytest

from pipelines.awake import DueAccounts
from pipelines.effect.outbox import Outbox, decode, send
from pipelines.effect.stored import StateError
from pipelines.outboxes import TERMS
from schemas import OutcomeStatus
from schemas.examples import EXAMPLES
from schemas.topics import ENFORCEMENT

CUT = next(one for one in EXAMPLES if type(one) is ENFORCEMENT.struct)
FREEZE = msgspec.structs.replace(
    next(one for one in EXAMPLES if type(one) is ENFORCEMENT.struct),
    subject="host:h",
    room="host:h",
    not_after_ms=60_000,
)


def at(outbox, now_ms, *actions, answered=""):
    """One step, with the state stored before it."""
    return send(decode(msgspec.msgpack.encode(outbox)), actions, answered, now_ms, TERMS)


def test_an_action_is_due_again_after_growing_pauses_and_expires_once():
    outbox, post = at(Outbox(), 0, FREEZE)
    assert (post.sent, outbox.due_ms) == ((FREEZE,), 5_000)
    outbox, post = at(outbox, 4_999)
    assert post.resent == ()
    outbox, post = at(outbox, 5_000)
    assert (post.resent, outbox.due_ms) == ((FREEZE,), 15_000)
    outbox, post = at(outbox, 50_000)
    assert outbox.due_ms == 60_001, "not after its end"
    outbox, post = at(outbox, 60_001)
    assert [(one.status, one.subject) for one in post.expired] == [(OutcomeStatus.EXPIRED, "host:h")]
    assert (post.resent, outbox) == ((), Outbox())
    assert outbox.due_ms is None


def test_an_answered_action_does_not_come_again():
    outbox, _ = at(Outbox(), 0, FREEZE)
    outbox, post = at(outbox, 5_000, answered=FREEZE.action_id)
    assert (post.resent, outbox) == ((), Outbox())


def test_an_account_is_ticked_once_when_it_is_due():
    due = DueAccounts()
    due.note("a", 10)
    due.note("b", 20)
    due.note("c", 5)
    due.note("c", None)
    assert due.take(9) == []
    assert due.take(10) == ["a"]
    assert due.take(30) == ["b"]
    assert due.take(99) == []


def test_another_layout_is_refused():
    with pytest.raises(StateError, match="version 3"):
        decode(msgspec.msgpack.encode(Outbox(version=3)))
    with pytest.raises(StateError, match="empty changelog"):
        decode(b"\xff")

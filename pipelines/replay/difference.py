"""What another policy does to the actions of stored events: new, gone, earlier, later, weighed differently."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from schemas import Enforcement, Rung

WEIGHT_NATS = 0.005
"""Smaller changes of a verdict's weight do not show in its two printed digits."""


class Change(StrEnum):
    """What happened to an action."""

    NEW = "new"
    GONE = "gone"
    EARLIER = "earlier"
    LATER = "later"
    WEIGHT = "weight"
    """Decided at the same moment, with another weight."""


class ActionChange(msgspec.Struct, frozen=True, kw_only=True):
    """One action that differs."""

    change: Change
    room: str
    session: str
    rung: Rung
    before_ms: int | None
    """On-air moment of the decision; None when the action is new."""
    after_ms: int | None
    before_llr: float | None
    after_llr: float | None
    why_zh: str
    """The strongest reason of the action, of the new one where there are both."""
    why_en: str


def differences(before: Iterable[Enforcement], after: Iterable[Enforcement]) -> list[ActionChange]:
    """Compare the standing actions of one room: one action for each session and rung, whatever line gave it."""
    old = {(one.session, one.rung): one for one in reversed(list(before))}
    new = {(one.session, one.rung): one for one in reversed(list(after))}
    changes = []
    for key in sorted(old.keys() | new.keys(), key=lambda key: (key[0], list(Rung).index(key[1]))):
        change = _change(old.get(key), new.get(key))
        if change is not None:
            changes.append(_described(change, old.get(key), new.get(key)))
    return changes


def _change(old: Enforcement | None, new: Enforcement | None) -> Change | None:
    if old is None or new is None:
        return Change.NEW if old is None else Change.GONE
    if new.decided_at_ms != old.decided_at_ms:
        return Change.EARLIER if new.decided_at_ms < old.decided_at_ms else Change.LATER
    return Change.WEIGHT if abs(new.llr - old.llr) >= WEIGHT_NATS else None


def _described(change: Change, old: Enforcement | None, new: Enforcement | None) -> ActionChange:
    one = new or old
    assert one is not None
    first = one.reasons[0] if one.reasons else None
    return ActionChange(
        change=change,
        room=one.room,
        session=one.session,
        rung=one.rung,
        before_ms=old.decided_at_ms if old else None,
        after_ms=new.decided_at_ms if new else None,
        before_llr=round(old.llr, 3) if old else None,
        after_llr=round(new.llr, 3) if new else None,
        why_zh=first.text_zh if first else "",
        why_en=first.text_en if first else "",
    )

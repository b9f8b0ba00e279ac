"""What can be looked up of a session's signs without going through them all: an event costs the same in any room.

Derived from `Session.items`, never stored. It moves from state to state: it belongs to one tuple of signs and is built
anew for any other, so an old state, a decoded one or another policy never sees a wrong one.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence

from pipelines.join.cursor import Cursor, Level
from pipelines.join.fusion import by_rank
from pipelines.join.rules import Fusion, Policy
from pipelines.join.state import Item, Session
from schemas import Modality

WORTH_A_CURSOR = 8
"""Changes after which a window gets cursors: making one costs about as much as weighing all signs so many times."""

Kind = tuple[str, Modality, bool, tuple[str, ...]]
"""Signs of one kind replace each other: group, modality, whether it is an admission, what it corroborates."""


class Window:
    """The signs of a session by key, kind and moment, and what they weigh at the moments judged and settled last.

    Args:
        items: strongest rank first, weighed by `policy`.
        policy: what is built in of it is compared by `fits`.
    """

    def __init__(self, items: tuple[Item, ...], policy: Policy) -> None:
        self.items: tuple[Item, ...] | None = items
        self._rules = _rules(policy)
        self.by_key = {item.key: item for item in items}
        self._by_seen = sorted(items, key=_seen)
        self._kinds: dict[Kind, list[Item]] = {}
        for item in items:
            self._kinds.setdefault(_kind_of(item), []).append(item)
        self._cursors: dict[str, Cursor] = {}
        self._changes = 0

    def fits(self, items: tuple[Item, ...], policy: Policy) -> bool:
        """Whether it was made of these very signs under such a policy."""
        return self.items is items and self._rules == _rules(policy)

    def change(self, items: tuple[Item, ...], added: Sequence[Item], gone: Sequence[Item]) -> None:
        """Belong to other signs from now on: those of before, without `gone`, and with `added`."""
        self.items = None  # until it is done, and for good should it fail
        for item in gone:
            del self.by_key[item.key]
            del self._by_seen[self._by_seen.index(item, bisect_left(self._by_seen, item.seen_ms, key=_seen))]
            alike = self._kinds[_kind_of(item)]
            del alike[bisect_left(alike, by_rank(item), key=by_rank)]
            if not alike:
                del self._kinds[_kind_of(item)]
        for item in added:
            self.by_key[item.key] = item
            insort(self._by_seen, item, key=_seen)
            insort(self._kinds.setdefault(_kind_of(item), []), item, key=by_rank)
        for cursor in self._cursors.values():
            cursor.leave_out(gone)
            cursor.take_in(added)
        self.items, self._changes = items, self._changes + 1

    def alike(self, item: Item) -> Sequence[Item]:
        """The signs of one kind, strongest first."""
        return self._kinds.get(_kind_of(item), ())

    @property
    def newest_ms(self) -> int:
        """The last moment at which a sign comes on air; 0 without any."""
        return self._by_seen[-1].seen_ms if self._by_seen else 0

    def moments(self, from_ms: int | None, until_ms: int) -> set[int]:
        """Moments at which a sign comes on air, from `from_ms` (None: from the first on) and before `until_ms`."""
        first = 0 if from_ms is None else bisect_left(self._by_seen, from_ms, key=_seen)
        return {item.seen_ms for item in self._by_seen[first : bisect_left(self._by_seen, until_ms, key=_seen)]}

    def level(self, name: str, at_ms: int, until_ms: int, policy: Policy) -> Level | None:
        """What the signs on air before `until_ms` weigh at `at_ms`; None where that costs more than weighing them.

        `name` is of a row of moments that goes forward: each has a cursor of its own.
        """
        if self._changes < WORTH_A_CURSOR or self.items is None:
            return None
        cursor = self._cursors.get(name)
        if cursor is None or cursor.is_too_far(at_ms):
            cursor = self._cursors[name] = Cursor(at_ms, until_ms, policy)
            cursor.take_in(self.items)
        elif at_ms < cursor.at_ms or until_ms < cursor.until_ms:
            return None
        else:
            cursor.move(at_ms, until_ms, self.items, self._by_seen)
        return cursor.level(policy)


def window_of(session: Session, policy: Policy) -> Window:
    """The window of a session's signs, which must have been weighed by `policy`."""
    window: Window | None = session.__dict__.get("window")
    if window is None or not window.fits(session.items, policy):
        window = session.__dict__["window"] = Window(session.items, policy)
    return window


def hand_over(old: Session, new: Session) -> Session:
    """Let a copy of a session have its window."""
    if (window := old.__dict__.get("window")) is not None:
        new.__dict__["window"] = window
    return new


def _kind_of(item: Item) -> Kind:
    return item.group, item.modality, item.direct, item.corroborates


def _seen(item: Item) -> int:
    return item.seen_ms


def _rules(policy: Policy) -> tuple[Fusion, float]:
    return policy.fusion, policy.time.half_life_seconds

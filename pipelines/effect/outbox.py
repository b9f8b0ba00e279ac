"""The actions of an account on their way: days may pass before they expire, and nothing else may happen meanwhile."""

from collections.abc import Iterable

from msgspec import Struct, structs

from pipelines.effect.delivery import Delivery, Post
from pipelines.effect.stored import StateReader
from pipelines.effect.terms import DeliveryTerms
from schemas import Enforcement

OUTBOX_VERSION = 1
"""Raised when the layout changes in a way that an older state cannot be read."""


class Outbox(Struct, frozen=True, kw_only=True):
    """What is on its way."""

    version: int = OUTBOX_VERSION
    deliveries: tuple[Delivery, ...] = ()

    @property
    def due_ms(self) -> int | None:
        """Processing time at which something has to be sent again or given up; None when nothing waits."""
        return min((min(one.next_ms, one.not_after_ms + 1) for one in self.deliveries), default=None)


def send(
    outbox: Outbox, actions: Iterable[Enforcement], answered: str, now_ms: int, terms: DeliveryTerms
) -> tuple[Outbox, Post]:
    """Take new actions and the id of one that somebody has answered (empty: none); move time on.

    Returns:
        The outbox, and the post with what leaves.
    """
    post = Post(outbox.deliveries, now_ms, terms)
    post.acknowledge(answered)
    post.look_after()
    for action in actions:
        post.hand_over(action)
    return structs.replace(outbox, deliveries=post.deliveries), post


decode: StateReader[Outbox] = StateReader(
    Outbox, OUTBOX_VERSION, what="an outbox", instead="start with an empty changelog"
)

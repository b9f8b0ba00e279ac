"""Who may act without a person: permits for single actions, and what a policy line has earned or lost.

The join asks for a permit before an autonomous action of a governed rung leaves; the governor, one for the whole fleet,
answers. Reviewers' words on actions reach it too: they decide what a line may do by itself.
"""

from enum import StrEnum

import msgspec

from schemas.enforcement import Hold, Rung

FLEET = "fleet"
"""Record key of what concerns all rooms together: one deployment is one fleet."""


class PermitRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A join worker asks whether an action may be carried out without a person."""

    request_id: str
    """Deterministic, from the action's id: asked twice, it is answered alike and counted once."""
    action_id: str
    room: str
    session: str
    rung: Rung
    line: str
    policy_version: str
    time_ms: int
    """When it was asked."""


class Permit(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: the action may be carried out without a person, or why it may not."""

    action_id: str
    room: str
    session: str
    time_ms: int
    """When it was answered."""
    granted: bool
    hold: Hold | None = None
    """Why it was not granted."""


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A person has looked at an action of a policy line, acted on or in shadow."""

    action_id: str
    room: str
    session: str
    rung: Rung
    line: str
    policy_version: str
    """The policy that decided the action."""
    time_ms: int
    upheld: bool
    """True: confirmed. False: overturned."""


class OrderedChange(StrEnum):
    """What a person may order of the whole fleet."""

    HALT = "halt"
    """Nothing is carried out without a person, until a person says otherwise."""
    RESUME = "resume"


class AutonomyOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A person stops all that the fleet does by itself, or lets it go on. It holds until another order."""

    order_id: str
    order: OrderedChange
    by: str
    """Who ordered it."""
    why: str
    time_ms: int


class AutonomyChange(StrEnum):
    """What changed."""

    PROMOTED = "promoted"
    """A line that was in shadow may act by itself."""
    DEMOTED = "demoted"
    """A line may not act by itself any more."""
    HALTED = "halted"
    """The breaker: too many actions at once; none may be carried out without a person."""
    RESUMED = "resumed"
    EXHAUSTED = "exhausted"
    """The hour's budget of autonomous actions is used up."""
    RENEWED = "renewed"
    ORDERED_HALT = "ordered-halt"
    """A person has stopped all that is done without one."""
    ORDERED_RESUME = "ordered-resume"
    """A person has taken the order back."""


class Autonomy(msgspec.Struct, frozen=True, kw_only=True):
    """What may be done without a person has changed, why, and what is in force now."""

    sequence: int
    """Counts the changes of the fleet. What the last record of the topic says is in force."""
    change: AutonomyChange
    time_ms: int
    policy_version: str
    text_zh: str
    text_en: str
    line: str = ""
    """The policy line; empty when it is about the whole fleet."""
    confirmed: int = 0
    overturned: int = 0
    """Reviewed actions of the line by what the reviewers said."""
    lower_bound: float | None = None
    """Lower confidence bound of the line's precision."""
    bar: float | None = None
    """What it was held against."""
    fired: int = 0
    """Actions asked for (breaker) or granted (budget) within the window."""
    allowed: float = 0.0
    """How many would have been in order."""
    window_ms: int = 0
    halted: bool = False
    """In force now: the breaker is open."""
    exhausted: bool = False
    """In force now: the budget is used up."""
    promoted: tuple[str, ...] = ()
    """In force now, under `policy_version`: lines that have earned to act by themselves."""
    demoted: tuple[str, ...] = ()
    """In force now, under `policy_version`: lines that have lost it."""
    order_id: str = ""
    """The order that this change carries out; empty when nobody ordered it."""
    ordered_halt: bool = False
    """In force now: a person has stopped everything. Unlike `halted`, no time ends it."""
    ordered_by: str = ""
    """Who gave the latest order, and why; empty when none was ever given."""
    ordered_why: str = ""
    ordered_ms: int | None = None
    """When it was given."""

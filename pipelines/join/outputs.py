"""What follows from one event."""

from msgspec import Struct

from schemas import Enforcement, Outcome, OutcomeStatus, PermitRequest, Reviewed, SealRequest, Signal, Suspicion


class Outputs(Struct, kw_only=True):
    """What follows from one event."""

    enforcements: tuple[Enforcement, ...] = ()
    """Actions that leave for the first time."""
    resent: tuple[Enforcement, ...] = ()
    """Actions that leave again because nobody has acknowledged them."""
    expired: tuple[Outcome, ...] = ()
    """Actions that nobody has acknowledged in time, as outcomes to be published."""
    permit_requests: tuple[PermitRequest, ...] = ()
    reviewed: tuple[Reviewed, ...] = ()
    """Reviewers' words on actions, for the governor; each once."""
    said: tuple[OutcomeStatus, ...] = ()
    """What has become of actions, each status of an action once."""
    unknown: tuple[Outcome, ...] = ()
    """Outcomes of actions that were never decided here."""
    seal_requests: tuple[SealRequest, ...] = ()
    late: tuple[Suspicion, ...] = ()
    """Suspicions that came too late to be applied."""
    skewed: tuple[Suspicion, ...] = ()
    """Suspicions of a source whose clock is off by more than is put right; not applied."""
    corrected: int = 0
    """Suspicions whose times were moved because their source's clock is off."""
    duplicates: int = 0
    """Suspicions that were known already."""
    overflow: int = 0
    """Signs and facts dropped because a limit of the policy was hit."""
    closed: tuple[str, ...] = ()
    """Sessions that were closed."""
    unknown_signals: tuple[Signal, ...] = ()
    """Signals that the policy does not name: they count for nothing."""

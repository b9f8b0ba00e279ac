"""The numbers of a policy that say how actions are delivered and who may act without a person."""

from typing import Annotated

from msgspec import Meta

from pipelines.effect.precision import lower_bound
from pipelines.quantities import Part, Probability
from schemas import Rung

PositiveSeconds = Annotated[float, Meta(gt=0.0, le=7 * 86_400.0)]


class DeliveryTerms(Part, frozen=True):
    """How often an action is sent again that nobody has acknowledged."""

    first_resend_seconds: PositiveSeconds
    resend_factor: Annotated[float, Meta(ge=1.0, le=10.0)]
    longest_resend_seconds: PositiveSeconds
    unacknowledged: Annotated[int, Meta(ge=1, le=10_000)]
    """Unacknowledged actions remembered of one room."""

    def pause_ms(self, sent: int) -> int:
        """How long to wait after an action was sent for the `sent`th time, ms."""
        doublings = min(sent - 1, 64)  # ten to the 64th is a float; more would overflow in a long outage
        pause_s = min(self.longest_resend_seconds, self.first_resend_seconds * self.resend_factor**doublings)
        return round(pause_s * 1000)


class AutonomyTerms(Part, frozen=True):
    """What may be done without a person."""

    rungs: tuple[Rung, ...]
    """Rungs that need a permit of the fleet's governor."""
    permit_deadline_seconds: PositiveSeconds
    per_hour: Annotated[int, Meta(ge=0, le=100_000)]
    breaker_window_seconds: PositiveSeconds
    breaker_least: Annotated[int, Meta(ge=1, le=100_000)]
    breaker_factor: Annotated[float, Meta(ge=1.0, le=1000.0)]
    breaker_pause_seconds: PositiveSeconds
    level: Probability
    """Confidence of the bound, one-sided."""
    promote_bar: Probability
    keep_bar: Probability
    least_overturned: Annotated[int, Meta(ge=1, le=1000)]
    reviewed_window: Annotated[int, Meta(ge=1, le=10_000)]
    """Latest reviewed actions of a line that count."""

    def contradiction(self) -> str:
        """What in these terms cannot be meant, with what to change; empty when nothing."""
        if self.keep_bar > self.promote_bar:
            return (
                f"[autonomy] keep_bar {self.keep_bar} is above promote_bar {self.promote_bar}: a line would be "
                "demoted as soon as it is promoted; lower keep_bar"
            )
        best = lower_bound(self.reviewed_window, self.reviewed_window, self.level)
        if best < self.promote_bar:
            return (
                f"[autonomy] promote_bar {self.promote_bar} can never be passed: {self.reviewed_window} reviewed "
                f"actions without an overturned one give a lower bound of {best:.4f}; raise reviewed_window"
            )
        return ""

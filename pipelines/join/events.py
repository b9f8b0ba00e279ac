"""What the join listens to."""

from schemas import Lifecycle, Outcome, Permit, Progress, Seal, Suspicion, Tick

JoinEvent = Suspicion | Progress | Lifecycle | Seal | Outcome | Permit | Tick
"""A tick says only that time passed: idle modalities, seal deadlines and the end of a show are noticed by it."""

__all__ = ["JoinEvent", "Tick"]

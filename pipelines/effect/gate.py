"""What a line of a policy may do at this moment: its own authority, and what it has earned or lost since."""

from msgspec import Struct, structs

from schemas import Authority, Autonomy, Enforcement, Hold


class Gate(Struct, frozen=True, kw_only=True):
    """What the governor has said so far. The default is nothing: every line has the authority of its policy."""

    asks: bool = False
    """Whether there is a governor, so that governed rungs need a permit. Not where stored events are judged."""
    policy_version: str = ""
    """The policy that `promoted` and `demoted` are about."""
    promoted: frozenset[str] = frozenset()
    demoted: frozenset[str] = frozenset()
    stopped: bool = False
    """A person has stopped everything that is done without one, whatever rung and policy."""

    def after(self, event: Autonomy) -> "Gate":
        """Return the gate in force after an autonomy event; each tells all that is in force."""
        return structs.replace(
            self,
            policy_version=event.policy_version,
            promoted=frozenset(event.promoted),
            demoted=frozenset(event.demoted),
            stopped=event.ordered_halt,
        )

    def judged(self, action: Enforcement) -> Enforcement:
        """Return the action with the authority that its line has now. What takes an action back needs none."""
        action = self.unless_stopped(action)
        if action.compensates or action.hold or action.policy_version != self.policy_version:
            return action
        if action.authority is Authority.SHADOW and action.policy_line in self.promoted:
            return self.unless_stopped(structs.replace(action, authority=Authority.AUTONOMOUS))
        if action.authority is Authority.AUTONOMOUS and action.policy_line in self.demoted:
            return held(action, Hold.DEMOTED)
        return action

    def unless_stopped(self, action: Enforcement) -> Enforcement:
        """Return the action, held when a person has stopped everything. Taking back goes on: it undoes harm."""
        if self.stopped and action.authority is Authority.AUTONOMOUS and not action.compensates:
            return held(action, Hold.ORDERED)
        return action


def held(action: Enforcement, hold: Hold) -> Enforcement:
    """Hand the action to a reviewer, and say why."""
    return structs.replace(action, authority=Authority.REVIEW, hold=hold)

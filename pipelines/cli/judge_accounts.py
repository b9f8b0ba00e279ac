"""The account half of `dajia judge`: what the join decides and the input tells, given to cases."""

from collections.abc import Iterable

from pipelines.cases.docket import Docket
from pipelines.cases.events import CaseEvent, Outputs, RefusedError
from pipelines.cases.policy import Policy
from schemas import AccountFacts, DeadLetterReason, Enforcement, Lifecycle, Message, Outcome
from schemas.accounts import is_account


class AccountCourt:
    """Hosts and merchants of one input; what is decided on them is told at the end, after the rooms."""

    def __init__(self, policy: Policy, *, wanted: bool) -> None:
        self._docket = Docket(policy)
        self._wanted = wanted
        self._decided: list[Outputs] = []
        self._unknown = 0

    def takes(self, message: Message) -> bool:
        """Whether a message concerns accounts alone, and so is nothing for the join."""
        return isinstance(message, AccountFacts) or (isinstance(message, Outcome) and is_account(message.room))

    def hear(self, message: Message, now_ms: int) -> None:
        """Take what the input tells.

        Raises:
            ValueError: facts that contradict themselves or others.
        """
        if isinstance(message, AccountFacts):
            self._wanted = True
        if isinstance(message, Outcome | Lifecycle | AccountFacts):
            self._apply(message, now_ms)

    def decided(self, actions: Iterable[Enforcement], now_ms: int) -> None:
        """Take what the join decided."""
        for action in actions:
            self._apply(action, now_ms)

    def close(self) -> list[Outputs]:
        """What was decided, when it is wanted or the input has facts about accounts."""
        return self._decided if self._wanted else []

    def summary(self) -> str:
        """For people; empty when accounts were not asked for."""
        if not self._wanted:
            return ""
        actions = sum(len(one.enforcements) for one in self._decided)
        return f"; {actions} account actions, {self._unknown} outcomes of account actions that were not decided here"

    def _apply(self, event: CaseEvent, now_ms: int) -> None:
        try:
            self._decided.append(self._docket.hear(event, now_ms))
        except RefusedError as error:
            if error.reason is not DeadLetterReason.UNKNOWN_ACTION:
                raise
            self._unknown += 1

"""Shows, facts and outcomes told in days, and what cases makes of them."""

import pytest

from pipelines.cases.docket import Docket
from pipelines.cases.policy import BUNDLED_POLICY, Policy, load_policy
from pipelines.cases.state import decode, encode
from schemas import (
    AccountFacts,
    Authority,
    Enforcement,
    Identifier,
    IdentifierKind,
    Lifecycle,
    LifecycleChange,
    Modality,
    Outcome,
    OutcomeStatus,
    Reason,
    Rung,
    Sales,
    Violation,
    stable_id,
)

START_MS = 1_700_000_000_000
DAY_MS = 86_400_000


def ms(day: float) -> int:
    return START_MS + round(day * DAY_MS)


class Bureau:
    """An office that hears events; states are encoded and decoded before each, as after a restart."""

    def __init__(self, policy: Policy) -> None:
        self.policy, self.docket, self.now_ms = policy, Docket(policy), 0
        self.actions: list[Enforcement] = []
        self.warnings, self.histories = [], []

    def hears(self, event) -> list[str]:
        """Apply an event; `subject line`, with `back` before what is taken back."""
        self.docket.states = {place: decode(encode(state)) for place, state in self.docket.states.items()}
        time_ms = event.decided_at_ms if isinstance(event, Enforcement) else event.time_ms
        self.now_ms = max(self.now_ms, time_ms)
        outputs = self.docket.hear(event, self.now_ms)
        self.actions += outputs.enforcements
        self.warnings += outputs.warnings
        self.histories += outputs.histories
        return [f"{'back ' if one.compensates else ''}{one.subject} {one.policy_line}" for one in outputs.enforcements]

    def show(self, host, day, *, merchants=(), signals=(), rung=Rung.CUT, room=None, status=OutcomeStatus.CONFIRMED):
        """A show that was acted on, and what became of it; the lines that follow, and the room's action."""
        room = room or f"room-of-{host}"
        action = cut(room, f"{room}/{day}", day, signals, rung)
        said = self.hears(started(room, f"{room}/{day}", host, merchants, day))
        said += self.hears(action)
        return said + (self.hears(outcome(action, status, day)) if status else []), action

    def standing(self, account: str) -> list[str]:
        """Lines that stand against an account."""
        back = {one.compensates for one in self.actions}
        mine = [one for one in self.actions if one.subject == account and not one.compensates]
        return [one.policy_line for one in mine if one.action_id not in back]

    def action(self, account: str, line: str) -> Enforcement:
        """The newest action of a line."""
        return [one for one in self.actions if (one.subject, one.policy_line) == (account, line)][-1]

    def answers(self, action: Enforcement, status: OutcomeStatus, day: float) -> list[str]:
        return self.hears(outcome(action, status, day))


def started(room, session, host, merchants, day) -> Lifecycle:
    return Lifecycle(
        room=room, session=session, time_ms=ms(day), change=LifecycleChange.STARTED, host=host,
        merchants=tuple(merchants),
    )  # fmt: skip


def ended(room, session, day) -> Lifecycle:
    return Lifecycle(room=room, session=session, time_ms=ms(day), change=LifecycleChange.ENDED)


def cut(room, session, day, signals=(), rung=Rung.CUT) -> Enforcement:
    reasons = tuple(
        Reason(
            text_zh="", text_en="", signal=signal, modality=Modality.FRAME, start_ms=ms(day), end_ms=ms(day),
            contribution=1.0, suspicion_ids=(),
        )
        for signal in signals
    )  # fmt: skip
    return Enforcement(
        action_id=stable_id(room, session, rung), room=room, session=session, subject=f"room:{room}", rung=rung,
        authority=Authority.AUTONOMOUS, decided_at_ms=ms(day + 0.01), not_after_ms=ms(day + 0.02), posterior=0.99,
        llr=9.0, modalities=(Modality.FRAME,), categories=(Violation.FAKE_AS_GENUINE,), reasons=reasons,
        policy_version="1", policy_line=f"live-{rung}", bundle_id=f"bundle-{session}",
    )  # fmt: skip


def outcome(action, status, day) -> Outcome:
    return Outcome(
        outcome_id=stable_id(action.action_id, status), action_id=action.action_id, room=action.room,
        session=action.session, status=status, time_ms=ms(day + 0.03), subscriber="desk",
    )  # fmt: skip


def facts(account, day, **known) -> AccountFacts:
    return AccountFacts(
        fact_id=stable_id(account, str(day), *map(str, known)), account=account, time_ms=ms(day), **known
    )


def payee(number: int, kind=IdentifierKind.PAYEE) -> Identifier:
    return Identifier(kind=kind, hash=f"{number:016x}")


def sales(sales_id, day, *, orders=50, amount=7_000.0, fakes=0, session="", partner=None) -> Sales:
    return Sales(
        sales_id=sales_id, from_ms=ms(day), to_ms=ms(day + 0.1), orders=orders, buyers=orders, amount_cny=amount,
        fake_orders=fakes, fake_amount_cny=amount * fakes / orders, session=session, partner=partner,
    )  # fmt: skip


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(BUNDLED_POLICY.read_text("utf-8"))


@pytest.fixture
def bureau(policy) -> Bureau:
    return Bureau(policy)


@pytest.fixture
def made():
    """Makers of events."""

    class Made:
        started, ended, cut, outcome, facts, payee, sales, ms = map(
            staticmethod, (started, ended, cut, outcome, facts, payee, sales, ms)
        )

    return Made

"""A show told as a timeline: each event with what it makes the join do."""

from collections.abc import Callable

import pytest
from msgspec import structs

from pipelines.join.outputs import Outputs
from pipelines.join.policy import BUNDLED_POLICY, Policy, load_policy
from pipelines.join.state import RoomState, decode, encode, initial
from pipelines.join.step import step
from schemas import (
    EvidenceRef,
    Facts,
    Lifecycle,
    LifecycleChange,
    Modality,
    Outcome,
    OutcomeStatus,
    PriceRole,
    Progress,
    Rung,
    Seal,
    SellerRecord,
    Signal,
    Suspicion,
    Tick,
    stable_id,
)

START_MS = 1_700_000_000_000
MEASURES = {Rung.OBSERVE, Rung.WARN_VIEWERS, Rung.LIMIT_TRAFFIC, Rung.REMOVE_LINK}
"""What most stories leave out; `with_measures` tells it."""


class Show:
    """A room in which things happen, told in seconds after the start. `did` is what the last event made the join do."""

    def __init__(self, policy: Policy, room: str = "room-1", session: str = "show-1") -> None:
        self.policy, self.room, self.session = policy, room, session
        self.state: RoomState = initial(room)
        self.now_ms = START_MS
        self.outputs = Outputs()
        self.told = set(Rung) - MEASURES
        self.enforcements = []
        self.seal_requests = []
        self.late = []

    def happens(self, event, now_s: float | None = None) -> list[str]:
        """Apply an event; what leaves: rungs, `seal?`, `late`, `back <rung>`, `closed <session>`, `unknown`.

        What leaves for another time, or has expired, is in `outputs` (test_delivery.py).
        """
        time_ms = getattr(event, "start_ms", None) or getattr(event, "up_to_ms", None) or event.time_ms
        self.now_ms = max(self.now_ms, time_ms if now_s is None else START_MS + round(now_s * 1000))
        self.state, self.outputs = step(decode(encode(self.state)), event, self.now_ms, self.policy)
        actions = [one for one in self.outputs.enforcements if one.rung in self.told]
        self.enforcements += actions
        self.seal_requests += self.outputs.seal_requests
        self.late += self.outputs.late
        return [
            *["late" for _ in self.outputs.late],
            *["unknown" for _ in self.outputs.unknown],
            *["seal?" for _ in self.outputs.seal_requests],
            *[f"back {one.rung}" if one.compensates else str(one.rung) for one in actions],
            *[f"closed {one}" for one in self.outputs.closed],
        ]

    def with_measures(self) -> "Show":
        self.told = set(Rung)
        return self

    def starts(self, at_s: float = 0.0, *, authorised=(), sellers=()) -> list[str]:
        return self.happens(self.lifecycle(LifecycleChange.STARTED, at_s, authorised, sellers))

    def ends(self, at_s: float) -> list[str]:
        return self.happens(self.lifecycle(LifecycleChange.ENDED, at_s))

    def deletes_replay(self, at_s: float) -> list[str]:
        return self.happens(self.lifecycle(LifecycleChange.REPLAY_DELETED, at_s))

    def hears(self, at_s: float, signal: Signal, llr: float, *, now_s=None, **facts) -> list[str]:
        return self.happens(self.suspicion(Modality.AUDIO, at_s, signal, llr, **{"speaker": "host"} | facts), now_s)

    def sees(self, at_s: float, signal: Signal, llr: float, *, now_s=None, **facts) -> list[str]:
        return self.happens(self.suspicion(Modality.FRAME, at_s, signal, llr, **facts), now_s)

    def reads(self, at_s: float, signal: Signal, llr: float, *, now_s=None, **facts) -> list[str]:
        return self.happens(self.suspicion(Modality.DANMAKU, at_s, signal, llr, **{"speaker": "viewer"} | facts), now_s)

    def code_name(self, at_s: float, llr: float = 2.3, **facts) -> list[str]:
        """The host says a code name of Louis Vuitton; genuine from 14,400 yuan."""
        said = {"surface": "老李家", "term": "老驴家", "brand": "Louis Vuitton", "genuine_low_cny": 14_400.0}
        return self.hears(at_s, Signal.BRAND_ALIAS, llr, **said | facts)

    def price(self, at_s: float, cny: float, role: PriceRole = PriceRole.OFFER) -> list[str]:
        return self.hears(at_s, Signal.PRICE, 0.0, surface="四百六", price_cny=cny, price_role=role)

    def passes(self, modality: Modality, up_to_s: float, now_s: float | None = None) -> list[str]:
        up_to_ms = START_MS + round(up_to_s * 1000)
        return self.happens(Progress(room=self.room, session=self.session, modality=modality, up_to_ms=up_to_ms), now_s)

    def ticks(self, now_s: float) -> list[str]:
        return self.happens(Tick(room=self.room, time_ms=START_MS + round(now_s * 1000)), now_s)

    def seals(self, request_id: str, bundle_id: str = "bundle-1", now_s: float | None = None) -> list[str]:
        return self.happens(
            Seal(
                request_id=request_id, bundle_id=bundle_id, room=self.room, session=self.session,
                time_ms=self.now_ms, sha256="0" * 64,
            ),
            now_s,
        )  # fmt: skip

    def overturns(self, action_id: str) -> list[str]:
        return self.says(action_id, OutcomeStatus.OVERTURNED)

    def says(self, action_id: str, status: OutcomeStatus, subject: str = "") -> list[str]:
        """Somebody says what became of an action."""
        return self.happens(
            Outcome(
                outcome_id=stable_id("outcome", action_id, status), action_id=action_id, room=self.room,
                session=self.session, status=status, time_ms=self.now_ms, subscriber="desk", subject=subject,
            )
        )  # fmt: skip

    def suspicion(self, modality: Modality, at_s: float, signal: Signal, llr: float, **facts) -> Suspicion:
        start_ms = START_MS + round(at_s * 1000)
        about = (self.session, signal, modality, start_ms, facts.get("term", ""), facts.get("brand", ""))
        return Suspicion(
            suspicion_id=stable_id(*about), room=self.room, session=self.session, modality=modality, detector="told",
            detector_version="1", signal=signal, start_ms=start_ms, end_ms=start_ms + 1_000, llr=llr, score=1.0,
            facts=Facts(**facts), evidence=(EvidenceRef(topic="live-audio", partition=0, offset=start_ms % 10**9),),
        )  # fmt: skip

    def lifecycle(
        self, change: LifecycleChange, at_s: float, authorised=(), sellers: tuple[SellerRecord, ...] = ()
    ) -> Lifecycle:
        return Lifecycle(
            room=self.room, session=self.session, time_ms=START_MS + round(at_s * 1000), change=change,
            authorised_brands=tuple(authorised), sellers=sellers,
        )  # fmt: skip


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(BUNDLED_POLICY.read_text("utf-8"))


def without_measures(policy: Policy) -> Policy:
    """The policy with warning, review and cut alone, for stories about something else."""
    kept = [line for line in policy.ladder if line.rung not in MEASURES]
    names = {line.name for line in kept}
    ladder = tuple(
        structs.replace(line, takes_back=tuple(name for name in line.takes_back if name in names)) for line in kept
    )
    return structs.replace(policy, ladder=ladder)


@pytest.fixture
def short_ladder(policy) -> Show:
    return Show(without_measures(policy))


@pytest.fixture
def show(policy) -> Show:
    return Show(policy)


@pytest.fixture
def with_time(policy) -> Callable[..., Show]:
    """A show under a policy with other times."""
    return lambda **times: Show(structs.replace(policy, time=structs.replace(policy.time, **times)))

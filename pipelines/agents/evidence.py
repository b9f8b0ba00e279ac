"""Evidence agent: lifecycle and seal requests in, seals and roots out. `pipelines.evidence` reads back and seals.

A record is acknowledged when the table says what is to be sealed; what has been sealed, the chain in the vault says. A
worker that dies anywhere leaves both, and the next one goes on from them.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from faust.types import AppT

from pipelines.app import PACKAGE_VERSION, create_app, every, room_table
from pipelines.clock import now_ms
from pipelines.consume import Consumer, Received, publish
from pipelines.evidence.chain import ChainEntry, digest
from pipelines.evidence.desk import Desk, Done, Name
from pipelines.evidence.plan import Watched
from pipelines.evidence.readback import RoomReader
from pipelines.evidence.recorder import Recorder
from pipelines.evidence.signing import signer_of
from pipelines.evidence.vault import open_vault
from pipelines.evidence.watch import RoomWatch, decode_watch, note, without
from pipelines.metrics import SEAL_SECONDS, SESSIONS_WATCHED, UNSEALED
from pipelines.reference.policy import LivePolicy
from pipelines.room_state import RoomStates
from pipelines.settings import Settings
from schemas import ChainRoot, Lifecycle, Seal, SealRequest, Tick
from schemas.topics import EVIDENCE_ROOTS, EVIDENCE_SEALS, ROOM_LIFECYCLE, SEAL_REQUESTS

ROLE = "evidence"
LOOK_S = 1.0
"""How soon a part that is over is sealed."""
THREADS = 2
"""Payloads sealed at once; encoding leaves the interpreter's lock, so two use two cores."""


def create(settings: Settings) -> AppT:
    """Build the worker: what is watched in a table keyed by room, sealing in threads."""
    app = create_app(ROLE, settings)
    states = RoomStates(room_table(app, "evidence-rooms", settings), decode_watch, lambda _: RoomWatch())
    sealing = _Sealing(app, settings, states)

    async def judge(received: Received) -> None:
        message = received.message
        turn = states.turn(received)
        if turn is None:
            return
        if isinstance(message, Tick):
            turn.put(without(turn.state, sealing.closed(message.room)))
        else:
            assert isinstance(message, Lifecycle | SealRequest)
            turn.put(note(turn.state, message, keeps_all=settings.evidence_media == "all"))
        sealing.look_soon()

    async def look() -> None:
        sealing.look_soon()

    every(app, LOOK_S, look)
    Consumer(app, ROLE, settings, (SEAL_REQUESTS, ROOM_LIFECYCLE), judge)
    return app


class _Sealing:
    """Gives the threads of the desk their next session, and publishes what came of it."""

    def __init__(self, app: AppT, settings: Settings, states: RoomStates[RoomWatch]) -> None:
        self._app, self._settings, self._states = app, settings, states
        self._policy = LivePolicy(settings, ROLE).start()
        self._vault, self._signer = open_vault(settings), signer_of(settings)
        self._desk = Desk(self._recorder, part_ms=settings.evidence_part_s * 1000)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="seal")
        self._turns: set[asyncio.Task[None]] = set()
        self._closed: set[Name] = set()
        self._told: set[str] = set()
        """Seal requests whose answers this process has published."""
        self._roots: dict[Name, int] = {}

    def closed(self, room: str) -> set[str]:
        """Sessions of a room whose chains are closed; they are forgotten with this."""
        names = {name for name in self._closed if name[0] == room}
        self._closed -= names
        return {session for _, session in names}

    def look_soon(self) -> None:
        """Let free threads take what is due."""
        if self._app.rebalancing:
            return
        watched = self._watched()
        SESSIONS_WATCHED.set(len(watched))
        UNSEALED.set(sum(one.request is not None and one.request.request_id not in self._told for _, one in watched))
        while len(self._turns) < THREADS and (chosen := self._desk.next(watched, now_ms())):
            turn = asyncio.create_task(self._turn(*chosen))
            self._turns.add(turn)
            turn.add_done_callback(self._ended)

    async def _turn(self, room: str, watched: Watched) -> None:
        policy = (self._policy.policy.version, self._policy.toml)
        loop = asyncio.get_running_loop()
        done = await loop.run_in_executor(self._threads, self._desk.seal, room, watched, policy, now_ms())
        await self._publish(watched, done)

    async def _publish(self, watched: Watched, done: Done) -> None:
        room, session = done.name
        if done.answer is not None and watched.request is not None:
            await self._tell(watched.request, done.answer)
        if done.entry is not None and self._roots.get(done.name) != done.entry.seq:
            sha256, seq = digest(done.entry), done.entry.seq
            root = ChainRoot(room=room, session=session, seq=seq, sha256=sha256, time_ms=done.entry.sealed_ms)
            await publish(self._app, ROLE, EVIDENCE_ROOTS, [root])
            self._roots[done.name] = seq
        if done.closed:
            self._closed.add(done.name)
            self._roots.pop(done.name, None)
            await publish(self._app, ROLE, SEAL_REQUESTS, [Tick(room=room, time_ms=now_ms())])
            self._desk.forget(done.name)

    async def _tell(self, request: SealRequest, answer: ChainEntry) -> None:
        if request.request_id in self._told:
            return
        seal = Seal(
            request_id=request.request_id,
            bundle_id=answer.facts["bundle_id"],
            room=answer.room,
            session=answer.session,
            time_ms=answer.sealed_ms,
            sha256=answer.sha256,
        )
        await publish(self._app, ROLE, EVIDENCE_SEALS, [seal])
        self._told.add(request.request_id)
        asked_ms = request.deadline_ms - self._policy.policy.seal.deadline_ms
        SEAL_SECONDS.observe(max(0, now_ms() - asked_ms) / 1000)

    def _ended(self, turn: "asyncio.Task[None]") -> None:
        self._turns.discard(turn)
        if not turn.cancelled() and (error := turn.exception()) is not None:
            self._app.crash(error) if isinstance(error, Exception) else None
        self.look_soon()

    def _watched(self) -> list[tuple[str, Watched]]:
        rooms = {key.decode(): self._states.get(key) for key in self._states.keys()}  # noqa: SIM118  no mapping
        return [
            (room, one)
            for room, watch in rooms.items()
            for name, one in watch.sessions.items()
            if (room, name) not in self._closed
        ]

    def _recorder(self) -> Recorder:
        return Recorder(
            self._vault,
            self._signer,
            RoomReader(self._settings),
            part_ms=self._settings.evidence_part_s * 1000,
            quiet_ms=self._settings.evidence_quiet_s * 1000,
            clock=now_ms,
            code_version=PACKAGE_VERSION,
        )

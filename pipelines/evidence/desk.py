"""Chooses whose turn it is to be sealed, and seals it in threads beside the event loop."""

import logging
import threading
from collections.abc import Callable, Iterable

import msgspec

from pipelines.errors import BrokerError, SigningError, VaultError
from pipelines.evidence.chain import ChainEntry
from pipelines.evidence.chain_store import SessionChain
from pipelines.evidence.plan import Span, Watched, answers, is_closed, next_work
from pipelines.evidence.recorder import Recorder
from pipelines.metrics import SEAL_FAILURES, SEALED, SEALED_BYTES

logger = logging.getLogger("dajia.evidence")

FIRST_RETRY_MS, LAST_RETRY_MS = 1_000, 30_000
"""Pause after a failure of a session; doubled at every failure in a row."""

Name = tuple[str, str]
"""Room and session."""


class _Known(msgspec.Struct):
    """What this process knows of a session."""

    chain: SessionChain | None = None
    """None: not read yet."""
    quiet: list[Span] = []
    retry_ms: int = 0
    pause_ms: int = FIRST_RETRY_MS
    busy: bool = False


class Done(msgspec.Struct, frozen=True):
    """What came of a turn."""

    name: Name
    entry: ChainEntry | None
    """The newest entry of the chain; None when there is none or it failed."""
    answer: ChainEntry | None
    """The entry that answers the session's seal request, once it is there."""
    closed: bool


class Desk:
    """The sessions of one worker; `next` and `give_up` are called by one thread, `seal` by any."""

    def __init__(self, make: Callable[[], Recorder], *, part_ms: int) -> None:
        """Make the desk.

        Args:
            make: builds a recorder for a thread: a Kafka consumer is not shared.
            part_ms: length of a part.
        """
        self._make, self._part_ms = make, part_ms
        self._known: dict[Name, _Known] = {}
        self._local = threading.local()

    def next(self, watched: Iterable[tuple[str, Watched]], now_ms: int) -> tuple[str, Watched] | None:
        """The most urgent session of those that are due and not being sealed: requests come first. It is busy then."""
        due = [one for one in watched if self._is_due(*one, now_ms)]
        if not due:
            return None
        chosen = min(due, key=self._urgency)
        self._known[chosen[0], chosen[1].session].busy = True
        return chosen

    def seal(self, room: str, watched: Watched, policy: tuple[str, str], now_ms: int) -> Done:
        """Seal the next payload of a session that `next` gave; never raises, what fails is tried again."""
        name = (room, watched.session)
        known = self._known[name]
        try:
            entry = self._seal(room, watched, known, policy)
        except (VaultError, BrokerError, SigningError) as error:
            logger.error("evidence of %s is not sealed yet, it is tried again: %s", watched.session, error)  # noqa: TRY400  the message says what to do
            return self._failed(name, known, error, now_ms)
        except Exception as error:  # one session's bug must not keep the others from being sealed
            logger.exception("evidence of %s is not sealed yet, it is tried again", watched.session)
            return self._failed(name, known, error, now_ms)
        known.retry_ms, known.pause_ms, known.busy = 0, FIRST_RETRY_MS, False
        assert known.chain is not None
        if entry is not None:
            SEALED.labels(entry.kind.value, entry.facts["why"]).inc()
            SEALED_BYTES.labels(entry.kind.value).inc(entry.size)
        entries = known.chain.entries
        answer = answers(entries, watched.request.request_id) if watched.request else None
        return Done(name, entries[-1] if entries else None, answer, is_closed(entries))

    def forget(self, name: Name) -> None:
        """The session is closed, or another worker's."""
        self._known.pop(name, None)

    def _seal(self, room: str, watched: Watched, known: _Known, policy: tuple[str, str]) -> ChainEntry | None:
        if not hasattr(self._local, "recorder"):
            self._local.recorder = self._make()
        recorder: Recorder = self._local.recorder
        if known.chain is None:
            known.chain = recorder.open(room, watched.session)
        return recorder.seal_next(known.chain, watched, known.quiet, policy)

    def _failed(self, name: Name, known: _Known, error: Exception, now_ms: int) -> Done:
        SEAL_FAILURES.labels(type(error).__name__).inc()
        known.chain = None  # what the vault has now is read again
        known.retry_ms, known.pause_ms = now_ms + known.pause_ms, min(LAST_RETRY_MS, known.pause_ms * 2)
        known.busy = False
        return Done(name, None, None, closed=False)

    def _is_due(self, room: str, watched: Watched, now_ms: int) -> bool:
        known = self._known.setdefault((room, watched.session), _Known())
        if known.busy or now_ms < known.retry_ms:
            return False
        if known.chain is None:
            return True
        return next_work(watched, known.chain.entries, known.quiet, now_ms, self._part_ms) is not None

    def _urgency(self, one: tuple[str, Watched]) -> tuple[bool, int]:
        room, watched = one
        chain = self._known[room, watched.session].chain
        waits = watched.request is not None and not (chain and answers(chain.entries, watched.request.request_id))
        return not waits, watched.request.deadline_ms if watched.request else watched.started_ms

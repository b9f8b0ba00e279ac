"""A process that seals made-up shows and is killed at many moments; what is in the vault afterwards.

    python -m pipelines.bench.evidence_kill FOLDER SHOWS

seals what is not sealed yet, and is what gets killed. Records come from a list, so that no broker is needed: what is
tried is the vault and the chain.
"""

import hashlib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import msgspec
import numpy as np

from pipelines.broker.reader import ConsumedRecord
from pipelines.evidence.bundle import ReadBack
from pipelines.evidence.chain import Kind
from pipelines.evidence.chain_store import SessionChain
from pipelines.evidence.folder_vault import FolderVault
from pipelines.evidence.plan import Span, Watched, spans_of
from pipelines.evidence.recorder import Recorder
from pipelines.evidence.signing import FileSigner, generate, trusted
from pipelines.evidence.verify import verify
from schemas import AudioChunk, DanmakuBatch, DanmakuLine, Frame, SealRequest
from schemas.cloudevents import encode
from schemas.topics import LIVE_AUDIO, LIVE_DANMAKU, LIVE_FRAMES

ROOM, START_MS, SECONDS, PART_MS = "room-kill", 1_700_000_000_000, 20, 5_000
SEALED_MS = START_MS + 3_600_000
"""The clock stands still, so that what is done again is the same."""
LONGEST_S = 1.6
"""Latest moment of a kill after the process has loaded."""


class Killed(msgspec.Struct, kw_only=True):
    """What came of the kills."""

    kills: int
    in_the_middle: int
    """Kills that met the process while it had still something to seal."""
    faults: list[str]
    duplicates: int
    """Spans that are sealed twice, and requests that are answered twice."""
    leftovers: int
    """Payloads without entry."""


def kill_at_random(folder: Path, *, kills: int, shows: int) -> Killed:
    """Start the process again and again and kill it at moments that are spread over its work; then let it end.

    Args:
        folder: an empty folder.
        kills: how many times it is killed.
        shows: shows for each process that is not met while it seals.
    """
    generate(folder / "key.pem")
    wanted, met = shows, 0
    for number in range(kills):
        process = _start(folder, wanted)
        fraction = int.from_bytes(hashlib.sha256(f"kill {number}".encode()).digest()[:4]) / 2**32
        time.sleep(fraction * LONGEST_S)
        is_over = process.poll() is not None
        process.kill()
        process.wait()
        wanted += shows if is_over else 0
        met += not is_over
    if (code := _start(folder, wanted).wait()) != 0:
        raise subprocess.CalledProcessError(code, "evidence_kill")
    return _look(folder, kills, met, wanted)


def seal_shows(folder: Path, shows: int) -> None:
    """Seal what is not sealed yet of some shows."""
    recorder = Recorder(
        FolderVault(folder / "vault"),
        FileSigner(folder / "key.pem"),
        _Records(),
        part_ms=PART_MS,
        quiet_ms=0,
        clock=lambda: SEALED_MS,
        code_version="bench",
    )
    sys.stdout.write("sealing\n")
    sys.stdout.flush()
    for number in range(shows):
        watched = _watched(number)
        chain, quiet = recorder.open(ROOM, watched.session), list[Span]()
        while recorder.seal_next(chain, watched, quiet, ("bench", "")) is not None:
            pass


class _Records:
    """The records of a made-up show, whatever its session."""

    def read(self, room: str, session: str, topics: Sequence[str], start_ms: int, end_ms: int) -> ReadBack:
        """Pictures, sound and chat of a span."""
        records = (one for one in _records(room, session) if one.topic in topics)
        return ReadBack(records=tuple(one for one in records if start_ms <= one.timestamp_ms < end_ms))

    def is_suspicious(self, room: str, session: str, start_ms: int, end_ms: int) -> bool:  # noqa: ARG002  Reader's
        """Everything is kept."""
        return True


def _records(room: str, session: str) -> Iterator[ConsumedRecord]:
    for second in range(SECONDS):
        time_ms = START_MS + second * 1000
        image = np.full((72, 128, 3), second * 12, dtype=np.uint8)
        jpeg = cv2.imencode(".jpg", image)[1].tobytes()
        pcm = bytes(32_000)
        line = DanmakuLine(line_id=str(second), viewer="v", time_ms=time_ms, text="好的")
        for topic, message in (
            (LIVE_FRAMES, Frame(room=room, session=session, time_ms=time_ms, sequence=second, jpeg=jpeg)),
            (LIVE_AUDIO, AudioChunk(room=room, session=session, time_ms=time_ms, sequence=second, pcm=pcm)),
            (LIVE_DANMAKU, DanmakuBatch(room=room, session=session, lines=(line,))),
        ):
            one = encode(message, source="bench")
            yield ConsumedRecord(
                topic=topic.name,
                partition=0,
                offset=second,
                key=one.key,
                value=one.value,
                headers=list(one.headers),
                timestamp_ms=one.timestamp_ms,
            )


def _watched(number: int) -> Watched:
    session, end_ms = f"show-{number}", START_MS + SECONDS * 1000
    request = SealRequest(
        request_id=session, room=ROOM, session=session, start_ms=START_MS, end_ms=START_MS + 7000, deadline_ms=end_ms
    )
    return Watched(session=session, started_ms=START_MS, ended_ms=end_ms, request=request)


def _start(folder: Path, shows: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "pipelines.bench.evidence_kill", str(folder), str(shows)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603  our own command
    assert process.stdout is not None
    process.stdout.readline()  # it has loaded; the kill shall meet its work
    process.stdout.close()
    return process


def _look(folder: Path, kills: int, met: int, shows: int) -> Killed:
    report = verify(folder / "vault", trusted([folder / "key.pub.pem"]), now_ms=SEALED_MS, deep=True)
    vault, signer = FolderVault(folder / "vault"), FileSigner(folder / "key.pem")
    duplicates = leftovers = 0
    for number in range(shows):
        chain = SessionChain(vault, signer, ROOM, f"show-{number}").refresh()
        spans = [(kind, span) for kind in (Kind.BUNDLE, Kind.RECORDS) for span in spans_of(chain.entries, kind)]
        answered = sum("request_id" in one.facts for one in chain.entries)
        duplicates += len(spans) - len(set(spans)) + answered - 1
        leftovers += sum(1 for _ in chain.orphans())
    faults = [f"{one.where}: {one.what}" for one in report.faults]
    return Killed(kills=kills, in_the_middle=met, faults=faults, duplicates=duplicates, leftovers=leftovers)


if __name__ == "__main__":
    seal_shows(Path(sys.argv[1]), int(sys.argv[2]))

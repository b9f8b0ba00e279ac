"""Finds bursts of doubt: many distinct viewers doubting within a minute, as a share of all that chat.

The share is tested and not the count, because chat comes in floods that mean nothing: in a simulation of 2,000 room
hours with innocent six-fold floods, a z-test on counts gave 0.7 to 15 false alarms per room hour and this test 0.001.
"""

import math
from collections.abc import Iterable

import msgspec

from detectors.contract import Example
from schemas import DanmakuBatch, DanmakuLine, Facts, Modality, Signal, Suspicion, Violation, suspicion_id

BUCKET_MS = 5_000
WINDOW_MS = 60_000
"""A minute: in ten-second windows the test found only a fifth of the bursts of rooms with 5 messages in 10 s."""
BASE_SHARE = 0.01
"""Share of doubting lines in rooms that sell genuine goods; assumed, as no open danmaku corpus exists."""
DISPERSION = 20.0
"""Shape of the gamma distribution of the true share: it varies by about a fifth between rooms; assumed."""
MIN_VIEWERS = 3
MAX_P = 1e-4
"""A window is judged at every new doubt, a few dozen times an hour: 1e-4 is about one false alarm in 300 room hours."""
BURST_LLR = 2.0
"""Natural log: a burst is about seven times as likely in a room that sells counterfeits."""
MIN_DOUBT_LLR = 0.2
"""Weaker doubts are what buyers ask in every shop (是正品吗, 有小票吗); stronger ones say or see something."""
MAX_VIEWERS_KEPT = 64
"""Distinct doubters kept per bucket; more say nothing new and a flood must not grow the state."""


class Bucket(msgspec.Struct, frozen=True, array_like=True):
    """Five seconds of chat."""

    start_ms: int
    messages: int
    doubters: tuple[str, ...]


class BurstState(msgspec.Struct, frozen=True, array_like=True):
    """The last minute of a session's chat, and the end of the last burst that was reported."""

    session: str = ""
    buckets: tuple[Bucket, ...] = ()
    quiet_until_ms: int = 0


class DoubtCount(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of chat and which of its lines doubt."""

    batch: DanmakuBatch
    doubting: frozenset[str]
    """`line_id` of the lines that `danmaku-text` found doubting."""


class DoubtBurstDetector:
    """Reports a burst once, when it is recognised; the next one at the earliest a window later."""

    name = "danmaku-doubt-burst"
    version = "1"
    modality = Modality.DANMAKU

    def initial(self) -> BurstState:
        """No chat seen yet."""
        return BurstState()

    def judge(self, state: BurstState, item: DoubtCount) -> tuple[BurstState, list[Suspicion]]:
        """Count the batch's lines and test the window at each doubting line."""
        if state.session != item.batch.session:
            state = BurstState(session=item.batch.session)
        found: list[Suspicion] = []
        for line in item.batch.lines:
            doubts = line.line_id in item.doubting
            state = _count(state, line, doubts=doubts)
            if doubts and line.time_ms >= state.quiet_until_ms and (burst := self._test(state, item.batch, line)):
                found.append(burst)
                state = msgspec.structs.replace(state, quiet_until_ms=line.time_ms + WINDOW_MS)
        return state, found

    def _test(self, state: BurstState, batch: DanmakuBatch, line: DanmakuLine) -> Suspicion | None:
        window = [bucket for bucket in state.buckets if line.time_ms - WINDOW_MS < bucket.start_ms <= line.time_ms]
        viewers = len({viewer for bucket in window for viewer in bucket.doubters})
        messages = sum(bucket.messages for bucket in window)
        p = chance_of(viewers, messages)
        if viewers < MIN_VIEWERS or p > MAX_P:
            return None
        # The span is the moment of recognition: before it, the room had no burst to be judged by.
        start_ms, end_ms = line.time_ms, line.time_ms + 1
        return Suspicion(
            suspicion_id=suspicion_id(
                session=batch.session,
                detector=self.name,
                version=self.version,
                source=line.line_id,
                start_ms=start_ms,
                end_ms=end_ms,
                signal=Signal.DOUBT_BURST,
            ),
            room=batch.room,
            session=batch.session,
            modality=self.modality,
            detector=self.name,
            detector_version=self.version,
            signal=Signal.DOUBT_BURST,
            start_ms=start_ms,
            end_ms=end_ms,
            llr=BURST_LLR,
            score=1 - p,
            facts=Facts(viewers=viewers, speaker="viewer", context=line.text[:200]),
            categories=(Violation.FAKE_AS_GENUINE,),
        )

    def examples(self) -> tuple[Example[DoubtCount], ...]:
        """Six of thirty doubting, and one viewer doubting again and again."""
        return (
            Example(
                why="six distinct viewers doubt among thirty lines",
                items=(_chat(30, doubting=6, viewers=30),),
                signals=frozenset({Signal.DOUBT_BURST}),
            ),
            Example(why="one viewer doubts six times", items=(_chat(30, doubting=6, viewers=1),), signals=frozenset()),
        )


def doubting_lines(suspicions: Iterable[Suspicion]) -> frozenset[str]:
    """Ids of the lines whose doubts, as `danmaku-text` found them, count for a burst."""
    return frozenset(
        one.facts.source_id for one in suspicions if one.signal is Signal.DOUBT and one.llr >= MIN_DOUBT_LLR
    )


def chance_of(doubters: int, messages: int) -> float:
    """Probability of at least `doubters` doubting lines among `messages`, where the share is gamma-distributed.

    Doubts are then negative binomial with mean `messages * BASE_SHARE` and shape `DISPERSION`.
    """
    mean = messages * BASE_SHARE
    if doubters <= 0 or mean <= 0:
        return 1.0
    success = DISPERSION / (DISPERSION + mean)
    below = sum(
        math.exp(
            math.lgamma(count + DISPERSION)
            - math.lgamma(DISPERSION)
            - math.lgamma(count + 1)
            + DISPERSION * math.log(success)
            + count * math.log1p(-success)
        )
        for count in range(doubters)
    )
    return max(0.0, 1.0 - below)


def _count(state: BurstState, line: DanmakuLine, *, doubts: bool) -> BurstState:
    start_ms = line.time_ms - line.time_ms % BUCKET_MS
    buckets = {bucket.start_ms: bucket for bucket in state.buckets}
    newest_ms = max(start_ms, *buckets) if buckets else start_ms
    if start_ms <= newest_ms - WINDOW_MS:
        return state
    bucket = buckets.get(start_ms, Bucket(start_ms, 0, ()))
    doubters = bucket.doubters
    if doubts and line.viewer not in doubters and len(doubters) < MAX_VIEWERS_KEPT:
        doubters = (*doubters, line.viewer)
    buckets[start_ms] = Bucket(start_ms, bucket.messages + 1, doubters)
    kept = tuple(buckets[key] for key in sorted(buckets) if key > newest_ms - WINDOW_MS)
    return msgspec.structs.replace(state, buckets=kept)


def _chat(count: int, *, doubting: int, viewers: int) -> DoubtCount:
    lines = tuple(
        DanmakuLine(line_id=f"line-{number}", viewer=f"viewer-{number % viewers}", time_ms=number * 1000, text="真的吗")
        for number in range(count)
    )
    batch = DanmakuBatch(room="example", session="example-1", lines=lines)
    return DoubtCount(batch=batch, doubting=frozenset(line.line_id for line in lines[-doubting:]))

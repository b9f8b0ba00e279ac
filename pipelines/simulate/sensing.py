"""How detectors tell what happens in a show: they miss some of it, are late, stand still, and repeat themselves.

Each modality is a queue: what it reports leaves in the order of the on-air moments, each after its delay and never
before what came earlier. So records of one modality are in order, as in a partition of Kafka, and those of different
modalities overtake each other by seconds, or by a stall.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from pipelines.simulate.luck import Luck
from pipelines.simulate.profiles import Profiles, Sense
from pipelines.simulate.script import Happening, Script
from schemas import Facts, Lifecycle, LifecycleChange, Modality, PriceRole, Progress, Signal, Suspicion, suspicion_id

PROGRESS_MS = 5_000
"""Between two progress marks of a stream. Workers mark each second; the files would be four times as long."""
STREAMS = (Modality.FRAME, Modality.AUDIO, Modality.DANMAKU)
"""Modalities that say how far they have come when nothing is suspicious."""
REPEAT_MS = (100, 30_000)
"""How much later a repeated record comes: at once, or after a worker was started again."""
SPAN_MS = {
    Modality.FRAME: 1_000, Modality.AUDIO: 3_000, Modality.DANMAKU: 1, Modality.LISTING: 1_000, Modality.REPORT: 1,
}  # fmt: skip
VERSION = "simulated"


class Arrival(Struct, frozen=True, kw_only=True):
    """A message and when it comes to the join."""

    at_ms: int
    message: Suspicion | Progress | Lifecycle


def sense(script: Script, profiles: Profiles, luck: Luck, *, room: str, session: str, host: str) -> list[Arrival]:
    """All messages of a show in the order of their arrival."""
    arrivals = list(_lifecycle(script, room=room, session=session, host=host))
    for modality in Modality:
        noise = profiles.sense[modality]
        noticed = [
            one
            for one in script.happenings
            if one.modality is modality
            and one.signal is not Signal.REPLAY_DELETED
            and (not one.real or luck.happens(noise.recall))
        ]
        messages: list[Suspicion | Progress] = [
            _suspicion(one, room, session, f"{modality}-{number}") for number, one in enumerate(noticed)
        ]
        if modality in STREAMS:
            messages += [
                Progress(room=room, session=session, modality=modality, up_to_ms=up_to_ms)
                for up_to_ms in range(script.start_ms, script.end_ms + 1, PROGRESS_MS)
            ]
        arrivals += _queue(messages, script, noise, luck)
    return sorted(arrivals, key=lambda one: one.at_ms)


def moment_ms(message: Suspicion | Progress | Lifecycle) -> int:
    """On-air moment of a message."""
    match message:
        case Suspicion():
            return message.start_ms
        case Progress():
            return message.up_to_ms
    return message.time_ms


def _queue(messages: Iterable[Suspicion | Progress], script: Script, noise: Sense, luck: Luck) -> Iterator[Arrival]:
    stalls = luck.moments(script.start_ms, script.end_ms, noise.stalls_per_hour)
    stalled = [(at_ms, at_ms + int(luck.between(noise.stall_seconds) * 1000)) for at_ms in stalls]
    last_ms = 0
    for message in sorted(messages, key=moment_ms):
        at_ms = moment_ms(message) + int(luck.between(noise.delay_seconds) * 1000)
        at_ms = max([at_ms, last_ms, *(until for since, until in stalled if since <= at_ms < until)])
        last_ms = at_ms
        yield Arrival(at_ms=at_ms, message=message)
        if isinstance(message, Suspicion) and luck.happens(noise.repeated):
            yield Arrival(at_ms=at_ms + luck.whole(REPEAT_MS), message=message)


def _lifecycle(script: Script, *, room: str, session: str, host: str) -> Iterator[Arrival]:
    moments = [(script.start_ms, LifecycleChange.STARTED), (script.end_ms, LifecycleChange.ENDED)]
    moments += [
        (one.at_ms, LifecycleChange.REPLAY_DELETED) for one in script.happenings if one.signal is Signal.REPLAY_DELETED
    ]
    for at_ms, change in moments:
        started, ended = change is LifecycleChange.STARTED, change is LifecycleChange.ENDED
        yield Arrival(
            at_ms=at_ms,
            message=Lifecycle(
                room=room, session=session, time_ms=at_ms, change=change, host=host if started else "",
                sellers=(script.seller,) if started and script.seller else (),
                utc_offset_minutes=script.utc_offset_minutes,
                viewers=script.last_viewers if ended else None,
                peak_viewers=script.peak_viewers if ended else None,
            ),
        )  # fmt: skip


def _suspicion(one: Happening, room: str, session: str, source: str) -> Suspicion:
    detector, span = f"simulated-{one.modality}", (one.at_ms, one.at_ms + SPAN_MS[one.modality])
    identity = suspicion_id(
        session=session, detector=detector, version=VERSION, source=source, start_ms=span[0], end_ms=span[1],
        signal=one.signal, about=one.term,
    )  # fmt: skip
    facts = Facts(
        surface=one.term, term=one.term, speaker=one.speaker, brand=one.brand, genuine_low_cny=one.genuine_low_cny,
        price_cny=one.price_cny, price_role=None if one.price_cny is None else PriceRole.OFFER,
        listing_id=one.listing_id, source_id=source,
    )  # fmt: skip
    return Suspicion(
        suspicion_id=identity, room=room, session=session, modality=one.modality, detector=detector,
        detector_version=VERSION, signal=one.signal, start_ms=span[0], end_ms=span[1], llr=one.nats,
        score=round(min(1.0, one.nats / 3.0), 3), facts=facts,
    )  # fmt: skip

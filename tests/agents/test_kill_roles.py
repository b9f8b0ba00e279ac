"""Two workers for each role, one of each killed while two real rooms are on air: nothing is lost, no effect twice."""

import threading
import time
from collections import defaultdict

import pytest

from detectors.danmaku.doubt_burst import DoubtBurstDetector, DoubtCount, doubting_lines
from detectors.danmaku.lines import DanmakuTextDetector
from detectors.text.engine import TextEngine
from pipelines.demo.play import play
from pipelines.demo.room import DemoRoom, bundled_rooms
from pipelines.subscriber import follow
from pipelines.workers import ROLES
from schemas import TOPICS, DanmakuBatch, Modality, Progress, Suspicion, Tick
from schemas.topics import ENFORCEMENT_EVENTS, LIVE_DANMAKU, SUSPICION_EVENTS

KILL_EVERY_S = 6
SETTLE_WITHIN_S = 240
QUIET_S = 15

pytestmark = [
    pytest.mark.model,
    pytest.mark.timeout(900),
    pytest.mark.parametrize("broker_settings", [pytest.param("kafka", marks=pytest.mark.kafka)], indirect=True),
]


@pytest.fixture
def broker_settings(broker_settings):
    """A dead worker is noticed after ten seconds instead of thirty."""
    return broker_settings.model_copy(update={"session_timeout_s": 10})


def expected_from_chat(batches):
    """Ids of the suspicions that an undisturbed danmaku worker gives."""
    lines, bursts = DanmakuTextDetector(TextEngine.load()), DoubtBurstDetector()
    state, ids = bursts.initial(), set()
    for batch in batches:
        _, found = lines.judge(None, batch)
        state, burst = bursts.judge(state, DoubtCount(batch=batch, doubting=doubting_lines(found)))
        ids |= {one.suspicion_id for one in [*found, *burst]}
    return ids


def test_one_worker_of_each_role_dies_on_air(broker_settings, wire, start_worker, new_room):
    rooms = [DemoRoom(name=new_room(), clip=room.clip, label=room.label) for room in bundled_rooms()]
    names = {room.name: room for room in rooms}
    pairs = {role: (start_worker(role), start_worker(role)) for role in ROLES}
    for workers in pairs.values():
        for worker in workers:
            worker.wait_until_ready()

    def kill_one_of_each():
        for victim, _ in pairs.values():
            time.sleep(KILL_EVERY_S)
            victim.kill()

    killer = threading.Thread(target=kill_one_of_each)
    killer.start()
    assert play(rooms, broker_settings, stop=threading.Event()) == []
    killer.join()
    survivors = [survivor for _, survivor in pairs.values()]
    wait_until_settled(survivors, wire, names)

    found = wire.read(SUSPICION_EVENTS.name, *names)
    suspicions = {one.suspicion_id: one for one in found if isinstance(one, Suspicion)}
    for name in names:
        chat = {
            one.suspicion_id for one in suspicions.values() if one.room == name and one.modality is Modality.DANMAKU
        }
        batches = [one for one in wire.read(LIVE_DANMAKU.name, name) if isinstance(one, DanmakuBatch)]
        assert chat == expected_from_chat(batches)
        ends_ms = max(line.time_ms for batch in batches for line in batch.lines)
        judged = {
            one.modality: max(
                p.up_to_ms for p in found if isinstance(p, Progress) and p.room == name and p.modality is one.modality
            )
            for one in found
            if isinstance(one, Progress) and one.room == name
        }
        assert judged[Modality.FRAME] > ends_ms - 5000
        assert judged[Modality.AUDIO] > ends_ms - 5000

    actions = defaultdict(set)
    for one in wire.read(ENFORCEMENT_EVENTS.name, *names):
        actions[one.room].add((one.rung, one.action_id))
    for name, room in names.items():
        rungs = sorted(rung for rung, _ in actions[name])
        assert len(rungs) == len(set(rungs)), "each action has one id"
        counterfeit = room.label == "counterfeit"
        assert {"cut", "review", "warn"} <= set(rungs) if counterfeit else set(rungs) <= {"observe", "warn"}
    for topic in TOPICS.values():
        if topic.consumers:
            assert [one for name in names for one in wire.dead_letters(topic.name, name)] == []

    effects = [line for line in follow_to_the_end(broker_settings) if any(name in line for name in names)]
    assert len(effects) == sum(len(ids) for ids in actions.values()), "the subscriber acts once on each action"


def wait_until_settled(survivors, wire, names):
    """Until the survivors have taken everything and nothing new has been said for a while."""
    deadline, known, since = time.monotonic() + SETTLE_WITHIN_S, -1, time.monotonic()
    while time.monotonic() - since < QUIET_S:
        said = sum(not isinstance(one, Tick) for one in wire.read(SUSPICION_EVENTS.name, *names))
        metrics = [one.metrics().items() for one in survivors]
        lag = sum(value for items in metrics for (name, _), value in items if name == "dajia_consumer_lag_records")
        if lag > 2 * len(names) or said != known:  # a tick or two are always under way
            since = time.monotonic()
        known = said
        assert all(one.alive() for one in survivors)
        assert time.monotonic() < deadline, f"still {lag} records behind"
        time.sleep(1)


def follow_to_the_end(settings):
    """What the subscriber gives until it has been quiet for a while; at first it waits for its partitions."""
    quiet_from = [time.monotonic() + QUIET_S]
    lines = []
    for line in follow(
        settings,
        group=f"{settings.app_prefix}-effects",
        from_beginning=True,
        stop=lambda: time.monotonic() > quiet_from[0] + QUIET_S,
    ):
        quiet_from[0] = time.monotonic()
        lines.append(line)
    return lines

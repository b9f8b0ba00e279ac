"""Simulated shows as live topics: every message arrives, in the order of its room, and no faster than asked for."""

from time import monotonic, sleep

from pipelines.broker.clients import Publisher, read_topics
from pipelines.clock import now_ms
from pipelines.simulate.live import publish_arrivals
from pipelines.simulate.profiles import read_profiles
from pipelines.simulate.shows import interleave, plan
from schemas.cloudevents import decode
from schemas.topics import ROOM_LIFECYCLE, SUSPICION_EVENTS, TOPICS

RATE = 2000.0


def test_shows_arrive_as_they_were_made(broker_settings, new_room):
    profiles = read_profiles()
    shows = plan(profiles, rooms=2, seed=new_room(), start_ms=now_ms() - 86_400_000, kinds=["ghost"])
    arrivals = list(interleave(shows, profiles, []))[:1500]
    began = monotonic()
    with Publisher(broker_settings, client_id="test") as publisher:
        sent = publish_arrivals(arrivals, publisher, per_second=RATE, clock=monotonic, sleep=sleep)
    assert sent == len(arrivals)
    assert monotonic() - began >= sent / RATE - 0.1
    found = {show.room: [] for show in shows}
    for record in read_topics(broker_settings, [SUSPICION_EVENTS.name, ROOM_LIFECYCLE.name]):
        if record.key.decode() in found:
            message = decode(TOPICS[record.topic], key=record.key, value=record.value, headers=record.headers)
            found[message.room].append((record.topic, message))
    for room, records in found.items():
        for topic in (SUSPICION_EVENTS.name, ROOM_LIFECYCLE.name):
            made = [
                one.message
                for one in arrivals
                if one.message.room == room and (type(one.message).__name__ == "Lifecycle") == ("lifecycle" in topic)
            ]
            assert [message for place, message in records if place == topic] == made

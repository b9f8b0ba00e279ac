"""The reference subscriber acts once on each action, never late, and answers."""

import json
import threading
import time

import msgspec
import pytest

from pipelines.broker.clients import Publisher, read_topics
from pipelines.clock import now_ms
from pipelines.errors import ActionFailedError
from pipelines.subscriber import MOST_ANSWERED, _Answered, follow
from schemas import Authority, OutcomeStatus, stable_id
from schemas.cloudevents import decode, encode
from schemas.examples import EXAMPLES
from schemas.topics import ENFORCEMENT, ENFORCEMENT_EVENTS, ENFORCEMENT_OUTCOMES

CUT = next(example for example in EXAMPLES if type(example) is ENFORCEMENT.struct)


def action(room, rung, valid_ms=60_000):
    now = now_ms()
    return msgspec.structs.replace(
        CUT,
        action_id=stable_id(room, rung),
        room=room,
        session=f"{room}-1",
        decided_at_ms=now,
        not_after_ms=now + valid_ms,
    )


def outcomes(settings, room):
    return [
        decode(ENFORCEMENT_OUTCOMES, key=record.key, value=record.value, headers=record.headers)
        for record in read_topics(settings, [ENFORCEMENT_OUTCOMES.name])
        if record.key == room.encode()
    ]


def test_each_action_once_late_ones_never_also_after_a_restart(broker_settings, new_room):
    room, group = new_room(), new_room()
    warn, cut, late, last = (action(room, "warn"), action(room, "cut"), action(room, "late", -1), action(room, "last"))

    def send(*actions):
        with Publisher(broker_settings, client_id="test") as publisher:
            for one in actions:
                publisher.send(ENFORCEMENT_EVENTS.name, encode(one, source="test"))

    def acted_on(limit):
        lines = follow(broker_settings, group=group, from_beginning=True, limit=limit, stop=lambda: False)
        found = [json.loads(line)["data"] for line in lines]
        return [one["action_id"] for one in found if one["room"] == room]

    # By id: a worker that was killed says an action again, perhaps with other reasons.
    earlier = len({dict(one.headers)["ce_id"] for one in read_topics(broker_settings, [ENFORCEMENT_EVENTS.name])})
    send(warn, warn, late, cut, warn)
    assert acted_on(limit=earlier + 3) == [warn.action_id, cut.action_id]
    answers = {(one.action_id, one.status) for one in outcomes(broker_settings, room)}
    assert answers == {
        (warn.action_id, OutcomeStatus.RECEIVED), (cut.action_id, OutcomeStatus.RECEIVED),
        (late.action_id, OutcomeStatus.EXPIRED),
    }  # fmt: skip
    assert len(outcomes(broker_settings, room)) == 3

    send(cut, warn, last)
    assert acted_on(limit=1) == [last.action_id], "a restarted subscriber knows what it has answered"


def test_rooms_that_move_to_another_member_bring_their_answers_along(broker_settings, new_room):
    room, group = new_room(), new_room()
    first, second = action(room, "first"), action(room, "second")
    acted: dict[str, list[str]] = {"one": [], "two": []}
    stop = {"one": threading.Event(), "two": threading.Event()}

    def send(*actions):
        with Publisher(broker_settings, client_id="test") as publisher:
            for one in actions:
                publisher.send(ENFORCEMENT_EVENTS.name, encode(one, source="test"))

    def member(name):
        for line in follow(broker_settings, group=group, from_beginning=True, stop=stop[name].is_set):
            acted[name].append(json.loads(line)["data"]["action_id"])

    def wait_for(condition):
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.1)

    threads = {name: threading.Thread(target=member, args=(name,)) for name in acted}
    try:
        # The second member starts first, and so knows of no answer but those that it reads when the rooms come to it.
        threads["two"].start()
        threads["one"].start()
        send(first)
        wait_for(lambda: any(first.action_id in ids for ids in acted.values()))
        wait_for(lambda: len(outcomes(broker_settings, room)) == 1)
        holder = next(name for name, ids in acted.items() if first.action_id in ids)
        other = "two" if holder == "one" else "one"
        stop[holder].set()
        threads[holder].join()
        send(first, second)
        wait_for(lambda: second.action_id in acted[other])
        assert first.action_id not in acted[other]
        assert len(outcomes(broker_settings, room)) == 2
    finally:
        for name, thread in threads.items():
            stop[name].set()
            thread.join()


def test_an_action_is_carried_out_and_answered_failed_ones_too_and_after_a_crash_again(broker_settings, new_room):
    room, group = new_room(), new_room()
    good, bad, last = action(room, "good"), action(room, "bad"), action(room, "last")
    shadow = msgspec.structs.replace(action(room, "shadow"), authority=Authority.SHADOW)
    done = []

    def carry_out(one):
        if one.room != room:
            return
        done.append(one.action_id)
        if one.action_id == bad.action_id:
            raise ActionFailedError("no such room")
        if one.action_id == last.action_id and done.count(last.action_id) == 1:
            raise KeyboardInterrupt

    def service():
        for _ in follow(
            broker_settings, group=group, from_beginning=True, carry_out=carry_out,
            stop=lambda: done.count(last.action_id) > 1,
        ):  # fmt: skip
            pass

    with Publisher(broker_settings, client_id="test") as publisher:
        for one in (good, shadow, bad, good, last, good):
            publisher.send(ENFORCEMENT_EVENTS.name, encode(one, source="test"))
    with pytest.raises(KeyboardInterrupt):
        service()
    service()
    assert done == [good.action_id, bad.action_id, last.action_id, last.action_id]
    said = [(one.action_id, one.status, one.detail, one.subject) for one in outcomes(broker_settings, room)]
    assert said == [
        (good.action_id, OutcomeStatus.RECEIVED, "", good.subject),
        (good.action_id, OutcomeStatus.APPLIED, "", good.subject),
        (bad.action_id, OutcomeStatus.RECEIVED, "", bad.subject),
        (bad.action_id, OutcomeStatus.FAILED, "no such room", bad.subject),
        (last.action_id, OutcomeStatus.RECEIVED, "", last.subject),
        (last.action_id, OutcomeStatus.RECEIVED, "", last.subject),
        (last.action_id, OutcomeStatus.APPLIED, "", last.subject),
    ]


def test_what_is_remembered_of_answers_is_bounded():
    answered = _Answered()
    for number in range(MOST_ANSWERED + 1):
        answered.add(str(number))
    assert "0" not in answered
    assert str(MOST_ANSWERED) in answered

"""Actions of real workers: sent until acknowledged, cut only with a permit, stopped by a person."""

import os
import subprocess
import sys
import time

import pytest
from msgspec import structs

from pipelines.clock import now_ms
from schemas import (
    Authority,
    Facts,
    Hold,
    Lifecycle,
    LifecycleChange,
    Modality,
    Outcome,
    OutcomeStatus,
    Progress,
    Reviewed,
    Rung,
    Signal,
    Suspicion,
    stable_id,
)
from schemas.cloudevents import encode
from schemas.topics import (
    AUTONOMY_PERMITS,
    AUTONOMY_REQUESTS,
    ENFORCEMENT_EVENTS,
    ENFORCEMENT_OUTCOMES,
    ROOM_LIFECYCLE,
    SUSPICION_EVENTS,
)

SIGNS = (
    (Modality.FRAME, Signal.COVERED_LABEL, 3.0, ""),
    (Modality.AUDIO, Signal.BRAND_ALIAS, 2.3, "驴家"),
    (Modality.AUDIO, Signal.CODE_WORD, 3.0, "原单"),
    (Modality.AUDIO, Signal.CODE_WORD, 3.0, "一比一"),
    (Modality.DANMAKU, Signal.DOUBT_BURST, 2.0, ""),
)
"""Enough to cut."""
SOON_S = 1.5
"""The cut left after the warning, by less than this: what is not acknowledged of both comes again in this order."""


def started(room, start_ms):
    return Lifecycle(room=room, session=f"{room}-1", time_ms=start_ms, change=LifecycleChange.STARTED)


def counterfeit(room, start_ms):
    """The signs, and that both senses have been judged beyond them."""
    signs = [
        Suspicion(
            suspicion_id=stable_id(room, place), room=room, session=f"{room}-1", modality=modality, detector="test",
            detector_version="1", signal=signal, start_ms=start_ms + place, end_ms=start_ms + place + 1, llr=llr,
            score=0.9, facts=Facts(term=term, speaker="host"),
        )
        for place, (modality, signal, llr, term) in enumerate(SIGNS)
    ]  # fmt: skip
    senses = (Modality.FRAME, Modality.AUDIO)
    marks = [Progress(room=room, session=f"{room}-1", modality=one, up_to_ms=start_ms + 100) for one in senses]
    return [*signs, *marks]


def ordered(order, settings):
    """What `dajia autonomy` did."""
    command = [
        sys.executable,
        "-m",
        "pipelines.cli",
        "autonomy",
        order,
        "--by",
        "lin",
        "--why",
        "a wrong term",
        "--json",
    ]
    environment = os.environ | settings.environment()
    return subprocess.run(command, check=False, env=environment, capture_output=True, timeout=60)


@pytest.mark.timeout(240)
def test_actions_are_sent_until_acknowledged_and_a_cut_leaves_with_a_permit(
    wire, start_worker, new_room, broker_settings
):
    room, start_ms = new_room(), now_ms()
    session = f"{room}-1"
    join, governor = start_worker("join"), start_worker("governor")
    join.wait_until_ready(), governor.wait_until_ready()

    def send(topic, *messages):
        wire.send(topic.name, *(encode(one, source="test") for one in messages))

    def sendings(rung):
        return [one for one in wire.read(ENFORCEMENT_EVENTS.name, room) if one.rung is rung]

    def says(action, status):
        return Outcome(
            outcome_id=stable_id(action.action_id, status), action_id=action.action_id, room=room, session=session,
            status=status, time_ms=now_ms(), subscriber="test", subject=action.subject,
        )  # fmt: skip

    send(ROOM_LIFECYCLE, started(room, start_ms))
    send(SUSPICION_EVENTS, *counterfeit(room, start_ms))
    join.wait_for(lambda: sendings(Rung.CUT))
    cut = sendings(Rung.CUT)[0]
    (permit,) = wire.read(AUTONOMY_PERMITS.name, room)
    assert (permit.action_id, permit.granted) == (cut.action_id, True)
    assert (cut.authority, cut.hold) == (Authority.AUTONOMOUS, None)
    send(ENFORCEMENT_OUTCOMES, says(cut, OutcomeStatus.APPLIED), says(cut, OutcomeStatus.CONFIRMED))

    join.wait_for(lambda: join.metric("dajia_outcomes_total", status="confirmed") == 1)
    cuts, warned = sendings(Rung.CUT), len(sendings(Rung.WARN))
    join.wait_for(lambda: len(sendings(Rung.WARN)) > warned)
    time.sleep(SOON_S)
    assert sendings(Rung.CUT) == cuts, "an acknowledged action does not come again"
    warnings = sendings(Rung.WARN)
    assert all(one == warnings[0] for one in warnings), "the same action under the same id"
    assert join.metric("dajia_resends_total", rung="warn") >= 1
    send(ENFORCEMENT_OUTCOMES, says(warnings[0], OutcomeStatus.RECEIVED))

    unknown = structs.replace(says(cut, OutcomeStatus.APPLIED), action_id="nobody decided this")
    send(ENFORCEMENT_OUTCOMES, unknown)
    join.wait_for(lambda: wire.dead_letters(ENFORCEMENT_OUTCOMES.name, room))
    assert [one["dlq_reason"] for one in wire.dead_letters(ENFORCEMENT_OUTCOMES.name, room)] == [b"unknown-action"]
    assert join.metric("dajia_outcomes_total", status="received") == 1
    send(ROOM_LIFECYCLE, structs.replace(started(room, now_ms()), viewers=9, peak_viewers=5))
    join.wait_for(lambda: wire.dead_letters(ROOM_LIFECYCLE.name, room))
    assert b"9 viewers at the end" in wire.dead_letters(ROOM_LIFECYCLE.name, room)[0]["dlq_message"]
    reviewed = [one for one in wire.read(AUTONOMY_REQUESTS.name, "fleet") if isinstance(one, Reviewed)]
    assert [(one.action_id, one.upheld) for one in reviewed if one.room == room] == [(cut.action_id, True)]
    assert governor.metric("dajia_permits_total", answer="granted") >= 1

    told = ordered("halt", broker_settings)
    assert b'"ordered_halt":true,"ordered_by":"lin"' in told.stdout, told.stderr
    governor.wait_for(lambda: governor.metric("dajia_autonomy_ordered_halt") == 1)
    governor.kill()
    governor = start_worker("governor").wait_until_ready()
    governor.wait_for(lambda: governor.metric("dajia_autonomy_ordered_halt") == 1)
    stopped, start_ms = new_room(), now_ms()
    send(ROOM_LIFECYCLE, started(stopped, start_ms))
    send(SUSPICION_EVENTS, *counterfeit(stopped, start_ms))
    join.wait_for(lambda: any(one.rung is Rung.CUT for one in wire.read(ENFORCEMENT_EVENTS.name, stopped)))
    actions = wire.read(ENFORCEMENT_EVENTS.name, stopped)
    assert {one.authority for one in actions} <= {Authority.REVIEW, Authority.SHADOW}
    assert {one.hold for one in actions if one.rung in (Rung.CUT, Rung.WARN)} == {Hold.ORDERED}
    assert b'"ordered_halt":false' in ordered("resume", broker_settings).stdout

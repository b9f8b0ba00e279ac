"""What people read: one line an event, on-air time from the start of the show."""

import msgspec

from pipelines.cli.watch import RoomRow, table
from pipelines.story import Story
from schemas import Facts, Lifecycle, LifecycleChange, Rung
from schemas.examples import EXAMPLES, ROOM, SESSION, START_MS

BY_TYPE = {type(example).__name__: example for example in EXAMPLES}


def told(*messages):
    story = Story()
    return [str(line) for message in messages if (line := story.tell(message)) is not None]


def test_a_cut_is_told_with_its_reasons_in_both_languages():
    _, line = told(BY_TYPE["Lifecycle"], BY_TYPE["Enforcement"])
    assert line.startswith("room-1            00:30.0")
    assert "CUT" in line
    assert "posterior 0.995" in line
    assert "主播说出代号「老驴家」" in line
    assert "the host said code name 老驴家" in line


def test_a_suspicion_is_told_with_what_was_heard_and_what_was_meant():
    _, line = told(BY_TYPE["Lifecycle"], BY_TYPE["Suspicion"])
    assert line.startswith("room-1            00:04.0  heard  brand-alias")
    assert "「老李家」→ 老驴家" in line
    assert "Louis Vuitton" in line


def test_facts_without_weight_progress_and_ticks_are_not_told():
    fact = msgspec.structs.replace(BY_TYPE["Suspicion"], llr=0.0, facts=Facts())
    assert told(fact, BY_TYPE["Progress"], BY_TYPE["Tick"]) == []


def test_watch_sorts_the_rooms_by_urgency_and_takes_an_action_back():
    rows = {"calm": RoomRow(), ROOM: RoomRow()}
    for message in (BY_TYPE["Suspicion"], BY_TYPE["Enforcement"]):
        rows[ROOM].take(message)
    assert rows[ROOM].rung is Rung.CUT
    assert next(iter(table(rows).columns[0].cells)) == ROOM
    rows[ROOM].take(msgspec.structs.replace(BY_TYPE["Enforcement"], compensates="x"))
    rows[ROOM].take(Lifecycle(room=ROOM, session=SESSION, time_ms=START_MS, change=LifecycleChange.ENDED))
    assert rows[ROOM].rung is None
    assert rows[ROOM].ended

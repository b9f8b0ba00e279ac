"""What people read: one line an event, on-air time from the start of the show."""

import io
from collections import OrderedDict

import msgspec
from rich.console import Console

from pipelines.cli.watch import MOST_ROOMS, RoomRow, note, table
from pipelines.story import MOST_SESSIONS, Story
from schemas import Circumstance, Facts, Lifecycle, LifecycleChange, OutcomeStatus, Rung
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


def test_what_was_known_before_the_show_is_told_before_the_reasons():
    known = Circumstance(text_zh="深夜开播", text_en="opened late at night", nats=0.3)
    (line,) = told(msgspec.structs.replace(BY_TYPE["Enforcement"], circumstances=(known,)))
    assert line.index("+0.3  深夜开播  opened late at night") < line.index("主播说出代号")


def test_a_suspicion_is_told_with_what_was_heard_and_what_was_meant():
    _, line = told(BY_TYPE["Lifecycle"], BY_TYPE["Suspicion"])
    assert line.startswith("room-1            00:04.0  heard  brand-alias")
    assert "「老李家」→ 老驴家" in line
    assert "Louis Vuitton" in line


def test_facts_without_weight_progress_and_ticks_are_not_told():
    fact = msgspec.structs.replace(BY_TYPE["Suspicion"], llr=0.0, facts=Facts())
    assert told(fact, BY_TYPE["Progress"], BY_TYPE["Tick"]) == []


def test_an_action_that_is_sent_again_is_not_told_again():
    first, again = told(BY_TYPE["Enforcement"], BY_TYPE["Enforcement"])
    assert "CUT" in first
    assert "sent again, not acknowledged yet: cut" in again
    row, warning = RoomRow(), msgspec.structs.replace(BY_TYPE["Enforcement"], action_id="w", rung=Rung.WARN)
    for message in (warning, BY_TYPE["Enforcement"], warning):
        row.take(message)
    assert row.rung is Rung.CUT


def test_what_had_no_effect_is_told():
    failed = msgspec.structs.replace(BY_TYPE["Outcome"], status=OutcomeStatus.FAILED, detail="the room has ended")
    assert told(failed)[0].endswith("failed (the room has ended)")
    row = RoomRow()
    row.take(failed)
    assert row.latest.startswith("failed: action")


def test_watch_sorts_the_rooms_by_urgency_and_takes_an_action_back():
    rows = {"calm": RoomRow(), ROOM: RoomRow()}
    for message in (BY_TYPE["Suspicion"], BY_TYPE["Enforcement"]):
        rows[ROOM].take(message)
    assert rows[ROOM].rung is Rung.CUT
    assert str(next(iter(table(rows).columns[0].cells))) == ROOM
    rows[ROOM].take(msgspec.structs.replace(BY_TYPE["Enforcement"], compensates=BY_TYPE["Enforcement"].action_id))
    rows[ROOM].take(Lifecycle(room=ROOM, session=SESSION, time_ms=START_MS, change=LifecycleChange.ENDED))
    assert rows[ROOM].rung is None
    assert rows[ROOM].ended


NASTY = "a[/red]b\x1b[2J\u202ec\ud800\n全角\u3000空格"


def test_what_viewers_type_is_neither_markup_nor_obeyed_by_the_terminal():
    suspicion = msgspec.structs.replace(BY_TYPE["Suspicion"], room="[/]\x1b[2J", facts=Facts(surface=NASTY))
    (line,) = told(suspicion)
    rows = OrderedDict()
    note(rows, suspicion)
    screen = io.StringIO()
    Console(file=screen, width=200, force_terminal=False).print(table(rows))
    for shown in (line, screen.getvalue()):
        assert "a[/red]b" in shown
        assert "全角\u3000空格" in shown
        assert not {"\x1b", "\u202e", "\ud800"} & set(shown)


def test_what_is_remembered_of_rooms_and_sessions_is_bounded():
    story, rows = Story(), OrderedDict()
    for number in range(max(MOST_SESSIONS, MOST_ROOMS) + 1):
        event = msgspec.structs.replace(BY_TYPE["Lifecycle"], room=f"r{number}", session=f"s{number}")
        story.tell(event)
        note(rows, event)
    assert len(rows) == MOST_ROOMS
    assert len(story._start_ms) == MOST_SESSIONS
    assert "r0" not in rows

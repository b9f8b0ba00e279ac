"""Who is recognised next, and who is given up."""

from detectors.audio.segment import PcmUtterance
from detectors.audio.waiting import RISKY_PATIENCE, Waiting, WaitingRooms

PATIENCE_MS = 10_000


def queue(*items: tuple[str, int, float]) -> WaitingRooms:
    """Utterances as (room, end_ms, llr found before), in order of arrival."""
    rooms = WaitingRooms()
    for room, end_ms, llr in items:
        utterance = PcmUtterance(
            room=room, session="s", start_ms=end_ms - 2_000, end_ms=end_ms, pcm=b"", last_sequence=0
        )
        rooms.add(Waiting(utterance=utterance, risk_llr=llr))
    return rooms


def named(items: list[Waiting]) -> list[tuple[str, int]]:
    return [(one.utterance.room, one.utterance.end_ms) for one in items]


def test_a_batch_holds_one_utterance_of_a_room_in_its_order() -> None:
    rooms = queue(("a", 1, 0), ("a", 2, 0), ("b", 3, 0))
    assert named(rooms.take(8)) == [("a", 1), ("b", 3)]
    assert named(rooms.take(8)) == [("a", 2)]
    assert (len(rooms), rooms.take(8)) == (0, [])


def test_suspicious_rooms_go_first_then_who_waits_longest() -> None:
    rooms = queue(("late", 5, 0), ("early", 1, 0), ("suspicious", 9, 2.5))
    assert named(rooms.take(2)) == [("suspicious", 9), ("early", 1)]


def test_quiet_rooms_are_given_up_before_suspicious_ones() -> None:
    rooms = queue(("quiet", 0, 0), ("quiet", 50_000, 0), ("suspicious", 0, 2.5))
    assert rooms.give_up(PATIENCE_MS, PATIENCE_MS) == []
    assert named(rooms.give_up(PATIENCE_MS + 1, PATIENCE_MS)) == [("quiet", 0)]
    assert named(rooms.give_up(RISKY_PATIENCE * PATIENCE_MS + 1, PATIENCE_MS)) == [("suspicious", 0)]
    assert named(rooms.take(8)) == [("quiet", 50_000)]

"""How old the first packet of a live source is."""

import pytest

from pipelines.ingest.live_edge import MOST_PACKETS, read_to_live_edge


class Server:
    """Packets (timestamp) that arrive at set moments of a clock, which stands still in between."""

    def __init__(self, arrivals: list[tuple[int | None, int]]) -> None:
        self.arrivals = arrivals
        self.now_ms = 0.0
        self.served = 0

    def packets(self):
        for pts, arrives_ms in self.arrivals:
            self.now_ms = max(self.now_ms, arrives_ms)
            self.served += 1
            yield pts


def edge_of(arrivals):
    server = Server(arrivals)
    found = edge_at(server)
    return found.packets, found.age_ms, server.now_ms


def edge_at(server):
    return read_to_live_edge(
        server.packets(), breaks=TimeoutError, time_of=lambda pts: pts, monotonic_ms=lambda: server.now_ms
    )


class Breaking(Server):
    def packets(self):
        yield from super().packets()
        raise TimeoutError("silent")


def test_a_source_that_breaks_gives_what_it_had_before_it_raises():
    found = edge_at(Breaking([(0, 0), (40, 0)]))
    assert found.packets == [0, 40]
    with pytest.raises(TimeoutError, match="silent"):
        next(found.rest)


def test_what_follows_is_not_lost():
    found = edge_at(Server([(0, 0), (40, 40), (80, 80), (120, 120)]))
    assert [*found.packets, *found.rest] == [0, 40, 80, 120]


def test_a_server_without_backlog():
    packets, age_ms, now_ms = edge_of([(1_000, 40), (1_040, 80), (1_080, 120)])
    assert packets == [1_000, 1_040]
    assert age_ms == 40
    assert now_ms == 80


def test_two_seconds_that_were_read_while_opening():
    backlog = [(pts, 0) for pts in range(0, 2_000, 40)]
    _, age_ms, now_ms = edge_of([*backlog, (2_000, 30), (2_040, 70)])
    assert age_ms == 2_040, "the packet of 2000 was on air at 30 ms, and 40 ms have passed"
    assert now_ms == 70


def test_segments_that_arrive_whole():
    first = [(pts, 0) for pts in range(0, 4_000, 40)]
    second = [(pts, 3_500) for pts in range(4_000, 8_000, 40)]
    third = [(pts, 7_500) for pts in range(8_000, 12_000, 40)]
    _, age_ms, _ = edge_of([*first, *second, *third])
    assert age_ms == 7_960 + 4_000, "the end of the second segment was on air when it arrived, four seconds ago"


def test_a_source_that_never_lets_us_wait_is_not_read_for_ever():
    packets, _, _ = edge_of([(pts, 0) for pts in range(3 * MOST_PACKETS)])
    assert len(packets) == MOST_PACKETS


@pytest.mark.parametrize("arrivals", [[], [(None, 0)], [(None, 0), (None, 40), (None, 80)]])
def test_nothing_is_known_without_timestamps(arrivals):
    assert edge_of(arrivals)[1] == 0


def test_timestamps_that_fall_do_not_make_a_negative_age():
    assert edge_of([(9_000, 0), (0, 40), (40, 80)])[1] == 0

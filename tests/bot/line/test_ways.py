"""By which connection an envelope is acknowledged."""

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.clock import ManualClock
from tests.web.stage import NOW
from watcher.bot.line.open_wire import keep
from watcher.bot.line.open_wires import OpenWires
from watcher.bot.line.ways import MOST, EnvelopeWays
from watcher.bot.line.wire import Wire


@pytest.fixture
def wires() -> Iterator[list[Wire]]:
    """Three connections, to be closed by whoever is handed them."""
    pairs = [socket.socketpair() for _ in range(3)]
    yield [Wire(ours) for ours, _ in pairs]
    for pair in pairs:
        for end in pair:
            end.close()


def test_a_way_is_known_once_and_of_the_latest_alone(wires: list[Wire]) -> None:
    ways = EnvelopeWays()
    for number in range(MOST + 1):
        ways.note(str(number), wires[number % 2])
    assert ways.take("0") is None
    assert (ways.take("1"), ways.take("1")) == (wires[1], None)
    assert ways.take(str(MOST)) is wires[0]


def test_what_has_no_way_any_more_goes_by_the_newest_that_stays(wires: list[Wire]) -> None:
    clock, opened = ManualClock(NOW), OpenWires()
    kept = []
    for wire in wires:
        kept.append(keep(wire, clock))
        opened.add(kept[-1])
        clock.advance(timedelta(seconds=1))
    kept[2].leaves = True
    assert opened.best_first(None) == [wires[1], wires[0], wires[2]]
    assert opened.best_first(wires[2]) == [wires[2], wires[1], wires[0]]
    opened.let_go(kept[1])
    assert opened.best_first(wires[1]) == [wires[1], wires[0], wires[2]]
    assert wires[1].say(b"x") is False
    opened.close()
    assert opened.best_first(None) == []

"""The time between calls to one place, across channels, restarts and clocks that are set."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.clock import ManualClock
from tests.delivery.scripted import Scripted
from tests.messages.messages import SEEN
from watcher.delivery.lane import Spacing, place_of, way_to

pytestmark = pytest.mark.anyio
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("ago", "pauses"),
    [(0.0, [1.0]), (0.25, [0.75]), (1.0, []), (3600.0, []), (-5.0, [])],
    ids=["just now", "a moment ago", "a second ago", "long ago", "by a clock that was set back since"],
)
async def test_a_restart_waits_what_is_left_of_the_spacing(ago: float, pauses: list[float]) -> None:
    clock, spacing, waited = ManualClock(SEEN), Spacing(), list[float]()

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    spacing.resume(SEEN - timedelta(seconds=ago), clock)
    await spacing.wait(SECOND, clock, pause)
    assert waited == pauses


async def test_the_latest_of_many_attempts_counts_in_whatever_order_they_are_read() -> None:
    clock, spacing, waited = ManualClock(SEEN), Spacing(), list[float]()

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    for ago in (5.0, 0.5, 9.0):
        spacing.resume(SEEN - timedelta(seconds=ago), clock)
    await spacing.wait(SECOND, clock, pause)
    assert waited == [0.5]


@dataclass
class Placed(Scripted):
    place: str = "C1"
    way: str = "abc"


def test_a_channel_that_says_nothing_of_its_place_has_one_of_its_own() -> None:
    assert place_of(Scripted("desk")) != place_of(Scripted("screen"))
    assert place_of(Placed("desk")) == place_of(Placed("screen")) == "C1"
    assert (way_to(Scripted()), way_to(Placed())) == ("", "abc")

"""kill -9 at any moment: every change is told, repeated only where the ledger knew that it might be, in order."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.suite.killing import kill_loop
from tests.suite.people import WATCH
from tests.suite.reckoning import Figures
from tests.suite.stage import Nursery
from watcher.bot.payloads import REASON
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, SILENCE

pytestmark = pytest.mark.anyio

SEED = 2018
LONG_KILLS = 1000
LONG_KILLS_AMID_PRESSES = 500


def proves_itself(figures: Figures) -> None:
    print(figures)
    assert figures.lost == []
    assert figures.invented == []
    assert figures.unexplained == []
    assert figures.unsaid == []
    assert figures.out_of_order == []
    assert figures.astray == []
    if figures.people is not None:
        assert figures.people.lost == []
        assert figures.people.twice == []
        assert figures.people.half == []
        assert figures.people.unsaid == []


async def test_thirty_kills_lose_nothing(tmp_path: Path, nursery: Nursery) -> None:
    figures = await kill_loop(tmp_path, nursery, seed=SEED, kills=30, pace=timedelta(days=20))
    proves_itself(figures)
    assert figures.kills == 30
    assert figures.changes > 60


async def test_what_people_press_is_done_once_however_often_it_is_killed(tmp_path: Path, nursery: Nursery) -> None:
    figures = await kill_loop(tmp_path, nursery, seed=SEED, kills=12, pace=timedelta(days=20), with_people=True)
    proves_itself(figures)
    assert figures.people is not None
    assert figures.people.acknowledged > 25
    assert all(figures.people.done[what] for what in (ACKNOWLEDGE, SILENCE, REASON, WATCH))


@pytest.mark.soak
async def test_five_hundred_kills_amid_presses_lose_none(tmp_path: Path, nursery: Nursery) -> None:
    seed, kills = random.randrange(10**6), LONG_KILLS_AMID_PRESSES
    print(f"\nseed {seed}")
    figures = await kill_loop(tmp_path, nursery, seed=seed, kills=kills, pace=timedelta(hours=20), with_people=True)
    proves_itself(figures)


@pytest.mark.soak
async def test_a_thousand_kills_lose_nothing(tmp_path: Path, nursery: Nursery) -> None:
    seed = random.randrange(10**6)
    print(f"\nseed {seed}")
    figures = await kill_loop(tmp_path, nursery, seed=seed, kills=LONG_KILLS, pace=timedelta(days=2.4))
    proves_itself(figures)

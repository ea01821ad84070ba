"""kill -9 at any moment: every change is told, repeated only where the ledger knew that it might be, in order."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.suite.killing import Figures, kill_loop
from tests.suite.stage import Nursery

pytestmark = pytest.mark.anyio

SEED = 2018
LONG_KILLS = 1000


def proves_itself(figures: Figures) -> None:
    print(figures)
    assert figures.lost == []
    assert figures.invented == []
    assert figures.unexplained == []
    assert figures.unsaid == []
    assert figures.out_of_order == []
    assert figures.astray == []


async def test_thirty_kills_lose_nothing(tmp_path: Path, nursery: Nursery) -> None:
    figures = await kill_loop(tmp_path, nursery, seed=SEED, kills=30, pace=timedelta(days=20))
    proves_itself(figures)
    assert figures.kills == 30
    assert figures.changes > 60


@pytest.mark.soak
async def test_a_thousand_kills_lose_nothing(tmp_path: Path, nursery: Nursery) -> None:
    seed = random.randrange(10**6)
    print(f"\nseed {seed}")
    figures = await kill_loop(tmp_path, nursery, seed=seed, kills=LONG_KILLS, pace=timedelta(days=2.4))
    proves_itself(figures)

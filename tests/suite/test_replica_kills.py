"""Three services on one database, whatever becomes of them and of it: each change is told, by one of them at a time."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.standins.postgres import PostgresServer, versions
from tests.suite.channels import Arrival
from tests.suite.reckoning import from_two
from tests.suite.replica_faults import FAULTS
from tests.suite.replica_killing import ReplicaFigures, replica_loop
from tests.suite.replicas import Said, both_led
from tests.suite.stage import Nursery
from watcher.history.postgresql.leadership import Pace

pytestmark = pytest.mark.anyio

SEED = 2018
TIMES = 20
LONG_ROUNDS = 500
FULL_LENGTH_ROUNDS = 10


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A PostgreSQL that may be killed."""
    if not versions():
        pytest.skip("no PostgreSQL is at hand: neither a package of it nor one of the wheels with it is installed")
    with PostgresServer.started(synchronous_commit="on") as server:
        yield server


def proves_itself(figures: ReplicaFigures, times: float) -> None:
    print(figures)
    assert figures.lost == []
    assert figures.invented == []
    assert figures.unexplained == []
    assert figures.unsaid == []
    assert figures.from_two == []
    assert figures.out_of_order == []
    assert figures.astray == []
    assert figures.unsent == []
    assert figures.not_done == []
    assert figures.twice == []
    assert figures.both_led <= Pace().faster(times).lease.total_seconds()


@pytest.mark.timeout(900)
async def test_whatever_happens_to_three_each_change_is_told_by_one_at_a_time(
    tmp_path: Path, nursery: Nursery, own_server: PostgresServer
) -> None:
    figures = await replica_loop(
        tmp_path, nursery, own_server, seed=SEED, rounds=len(FAULTS), pace=timedelta(days=50), times=TIMES, homes=20
    )
    proves_itself(figures, TIMES)
    assert figures.rounds == dict.fromkeys(FAULTS, 1)
    assert figures.changes > 15
    assert figures.terms > len(FAULTS) // 2


def test_two_that_said_at_one_time_that_they_lead_are_found() -> None:
    def asked(*moments: float, leads: bool | None = True) -> list[Said]:
        return [Said(moment, moment + 0.1, leads) for moment in moments]

    first, gap = asked(0, 1, 2, 3), asked(4, leads=None)
    assert both_led([first, asked(1.5, 2.5)], lease=2) == pytest.approx(0.9)
    assert both_led([first + gap, asked(3.5, 4.5)], lease=2) == 0
    assert both_led([asked(0, 9), asked(4, 5)], lease=2) == 0  # it may have led no more in between


def test_what_two_leaders_sent_without_a_word_is_found() -> None:
    first, again = Arrival("a", is_marked=False, term=1), Arrival("a", is_marked=False, term=2)
    assert from_two([first, again]) == ["a"]
    assert from_two([first, replace(again, is_marked=True), first]) == []


@pytest.mark.soak
async def test_five_hundred_rounds_among_three_lose_nothing(
    tmp_path: Path, nursery: Nursery, own_server: PostgresServer
) -> None:
    seed = random.randrange(10**6)
    print(f"\nseed {seed}")
    figures = await replica_loop(
        tmp_path, nursery, own_server, seed=seed, rounds=LONG_ROUNDS, pace=timedelta(days=4.8), times=TIMES
    )
    proves_itself(figures, TIMES)


@pytest.mark.soak
async def test_ten_rounds_at_full_length_lose_nothing(
    tmp_path: Path, nursery: Nursery, own_server: PostgresServer
) -> None:
    seed = random.randrange(10**6)
    print(f"\nseed {seed}")
    figures = await replica_loop(
        tmp_path, nursery, own_server, seed=seed, rounds=FULL_LENGTH_ROUNDS, pace=timedelta(days=50), times=1, homes=20
    )
    proves_itself(figures, 1)

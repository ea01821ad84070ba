"""The service ends at exactly one point and is started again: what that point promises, and the drop told once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import home, inspection
from tests.suite.cases import Cases
from tests.suite.channels import MailEnd
from tests.suite.points import COMPACTION, STATUS
from tests.suite.stage import Nursery, Stage, stage
from watcher.delivery.ledger import State

pytestmark = pytest.mark.anyio

BEGINS = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CASES = Cases(
    (home(), home("SC000002")),
    (
        inspection("2025-05-01", "good", published="2025-06-10"),
        inspection("2026-01-05", "good", home="ofsted:SC000002", published="2026-02-10"),
        inspection("2026-01-20", "inadequate", published="2026-03-03"),
    ),
)

DESK, EDITOR = MailEnd.readers

Stored = tuple[int, list[State], int]
"""Changes, the states of their messages on one channel, and how many messages arrived there."""


@asynccontextmanager
async def died_at(folder: Path, nursery: Nursery, point: str) -> AsyncIterator[Stage]:
    """A stage on which the service has learnt of a drop and ended at a point."""
    async with stage(folder, nursery, CASES, BEGINS) as one:
        await one.begin()
        await one.until(one.has_baseline)
        await one.end()
        one.clock.advance(timedelta(days=1))
        await one.begin(point)
        assert await one.dead() == STATUS, one.log.read_text()[-3000:]
        yield one


def stored(stage: Stage, channel: str) -> Stored:
    history = stage.history()
    states = [delivery.state for delivery in history.deliveries() if delivery.channel == channel]
    return len([*history.changes()]), states, len(stage.channels[channel].arrivals())


async def live_on(stage: Stage) -> None:
    """Started again, the service reads on for an hour."""
    await stage.begin()
    for _ in range(3):
        stage.clock.advance(timedelta(minutes=31))
        await stage.until(stage.is_settled)
    await stage.end()


@pytest.mark.parametrize(
    ("point", "then"),
    [
        ("after fetch", (0, [], 0)),
        ("after judge", (0, [], 0)),
        ("after commit", (1, [State.WAITING], 0)),
        ("after the mark of desk", (1, [State.SENDING], 0)),
        ("after acceptance by desk", (1, [State.SENDING], 1)),
    ],
)
async def test_what_is_stored_at_each_point_and_told_once_afterwards(
    tmp_path: Path, nursery: Nursery, point: str, then: Stored
) -> None:
    async with died_at(tmp_path, nursery, point) as one:
        assert stored(one, "desk") == then
        await live_on(one)
        assert stored(one, "desk") == (1, [State.ACCEPTED], 1)
        (arrival,) = one.channels["desk"].arrivals()
        assert not arrival.is_marked


@pytest.mark.parametrize(
    ("channel", "point", "then", "marks"),
    [
        ("desk", "after commit", [State.WAITING], {"": [False]}),
        ("desk", "after the mark of desk", [State.SENDING], {"": [True]}),
        ("desk", "after acceptance by desk", [State.SENDING], {"": [False, True]}),
        ("mail", "after commit", [State.WAITING, State.WAITING], {DESK: [False], EDITOR: [False]}),
        ("mail", "after the mark of mail", [State.SENDING, State.WAITING], {DESK: [True], EDITOR: [False]}),
        ("mail", "after acceptance by mail", [State.SENDING, State.WAITING], {DESK: [False, True], EDITOR: [False]}),
    ],
)
async def test_where_nobody_can_look_what_may_have_arrived_is_sent_again_and_says_so(
    tmp_path: Path, nursery: Nursery, channel: str, point: str, then: list[State], marks: dict[str, list[bool]]
) -> None:
    async with died_at(tmp_path, nursery, point) as one:
        end = one.channels[channel]
        end.cannot_be_searched()
        assert stored(one, channel)[1] == then
        await live_on(one)
        for reader in end.readers:
            assert [arrival.is_marked for arrival in end.arrivals() if arrival.reader == reader] == marks[reader]
        for delivery in one.history().deliveries():
            if delivery.channel == channel:
                remark = "possibly repeated" if marks[delivery.recipient or ""][-1] else ""
                assert (delivery.state, delivery.detail) == (State.ACCEPTED, remark)


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.soak)])
async def test_no_call_of_a_compaction_is_one_at_which_anything_is_lost(
    tmp_path: Path, nursery: Nursery, every: int
) -> None:
    async with stage(tmp_path, nursery, CASES, BEGINS) as one:
        await one.begin()
        await one.until(one.has_baseline)
        one.clock.advance(timedelta(days=1))
        await one.until(lambda: bool(one.channels["desk"].arrivals()) and one.is_settled())
        await one.end()
        number, status = 0, STATUS
        while status == STATUS:
            number += every
            await one.begin(f"{COMPACTION}{number}")
            status = await one.dead()
            assert stored(one, "desk") == (1, [State.ACCEPTED], 1)
        assert status == 0, one.log.read_text()[-3000:]
        assert number > 8
        await live_on(one)
        assert stored(one, "desk") == (1, [State.ACCEPTED], 1)

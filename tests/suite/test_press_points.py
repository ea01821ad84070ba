"""The service ends at exactly one point on the way of a press and is started again: the deed is done, and once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.standins.slack_payloads import NAME, block_actions, slash_command
from tests.standins.socket_mode import Sent
from tests.suite.channels import ANSWERED, AnsweredSlackEnd
from tests.suite.points import STATUS
from tests.suite.stage import Nursery, Stage, stage
from tests.suite.test_points import BEGINS, CASES
from watcher.delivery.channels.slack.buttons import ACKNOWLEDGE, SILENCE

pytestmark = pytest.mark.anyio

WATCH = "watch home SC000002"
POINTS = [  # whether Slack was told that it arrived, whether it is done, whether it is marked so
    ("after keeping", (False, False, False)),
    ("after the acknowledgement", (True, False, False)),
    ("after the deed", (True, True, False)),
    ("after the mark of the deed", (True, True, True)),
]


@asynccontextmanager
async def told(folder: Path, nursery: Nursery) -> AsyncIterator[tuple[Stage, AnsweredSlackEnd]]:
    """A stage on which a drop stands in Slack with its buttons, and no service lives."""
    async with stage(folder, nursery, CASES, BEGINS, ANSWERED) as one:
        await one.begin()
        await one.until(one.has_baseline)
        one.clock.advance(timedelta(days=1))
        await one.until(lambda: bool(one.channels["desk"].arrivals()) and one.is_settled())
        await one.end()
        end = one.channels["desk"]
        assert isinstance(end, AnsweredSlackEnd)
        yield one, end


def payload(what: str, end: AnsweredSlackEnd) -> tuple[str, dict[str, Any]]:
    reply_to = end.slack.people.address(end.slack.url)
    if what == WATCH:
        return "slash_commands", slash_command(what) | {"response_url": reply_to}
    (arrival,) = end.arrivals()
    return "interactive", block_actions(what, arrival.delivery) | {"response_url": reply_to}


def deeds(stage: Stage) -> list[str]:
    """Who did what is stored."""
    history = stage.history()
    given = (history.acknowledgement(told.alert.id) for told in history.changes())
    return [one.by for one in (*given, *history.silences(), *history.made_watches()) if one is not None]


async def sends(stage: Stage, end: AnsweredSlackEnd, what: str) -> Sent:
    await stage.until(lambda: bool(end.lines.open_lines))
    kind, content = payload(what, end)
    return end.lines.send(kind, content)


@pytest.mark.parametrize("what", [ACKNOWLEDGE, SILENCE, WATCH])
@pytest.mark.parametrize(("point", "then"), POINTS)
async def test_a_deed_is_done_once_whatever_point_the_service_ends_at(
    tmp_path: Path, nursery: Nursery, what: str, point: str, then: tuple[bool, bool, bool]
) -> None:
    is_told, is_done, is_marked = then
    async with told(tmp_path, nursery) as (one, end):
        await one.begin(point)
        sent = await sends(one, end, what)
        assert await one.dead() == STATUS, one.log.read_text()[-3000:]
        assert end.lines.until(lambda: not end.lines.open_lines)
        assert (sent.took is not None, deeds(one) == [NAME], not one.history().asked()) == (is_told, is_done, is_marked)
        await one.begin()
        await one.until(lambda: not one.history().asked() and one.is_settled())
        await one.end()
        assert deeds(one) == [NAME]
        (message,) = end.slack.messages
        says = {ACKNOWLEDGE: f"Acknowledged by {NAME}", SILENCE: f" by {NAME}", WATCH: ""}[what]
        assert says in message["text"]
        # An alteration that the dying service made and could not note is made again: it says the same.
        assert len(end.slack.updates) in ((0,) if what == WATCH else (1, 2))
